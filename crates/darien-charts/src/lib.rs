//! Charts from plain structs: SVG first, PNG from that SVG, and a CSV of exactly what is drawn.
//!
//! A chart is pure data (dates, values, words); [`Chart`] draws it on any backend of the plotting library. Every SVG
//! says who it is: `role="img"`, a title and a description that state the finding, and metadata. The same struct
//! gives the same bytes on every machine.
//!
//! The conventions follow the fan charts of the Bank of England, the FT's *Visual Vocabulary* and the UN's map
//! practice: intervals are named in words, the baseline is grey, no meaning is carried by colour alone.

pub mod areas;
pub mod axis;
pub mod calibration;
pub mod canvas;
pub mod daily;
pub mod density;
pub mod difference;
pub mod events;
pub mod fan;
pub mod font;
pub mod frame;
pub mod heat;
pub mod key;
pub mod legend;
pub mod lines;
pub mod map;
pub mod multiples;
pub mod names;
pub mod pairs;
pub mod png;
pub mod rows;
pub mod scatter;
pub mod scoreboard;
pub mod series;
pub mod shares;
pub mod svg;
pub mod swings;
pub mod theme;
pub mod tornado;
pub mod waterfall;
pub mod words;

mod flow;
mod labels;

pub use areas::StackedAreas;
pub use axis::Kind;
pub use calibration::{Coverage, Covered, Histogram};
pub use daily::{Daily, DailyLine, DailyPanel};
pub use density::{Densities, Density};
pub use difference::Difference;
pub use events::Event;
pub use fan::Fan;
pub use frame::{Frame, Provenance};
pub use heat::Heat;
pub use lines::{Line, Lines};
pub use map::{CorridorMap, Country, Flow, Place};
pub use multiples::{SmallFan, SmallMultiples};
pub use names::PlacedName;
pub use pairs::Pairs;
pub use scatter::{Scatter, Spot};
pub use scoreboard::{Model, Scoreboard};
pub use series::{Band, History, Runs, Statistic};
pub use shares::{Pair, Shares};
pub use swings::{Reach, Swings};
pub use tornado::{Bar, Tornado};
pub use waterfall::{Step, Waterfall};
pub use words::Lang;

use canvas::{Canvas, Panel};
use darien_base::error::{Error, Result};
use darien_base::file::{Folder, Written, write_atomic};
use darien_base::table::Table;
use darien_base::{csv, error, lang, table, units};
use plotters::coord::Shift;
use plotters::prelude::{DrawingArea, DrawingBackend};
use std::path::Path;

/// A chart: plain data that can be drawn and listed.
pub trait Chart {
    /// Title, subtitle and footer.
    fn frame(&self) -> &Frame;

    /// What is drawn, as a table.
    fn table(&self) -> Table;

    /// Draws what is between subtitle and footer.
    ///
    /// # Errors
    /// If the backend fails.
    fn draw_body<DB: DrawingBackend>(&self, canvas: &Canvas<DB>, body: Panel) -> Result<()>;

    /// Width and height, canvas units (two to a CSS pixel).
    fn size(&self) -> (u32, u32) {
        theme::SIZE
    }

    /// The room between subtitle and footer.
    fn body(&self) -> Panel {
        let (width, height) = self.size();
        self.frame().layout((f64::from(width), f64::from(height))).body
    }

    /// Draws the whole chart on any backend.
    ///
    /// # Errors
    /// If the backend fails.
    fn draw<DB: DrawingBackend>(&self, area: DrawingArea<DB, Shift>) -> Result<()> {
        let canvas = Canvas::new(area)?;
        self.draw_on(&canvas)?;
        canvas.finish()
    }

    /// Draws the whole chart on a canvas.
    ///
    /// # Errors
    /// If the backend fails.
    fn draw_on<DB: DrawingBackend>(&self, canvas: &Canvas<DB>) -> Result<()> {
        let body = self.frame().draw(canvas)?;
        self.draw_body(canvas, body)
    }

    /// The chart as an SVG document.
    ///
    /// # Errors
    /// [`Error::Unexpected`] if drawing fails.
    fn svg(&self) -> Result<String>
    where
        Self: Sized,
    {
        svg::document(self)
    }

    /// The chart as a PNG image, two pixels to a CSS pixel. Letters that the embedded font lacks are shown as
    /// [`font::MISSING`], which the picture says.
    ///
    /// # Errors
    /// [`Error::Unexpected`] if drawing fails.
    fn png(&self) -> Result<Vec<u8>>
    where
        Self: Sized,
    {
        png::image(self, &self.svg()?)
    }

    /// Writes `stem.svg`, `stem.png` and `stem.csv` into a folder.
    ///
    /// ```
    /// use darien_charts::{Chart, Frame, Kind, Lang, Line, Lines, Provenance};
    ///
    /// let line = |name: &str, values: [f64; 3], baseline| Line {
    ///     name: name.into(),
    ///     from: "2025-01".parse().unwrap(),
    ///     values: values.into(),
    ///     baseline,
    /// };
    /// let chart = Lines {
    ///     frame: Frame::new("More arrive", "Persons a month", Provenance::default(), Lang::En),
    ///     lines: vec![line("as it is", [9.0, 8.0, 7.0], true), line("what if", [9.0, 11.0, 12.0], false)],
    ///     unit: "persons/month".into(),
    ///     known_until: None,
    ///     axis: Kind::Linear,
    /// };
    /// let folder = std::env::temp_dir().join(format!("a-chart-{}", std::process::id()));
    /// std::fs::create_dir_all(&folder).unwrap();
    /// chart.save(&folder, "arrivals")?;
    /// assert!(folder.join("arrivals.svg").is_file() && folder.join("arrivals.csv").is_file());
    /// # std::fs::remove_dir_all(&folder).unwrap();
    /// # Ok::<(), darien_base::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Io`] with the path if a file cannot be written.
    fn save(&self, folder: &Path, stem: &str) -> Result<Vec<Written>>
    where
        Self: Sized,
    {
        files(self)?
            .into_iter()
            .map(|(ending, bytes)| write_atomic(&folder.join(format!("{stem}.{ending}")), &bytes))
            .collect()
    }

    /// Writes the same three files into an output folder, which records them; `stem` may name a sub-folder
    /// (`charts/fan`).
    ///
    /// # Errors
    /// [`Error::Io`] with the path if a file cannot be written.
    fn save_in(&self, folder: &mut impl Folder, stem: &str) -> Result<()>
    where
        Self: Sized,
    {
        files(self)?
            .into_iter()
            .try_for_each(|(ending, bytes)| folder.write(&format!("{stem}.{ending}"), &bytes))
    }
}

fn files(chart: &impl Chart) -> Result<[(&'static str, Vec<u8>); 3]> {
    let svg = chart.svg()?;
    let png = png::image(chart, &svg)?;
    Ok([("svg", svg.into_bytes()), ("png", png), ("csv", csv::bytes(&chart.table())?)])
}

pub use darien_base::better::Better;

/// The error of a chart whose parts do not fit together.
fn mismatch(what: &str) -> Error {
    Error::Unexpected(format!("a chart cannot be drawn: {what}"))
}
