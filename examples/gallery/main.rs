//! Draws every kind of chart into a folder, from recorded figures and invented runs:
//! `cargo run --release --example gallery -- FOLDER [RINGS.json]`.
//!
//! `RINGS.json` holds outlines for the map, `{"Panama": [[[lon, lat], …], …]}`. The records are the monthly entries
//! published by Panama's Servicio Nacional de Migración, January 2021 to December 2024; the runs are made up.

mod analysis;

use darien::output::chart::{
    Band, Chart, CorridorMap, Country, Event, Fan, Flow, Frame, History, Kind, Lang, Line, Lines, Place,
    Provenance, Runs, SmallFan, SmallMultiples, StackedAreas, Statistic,
};
use darien::units::Month;
use std::path::{Path, PathBuf};

const TOTAL: [f64; 48] = [
    1071., 1857., 2694., 5865., 4462., 10267., 18813., 25332., 25505., 25904., 7762., 4194., 4702., 4262.,
    4827., 6134., 13894., 15633., 22822., 31104., 48204., 59773., 16632., 20297., 24634., 24657., 38099.,
    40297., 38962., 29722., 55387., 81946., 75268., 49256., 37231., 24626., 36001., 37166., 36841., 29259.,
    30747., 31049., 20519., 16603., 25111., 22914., 11144., 4849.,
];
const VENEZUELA: [f64; 48] = [
    3., 9., 0., 3., 113., 205., 248., 568., 437., 339., 352., 542., 1421., 1573., 1704., 2694., 9844.,
    11359., 17066., 23632., 38399., 40593., 668., 1374., 2337., 7097., 20816., 25395., 26409., 18501.,
    38033., 62700., 58716., 34594., 22547., 11505., 21940., 24895., 23257., 18558., 21245., 23509., 13545.,
    11733., 19800., 19522., 8901., 2992.,
];
const HAITI: [f64; 48] = [
    720., 1231., 2193., 3818., 2180., 6527., 15488., 21285., 22473., 20626., 3595., 936., 807., 627., 658.,
    785., 997., 1025., 1245., 1921., 2642., 4525., 5520., 6535., 12063., 7813., 8335., 5832., 3633., 1743.,
    1548., 1992., 3176., 3958., 3232., 2812., 3595., 2132., 2905., 1882., 1158., 814., 740., 631., 475.,
    333., 181., 180.,
];
const ECUADOR: [f64; 48] = [
    3., 2., 14., 12., 5., 9., 19., 22., 48., 88., 65., 100., 100., 156., 121., 181., 527., 555., 883., 1581.,
    2594., 8487., 6350., 7821., 6352., 5203., 2772., 2683., 3059., 5052., 9773., 8642., 4744., 2849., 2996.,
    3125., 2208., 3450., 3295., 1700., 1475., 1277., 828., 489., 582., 507., 444., 321.,
];
const CHINA: [f64; 48] = [
    0., 0., 2., 0., 0., 0., 0., 0., 3., 11., 22., 39., 32., 39., 56., 59., 67., 66., 85., 119., 136., 274.,
    377., 695., 913., 1285., 1657., 1683., 1497., 1722., 1789., 2433., 2588., 2934., 4090., 2974., 2911.,
    1562., 1885., 2302., 1511., 1074., 772., 53., 124., 69., 82., 53.,
];

fn month(text: &str) -> Month {
    text.parse().expect("a month")
}

fn provenance() -> Provenance {
    Provenance {
        scenario: "status-quo-2025".into(),
        hash: "9f2c4d1e7ab0c35588".into(),
        seed: 1,
        runs: 200,
        version: env!("CARGO_PKG_VERSION").into(),
        vintage: "2025-08-01".into(),
        source: "Servicio Nacional de Migración, Panama".into(),
    }
}

fn frame(title: &str, subtitle: &str) -> Frame {
    Frame::new(title, subtitle, provenance(), Lang::En)
}

