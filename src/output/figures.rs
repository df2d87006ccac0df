//! The charts of an ensemble, from its results alone.

use super::chart::{
    Band, Chart, CorridorMap, Country, Event, Fan, Flow, Frame, History, Kind, Lang, Line, Lines, Place,
    Provenance, Runs, SmallFan, SmallMultiples, StackedAreas, svg,
};
use super::file::OutputFolder;
use super::results::{Member, Results, SeriesRuns};
use crate::data;
use crate::error::Result;
use crate::experiment::Draws;
use crate::experiment::summary::{mean, quantile, sorted};
use crate::registry::NATIONALITIES;
use crate::table::{SeriesKey, Table};
use crate::units::Month;
use chrono::NaiveDate;

/// What the charts of an ensemble need beside its results.
#[derive(Debug, Clone)]
pub struct Setting {
    /// Language of the words.
    pub lang: Lang,
    /// Seed of the ensemble.
    pub seed: u64,
    /// One line on how well the model has done so far; may be empty.
    pub track_record: String,
    /// Dated events to mark.
    pub events: Vec<Event>,
}

/// What the charts of an ensemble are drawn from: results under way, or those of a folder.
pub trait Ensemble {
    /// The scenarios.
    fn members(&self) -> &[Member];

    /// Runs a scenario.
    fn runs(&self) -> u64;

    /// The monthly values of a series of a scenario, a row a run.
    ///
    /// # Errors
    ///
    /// If they cannot be read.
    fn series(&self, member: usize, key: &SeriesKey) -> Result<SeriesRuns>;
}

impl Ensemble for Results<'_> {
    fn members(&self) -> &[Member] {
        &self.members
    }

    fn runs(&self) -> u64 {
        self.runs.len() as u64
    }

    fn series(&self, member: usize, key: &SeriesKey) -> Result<SeriesRuns> {
        Results::series(self, member, key)
    }
}

/// Medians and bands of runs.
pub fn runs_of(from: Month, rows: &SeriesRuns) -> Runs {
    let months = rows.first().map_or(0, Vec::len);
    let columns: Vec<Vec<f64>> = (0..months).map(|m| sorted(rows.iter().map(|r| r[m]).collect())).collect();
    let at = |level: f64| columns.iter().map(|c| quantile(c, level)).collect::<Vec<f64>>();
    let bands = [0.5, 0.8, 0.95]
        .map(|level| Band { level, low: at(0.5 - level / 2.0), high: at(0.5 + level / 2.0) })
        .to_vec();
    let samples = rows.iter().take(if rows.len() > 5 { 5 } else { 0 }).cloned().collect();
    Runs { from, median: at(0.5), bands, samples }
}

/// The recorded entries of a nationality in the months that a chart shows, as far as they are known.
pub fn history_of(code: &str, from: Month, last: Month) -> History {
    data::entries().series(code).map_or_else(
        || History::none(from),
        |s| {
            let (from, last) = (from.max(s.from), last.min(s.until()));
            s.between(from, last)
                .map_or_else(|| History::none(from), |values| History { from, values: values.to_vec() })
        },
    )
}

pub(super) fn thousands(x: f64) -> String {
    let digits = format!("{:.0}", x.abs());
    let mut out = String::new();
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i) % 3 == 0 {
            out.push(',');
        }
        out.push(c);
    }
    if x < -0.5 { format!("-{out}") } else { out }
}

/// Formats a count of people with separators, in three significant digits where it is large.
pub fn people(x: f64) -> String {
    let step = if x.abs() >= 10_000.0 { 10f64.powf(x.abs().log10().floor() - 2.0) } else { 1.0 };
    thousands((x / step).round() * step)
}

/// Draws all charts of all scenarios into `charts/`.
///
/// # Errors
///
/// If a part cannot be read, or a chart cannot be drawn or written.
pub fn draw(results: &Results<'_>, setting: &Setting, folder: &mut OutputFolder) -> Result<()> {
    for member in 0..results.members.len() {
        let prefix = if results.members.len() > 1 {
            format!("{}-", results.members[member].name)
        } else {
            String::new()
        };
        for (stem, chart) in gallery(results, setting, member)? {
            chart.save_as(folder, &format!("charts/{prefix}{stem}"))?;
        }
    }
    Ok(())
}

