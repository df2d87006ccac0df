//! The corridor as a map: who goes where, with widths that are proportional to persons.

use super::canvas::{Align, Canvas, Panel, Point, Stroke, Type};
use super::flow::{arrow, bent, clip, overlap};
use super::font::{self, Weight};
use super::legend::{self, Sign};
use super::names::{self, Dot, Obstacles, PlacedName};
use super::series::nothing;
use super::words::fill;
use super::{Chart, Frame, theme};
use crate::error::Result;
use crate::table::{Column, Table};
use plotters::prelude::DrawingBackend;
use plotters::style::RGBColor;

/// At most so many arrows are drawn; the rest is said in words.
pub const MAX_ARROWS: usize = 12;
/// Room for the list at the side.
const SIDE: f64 = 490.0;
/// Width of the widest arrow.
const WIDEST: f64 = 30.0;

/// How names of places are written.
const NAME: Type = Type::bold(theme::FOOTER, theme::INK);

/// A country's outline.
#[derive(Debug, Clone, PartialEq)]
pub struct Country {
    /// ISO 3166-1 alpha-3.
    pub iso3: String,
    /// Name to write, and where (longitude, latitude); `None` writes nothing.
    pub label: Option<(String, Point)>,
    /// Outer rings, degrees (longitude, latitude).
    pub rings: Vec<Vec<Point>>,
}

/// A place.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// Identifier that flows refer to.
    pub id: String,
    /// Name to write.
    pub name: String,
    /// Longitude and latitude, degrees.
    pub at: Point,
}

/// Persons who go from one place to another in the period.
#[derive(Debug, Clone, PartialEq)]
pub struct Flow {
    /// Identifier of the place they leave.
    pub from: String,
    /// Identifier of the place they reach.
    pub to: String,
    /// Persons.
    pub persons: f64,
    /// Whether the way leads back south; drawn in the other colour.
    pub south: bool,
}

/// A map of flows.
#[derive(Debug, Clone, PartialEq)]
pub struct CorridorMap {
    /// Words around it.
    pub frame: Frame,
    /// West, south, east, north of the window, degrees.
    pub window: (f64, f64, f64, f64),
    /// Land.
    pub countries: Vec<Country>,
    /// Places; only those that a drawn flow touches are shown.
    pub places: Vec<Place>,
    /// Flows.
    pub flows: Vec<Flow>,
    /// Flows of fewer persons than this are not told singly.
    pub suppress_below: f64,
}

/// Equirectangular, true to scale in the middle of the window.
struct Projection {
    window: (f64, f64, f64, f64),
    squeeze: f64,
    scale: f64,
    panel: Panel,
}

impl Projection {
    fn new(window: (f64, f64, f64, f64), room: Panel) -> Self {
        let (west, south, east, north) = window;
        let squeeze = f64::midpoint(south, north).to_radians().cos().max(0.05);
        let width = ((east - west) * squeeze).max(1e-6);
        let height = (north - south).max(1e-6);
        let scale = (room.width() / width).min(room.height() / height);
        let panel = Panel { x1: room.x0 + width * scale, y1: room.y0 + height * scale, ..room };
        Self { window, squeeze, scale, panel }
    }

    fn map(&self, (lon, lat): Point) -> Point {
        (
            self.panel.x0 + (lon - self.window.0) * self.squeeze * self.scale,
            self.panel.y0 + (self.window.3 - lat) * self.scale,
        )
    }
}

/// A flow with both ends found.
struct Arrow<'a> {
    flow: &'a Flow,
    from: &'a Place,
    to: &'a Place,
}

impl CorridorMap {
    /// The arrows that are drawn, largest first, then number and persons of those left out.
    fn arrows(&self) -> (Vec<Arrow<'_>>, usize, f64) {
        let place = |id: &str| self.places.iter().find(|p| p.id == id);
        let mut arrows: Vec<Arrow> = self
            .flows
            .iter()
            .filter(|f| f.persons.is_finite() && f.persons > 0.0 && f.persons >= self.suppress_below)
            .filter_map(|flow| Some(Arrow { flow, from: place(&flow.from)?, to: place(&flow.to)? }))
            .collect();
        arrows.sort_by(|a, b| b.flow.persons.total_cmp(&a.flow.persons));
        let rest = arrows.split_off(arrows.len().min(MAX_ARROWS));
        (arrows, rest.len(), rest.iter().map(|a| a.flow.persons).sum())
    }