/// A small repeatable generator for made-up wiggles.
fn noise(seed: u64, i: u64) -> f64 {
    let mut z = (seed << 32 ^ i).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64 * 2.0 - 1.0
}

/// Made-up runs: growth with a spread that opens like a square root.
fn runs(from: Month, start: f64, months: usize, drift: f64, spread: f64) -> Runs {
    let median: Vec<f64> = (1..=months).map(|h| start * (drift * h as f64).exp()).collect();
    let bands = [(0.5, 0.674), (0.8, 1.282), (0.95, 1.96)]
        .into_iter()
        .map(|(level, z)| {
            let end = |sign: f64| -> Vec<f64> {
                let wide = |h: usize| sign * z * spread * ((h + 1) as f64).sqrt();
                median.iter().enumerate().map(|(h, m)| m * wide(h).exp()).collect()
            };
            Band { level, low: end(-1.0), high: end(1.0) }
        })
        .collect();
    let samples = (0..5)
        .map(|s| {
            let mut sum = 0.0;
            let step = |(h, m): (usize, &f64)| {
                sum += noise(s + 7, h as u64) * 1.5 * spread;
                m * sum.exp()
            };
            median.iter().enumerate().map(step).collect()
        })
        .collect();
    Runs { from, middle: median, statistic: Statistic::Median, bands, samples }
}

fn history(values: &[f64]) -> History {
    History { from: month("2021-01"), values: values.to_vec() }
}

fn events() -> Vec<Event> {
    let event = |date: &str, label: &str| Event { date: date.parse().expect("a date"), label: label.into() };
    vec![
        event("2022-10-12", "Expulsion of Venezuelans extended, parole for 24,000"),
        event("2023-05-11", "End of Title 42"),
        event("2022-01-21", "Mexico asks Venezuelans for a visa"),
        event("2024-07-01", "Panama's new enforcement and flight agreement"),
        event("2023-01-05", "Humanitarian parole, 30,000 a month"),
        event("2023-01-12", "Appointments by CBP One"),
    ]
}

fn fans(out: &mut Gallery) {
    let fan = Fan {
        frame: frame(
            "Entries through the Darién would likely stay below 12,000 a month in 2025, if nothing changes",
            "Irregular entries recorded in Panama through the Darién, persons a month, January 2021 to December 2025",
        ),
        history: history(&TOTAL),
        runs: runs(month("2025-01"), 4849.0, 12, 0.03, 0.22),
        known_until: "2024-12-31".parse().ok(),
        events: events(),
        axis: Kind::Linear,
    };
    out.save("fan", &fan);
    out.save("fan_log", &Fan { axis: Kind::Log, ..fan.clone() });
    let mut spanish = fan.clone();
    spanish.frame.lang = Lang::Es;
    spanish.frame.title =
        "Es probable que las entradas por el Darién sigan por debajo de 12 000 al mes".into();
    spanish.frame.subtitle =
        "Entradas irregulares registradas en Panamá por el Darién, personas al mes".into();
    spanish.events = vec![];
    spanish.history = History { from: month("2024-01"), values: TOTAL[36..].to_vec() };
    out.save("fan_es_two_years", &spanish);
    let short = Fan {
        history: History { from: month("2024-10"), values: TOTAL[45..].to_vec() },
        runs: runs(month("2025-01"), 4849.0, 3, 0.03, 0.22),
        events: vec![],
        ..fan.clone()
    };
    out.save("fan_six_months", &short);
    // A hindcast: runs over the recorded months.
    let mut over = runs(month("2021-01"), 1000.0, 48, 0.0, 0.0);
    over.middle = TOTAL.iter().enumerate().map(|(i, v)| v * (0.25 * noise(3, i as u64)).exp()).collect();
    for (band, z) in over.bands.iter_mut().zip([0.2, 0.42, 0.65]) {
        band.low = over.middle.iter().map(|m| m * f64::exp(-z)).collect();
        band.high = over.middle.iter().map(|m| m * f64::exp(z)).collect();
    }
    over.samples.clear();
    out.save("fan_hindcast", &Fan { runs: over, known_until: None, events: vec![], ..fan });
}

