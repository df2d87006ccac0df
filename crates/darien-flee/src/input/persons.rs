//! `demographics_age.csv` and `demographics_gender.csv`: weights of the values of an attribute, by the place where
//! somebody starts.

use super::rows::Header;
use crate::findings::Findings;
use crate::raw::{RawTrait, RawWorld};
use std::path::Path;

/// Reads the attributes that a setting needs; others have no effect and are noted.
pub(super) fn read(input: &Path, world: &RawWorld, findings: &mut Findings) -> Vec<RawTrait> {
    let needed = world.settings.attributes_needed();
    let mut traits = Vec::new();
    for attribute in &needed {
        let path = input.join(format!("demographics_{attribute}.csv"));
        if path.is_file() {
            read_one(&path, attribute, &mut traits, findings);
        }
    }
    let Ok(entries) = std::fs::read_dir(input) else { return traits };
    let mut others: Vec<String> = entries
        .flatten()
        .map(|e| e.file_name().to_string_lossy().into_owned())
        .filter(|n| n.starts_with("demographics_"))
        .filter(|n| needed.iter().all(|a| *n != format!("demographics_{a}.csv")))
        .collect();
    others.sort();
    findings.notes.extend(others.iter().map(|n| format!("{n} is not used: no setting that is on needs it")));
    traits
}

fn read_one(path: &Path, attribute: &str, traits: &mut Vec<RawTrait>, findings: &mut Findings) {
    let Some(rows) = super::table(path, Header::First, findings) else { return };
    let Some(default) = rows.header.iter().position(|h| h == "Default") else {
        findings.refuse(rows.header_at.problem("lacks the column Default").with_found(rows.header.join(",")));
        return;
    };
    for row in &rows.lines {
        let mut weight = |column: usize| {
            let name = &rows.header[column];
            let weight = super::number(row.cell(column), &row.at, name, findings)?;
            if weight < 0.0 {
                findings.refuse(row.at.problem("is negative").with_key(name).with_found(row.cell(column)));
            }
            Some(weight.max(0.0))
        };
        let Some(by_default) = weight(default) else { continue };
        let places = (1..rows.header.len()).filter(|c| *c != default);
        let weights = places.filter_map(|c| Some((rows.header[c].clone(), weight(c)?))).collect();
        traits.push(RawTrait {
            at: row.at.clone(),
            attribute: attribute.to_owned(),
            value: row.cell(0).to_owned(),
            weight: by_default,
            weights,
        });
    }
}