    fn colour(flow: &Flow) -> RGBColor {
        if flow.south { theme::ORANGE } else { theme::BLUE }
    }

    fn draw_land<DB: DrawingBackend>(&self, canvas: &Canvas<DB>, projection: &Projection) -> Result<()> {
        let panel = projection.panel;
        canvas.rect((panel.x0, panel.y0), (panel.x1, panel.y1), theme::SEA)?;
        for country in &self.countries {
            for ring in &country.rings {
                let points: Vec<Point> = ring.iter().map(|&p| projection.map(p)).collect();
                let mut inside = clip(&points, panel);
                canvas.polygon(&inside, theme::LAND)?;
                if let Some(&first) = inside.first() {
                    inside.push(first);
                    canvas.line(&inside, Stroke::solid(theme::BORDER, 2))?;
                }
            }
        }
        canvas.outline(panel, Stroke::solid(theme::GRID, 2))
    }

    /// Writes the names of countries near their place, where they hide nothing and nothing hides them; a name for
    /// which there is no such spot is left out.
    fn draw_names<DB: DrawingBackend>(
        &self,
        canvas: &Canvas<DB>,
        projection: &Projection,
        mut taken: Vec<Panel>,
    ) -> Result<()> {
        const REACH: i32 = 6;
        const STEP: f64 = 8.0;
        let panel = projection.panel;
        let ty = Type::regular(theme::FOOTER - 2.0, theme::mix(theme::BORDER, theme::INK, 0.6));
        for (name, at) in self.countries.iter().filter_map(|c| c.label.as_ref()) {
            let name = name.to_uppercase();
            let (x, y) = projection.map(*at);
            let half = ty.width(&name) / 2.0;
            let field = |(x, y): Point| Panel {
                x0: x - half - 4.0,
                y0: y - ty.size,
                x1: x + half + 4.0,
                y1: y + ty.size * 0.3,
            };
            let is_free = |f: &Panel| {
                f.x0 > panel.x0
                    && f.x1 < panel.x1
                    && f.y0 > panel.y0
                    && f.y1 < panel.y1
                    && taken.iter().all(|t| overlap(*t, *f) == 0.0)
            };
            let spot = (-REACH..=REACH)
                .flat_map(|i| (-REACH..=REACH).map(move |j| (i, j)))
                .map(|(i, j)| {
                    (f64::from(i).hypot(f64::from(j)), (x + f64::from(i) * STEP, y + f64::from(j) * STEP))
                })
                .filter(|(_, spot)| is_free(&field(*spot)))
                .min_by(|a, b| a.0.total_cmp(&b.0));
            if let Some((_, spot)) = spot {
                taken.push(field(spot));
                canvas.haloed_text(spot, &name, ty, theme::LAND, Align::Centre)?;
            }
        }
        Ok(())
    }

