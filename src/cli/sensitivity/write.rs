//! The folder of a sensitivity analysis.

use super::stages::Failed;
use super::{SensitivityArgs, parameters_of};
use crate::cli::common::say;
use crate::cli::ensemble;
use crate::data;
use crate::error::Result;
use crate::experiment::Draws;
use crate::experiment::sensitivity::findings::{Finding, Stages};
use crate::experiment::sensitivity::space::Factor;
use crate::experiment::sensitivity::study::{Quantity, Study};
use crate::experiment::sensitivity::tables;
use crate::output::file::OutputFolder;
use crate::output::manifest::{self, DataId, Manifest, ScenarioId, Stopwatch};
use crate::output::readme::{self, Described};
use crate::output::{csv, sensitivity};
use crate::scenario::Scenario;
use crate::table::{Column, Table};

/// What there is to tell.
#[derive(Debug, Clone, Copy)]
pub(super) struct Told<'a> {
    pub args: &'a SensitivityArgs,
    pub draws: &'a Draws,
    pub study: &'a Study,
    pub stages: &'a Stages,
    pub analysed: &'a [usize],
    pub findings: &'a [Finding],
}

impl Told<'_> {
    /// Runs that were asked for.
    pub fn runs(&self) -> u64 {
        self.stages.named().iter().map(|(_, s)| s.jobs.len() as u64).sum()
    }

    /// Name of the scenario and of the alternative.
    pub fn names(&self) -> (String, String) {
        let mut names = self.study.scenarios().map(|s| s.name().to_owned());
        (names.next().unwrap_or_default(), names.next().unwrap_or_default())
    }

    /// Titles of the two in the language of the answer.
    pub fn titles(&self) -> (String, String) {
        let mut titles = self.study.scenarios().map(|s| s.title_in(self.args.lang).to_owned());
        (titles.next().unwrap_or_default(), titles.next().unwrap_or_default())
    }

    /// Writes everything.
    pub fn write(
        &self,
        failures: &[Failed],
        folder: &mut OutputFolder,
        watch: Stopwatch,
        threads: usize,
    ) -> Result<()> {
        say(&self.args.common, "writing tables and charts");
        let space = &self.study.space;
        let mut all: Vec<(&str, Table)> = vec![(
            "How far the outcome moves when one factor alone goes from its 10th to its 90th percentile.",
            tables::tornado(space, self.findings),
        )];
        if self.args.screens() {
            all.push((
                "Elementary effects: which factors can be set aside.",
                tables::morris(space, self.findings, self.analysed),
            ));
        }
        if self.args.apportions() {
            all.push((
                "Shares of the variance of each outcome; all factors vary, those in the table were analysed.",
                tables::indices(space, self.findings, self.analysed),
            ));
        }
        if self.findings.iter().any(|f| f.ranking.is_some()) {
            all.push((
                "In which share of the prior the scenario beats the alternative, and which factor flips that.",
                tables::ranking(space, self.findings),
            ));
        }
        all.push((
            "Every run. The rows `sobol` and `morris` are in the order that SALib expects.",
            tables::design(space, &self.study.quantities(self.args.log), self.stages),
        ));
        if !failures.is_empty() {
            all.push(("Runs that failed.", failed(failures)));
        }
        for (_, table) in &all {
            folder.write_with(&format!("{}.csv", table.name), |o| csv::write(table, o))?;
        }
        let titles = self.titles();
        let setting = sensitivity::Setting {
            lang: self.args.lang,
            hash: self.study.scenarios().next().map(Scenario::hash).unwrap_or_default(),
            scenario: self.names().0,
            titles,
            seed: self.args.seed,
            runs: self.runs(),
            posterior: self.draws.posterior().is_some(),
            better: self.args.settings().better,
        };
        sensitivity::draw(space, self.findings, self.analysed, &setting, folder)?;
        let files: Vec<String> = all.iter().map(|(_, t)| format!("{}.csv", t.name)).collect();
        let mut described: Vec<Described> = all
            .iter()
            .zip(&files)
            .map(|((purpose, table), file)| Described { file, purpose, table: Some(table) })
            .collect();
        described.push(Described {
            file: "charts/",
            purpose: "Each chart as SVG and PNG, with what it shows as CSV.",
            table: None,
        });
        described.push(Described { file: "manifest.json", purpose: "What made these files.", table: None });
        described.extend(ensemble::described_posterior(self.draws));
        ensemble::keep_posterior(self.draws, folder)?;
        let intro: Vec<String> =
            self.study.scenarios().map(|s| format!("{}: {}", s.name(), s.title())).collect();
        let log = if self.args.log { LOG } else { "" };
        let intro = format!("{}\n\n{METHOD}{log}", intro.join("\n"));
        folder.write("README.txt", readme::text("Sensitivity of darien", &intro, &described).as_bytes())?;
        folder.finish(self.manifest(folder, watch, threads))
    }

    /// What determines the result beside scenarios, seed and scale.
    fn details(&self) -> serde_json::Map<String, serde_json::Value> {
        let a = self.args;
        let of: Vec<String> = self.study.quantities(a.log).iter().map(Quantity::label).collect();
        let levers: Vec<String> = (self.study.space.factors.iter())
            .filter_map(|f| match f {
                Factor::Lever(l) => Some(format!("{}={}..{}", l.key, l.low, l.high)),
                Factor::Parameter(_) => None,
            })
            .collect();
        let better = a.better.map(|b| format!("{b:?}").to_lowercase());
        [
            ("method", format!("{:?}", a.method).to_lowercase().into()),
            ("draws", self.draws.name().into()),
            ("posterior", serde_json::json!(self.draws.posterior().map(|p| &p.id))),
            ("quantities", of.into()),
            ("better", better.into()),
            ("levers", levers.into()),
            ("trajectories", a.trajectories.into()),
            ("plain", a.plain.into()),
            ("samples", a.samples.into()),
            ("keep", a.keep.into()),
            ("floor", a.floor.into()),
            ("log", a.log.into()),
            ("resamples", a.resamples.into()),
        ]
        .into_iter()
        .map(|(name, value): (&str, serde_json::Value)| (name.to_owned(), value))
        .collect()
    }

    fn manifest(&self, folder: &OutputFolder, watch: Stopwatch, threads: usize) -> Manifest {
        let space = &self.study.space;
        let parameters = parameters_of(self.study)
            .map(|(i, p)| {
                let d = p.definition().definition;
                let value = serde_json::json!({
                    "value": space.base(i), "low": space.value(i, 0.0), "high": space.value(i, 1.0),
                    "unit": d.unit, "source": d.source,
                });
                (d.name.to_owned(), value)
            })
            .collect();
        Manifest {
            format: manifest::FORMAT,
            version: crate::VERSION.into(),
            build: crate::BUILD.into(),
            verb: "sensitivity".into(),
            command: manifest::command(),
            scenarios: self
                .study
                .scenarios()
                .map(|s| ScenarioId { name: s.name().to_owned(), hash: s.hash() })
                .collect(),
            levers: self.study.scenarios().map(|s| (s.name().to_owned(), s.resolved())).collect(),
            parameters,
            seed: self.args.seed,
            runs: self.runs(),
            scale: u64::from(self.study.scale()),
            details: self.details(),
            data: DataId { vintage: data::vintage().to_string(), fingerprint: data::fingerprint().into() },
            files: folder.written(),
            experiment: String::new(),
            seal: String::new(),
            environment: watch.stop(threads),
        }
    }
}

const METHOD: &str = "\
All runs of the designs share one replicate of chance, so a factor without effect has an index of exactly zero. The
noise floor is what chance alone would give in the same measure: runs repeated under another replicate. An index
below it is no evidence of an effect. Values are means over the months of the horizon.";

const LOG: &str = "
Variances, effects and the columns `y:` of design.csv are of ln(1 + value); the tornado is in plain units.";

fn failed(failures: &[Failed]) -> Table {
    Table::new(
        "failures",
        vec![
            Column::text(
                "stage",
                "Stage of design.csv.",
                failures.iter().map(|f| f.stage.to_owned()).collect(),
            ),
            Column::int("row", "", "Row of the stage.", failures.iter().map(|f| f.row as i64).collect()),
            Column::int(
                "replicate",
                "",
                "Replicate of chance.",
                failures.iter().map(|f| f.replicate as i64).collect(),
            ),
            Column::text(
                "message",
                "What the run said.",
                failures.iter().map(|f| f.message.clone()).collect(),
            ),
        ],
    )
}
