//! The charts of an ensemble, from its results alone.

mod map;
mod measure;

use super::chart::{
    Band, Chart, CorridorMap, Fan, Frame, History, Kind, Lang, Line, Provenance, Runs, SmallFan,
    SmallMultiples, StackedAreas, Statistic, fan, svg,
};
use super::file::OutputFolder;
use super::results::{Member, Results, SeriesRuns};
use crate::data;
use crate::error::Result;
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
    /// Last month of which each scenario knows what happened.
    pub known_until: Vec<Month>,
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

/// The central intervals that so many runs resolve: each end has at least one run beyond it. The last is that of all
/// runs, from the lowest to the highest, where there are too few for 95 %.
fn levels(runs: usize) -> Vec<f64> {
    let resolved = |level: &f64| 0.5 * (1.0 - level) * (runs as f64 - 1.0) > 1.0 - 1e-9;
    let mut levels: Vec<f64> = [0.5, 0.8, 0.95].into_iter().filter(resolved).collect();
    if levels.len() < 3 && runs > 1 {
        levels.push(1.0);
    }
    levels
}

/// The middle of runs by month and the bands that so many runs resolve.
pub fn runs_of(from: Month, rows: &SeriesRuns, statistic: Statistic) -> Runs {
    let months = rows.first().map_or(0, Vec::len);
    let columns: Vec<Vec<f64>> = (0..months).map(|m| sorted(rows.iter().map(|r| r[m]).collect())).collect();
    let at = |level: f64| columns.iter().map(|c| quantile(c, level)).collect::<Vec<f64>>();
    let middle = match statistic {
        Statistic::Median => at(0.5),
        Statistic::Mean => columns.iter().map(|c| mean(c)).collect(),
    };
    let bands = levels(rows.len())
        .into_iter()
        .map(|level| Band { level, low: at(0.5 - level / 2.0), high: at(0.5 + level / 2.0) })
        .collect();
    let samples = rows.iter().take(if rows.len() > 5 { 5 } else { 0 }).cloned().collect();
    Runs { from, middle, statistic, bands, samples }
}

/// The end of a sentence that says what an interval of 95 % of so many runs is, where they are too few for it; empty
/// where they are enough, or where their number is not known.
pub fn extremes(runs: u64, lang: Lang) -> String {
    if runs == 0 || levels(runs as usize).contains(&0.95) {
        return String::new();
    }
    let n = lang.number(runs as f64, 0);
    lang.pick(
        "; of {n} runs, the 95 % interval reaches nearly from the lowest to the highest",
        "; con {n} corridas, el intervalo del 95 % llega casi de la más baja a la más alta",
    )
    .replace("{n}", &n)
}

/// The runs without the months of which only a part is in a scenario: a part month is not drawn as a month.
pub fn whole_months(from: Month, rows: &SeriesRuns, (first, last): (Month, Month)) -> (Month, SeriesRuns) {
    let skip = usize::try_from(first.since(from)).unwrap_or(0);
    let count = usize::try_from(last.since(from.plus(skip as i32)) + 1).unwrap_or(0);
    let cut = |row: &Vec<f64>| row.iter().copied().skip(skip).take(count).collect();
    (from.plus(skip as i32), rows.iter().map(cut).collect())
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

/// The southbound entries into Panama that are on record by month, in the months that a chart shows.
fn southbound_of(from: Month, last: Month) -> History {
    let values: Vec<f64> = from
        .through(last)
        .map(|month| {
            let counted = |c: &&data::reverse::Southbound| {
                c.counter == data::reverse::Counter::Panama && c.whole_months() == Some((month, month))
            };
            data::reverse::southbound().iter().find(counted).and_then(|c| c.persons).unwrap_or(f64::NAN)
        })
        .collect();
    if values.iter().all(|v| v.is_nan()) { History::none(from) } else { History { from, values } }
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

/// Notes below a chart, one after the other.
pub(super) fn noted(assumption: &str, track_record: &str) -> String {
    [assumption, track_record].into_iter().filter(|note| !note.is_empty()).collect::<Vec<_>>().join(" · ")
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
        ("entries", Box::new(gallery.fan(&measure::ENTRIES)?)),
        ("nationalities", Box::new(gallery.nationalities()?)),
        ("routes", Box::new(gallery.routes()?)),
        ("stocks", Box::new(gallery.stocks()?)),
        ("reverse-flow", Box::new(gallery.fan(&measure::REVERSE_FLOW)?)),
        ("map", Box::new(gallery.map()?)),
    ])
}