    /// The places that a drawn flow touches.
    fn touched<'a>(arrows: &[Arrow<'a>]) -> Vec<&'a Place> {
        let mut places: Vec<&Place> = Vec::new();
        for place in arrows.iter().flat_map(|a| [a.from, a.to]) {
            if !places.iter().any(|p| p.id == place.id) {
                places.push(place);
            }
        }
        places
    }

    /// The ways of the arrows, with their widths.
    fn ways(projection: &Projection, arrows: &[Arrow]) -> Vec<(Vec<Point>, f64)> {
        let largest = arrows.first().map_or(1.0, |a| a.flow.persons);
        arrows
            .iter()
            .map(|a| {
                let width = (a.flow.persons / largest * WIDEST).max(2.0);
                let way = bent(projection.map(a.from.at), projection.map(a.to.at), 8.0);
                (way.into_iter().filter(|p| inside(projection.panel, *p)).collect(), width)
            })
            .collect()
    }

    /// Where the map stands in the body of the chart.
    fn projection(&self, body: Panel) -> Projection {
        Projection::new(self.window, body.inset(0.0, 8.0, SIDE, 0.0))
    }

    fn placed(projection: &Projection, arrows: &[Arrow], ways: &[Panel]) -> Vec<PlacedName> {
        let places = Self::touched(arrows);
        let dots: Vec<Dot> =
            places.iter().map(|p| Dot { at: projection.map(p.at), name: &p.name, first: true }).collect();
        names::place(projection.panel, &dots, NAME, Obstacles { hard: &[], soft: ways })
    }

    /// The dots of the places and where their names stand, in a body as [`Chart::body`] gives it: what the chart
    /// draws.
    pub fn names(&self, body: Panel) -> (Vec<Point>, Vec<PlacedName>) {
        let projection = self.projection(body);
        let (arrows, ..) = self.arrows();
        let dots = Self::touched(&arrows).iter().map(|p| projection.map(p.at)).collect();
        let ways: Vec<Panel> =
            Self::ways(&projection, &arrows).iter().flat_map(|(way, width)| fields(way, *width)).collect();
        (dots, Self::placed(&projection, &arrows, &ways))
    }

    fn draw_side<DB: DrawingBackend>(
        &self,
        canvas: &Canvas<DB>,
        side: Panel,
        (arrows, left_out, left_persons): (&[Arrow], usize, f64),
        largest: f64,
    ) -> Result<()> {
        let lang = self.frame.lang;
        let words = super::words::of(lang);
        let small = Type::regular(theme::FOOTER, theme::INK);
        let mut y = side.y0 + theme::LABEL;
        canvas.text((side.x0, y), words.width_means, Type::bold(theme::LABEL, theme::INK), Align::Left)?;
        for share in [1.0, 0.5, 0.1] {
            let persons = two_digits(largest * share);
            let width = persons / largest * WIDEST;
            y += WIDEST.max(theme::LABEL) + 4.0;
            let middle = y - 8.0;
            canvas.rect(
                (side.x0, middle - width / 2.0),
                (side.x0 + 90.0, middle + (width / 2.0).max(1.0 - width / 2.0)),
                theme::tint(theme::BLUE, 0.75),
            )?;
            canvas.text((side.x0 + 106.0, y), &lang.number(persons, 0), small, Align::Left)?;
        }
        y += theme::LABEL * 1.9;
        if arrows.iter().any(|a| a.flow.south) {
            let at = Panel { y0: y - theme::TICK, ..side };
            let entries = [
                (Sign::Dot(theme::BLUE), words.northward.to_owned()),
                (Sign::Dot(theme::ORANGE), words.southward.to_owned()),
            ];
            y = legend::draw(canvas, at, &entries)?.y0 + theme::LABEL;
        }
        let number_room = arrows.iter().map(|a| small.width(&lang.count(a.flow.persons))).fold(0.0, f64::max);
        for arrow in arrows {
            canvas.dot((side.x0 + 7.0, y - 7.0), 7.0, Self::colour(arrow.flow))?;
            let names = format!("{} → {}", arrow.from.name, arrow.to.name);
            let names = font::fit(&names, small.size, Weight::Regular, side.width() - number_room - 36.0);
            canvas.text((side.x0 + 24.0, y), &names, small, Align::Left)?;
            canvas.text((side.x1, y), &lang.count(arrow.flow.persons), small, Align::Right)?;
            y += small.size * 1.5;
        }
        let mut notes = Vec::new();
        if left_out > 0 {
            let (n, m) = (lang.number(left_out as f64, 0), lang.number(left_persons, 0));
            notes.push(fill(words.others_not_drawn, &[("n", &n), ("m", &m)]));
        }
        if self.suppress_below > 1.0 {
            notes.push(fill(words.suppressed, &[("n", &lang.number(self.suppress_below, 0))]));
        }
        notes.push(words.disclaimer.to_owned());
        let grey = Type::regular(theme::FOOTER - 1.0, theme::GREY);
        let lines: Vec<String> =
            notes.iter().flat_map(|n| font::wrap(n, grey.size, Weight::Regular, side.width(), 4)).collect();
        canvas.lines((side.x0, y + 12.0), &lines, grey, 1.3)?;
        Ok(())
    }
}

/// A number to two digits, for a legend.
fn two_digits(x: f64) -> f64 {
    if !(x.is_finite() && x > 0.0) {
        return 0.0;
    }
    let power = 10_f64.powf(x.log10().floor() - 1.0);
    ((x / power).round() * power).max(1.0)
}

