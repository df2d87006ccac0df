//! Charts of a world that is recorded place by place and day by day, made from its tables alone.

use super::chart::{Band, Chart, Daily, DailyLine, DailyPanel, Frame, Lang, Provenance};
use super::figures::extremes;
use super::file::OutputFolder;
use crate::error::Result;
use crate::table::{Table, Values};
use chrono::NaiveDate;

/// Most panels of a chart; the largest are shown.
const MOST_PANELS: usize = 24;

/// What the charts need beside the tables.
#[derive(Debug, Clone)]
pub struct Setting {
    /// Language of the words.
    pub lang: Lang,
    /// Where the numbers come from.
    pub provenance: Provenance,
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub until: NaiveDate,
    /// People that an agent stands for; charts show people.
    pub people_per_agent: f64,
}

/// The tables that are drawn. Each has quantiles over runs in the columns `q025`, `q25`, `median`, `q75` and
/// `q975`, unless said otherwise.
#[derive(Debug, Clone, Copy)]
pub struct Tables<'a> {
    /// Camp (`camp`) by day, with `data`.
    pub camps: &'a Table,
    /// Day by day: all camps, with `data` and `agents` (the mean of all agents).
    pub days: &'a Table,
    /// Relative difference by day (`date`) and `forecast`.
    pub errors: &'a Table,
    /// Forecast by first day scored (`from_day`): `ard` with `ard_low` and `ard_high`.
    pub scores: &'a Table,
    /// Paired difference by `camp` and day: `median`, `low` and `high`.
    pub difference: Option<&'a Table>,
}

/// Draws the charts into `charts/`: the camps, their sum, the relative difference, and the difference that a what-if
/// makes. Where nothing was recorded there is no relative difference to draw.
///
/// # Errors
///
/// If a chart cannot be drawn or written.
pub fn draw(tables: &Tables<'_>, setting: &Setting, folder: &mut OutputFolder) -> Result<()> {
    let gallery = Gallery { tables, setting };
    gallery.camps().save_in(folder, "charts/camps")?;
    gallery.total().save_in(folder, "charts/total")?;
    if numbers(tables.days, "data").iter().any(|n| *n > 0.0) {
        gallery.errors().save_in(folder, "charts/errors")?;
    }
    if let Some(table) = tables.difference {
        gallery.difference(table).save_in(folder, "charts/difference")?;
    }
    Ok(())
}

fn numbers(table: &Table, name: &str) -> Vec<f64> {
    match table.column(name).map(|c| &c.values) {
        Some(Values::Float(v)) => v.clone(),
        Some(Values::Int(v)) => v.iter().map(|n| *n as f64).collect(),
        _ => vec![f64::NAN; table.rows()],
    }
}

fn texts<'a>(table: &'a Table, name: &str) -> &'a [String] {
    match table.column(name).map(|c| &c.values) {
        Some(Values::Text(v)) => v,
        _ => &[],
    }
}

/// Rows of each label in order of first appearance.
fn groups(labels: &[String]) -> Vec<(&str, Vec<usize>)> {
    let mut groups: Vec<(&str, Vec<usize>)> = Vec::new();
    let mut place = std::collections::BTreeMap::new();
    for (row, label) in labels.iter().enumerate() {
        let at = *place.entry(label.as_str()).or_insert_with(|| {
            groups.push((label, Vec::new()));
            groups.len() - 1
        });
        groups[at].1.push(row);
    }
    groups
}

/// A naive forecast in words: its code is `NAME, knows day N`.
fn naive_words(code: &str, lang: Lang) -> String {
    let (name, day) = code.split_once(", knows day ").unwrap_or((code, ""));
    match name {
        "even" => lang.pick("equal shares", "partes iguales").to_owned(),
        "capacity" => lang.pick("shares by capacity", "según la capacidad").to_owned(),
        "flat" => format!("{} {day}", lang.pick("as on day", "como el día")),
        "ratio" => format!("{} {day}", lang.pick("shares of day", "proporciones del día")),
        "sloped" => format!("{} {day}", lang.pick("trend to day", "tendencia al día")),
        _ => code.to_owned(),
    }
}

struct Gallery<'a> {
    tables: &'a Tables<'a>,
    setting: &'a Setting,
}