fn multiples(out: &mut Gallery) {
    let panel = |name: &str, values: &[f64; 48], spread: f64| SmallFan {
        name: name.into(),
        history: history(values),
        runs: runs(month("2025-01"), values[47], 12, 0.02, spread),
    };
    let mut panels = vec![
        panel("Venezuela", &VENEZUELA, 0.25),
        panel("Haiti and born to Haitians", &HAITI, 0.3),
        panel("Ecuador", &ECUADOR, 0.2),
        panel("China", &CHINA, 0.3),
    ];
    let chart = |panels: Vec<SmallFan>, same_scale| SmallMultiples {
        frame: frame(
            "Venezuelans made up two thirds of those who came, and would still in 2025",
            "Irregular entries recorded in Panama through the Darién by nationality, persons a month",
        ),
        panels,
        known_until: "2024-12-31".parse().ok(),
        same_scale,
        axis: Kind::Linear,
    };
    out.save("multiples_four", &chart(panels.clone(), false));
    let rest = |i: usize| -> [f64; 48] {
        std::array::from_fn(|m| {
            (TOTAL[m] - VENEZUELA[m] - HAITI[m] - ECUADOR[m] - CHINA[m]) * 0.25 * (1.0 / i as f64)
        })
    };
    for (i, name) in
        ["Colombia", "Cuba", "India", "Nepal", "Bangladesh", "Peru", "Afghanistan"].iter().enumerate()
    {
        panels.push(panel(name, &rest(i + 1), 0.25));
    }
    out.save("multiples_eleven", &chart(panels.clone(), false));
    out.save("multiples_same", &chart(panels[..6].to_vec(), true));
}

fn lines(out: &mut Gallery) {
    let line = |name: &str, share: &dyn Fn(usize) -> f64, baseline| Line {
        name: name.into(),
        from: month("2021-01"),
        values: (0..48).map(|i| TOTAL[i] * share(i)).collect(),
        baseline,
    };
    let routes = vec![
        line("Acandí trail", &|i| 0.3 + 0.4 * (i as f64 / 47.0), false),
        line("Capurganá trail", &|i| 0.5 * (1.0 - i as f64 / 47.0), false),
        line("Carreto by sea", &|i| 0.15 - 0.1 * (i as f64 / 47.0), false),
        line("VIP boats", &|_| 0.05, false),
        line("San Andrés bypass", &|i| 0.1 * (i as f64 / 47.0), false),
    ];
    out.save(
        "areas_routes",
        &StackedAreas {
            frame: frame(
                "The Acandí trail has taken over from Capurganá",
                "Entries into Panama by way taken, persons a month, median of the runs",
            ),
            parts: routes,
            unit: "persons/month".into(),
            known_until: "2024-06-30".parse().ok(),
        },
    );
    let stock = |name: &str, level: f64, seed: u64, baseline| Line {
        name: name.into(),
        from: month("2023-07"),
        values: (0..18)
            .map(|i| level * (1.0 + 0.4 * f64::sin(i as f64 / 3.0 + seed as f64) + 0.1 * noise(seed, i)))
            .collect(),
        baseline,
    };
    out.save(
        "lines_stocks",
        &Lines {
            frame: frame(
                "Queues at Necoclí clear within weeks; Mexico keeps filling",
                "People waiting at the end of the month, persons, median of the runs",
            ),
            lines: vec![
                stock("Necoclí and Turbo", 4200.0, 1, false),
                stock("Reception stations", 3900.0, 2, false),
                stock("Paso Canoas", 1500.0, 3, false),
                stock("Tapachula", 16000.0, 4, false),
                stock("Status quo, Tapachula", 15000.0, 4, true),
            ],
            unit: "persons".into(),
            known_until: None,
            axis: Kind::Linear,
        },
    );
}

