use darien::behaviour::corridor::*;
use darien::engine::plan::*;
use darien::registry::parameters::*;
use darien::scenario::Scenario;
use darien::world::*;
use std::sync::Arc;
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let scale: u32 = a.get(1).map_or(100, |s| s.parse().unwrap());
    let scen =
        Scenario::load("history", &[], Some("2024-12-31".parse().unwrap())).unwrap_or_else(|e| panic!("{e}"));
    let pop = Arc::new(Population::new(scale).unwrap());
    let net = Arc::new(Network::corridor(scen.simulated()));
    let t = std::time::Instant::now();
    let cond = Arc::new(Conditions::new(&scen, &pop));
    println!("conditions {:?}", t.elapsed());
    let rules = Corridor::new(
        pop,
        net,
        cond,
        ParameterSet::defaults(),
        darien::random::Seed::new(1),
        Arc::new(Innovations::default()),
    );
    let t = std::time::Instant::now();
    let mut s = rules.start();
    let mut m = darien::observe::Monthly::new(&rules, "2021-01".parse().unwrap());
    let mut bal = darien::observe::balance::Balance::new(&rules);
    let prof = if scale >= 50 {
        let mut both = (m, bal);
        let p = profile_days(&rules, &mut s, 0..rules.last_day() + 1, &mut both);
        m = both.0;
        bal = both.1;
        p
    } else {
        profile_days(&rules, &mut s, 0..rules.last_day() + 1, &mut m)
    };
    println!("run {:?}", t.elapsed());
    for (p, x) in prof {
        println!("{:12} {:.3}", p.name, x);
    }
    println!(
        "candidates {} legs {} parties {} faults {} {:?}",
        s.candidates,
        s.legs_walked,
        s.parties.len(),
        bal.faults.len(),
        bal.faults.iter().take(6).collect::<Vec<_>>()
    );
    let c = m.finish();
    let obs = darien::data::entries();
    for (i, mo) in c.month_list().enumerate() {
        let g = |n: &str| c.series("entries", "darien", n).unwrap()[i];
        let o = |n: &str| obs.series(n).unwrap().get(mo).unwrap_or(f64::NAN);
        println!(
            "{mo} ALL {:7.0}/{:7.0} VEN {:6.0}/{:6.0} HTI {:6.0}/{:6.0} ECU {:5.0}/{:5.0} COL {:5.0}/{:5.0} CHN {:5.0}/{:5.0} CUB {:5.0}/{:5.0} | dep {:6.0} wait {:7.0} air {:6.0} q {:5.0} mex {:6.0} usarr {:6.0} bel {:.2}",
            g("ALL"),
            o("ALL"),
            g("VEN"),
            o("VEN"),
            g("HTI"),
            o("HTI"),
            g("ECU"),
            o("ECU"),
            g("COL"),
            o("COL"),
            g("CHN"),
            o("CHN"),
            g("CUB"),
            o("CUB"),
            c.series("departures", "origin", "VEN").unwrap()[i],
            c.series("waiting", "origin", "VEN").unwrap()[i],
            c.series("bypass", "mexico_air", "VEN").unwrap()[i],
            c.series("queue", "necocli", "ALL").unwrap()[i],
            c.series("in_mexico", "mexico", "VEN").unwrap()[i],
            c.series("us_arrivals", "us_border", "VEN").unwrap()[i],
            c.series("belief", "origin", "VEN").unwrap()[i]
        );
    }
}