/// The map of one scenario.
///
/// # Errors
///
/// If a series cannot be read.
pub fn map(results: &dyn Ensemble, setting: &Setting, member: usize) -> Result<CorridorMap> {
    Gallery { results, setting, member }.map()
}

/// The fan of entries of one scenario.
///
/// # Errors
///
/// If a series cannot be read.
pub fn entries(results: &dyn Ensemble, setting: &Setting, member: usize) -> Result<Fan> {
    Gallery { results, setting, member }.fan(&measure::ENTRIES)
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

    fn lang(&self) -> Lang {
        self.setting.lang
    }

    fn member(&self) -> &Member {
        &self.results.members()[self.member]
    }

    /// The period in words: months, or days where a month is not whole.
    fn period(&self) -> String {
        let m = self.member();
        let (first, last) = m.whole_months();
        let (from, until) = (Month::of(m.days.0), Month::of(m.days.1));
        if (first, last) == (from, until) {
            self.lang().period(from, until)
        } else {
            self.lang()
                .pick("{a} to {b}", "{a} a {b}")
                .replace("{a}", &self.lang().date(m.days.0))
                .replace("{b}", &self.lang().date(m.days.1))
        }
    }

    fn frame(&self, title: String, subtitle: String) -> Frame {
        let m = self.member();
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
        frame.note = noted(&m.assumption(self.setting.lang), &self.setting.track_record);
        frame
    }

    fn from(&self) -> Month {
        self.member().from
    }

    fn last(&self) -> Month {
        self.from().plus(self.member().months as i32 - 1)
    }

    fn series(&self, outcome: &str, place: &str, nationality: &str) -> Result<SeriesRuns> {
        self.results.series(self.member, &SeriesKey::new(outcome, place, nationality))
    }

    /// The whole months of a series, from the first of them.
    fn whole(&self, rows: &SeriesRuns) -> (Month, SeriesRuns) {
        whole_months(self.from(), rows, self.member().whole_months())
    }

    /// Medians and bands of the whole months of a series.
    fn runs(&self, rows: &SeriesRuns) -> Runs {
        let (from, rows) = self.whole(rows);
        runs_of(from, &rows, Statistic::Median)
    }

    /// What bands as wide as these held in the past, for a legend.
    fn held(&self, series: &[&str]) -> String {
        let levels = levels(self.results.runs() as usize);
        let Some(percent) = levels.iter().filter(|l| **l < 1.0).map(|l| (l * 100.0).round() as u32).max()
        else {
            return String::new();
        };
        crate::experiment::track_record::held(percent, series).map_or_else(String::new, |share| {
            let share = self.lang().percent(share);
            self.say(
                &format!("Forecasts of the past: the {percent} % band held {share} of the months"),
                &format!("Pronósticos del pasado: la banda del {percent} % contuvo el {share} de los meses"),
            )
        })
    }

    /// Which months are not drawn because they are not whole; empty where all are.
    fn left_out(&self) -> String {
        let m = self.member();
        let (first, last) = m.whole_months();
        let mut parts: Vec<Month> = Vec::new();
        if first > Month::of(m.days.0) {
            parts.push(Month::of(m.days.0));
        }
        if last < Month::of(m.days.1) && !parts.contains(&Month::of(m.days.1)) {
            parts.push(Month::of(m.days.1));
        }
        if parts.is_empty() {
            return String::new();
        }
        let names: Vec<String> = parts.iter().map(|m| self.lang().month(*m)).collect();
        let names = self.lang().list(&names);
        self.say(
            &format!(" · {names}, not whole, is not drawn"),
            &format!(" · {names}, incompleto, no se dibuja"),
        )
    }

    fn known_until(&self) -> Option<NaiveDate> {
        let known = *self.setting.known_until.get(self.member)?;
        (self.last() > known).then(|| known.last_day())
    }

    /// First month of the records that are shown: a projection shows two years of the past before it.
    fn history_from(&self) -> Month {
        if self.known_until().is_some() { self.from().plus(-24) } else { self.from() }
    }

    fn history(&self, code: &str) -> History {
        history_of(code, self.history_from(), self.last())
    }

    fn nationalities(&self) -> Result<SmallMultiples> {
        let mut panels = Vec::new();
        let shown = &NATIONALITIES[..8];
        for n in shown {
            let rows = self.series("entries_recorded", "darien", n.code)?;
            let name = self.say(n.en, n.es);
            let name = name.split(" (").next().unwrap_or_default().to_owned();
            panels.push(SmallFan {
                name: capitalised(&name),
                history: self.history(n.code),
                runs: self.runs(&rows),
            });
        }
        let (ven, all) = (self.series("entries", "darien", "VEN")?, self.series("entries", "darien", "ALL")?);
        let shares = sorted(
            ven.iter()
                .zip(&all)
                .map(|(v, a)| v.iter().sum::<f64>() / a.iter().sum::<f64>().max(1.0))
                .collect(),
        );
        let percent = self.lang().percent(quantile(&shares, 0.5));
        let mut frame = self.frame(
            self.say(
                &format!("In the median run, {percent} of those who cross are Venezuelans"),
                &format!("En la corrida mediana, el {percent} de quienes cruzan son venezolanos"),
            ),
            self.say(
                "Irregular entries recorded in Panama by nationality, persons a month",
                "Entradas irregulares registradas en Panamá por nacionalidad, personas por mes",
            ) + &self.left_out(),
        );
        let codes: Vec<&str> = shown.iter().map(|n| n.code).collect();
        frame.bands = self.held(&codes);
        // One scale for all panels' kind: logarithmic where most could not be read otherwise.
        let small = panels.iter().filter(|p| fan::is_unreadable(&p.history, &p.runs)).count();
        let axis =
            if self.known_until().is_some() && 2 * small > panels.len() { Kind::Log1p } else { Kind::Linear };
        Ok(SmallMultiples { frame, panels, known_until: self.known_until(), same_scale: false, axis })
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
        // Persons of each run who go through the Darién, and around it.
        let mut persons = [Vec::new(), Vec::new()];
        for (name, outcome, place) in ways {
            let rows = self.series(outcome, place, "ALL")?;
            let sums = &mut persons[usize::from(outcome == "bypass")];
            sums.resize(rows.len(), 0.0);
            for (sum, row) in sums.iter_mut().zip(&rows) {
                *sum += row.iter().sum::<f64>();
            }
            let runs = self.runs(&rows);
            if runs.middle.iter().sum::<f64>() > 0.0 {
                let name = self.say(name.0, name.1);
                parts.push(Line { name, from: runs.from, values: runs.middle, baseline: false });
            }
        }
        let [through, around] = persons;
        let share = |(t, a): (&f64, &f64)| if t + a > 0.0 { a / (t + a) } else { 0.0 };
        let percent =
            self.lang().percent(quantile(&sorted(through.iter().zip(&around).map(share).collect()), 0.5));
        Ok(StackedAreas {
            frame: self.frame(
                self.say(
                    &format!("In the median run, {percent} of those who go north go around the Darién"),
                    &format!("En la corrida mediana, el {percent} de quienes van al norte rodea el Darién"),
                ),
                self.say(
                    "Median of the runs by way, persons a month",
                    "Mediana de las corridas por vía, personas por mes",
                ) + &self.left_out(),
            ),
            parts,
            unit: "persons/month".into(),
            known_until: self.known_until(),
        })
    }

    fn stocks(&self) -> Result<SmallMultiples> {
        let shown = [
            (("In Mexico", "En México"), "in_mexico", "mexico"),
            (("In Panama", "En Panamá"), "in_panama", "panama"),
            (("Longest queue at Necoclí", "Cola más larga en Necoclí"), "queue_peak", "necocli"),
            (("On the way to the Darién", "En camino hacia el Darién"), "on_the_way", "approach"),
        ];
        let mut panels = Vec::new();
        for (name, outcome, place) in shown {
            let runs = self.runs(&self.series(outcome, place, "ALL")?);
            panels.push(SmallFan { name: self.say(name.0, name.1), history: History::none(runs.from), runs });
        }
        let most = panels[0].runs.middle.iter().copied().fold(0.0, f64::max);
        let most = self.lang().count(most);
        Ok(SmallMultiples {
            frame: self.frame(
                self.say(
                    &format!("In the median of the runs, up to {most} people wait or travel in Mexico"),
                    &format!(
                        "En la mediana de las corridas, hasta {most} personas esperan o viajan en México"
                    ),
                ),
                self.say(
                    "Persons there at the end of the month, and the longest queue of the month",
                    "Personas que hay a fin de mes, y la cola más larga del mes",
                ) + &self.left_out(),
            ),
            panels,
            known_until: self.known_until(),
            same_scale: false,
            axis: Kind::Linear,
        })
    }
}

/// The first letter in upper case.
pub fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|c| c.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
