//! A world written as a scenario file of our own.

use super::raw::{Counts, RawWorld};
use std::fmt::Write as _;

fn text(value: &str) -> String {
    toml_edit::Value::from(value).to_string()
}

fn map<K: ToString>(entries: impl Iterator<Item = (K, f64)>) -> String {
    let items: Vec<String> = entries.map(|(k, v)| format!("\"{}\" = {v:?}", k.to_string())).collect();
    if items.is_empty() { "{}".into() } else { format!("{{ {} }}", items.join(", ")) }
}

fn counts(counts: &Counts) -> String {
    map(counts.iter().map(|(d, n)| (*d, *n)))
}

fn attributes(text_out: &mut String, table: &std::collections::BTreeMap<String, String>) {
    if !table.is_empty() {
        let items: Vec<String> = table.iter().map(|(k, v)| format!("{} = {}", text(k), text(v))).collect();
        let _ = writeln!(text_out, "attributes = {{ {} }}", items.join(", "));
    }
}

/// Writes a world as TOML; reading it back gives the same world.
pub fn to_toml(raw: &RawWorld) -> String {
    let date = |day: i64| raw.from + chrono::Duration::days(day);
    let mut out =
        String::from("# A world for FLEE's rules. All dates are the first day on which something holds.\n\n");
    let _ = writeln!(
        out,
        "[world]\nkind = \"flee\"\nname = {}\nfrom = {}\ndays = {}\ntotal = {}\n",
        text(&raw.name),
        raw.from,
        raw.days,
        counts(&raw.total)
    );
    let _ = writeln!(out, "[settings]\n{}", raw.settings.to_toml());
    for place in &raw.places {
        let _ = writeln!(
            out,
            "[[place]]\nname = {}\nkind = {}\nregion = {}\ncountry = {}\nlatitude = {:?}\nlongitude = {:?}\npeople = {}",
            text(&place.name),
            text(&place.kind),
            text(&place.region),
            text(&place.country),
            place.latitude,
            place.longitude,
            place.people
        );
        if let Some(day) = place.conflict_date {
            let _ = writeln!(out, "conflict_day = {day}");
        }
        if let Some(levels) = &place.levels {
            let _ =
                writeln!(out, "conflict = {}", map(levels.iter().map(|(day, level)| (date(*day), *level))));
        }
        if let Some(levels) = &place.flood {
            let _ = writeln!(out, "flood = {}", map(levels.iter().map(|(day, level)| (date(*day), *level))));
        }
        if let Some(series) = &place.counts {
            let _ = writeln!(out, "counts = {}", counts(series));
        }
        attributes(&mut out, &place.attributes);
        out.push('\n');
    }
    for link in &raw.links {
        let _ =
            writeln!(out, "[[link]]\nbetween = [{}, {}]\nkm = {:?}", text(&link.a), text(&link.b), link.km);
        if link.redirection != 0 {
            let _ = writeln!(out, "redirection = {}", link.redirection);
        }
        attributes(&mut out, &link.attributes);
        out.push('\n');
    }
    for closure in raw.closures.iter().filter(|c| c.kind != "remove_forced_redirection") {
        let names = if closure.b.is_empty() {
            text(&closure.a)
        } else {
            format!("{}, {}", text(&closure.a), text(&closure.b))
        };
        let _ = writeln!(
            out,
            "[[closure]]\nkind = {}\nof = [{}]\nfrom = {}",
            text(&closure.kind),
            names.trim_start(),
            date(closure.from)
        );
        if closure.until >= 0 {
            let _ = writeln!(out, "reopens = {}", date(closure.until));
        }
        out.push('\n');
    }
    for change in &raw.changes {
        let _ = writeln!(
            out,
            "[[change]]\nplace = {}\nkind = {}\nfrom = {}\n",
            text(&change.place),
            text(&change.kind),
            date(change.day)
        );
    }
    for region in &raw.regions {
        let pairs: Vec<String> = region.hunger.iter().map(|(day, n)| format!("[{day:?}, {n:?}]")).collect();
        let (name, pairs) = (text(&region.name), pairs.join(", "));
        let _ = writeln!(out, "[[region]]\nname = {name}\nhunger = [{pairs}]\n");
    }
    for row in &raw.traits {
        let weights: Vec<String> = row.weights.iter().map(|(k, w)| format!("{} = {w:?}", text(k))).collect();
        let _ = writeln!(
            out,
            "[[trait]]\nattribute = {}\nvalue = {}\nweight = {:?}\nweights = {{ {} }}\n",
            text(&row.attribute),
            text(&row.value),
            row.weight,
            weights.join(", ")
        );
    }
    for (name, series) in &raw.elsewhere {
        let _ = writeln!(out, "[[elsewhere]]\nname = {}\ncounts = {}\n", text(name), counts(series));
    }
    out
}