impl Chart for CorridorMap {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn size(&self) -> (u32, u32) {
        // As high as the window asks for at the width that the list at the side leaves.
        let (west, south, east, north) = self.window;
        let width = f64::from(theme::SIZE.0) - 2.0 * theme::MARGIN - SIDE;
        let squeeze = f64::midpoint(south, north).to_radians().cos().max(0.05);
        let height = width * (north - south) / ((east - west) * squeeze);
        (theme::SIZE.0, (height + 220.0).clamp(900.0, 1500.0) as u32)
    }

    fn draw_body<DB: DrawingBackend>(&self, canvas: &Canvas<DB>, body: Panel) -> Result<()> {
        let (west, south, east, north) = self.window;
        let is_window =
            [west, south, east, north].iter().all(|v| v.is_finite()) && west < east && south < north;
        if !is_window {
            return nothing(canvas, body, super::words::of(self.frame.lang).no_data);
        }
        let projection = self.projection(body);
        self.draw_land(canvas, &projection)?;
        let (arrows, left_out, left_persons) = self.arrows();
        let largest = arrows.first().map_or(1.0, |a| a.flow.persons);
        // The widest first, so that narrow ones stay visible.
        let mut ways: Vec<Panel> = Vec::new();
        for ((way, width), a) in Self::ways(&projection, &arrows).iter().zip(&arrows) {
            canvas.polygon(&arrow(way, width + 3.0), theme::PAPER)?;
            canvas.polygon(&arrow(way, *width), theme::tint(Self::colour(a.flow), 0.8))?;
            ways.extend(fields(way, *width));
        }
        let placed = Self::placed(&projection, &arrows, &ways);
        let mut taken: Vec<Panel> = placed.iter().map(|n| n.field).collect();
        for place in Self::touched(&arrows) {
            let dot = projection.map(place.at);
            canvas.dot(dot, 9.0, theme::PAPER)?;
            canvas.dot(dot, 6.0, theme::INK)?;
            taken.push(Panel { x0: dot.0 - 8.0, y0: dot.1 - 8.0, x1: dot.0 + 8.0, y1: dot.1 + 8.0 });
        }
        for (a, b) in placed.iter().filter_map(|n| n.leader) {
            taken.push(Panel { x0: a.0.min(b.0), y0: a.1.min(b.1), x1: a.0.max(b.0), y1: a.1.max(b.1) });
        }
        names::draw(canvas, &placed, NAME)?;
        taken.extend(ways);
        self.draw_names(canvas, &projection, taken)?;
        let side = Panel { x0: projection.panel.x1 + 30.0, ..body };
        self.draw_side(canvas, side, (&arrows, left_out, left_persons), largest)
    }

    fn table(&self) -> Table {
        let (arrows, left_out, left_persons) = self.arrows();
        let mut from: Vec<String> = arrows.iter().map(|a| a.from.name.clone()).collect();
        let mut to: Vec<String> = arrows.iter().map(|a| a.to.name.clone()).collect();
        let mut persons: Vec<f64> = arrows.iter().map(|a| a.flow.persons).collect();
        if left_out > 0 {
            let other = format!("{} ({left_out})", super::words::of(self.frame.lang).other);
            from.push(other.clone());
            to.push(other);
            persons.push(left_persons);
        }
        Table::new(
            "map",
            vec![
                Column::text("from", "Place that is left; `other` for flows that are not drawn.", from),
                Column::text("to", "Place that is reached.", to),
                Column::float("persons", "persons", "Persons in the period.", persons),
            ],
        )
    }
}

/// The fields that a way of a width takes; they hardly overlap, so that a wide one does not count several times.
fn fields(way: &[Point], width: f64) -> Vec<Panel> {
    let reach = width / 2.0 + 3.0;
    let every = (way.len() as f64 * 2.0 * reach / length(way).max(1.0)).ceil().max(1.0) as usize;
    let field = |p: &Point| Panel { x0: p.0 - reach, y0: p.1 - reach, x1: p.0 + reach, y1: p.1 + reach };
    way.iter().step_by(every).map(field).collect()
}

fn length(way: &[Point]) -> f64 {
    way.windows(2).map(|w| (w[1].0 - w[0].0).hypot(w[1].1 - w[0].1)).sum()
}

fn inside(panel: Panel, p: Point) -> bool {
    (panel.x0..=panel.x1).contains(&p.0) && (panel.y0..=panel.y1).contains(&p.1)
}