/// A chart of any kind, with the stem of its files.
pub type Named = (&'static str, Box<dyn AnyChart>);

/// The charts of one scenario.
///
/// # Errors
///
/// If a series cannot be read.
pub fn gallery(results: &dyn Ensemble, setting: &Setting, member: usize) -> Result<Vec<Named>> {
    let gallery = Gallery { results, setting, member };
    Ok(vec![
        ("entries", Box::new(gallery.fan()?)),
        ("nationalities", Box::new(gallery.nationalities()?)),
        ("routes", Box::new(gallery.routes()?)),
        ("stocks", Box::new(gallery.stocks()?)),
        ("map", Box::new(gallery.map()?)),
    ])
}

/// A chart behind a pointer.
pub trait AnyChart {
    /// Writes its files; see [`Chart::save_in`].
    ///
    /// # Errors
    ///
    /// As [`Chart::save_in`].
    fn save_as(&self, folder: &mut OutputFolder, stem: &str) -> Result<()>;

    /// The drawing alone, for a page that says title and source itself; see [`svg::inline`].
    ///
    /// # Errors
    ///
    /// As [`svg::inline`].
    fn inline(&self, id: &str) -> Result<String>;

    /// The words around it.
    fn words(&self) -> &Frame;

    /// What it shows, as a table.
    fn listed(&self) -> Table;
}

impl<C: Chart> AnyChart for C {
    fn save_as(&self, folder: &mut OutputFolder, stem: &str) -> Result<()> {
        self.save_in(folder, stem)
    }

    fn inline(&self, id: &str) -> Result<String> {
        svg::inline(self, id)
    }

    fn words(&self) -> &Frame {
        self.frame()
    }

    fn listed(&self) -> Table {
        self.table()
    }
}

struct Gallery<'a> {
    results: &'a dyn Ensemble,
    setting: &'a Setting,
    member: usize,
}

