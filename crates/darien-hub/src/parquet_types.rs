//! What the stored values of a Parquet column mean: decimals, unsigned numbers, dates, timestamps.

use chrono::{DateTime, NaiveTime};
use parquet::basic::{ConvertedType, LogicalType, TimeUnit};
use parquet::schema::types::ColumnDescriptor;

/// What the stored values of a column mean.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Meaning {
    /// Text, signed whole numbers, floating-point numbers, truth values: as they are stored.
    Plain,
    /// Whole numbers without a sign.
    Unsigned,
    /// Whole numbers to be divided by ten to this power.
    Decimal(u32),
    /// Days since 1970-01-01.
    Date,
    /// Ticks since 1970-01-01, in universal time or in a local one that is not given.
    Timestamp {
        /// Ticks a second.
        per_second: i64,
        /// Whether they are instants in universal time.
        universal: bool,
    },
    /// Anything else: times of day, lists, and what is still to come.
    Other,
}

impl Meaning {
    pub(super) fn of(descriptor: &ColumnDescriptor) -> Self {
        // 76 digits are the most that any writer has.
        let decimal = |scale: i32| match u32::try_from(scale) {
            Ok(scale) if scale <= 76 => Self::Decimal(scale),
            _ => Self::Other,
        };
        match descriptor.logical_type_ref() {
            // Unknown is a column of nulls.
            Some(LogicalType::String | LogicalType::Enum | LogicalType::Json | LogicalType::Unknown) => {
                Self::Plain
            }
            Some(LogicalType::Decimal(d)) => decimal(d.scale),
            Some(LogicalType::Date) => Self::Date,
            Some(LogicalType::Timestamp(t)) => Self::Timestamp {
                per_second: match t.unit {
                    TimeUnit::MILLIS => 1_000,
                    TimeUnit::MICROS => 1_000_000,
                    TimeUnit::NANOS => 1_000_000_000,
                },
                universal: t.is_adjusted_to_u_t_c,
            },
            Some(LogicalType::Integer(i)) => {
                if i.is_signed {
                    Self::Plain
                } else {
                    Self::Unsigned
                }
            }
            Some(_) => Self::Other,
            None => match descriptor.converted_type() {
                ConvertedType::NONE
                | ConvertedType::UTF8
                | ConvertedType::ENUM
                | ConvertedType::JSON
                | ConvertedType::INT_8
                | ConvertedType::INT_16
                | ConvertedType::INT_32
                | ConvertedType::INT_64 => Self::Plain,
                ConvertedType::UINT_8
                | ConvertedType::UINT_16
                | ConvertedType::UINT_32
                | ConvertedType::UINT_64 => Self::Unsigned,
                ConvertedType::DECIMAL => decimal(descriptor.type_scale()),
                ConvertedType::DATE => Self::Date,
                ConvertedType::TIMESTAMP_MILLIS => Self::Timestamp { per_second: 1_000, universal: true },
                ConvertedType::TIMESTAMP_MICROS => Self::Timestamp { per_second: 1_000_000, universal: true },
                _ => Self::Other,
            },
        }
    }

    /// The type in words, for messages.
    pub(super) fn name(&self, descriptor: &ColumnDescriptor) -> String {
        match self {
            Self::Plain => format!("{}", descriptor.physical_type()),
            Self::Unsigned => "unsigned whole numbers".into(),
            Self::Decimal(_) => "decimals".into(),
            Self::Date => "dates".into(),
            Self::Timestamp { .. } => "timestamps".into(),
            Self::Other => match descriptor.logical_type_ref() {
                Some(logical) => format!("{logical:?}"),
                None => format!("{}", descriptor.converted_type()),
            },
        }
    }
}

/// A decimal from its big-endian bytes in two's complement; `None` if it has more than 128 bits.
pub(super) fn unscaled(bytes: &[u8]) -> Option<i128> {
    let fill = if bytes.first().is_some_and(|b| *b >= 0x80) { 0xff } else { 0 };
    let cut = bytes.len().saturating_sub(16);
    let (head, tail) = bytes.split_at(cut);
    if head.iter().any(|b| *b != fill) || (cut > 0 && (tail[0] >= 0x80) != (fill == 0xff)) {
        return None;
    }
    let mut whole = [fill; 16];
    whole[16 - tail.len()..].copy_from_slice(tail);
    Some(i128::from_be_bytes(whole))
}

/// A decimal as the nearest floating-point number.
pub(super) fn decimal_number(unscaled: i128, scale: u32) -> f64 {
    // Both are exact below these bounds, so that the quotient is the nearest; else the text is parsed.
    if unscaled.unsigned_abs() < 1 << 53 && scale <= 22 {
        return unscaled as f64 / 10_f64.powi(scale as i32);
    }
    decimal_text(unscaled, scale).parse().unwrap_or(f64::INFINITY)
}

/// A decimal as text, without zeros at the end.
pub(super) fn decimal_text(unscaled: i128, scale: u32) -> String {
    let digits = format!("{:0>width$}", unscaled.unsigned_abs(), width = scale as usize + 1);
    let (whole, decimals) = digits.split_at(digits.len() - scale as usize);
    let decimals = decimals.trim_end_matches('0');
    let sign = if unscaled < 0 { "-" } else { "" };
    let point = if decimals.is_empty() { "" } else { "." };
    format!("{sign}{whole}{point}{decimals}")
}

/// A timestamp as text: its day at midnight, else with the time, and with `Z` if it is in universal time.
pub(super) fn instant(ticks: i64, per_second: i64, universal: bool) -> Option<String> {
    let nanos = ticks.rem_euclid(per_second) * (1_000_000_000 / per_second);
    let at = DateTime::from_timestamp(ticks.div_euclid(per_second), u32::try_from(nanos).ok()?)?.naive_utc();
    let zone = if universal { "Z" } else { "" };
    Some(if at.time() == NaiveTime::MIN {
        at.date().to_string()
    } else {
        format!("{}{zone}", at.format("%Y-%m-%dT%H:%M:%S%.f"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_keep_their_scale() {
        assert_eq!(decimal_number(350, 2), 3.5);
        assert_eq!(decimal_number(-35, 3), -0.035);
        assert_eq!(decimal_text(25, 3), "0.025");
        assert_eq!(decimal_text(500, 3), "0.5");
        assert_eq!(decimal_text(-1250, 2), "-12.5");
        assert_eq!(decimal_text(7, 0), "7");
        // 10^30 + 5 with 30 decimals lies nearest to 1.
        assert_eq!(decimal_number(10_i128.pow(30) + 5, 30), 1.0);
    }

    #[test]
    fn bytes_are_read_in_twos_complement() {
        assert_eq!(unscaled(&[0x01, 0x5e]), Some(350));
        assert_eq!(unscaled(&[0xff, 0xdd]), Some(-35));
        assert_eq!(unscaled(&[]), Some(0));
        assert_eq!(unscaled(&[0xff; 20]), Some(-1));
        let mut large = [0; 17];
        large[0] = 1;
        assert_eq!(unscaled(&large), None);
        large[0] = 0;
        large[1] = 0x80;
        assert_eq!(unscaled(&large), None, "positive, but the sign bit of 128 is set");
    }

    #[test]
    fn timestamps_keep_their_time() {
        assert_eq!(instant(1_704_672_000_000, 1_000, true).unwrap(), "2024-01-08");
        assert_eq!(instant(1_704_668_400_000_000, 1_000_000, true).unwrap(), "2024-01-07T23:00:00Z");
        assert_eq!(instant(-1, 1, false).unwrap(), "1969-12-31T23:59:59");
    }
}