fn map(out: &mut Gallery, rings: Option<PathBuf>) {
    let text = rings.and_then(|p| std::fs::read_to_string(p).ok()).unwrap_or_else(|| "{}".into());
    let outlines: std::collections::BTreeMap<String, Vec<Vec<(f64, f64)>>> =
        serde_json::from_str(&text).expect("outlines");
    let name_at = |name: &str| match name {
        "Colombia" => Some((-72.8, 3.0)),
        "Venezuela" => Some((-65.5, 7.2)),
        "Mexico" => Some((-100.0, 25.2)),
        "Ecuador" => Some((-78.4, -1.6)),
        "Peru" => Some((-75.5, -5.3)),
        "Brazil" => Some((-63.5, -3.5)),
        "Cuba" => Some((-78.6, 22.9)),
        "United States of America" => Some((-98.0, 32.6)),
        _ => None,
    };
    let place =
        |id: &str, name: &str, lat: f64, lon: f64| Place { id: id.into(), name: name.into(), at: (lon, lat) };
    let flow =
        |from: &str, to: &str, persons: f64, south| Flow { from: from.into(), to: to.into(), persons, south };
    out.save(
        "map",
        &CorridorMap {
            frame: frame(
                "Six in seven of those who cross the Darién go on to Mexico",
                "Persons between places, January to December 2024, median of the runs",
            ),
            window: (-107.0, -6.0, -60.0, 33.0),
            countries: outlines
                .into_iter()
                .map(|(name, rings)| Country {
                    label: name_at(&name).map(|at| (name.clone(), at)),
                    iso3: name,
                    rings,
                })
                .collect(),
            places: vec![
                place("CCS", "Caracas", 10.488, -66.879),
                place("CUC", "Cúcuta", 7.907, -72.505),
                place("UIO", "Quito", -0.230, -78.525),
                place("NEC", "Necoclí", 8.426, -76.789),
                place("LJB", "Lajas Blancas", 8.415, -77.809),
                place("PCN", "Paso Canoas", 8.533, -82.838),
                place("DNL", "Danlí", 14.033, -86.583),
                place("MGA", "Managua", 12.133, -86.25),
                place("TAP", "Tapachula", 14.905, -92.259),
                place("MEX", "Mexico City", 19.428, -99.128),
                place("CJS", "Ciudad Juárez", 31.72, -106.461),
                place("PAP", "Port-au-Prince", 18.543, -72.339),
                place("ADZ", "San Andrés", 12.579, -81.7),
            ],
            flows: vec![
                flow("CCS", "CUC", 180_000.0, false),
                flow("CUC", "NEC", 230_000.0, false),
                flow("UIO", "NEC", 61_000.0, false),
                flow("NEC", "LJB", 302_203.0, false),
                flow("LJB", "PCN", 298_000.0, false),
                flow("PCN", "DNL", 287_000.0, false),
                flow("DNL", "TAP", 262_000.0, false),
                flow("TAP", "MEX", 151_000.0, false),
                flow("MEX", "CJS", 98_000.0, false),
                flow("PAP", "MGA", 24_000.0, false),
                flow("ADZ", "MGA", 3_100.0, false),
                flow("PCN", "NEC", 9_200.0, true),
                flow("MGA", "DNL", 21_000.0, false),
                flow("LJB", "CUC", 1_300.0, true),
                flow("LJB", "UIO", 8.0, true),
            ],
            suppress_below: 10.0,
        },
    );
}

struct Gallery {
    folder: PathBuf,
}

impl Gallery {
    fn save(&mut self, stem: &str, chart: &impl Chart) {
        let files = chart.save(&self.folder, stem).unwrap_or_else(|e| panic!("{stem}: {e}"));
        println!("{stem}: {} bytes in {} files", files.iter().map(|f| f.bytes).sum::<u64>(), files.len());
    }
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().unwrap_or_else(|| "gallery".into());
    std::fs::create_dir_all(Path::new(&folder)).expect("a folder");
    let mut out = Gallery { folder: folder.into() };
    fans(&mut out);
    multiples(&mut out);
    lines(&mut out);
    analysis::all(&mut out);
    map(&mut out, arguments.next().map(PathBuf::from));
}