impl Gallery<'_> {
    fn say(&self, en: &str, es: &str) -> String {
        if self.setting.lang == Lang::Es { es.to_owned() } else { en.to_owned() }
    }

    /// A count to three figures, in the language of the charts.
    fn people(&self, x: f64) -> String {
        let step = if x.abs() >= 10_000.0 { 10f64.powf(x.abs().log10().floor() - 2.0) } else { 1.0 };
        self.setting.lang.number((x / step).round() * step, 0)
    }

    fn period(&self, from: Month, last: Month) -> String {
        let name = |m: Month| self.setting.lang.words().months[(m.month() - 1) as usize];
        if from.year() == last.year() {
            format!("{}–{} {}", name(from), name(last), last.year())
        } else {
            format!("{} {}–{} {}", name(from), from.year(), name(last), last.year())
        }
    }

    fn frame(&self, title: String, subtitle: String) -> Frame {
        let m = &self.results.members()[self.member];
        let provenance = Provenance {
            scenario: m.name.clone(),
            hash: m.hash.clone(),
            seed: self.setting.seed,
            runs: self.results.runs(),
            version: env!("CARGO_PKG_VERSION").into(),
            vintage: data::vintage().to_string(),
            source: self.say(
                "Panama's migration service (SNM); darien",
                "Servicio Nacional de Migración de Panamá; darien",
            ),
        };
        let mut frame = Frame::new(title, subtitle, provenance, self.setting.lang);
        frame.note.clone_from(&self.setting.track_record);
        frame
    }

    fn from(&self) -> Month {
        self.results.members()[self.member].from
    }

    fn last(&self) -> Month {
        self.from().plus(self.results.members()[self.member].months as i32 - 1)
    }

    fn series(&self, outcome: &str, place: &str, nationality: &str) -> Result<SeriesRuns> {
        self.results.series(self.member, &SeriesKey::new(outcome, place, nationality))
    }

    fn medians(&self, outcome: &str, place: &str, nationality: &str) -> Result<Vec<f64>> {
        Ok(runs_of(self.from(), &self.series(outcome, place, nationality)?).median)
    }

    fn known_until(&self) -> Option<NaiveDate> {
        let known = Draws::shipped_until().ok()?;
        (self.last() > known).then(|| known.last_day())
    }

    fn history(&self, code: &str) -> History {
        // A projection shows two years of the past before it.
        let from = if self.known_until().is_some() { self.from().plus(-24) } else { self.from() };
        history_of(code, from, self.last())
    }

    fn fan(&self) -> Result<Fan> {
        let rows = self.series("entries_recorded", "darien", "ALL")?;
        let totals = sorted(rows.iter().map(|r| r.iter().sum()).collect());
        let (low, mid, high) = (quantile(&totals, 0.1), quantile(&totals, 0.5), quantile(&totals, 0.9));
        let m = &self.results.members()[self.member];
        let last = m.from.plus(m.months as i32 - 1);
        let period = self.period(m.from, last);
        let title = self.say(
            &format!(
                "{} people cross the Darién in {period} (80 % interval {} to {})",
                self.people(mid),
                self.people(low),
                self.people(high)
            ),
            &format!(
                "{} personas cruzan el Darién en {period} (intervalo del 80 %: {} a {})",
                self.people(mid),
                self.people(low),
                self.people(high)
            ),
        );
        let subtitle = format!(
            "{} · {}",
            self.say(
                "Irregular entries recorded in Panama, persons a month",
                "Entradas irregulares registradas en Panamá, personas por mes"
            ),
            m.title
        );
        let history = self.history("ALL");
        let first = history.from.min(m.from).first_day();
        let events = self
            .setting
            .events
            .iter()
            .filter(|e| e.date >= first && e.date <= last.last_day())
            .cloned()
            .collect();
        Ok(Fan {
            frame: self.frame(title, subtitle),
            history,
            runs: runs_of(m.from, &rows),
            known_until: self.known_until(),
            events,
            axis: Kind::Linear,
        })
    }

    fn nationalities(&self) -> Result<SmallMultiples> {
        let mut panels = Vec::new();
        for n in NATIONALITIES.iter().take(8) {
            let rows = self.series("entries_recorded", "darien", n.code)?;
            let name = self.say(n.en, n.es);
            let name = name.split(" (").next().unwrap_or_default().to_owned();
            panels.push(SmallFan {
                name: capitalised(&name),
                history: self.history(n.code),
                runs: runs_of(self.from(), &rows),
            });
        }
        let share: Vec<f64> = {
            let (ven, all) =
                (self.series("entries", "darien", "VEN")?, self.series("entries", "darien", "ALL")?);
            ven.iter()
                .zip(&all)
                .map(|(v, a)| v.iter().sum::<f64>() / a.iter().sum::<f64>().max(1.0))
                .collect()
        };
        let percent = mean(&share) * 100.0;
        Ok(SmallMultiples {
            frame: self.frame(
                self.say(
                    &format!("Venezuelans are {percent:.0} % of those who cross"),
                    &format!("Los venezolanos son el {percent:.0} % de quienes cruzan"),
                ),
                self.say(
                    "Irregular entries recorded in Panama by nationality, persons a month",
                    "Entradas irregulares registradas en Panamá por nacionalidad, personas por mes",
                ),
            ),
            panels,
            known_until: self.known_until(),
            same_scale: false,
        })
    }

    fn line(&self, name: (&str, &str), outcome: &str, place: &str) -> Result<Line> {
        let values = self.medians(outcome, place, "ALL")?;
        Ok(Line { name: self.say(name.0, name.1), from: self.from(), values, baseline: false })
    }

    fn routes(&self) -> Result<StackedAreas> {
        let ways = [
            (("Acandí trail", "Camino de Acandí"), "entries", "acandi"),
            (("Capurganá trail", "Camino de Capurganá"), "entries", "capurgana"),
            (("Carreto boats", "Lanchas a Carreto"), "entries", "carreto"),
            (("VIP boats", "Lanchas VIP"), "entries", "vip"),
            (("Pacific", "Pacífico"), "entries", "pacific"),
            (("Flights to Mexico", "Vuelos a México"), "bypass", "mexico_air"),
            (("Flights to Managua", "Vuelos a Managua"), "bypass", "managua_air"),
            (("Sea by San Andrés", "Mar por San Andrés"), "bypass", "san_andres_sea"),
        ];
        let mut parts = Vec::new();
        for (name, outcome, place) in ways {
            let line = self.line(name, outcome, place)?;
            if line.values.iter().sum::<f64>() > 0.0 {
                parts.push(line);
            }
        }
        let total: f64 = parts.iter().flat_map(|p| &p.values).sum();
        let around: f64 = parts
            .iter()
            .filter(|p| p.name.contains("light") || p.name.contains("uelo") || p.name.contains("ndrés"))
            .flat_map(|p| &p.values)
            .sum();
        let percent = 100.0 * around / total.max(1.0);
        Ok(StackedAreas {
            frame: self.frame(
                self.say(
                    &format!("{percent:.0} % of those who go north go around the Darién"),
                    &format!("El {percent:.0} % de quienes van al norte rodea el Darién"),
                ),
                self.say(
                    "Median of the runs by way, persons a month",
                    "Mediana de las simulaciones por vía, personas por mes",
                ),
            ),
            parts,
            unit: "persons/month".into(),
            known_until: self.known_until(),
        })
    }

    fn stocks(&self) -> Result<Lines> {
        let lines = vec![
            self.line(("In Mexico", "En México"), "in_mexico", "mexico")?,
            self.line(("In Panama", "En Panamá"), "in_panama", "panama")?,
            self.line(("Peak queue at Necoclí", "Cola máxima en Necoclí"), "queue_peak", "necocli")?,
            self.line(("Before the Darién", "Antes del Darién"), "on_the_way", "approach")?,
        ];
        let most = lines[0].values.iter().copied().fold(0.0, f64::max);
        Ok(Lines {
            frame: self.frame(
                self.say(
                    &format!("Up to {} people wait or travel in Mexico", self.people(most)),
                    &format!("Hasta {} personas esperan o viajan en México", self.people(most)),
                ),
                self.say(
                    "Median stocks at the end of the month and longest queue of the month, persons",
                    "Mediana de existencias a fin de mes y mayor cola del mes, personas",
                ),
            ),
            lines,
            unit: "persons".into(),
            known_until: self.known_until(),
            axis: Kind::Linear,
        })
    }

    fn map(&self) -> Result<CorridorMap> {
        let sum = |outcome: &str, place: &str| -> Result<f64> {
            let rows = self.series(outcome, place, "ALL")?;
            let totals = sorted(rows.iter().map(|r| r.iter().sum()).collect());
            Ok(quantile(&totals, 0.5))
        };
        let entries = sum("entries", "darien")?;
        let flow = |from: &str, to: &str, persons: f64, south: bool| Flow {
            from: from.into(),
            to: to.into(),
            persons,
            south,
        };
        let southbound =
            sum("southbound", "panama")? + sum("southbound", "transit")? + sum("southbound", "mexico")?;
        let air = sum("bypass", "mexico_air")?;
        let managua = sum("bypass", "managua_air")?;
        let arrivals = sum("us_arrivals", "us_border")?;
        let flows = vec![
            flow("NEC", "LJB", entries, false),
            flow("LJB", "PBL", entries, false),
            flow("PBL", "TAP", entries, false),
            flow("TAP", "USA", arrivals, false),
            flow("CCS", "MEX", air, false),
            flow("HAV", "MGA", managua, false),
            flow("ADZ", "BLF", sum("bypass", "san_andres_sea")?, false),
            flow("PTY", "MDE", sum("returned", "panama")?, true),
            flow("MEX", "PCN", southbound, true),
        ];
        let name = |id: &str| {
            data::place(id).map(|p| Place { id: p.id.clone(), name: p.name.clone(), at: (p.lon, p.lat) })
        };
        let places = [
            "NEC", "LJB", "PBL", "TAP", "USA", "CCS", "MEX", "HAV", "MGA", "ADZ", "BLF", "PTY", "MDE", "PCN",
        ];
        let mut countries: Vec<Country> = Vec::new();
        for ring in data::map::rings() {
            match countries.iter_mut().find(|c| c.iso3 == ring.country) {
                Some(c) => c.rings.push(ring.points.clone()),
                None => countries.push(Country {
                    iso3: ring.country.clone(),
                    label: country_label(&ring.country),
                    rings: vec![ring.points.clone()],
                }),
            }
        }
        Ok(CorridorMap {
            frame: self.frame(
                self.say(
                    &format!(
                        "{} cross the Darién, {} turn south",
                        self.people(entries),
                        self.people(southbound)
                    ),
                    &format!(
                        "{} cruzan el Darién, {} vuelven al sur",
                        self.people(entries),
                        self.people(southbound)
                    ),
                ),
                self.say(
                    "Persons over the whole period, median of the runs",
                    "Personas en todo el período, mediana de las simulaciones",
                ),
            ),
            window: (-116.0, -1.0, -64.0, 33.5),
            countries,
            places: places.iter().filter_map(|id| name(id)).collect(),
            flows,
            suppress_below: 100.0,
        })
    }
}

fn country_label(iso3: &str) -> Option<(String, (f64, f64))> {
    let (name, lon, lat) = match iso3 {
        "MEX" => ("México", -103.5, 24.5),
        "COL" => ("Colombia", -72.5, 3.5),
        "VEN" => ("Venezuela", -67.0, 7.2),
        "ECU" => ("Ecuador", -78.3, 0.2),
        "CUB" => ("Cuba", -78.5, 21.9),
        "HTI" => ("Haití", -72.8, 18.9),
        "PAN" => ("Panamá", -80.5, 6.6),
        "CRI" => ("Costa Rica", -85.0, 8.6),
        "NIC" => ("Nicaragua", -84.0, 13.6),
        "HND" => ("Honduras", -85.6, 16.6),
        "GTM" => ("Guatemala", -90.4, 16.4),
        _ => return None,
    };
    Some((name.to_owned(), (lon, lat)))
}

/// The first letter in upper case.
pub fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|c| c.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
