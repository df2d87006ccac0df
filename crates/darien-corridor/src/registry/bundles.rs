//! The content of the bundles that the lever `cooperation` names.

/// A bundle of lever settings that holds while `cooperation` has its name.
#[derive(Debug, Clone, Copy, serde::Serialize)]
pub struct Bundle {
    /// Name as it is typed.
    pub name: &'static str,
    /// Levers with the values that they take, in the lever's own unit.
    pub sets: &'static [(&'static str, f64)],
    /// One sentence in English.
    pub en: &'static str,
    /// One sentence in Spanish.
    pub es: &'static str,
}

/// The bundles, each containing the one before it.
///
/// The values are assumptions about what such an agreement would bring; a scenario that sets a lever itself wins
/// over the bundle. Flights: 4 a week is twice what Panama flew in August–December 2024 (S054). Boats: 1,000 a day
/// is what the quota of 2021 let through in effect (S037, D001).
pub const BUNDLES: &[Bundle] = &[
    Bundle {
        name: "panama-us",
        sets: &[
            ("flights.panama.per_week", 4.0),
            ("enforcement.darien", 0.5),
            ("enforcement.panama_exit", 0.3),
        ],
        en: "Panama controls the trails, the United States pays for its flights.",
        es: "Panamá controla los caminos y Estados Unidos paga sus vuelos.",
    },
    Bundle {
        name: "panama-colombia-us",
        sets: &[
            ("flights.panama.per_week", 4.0),
            ("enforcement.darien", 0.5),
            ("enforcement.panama_exit", 0.3),
            ("enforcement.colombia_coast", 0.5),
            ("capacity.gulf_boats", 1000.0),
        ],
        en: "Colombia joins: it controls the coast and limits the boats of the gulf.",
        es: "Se suma Colombia: controla la costa y limita las lanchas del golfo.",
    },
    Bundle {
        name: "region-wide",
        sets: &[
            ("flights.panama.per_week", 4.0),
            ("enforcement.darien", 0.5),
            ("enforcement.panama_exit", 0.3),
            ("enforcement.colombia_coast", 0.5),
            ("capacity.gulf_boats", 1000.0),
            ("enforcement.costa_rica", 0.3),
            ("enforcement.nicaragua", 0.3),
            ("enforcement.honduras", 0.3),
            ("enforcement.guatemala", 0.5),
            ("enforcement.mexico", 0.8),
        ],
        en: "Every country from Colombia to Mexico controls together.",
        es: "Todos los países de Colombia a México controlan juntos.",
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::levers::find;

    #[test]
    fn bundles_set_levers_that_exist_within_the_evidence() {
        let states = find("cooperation").unwrap().family.states;
        assert_eq!(states[1..], BUNDLES.iter().map(|b| b.name).collect::<Vec<_>>());
        for bundle in BUNDLES {
            for (key, value) in bundle.sets {
                let (low, high) = find(key).unwrap().range(false);
                assert!((low..=high).contains(value), "{}: {key}", bundle.name);
            }
        }
    }
}
