//! What to say about a key that is no lever.

use super::reader::{Reader, quoted};
use crate::error::Problem;
use crate::registry::levers::{self, Family, families, families_of, levers};
use crate::registry::{outcomes, parameters};
use std::ops::Range;

/// The problem with an unknown lever key, with the best help there is.
pub(super) fn unknown(reader: &Reader, span: &Range<usize>, typed: &str, shown: &str) -> Problem {
    let problem = |message: String| reader.problem(span, shown, message);
    if reader.full() {
        return problem("is not a lever".into());
    }
    if parameters::Parameter::from_name(typed).is_some() {
        return problem("is an assumption, not a lever".into()).with_hint("put it under [assumptions]");
    }
    if outcomes::find(typed).is_some() {
        return problem("is an outcome: a run gives it, a scenario cannot set it".into());
    }
    if super::layer::TOP_KEYS.contains(&typed) {
        return problem("stands in the wrong table".into())
            .with_hint("move it to the top, before the first [table]");
    }
    let (head, rest) = typed.split_once('.').unwrap_or((typed, ""));
    let of_head: Vec<&Family> =
        families().iter().filter(|f| f.pattern.split('.').next() == Some(head)).collect();
    if let Some(family) = of_head.first() {
        if let Some(problem) = wrong_member(&problem, &of_head, head, rest) {
            return problem;
        }
        if rest.is_empty() {
            return problem(format!("names a family of levers; write `{}`", family.pattern))
                .with_allowed(members(&of_head))
                .with_hint(format!("see `darien explain {head}`"));
        }
    }
    let problem = problem("is not a lever".into());
    match levers::nearest(typed).filter(|near| of_head.is_empty() || plausible(typed, near)) {
        Some(near) => problem.with_hint(format!("did you mean `{near}`?")),
        None if of_head.is_empty() => problem.with_hint("`darien explain` lists all levers"),
        None => problem.with_allowed(members(&of_head)),
    }
}

/// A known family with a place that does not have it, or with a country's name instead of its code.
fn wrong_member(
    problem: &dyn Fn(String) -> Problem,
    of_head: &[&Family],
    head: &str,
    rest: &str,
) -> Option<Problem> {
    let parts: Vec<&str> = rest.split('.').collect();
    for part in &parts {
        let here = of_head.iter().any(|f| f.axes.iter().any(|a| a.members.iter().any(|m| m.code == *part)));
        if !here && !families_of(part).is_empty() {
            let owns = levers().iter().filter(|l| l.members.iter().any(|m| m.code == *part));
            let owns: Vec<&str> = owns.map(|l| l.key.as_str()).take(6).collect();
            return Some(
                problem(format!("`{part}` has no lever `{head}`"))
                    .with_allowed(format!("its levers are {}", owns.join(", ")))
                    .with_hint(format!("`{head}` exists for {}", members(of_head))),
            );
        }
    }
    // A name instead of a code: `crisis.Venezuela`.
    let named = |part: &str| {
        let all = of_head.iter().flat_map(|f| f.axes).flat_map(|a| a.members);
        all.clone()
            .find(|m| m.code == part)
            .or_else(|| all.clone().find(|m| [m.en, m.es].iter().any(|n| n.eq_ignore_ascii_case(part))))
            .map(|m| m.code)
    };
    let spelt: Option<Vec<&str>> = parts
        .iter()
        .map(|p| named(p).or(of_head.iter().any(|f| f.pattern.split('.').any(|s| s == *p)).then_some(*p)))
        .collect();
    let key = format!("{head}.{}", spelt?.join("."));
    levers::find(&key).map(|l| {
        problem("is not a lever: places are named by their codes".into())
            .with_hint(format!("did you mean `{}`?", l.key))
    })
}

/// Whether each part of a key may be a slip of the pen for that of a lever: `USA` is none for `AFG`.
fn plausible(typed: &str, near: &str) -> bool {
    let begins = |a: &str, b: &str| a.to_lowercase().starts_with(&b.to_lowercase());
    let alike = |(a, b): (&str, &str)| {
        begins(a, b) || begins(b, a) && !a.is_empty() || crate::registry::nearest(a, [b]).is_some()
    };
    typed.split('.').count() != near.split('.').count() || typed.split('.').zip(near.split('.')).all(alike)
}

fn members(of_head: &[&Family]) -> String {
    let mut codes: Vec<&str> = Vec::new();
    for axis in of_head.iter().flat_map(|f| f.axes) {
        for member in axis.members {
            if !codes.contains(&member.code) {
                codes.push(member.code);
            }
        }
    }
    codes.join(", ")
}

/// Key path of a lever in a file.
pub(super) fn shown(key: &str) -> String {
    format!("levers.{}", quoted(key))
}
