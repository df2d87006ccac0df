//! Values that code gives to levers and parameters.

use std::fmt::{self, Display};
use toml_edit::Value;

/// A value for [`Scenario::with`](super::Scenario::with), as a file would write it.
///
/// Numbers, states, lists of codes and `true` or `false` become one by themselves, and so does a list of pairs of date
/// and value. A ramp is [`NewValue::ramp`].
///
/// ```
/// use darien_corridor::scenario::NewValue;
///
/// assert_eq!(NewValue::from(0.9).to_string(), "0.9");
/// assert_eq!(NewValue::from(["COL", "ECU"]).to_string(), r#"["COL", "ECU"]"#);
/// let steps = NewValue::from([("2025-03-01", 0.7), ("2025-09-01", 0.5)]);
/// assert_eq!(steps.to_string(), r#"{ "2025-03-01" = 0.7, "2025-09-01" = 0.5 }"#);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewValue {
    toml: String,
}

impl NewValue {
    /// Moves in a straight line from the value on the day `from` to `to` in so many days, and stays there.
    pub fn ramp(to: f64, from: impl Display, days: u32) -> Self {
        Self { toml: format!("{{ to = {}, from = {}, ramp_days = {days} }}", Self::from(to), quoted(from)) }
    }

    fn list<'a>(codes: impl IntoIterator<Item = &'a str>) -> Self {
        let codes: Vec<String> = codes.into_iter().map(quoted).collect();
        Self { toml: format!("[{}]", codes.join(", ")) }
    }

    fn steps<D: Display, V: Into<Self>>(steps: impl IntoIterator<Item = (D, V)>) -> Self {
        let steps: Vec<String> =
            steps.into_iter().map(|(date, value)| format!("{} = {}", quoted(date), value.into())).collect();
        Self { toml: format!("{{ {} }}", steps.join(", ")) }
    }
}

/// Text as TOML writes it on one line.
fn quoted(text: impl Display) -> String {
    let mut out = String::from('"');
    for c in text.to_string().chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_control() => out.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

impl Display for NewValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.toml)
    }
}

impl From<f64> for NewValue {
    fn from(number: f64) -> Self {
        Self { toml: Value::from(number).to_string() }
    }
}

impl From<i32> for NewValue {
    fn from(number: i32) -> Self {
        Self { toml: number.to_string() }
    }
}

impl From<bool> for NewValue {
    fn from(yes: bool) -> Self {
        Self { toml: yes.to_string() }
    }
}

impl From<&str> for NewValue {
    fn from(state: &str) -> Self {
        Self { toml: quoted(state) }
    }
}

impl From<&[&str]> for NewValue {
    fn from(codes: &[&str]) -> Self {
        Self::list(codes.iter().copied())
    }
}

impl<const N: usize> From<[&str; N]> for NewValue {
    fn from(codes: [&str; N]) -> Self {
        Self::list(codes)
    }
}

impl From<Vec<&str>> for NewValue {
    fn from(codes: Vec<&str>) -> Self {
        Self::list(codes)
    }
}

impl<D: Display, V: Into<NewValue>, const N: usize> From<[(D, V); N]> for NewValue {
    fn from(steps: [(D, V); N]) -> Self {
        Self::steps(steps)
    }
}

impl<D: Display, V: Into<NewValue>> From<Vec<(D, V)>> for NewValue {
    fn from(steps: Vec<(D, V)>) -> Self {
        Self::steps(steps)
    }
}