impl Gallery<'_> {
    fn say(&self, en: &str, es: &str) -> String {
        self.setting.lang.pick(en, es).to_owned()
    }

    fn number(&self, x: f64, decimals: usize) -> String {
        self.setting.lang.number(x, decimals)
    }

    fn people(&self, agents: f64) -> String {
        self.number(agents * self.setting.people_per_agent, 0)
    }

    fn frame(&self, title: String, subtitle: &str) -> Frame {
        let s = self.setting;
        let period = format!("{} – {}", s.lang.date(s.from), s.lang.date(s.until));
        let extremes = extremes(s.provenance.runs, s.lang);
        Frame::new(title, format!("{subtitle}, {period}{extremes}"), s.provenance.clone(), s.lang)
    }

    /// Median and bands of the rows of a table, in people.
    fn panel(&self, table: &Table, rows: &[usize], levels: &[(f64, &str, &str)]) -> DailyPanel {
        let series = |name: &str| -> Vec<f64> {
            let all = numbers(table, name);
            rows.iter().map(|r| all[*r] * self.setting.people_per_agent).collect()
        };
        DailyPanel {
            median: series("median"),
            bands: levels
                .iter()
                .map(|(level, low, high)| Band { level: *level, low: series(low), high: series(high) })
                .collect(),
            recorded: if table.column("data").is_some() { series("data") } else { Vec::new() },
            ..DailyPanel::default()
        }
    }

    /// Mean, low and high of the averaged relative difference of a forecast scored from a day on.
    fn score(&self, forecast: &str, day: f64) -> Option<(f64, f64, f64)> {
        let table = self.tables.scores;
        let from = numbers(table, "from_day");
        let row = texts(table, "forecast").iter().zip(&from).position(|(f, d)| f == forecast && *d == day)?;
        let at = |name: &str| numbers(table, name)[row];
        Some((at("ard"), at("ard_low"), at("ard_high")))
    }

    /// The naive forecast that comes closest among those that know no day but the first.
    fn best_naive(&self) -> Option<(String, f64)> {
        texts(self.tables.scores, "forecast")
            .iter()
            .filter(|f| f.ends_with("knows day 0"))
            .filter_map(|f| Some((f.clone(), self.score(f, 1.0)?.0)))
            .min_by(|a, b| a.1.total_cmp(&b.1))
    }

    /// The largest panels in their order, and a note on the others.
    fn largest(&self, mut panels: Vec<DailyPanel>, frame: &mut Frame) -> Vec<DailyPanel> {
        let more = panels.len().saturating_sub(MOST_PANELS);
        if more > 0 {
            let size = |p: &DailyPanel| {
                let high = p.bands.iter().flat_map(|b| b.low.iter().chain(&b.high));
                p.recorded.iter().chain(&p.median).chain(high).fold(0.0f64, |m, x| m.max(x.abs()))
            };
            let mut sizes: Vec<f64> = panels.iter().map(size).collect();
            sizes.sort_by(|a, b| b.total_cmp(a));
            let least = sizes[MOST_PANELS - 1];
            panels.retain(|p| size(p) >= least);
            panels.truncate(MOST_PANELS);
            frame.note = self.say(
                &format!("The {more} smaller panels are in the table."),
                &format!("Los {more} paneles menores están en la tabla."),
            );
        }
        panels
    }

    fn daily(&self, frame: Frame, panels: Vec<DailyPanel>, unit: &str) -> Daily {
        Daily { frame, from: self.setting.from, panels, unit: unit.into() }
    }

    fn camps(&self) -> Daily {
        let table = self.tables.camps;
        let title = match self.score("simulation", 0.0).filter(|s| s.0.is_finite()) {
            Some((mean, low, high)) if numbers(table, "data").iter().any(|n| *n > 0.0) => {
                let [mean, low, high] = [mean, low, high].map(|x| self.number(x * 100.0, 1));
                self.say(
                    &format!(
                        "On an average day the camps are off by {mean} % of the people in them ({low} to {high} in 95 % of runs)"
                    ),
                    &format!(
                        "En un día medio, el error de los campamentos es del {mean} % de las personas que hay en ellos (de {low} a {high} en el 95 % de las corridas)"
                    ),
                )
            }
            _ => self.say("Where people arrive", "Adónde llegan las personas"),
        };
        let mut frame =
            self.frame(title, &self.say("People in each camp by day", "Personas en cada campamento por día"));
        let panels = groups(texts(table, "camp"))
            .into_iter()
            .map(|(name, rows)| DailyPanel { name: name.to_owned(), ..self.panel(table, &rows, &BOTH) })
            .collect();
        let panels = self.largest(panels, &mut frame);
        self.daily(frame, panels, "persons")
    }

    fn total(&self) -> Daily {
        let table = self.tables.days;
        let rows: Vec<usize> = (0..table.rows()).collect();
        let mut panel = self.panel(table, &rows, &BOTH);
        // All agents are what was recorded, but for debts, unless conflicts drive people out.
        let agents: Vec<f64> =
            numbers(table, "agents").iter().map(|n| n * self.setting.people_per_agent).collect();
        let most = panel.recorded.iter().copied().fold(0.0, f64::max);
        if agents.iter().zip(&panel.recorded).any(|(a, r)| (a - r).abs() > 0.1 * most) {
            let name = self.say("with those on the way", "con los que van en camino");
            panel.lines = vec![DailyLine { name, values: agents }];
        }
        let last = |name: &str| numbers(table, name).last().copied().unwrap_or(f64::NAN);
        let (ours, data) = (self.people(last("median")), self.people(last("data")));
        let date = self.setting.lang.date(self.setting.until);
        let title = self.say(
            &format!("On {date}, {ours} people are in camps; the records say {data}"),
            &format!("El {date} hay {ours} personas en campamentos; según los registros, {data}"),
        );
        let frame = self.frame(
            title,
            &self.say("People in all camps by day", "Personas en todos los campamentos por día"),
        );
        self.daily(frame, vec![panel], "persons")
    }

    fn errors(&self) -> Daily {
        let table = self.tables.errors;
        let all = numbers(table, "median");
        let dates = texts(table, "date");
        let days = usize::try_from((self.setting.until - self.setting.from).num_days() + 1).unwrap_or(0);
        let best = self.best_naive();
        let wanted = ["capacity, knows day 0", "even, knows day 0", "flat, knows day 30"];
        let mut panel = DailyPanel::default();
        for (name, rows) in groups(texts(table, "forecast")) {
            if name == "simulation" {
                let series = |column: &str| -> Vec<f64> {
                    let all = numbers(table, column);
                    rows.iter().map(|r| all[*r]).collect()
                };
                panel.median = series("median");
                panel.bands = BOTH
                    .iter()
                    .map(|(level, low, high)| Band { level: *level, low: series(low), high: series(high) })
                    .collect();
            } else if wanted.contains(&name) || best.as_ref().is_some_and(|b| b.0 == name) {
                let mut values = vec![f64::NAN; days];
                for row in rows {
                    let day = dates[row].parse::<NaiveDate>().map(|d| (d - self.setting.from).num_days());
                    if let Some(cell) = day.ok().and_then(|d| values.get_mut(usize::try_from(d).ok()?)) {
                        *cell = all[row];
                    }
                }
                panel.lines.push(DailyLine { name: naive_words(name, self.setting.lang), values });
            }
        }
        let title = match (self.score("simulation", 1.0), best) {
            (Some((ours, _, _)), Some((name, naive))) => {
                let name = naive_words(&name, self.setting.lang);
                let (a, b) = (self.number(ours, 3), self.number(naive, 3));
                if naive < ours {
                    self.say(
                        &format!("A naive forecast ({name}) comes closer to the records than the simulation: {b} against {a}"),
                        &format!("Un pronóstico ingenuo ({name}) se acerca más a los registros que la simulación: {b} frente a {a}"),
                    )
                } else {
                    self.say(
                        &format!("The simulation comes closer to the records than the best naive forecast ({name}): {a} against {b}"),
                        &format!("La simulación se acerca más a los registros que el mejor pronóstico ingenuo ({name}): {a} frente a {b}"),
                    )
                }
            }
            _ => self.say(
                "How far the simulation is from the records",
                "A qué distancia de los registros está la simulación",
            ),
        };
        let subtitle = self.say(
            "Error of all camps over the people in them, by day",
            "Error de todos los campamentos entre las personas que hay en ellos, por día",
        );
        let frame = self.frame(title, &subtitle);
        self.daily(frame, vec![panel], "ratio")
    }

    fn difference(&self, table: &Table) -> Daily {
        let mut last = None;
        let mut panels = Vec::new();
        for (name, rows) in groups(texts(table, "camp")) {
            let heading = match name {
                "all camps" => self.say("All camps", "Todos los campamentos"),
                "on the way" => self.say("On the way", "En camino"),
                other => other.to_owned(),
            };
            let panel = DailyPanel { name: heading, ..self.panel(table, &rows, &[(0.95, "low", "high")]) };
            if name == "all camps" {
                let end = |v: &[f64]| v.last().copied().unwrap_or(f64::NAN);
                last = Some((end(&panel.median), end(&panel.bands[0].low), end(&panel.bands[0].high)));
            }
            panels.push(panel);
        }
        let title = last.map_or_else(String::new, |(mid, low, high)| {
            let more = if mid < 0.0 { ("fewer", "menos") } else { ("more", "más") };
            let [mid, low, high] = [mid.abs(), low, high].map(|x| self.number(x, 0));
            self.say(
                &format!("The what-if ends with {mid} people {} in camps ({low} to {high} in 95 % of runs)", more.0),
                &format!("El escenario alternativo termina con {mid} personas {} en campamentos (de {low} a {high} en el 95 % de las corridas)", more.1),
            )
        });
        let mut frame = self.frame(
            title,
            &self.say(
                "People more or fewer than without the change, same draws",
                "Personas de más o de menos que sin el cambio, con los mismos sorteos",
            ),
        );
        let panels = self.largest(panels, &mut frame);
        self.daily(frame, panels, "persons")
    }
}

/// The bands that are drawn: share of the runs inside, and the columns of their ends.
const BOTH: [(f64, &str, &str); 2] = [(0.5, "q25", "q75"), (0.95, "q025", "q975")];
