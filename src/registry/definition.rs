//! What a definition says of a number.

/// Name, unit, range, default, source and meaning of a number that a user may see or set.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Definition {
    /// Name as it is typed.
    pub name: &'static str,
    /// Unit, e.g. `persons/day`, `0-1`.
    pub unit: &'static str,
    /// Lowest value within the evidence.
    pub low: f64,
    /// Highest value within the evidence.
    pub high: f64,
    /// Value where nothing is set.
    pub default: f64,
    /// Where number and range come from: source ids of `data/sources.csv`, `assumed`, or `calibrated`.
    pub source: &'static str,
    /// One sentence in English.
    pub en: &'static str,
    /// One sentence in Spanish.
    pub es: &'static str,
}

/// A nationality, or a collective code, in which people are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Nationality {
    /// ISO 3166-1 alpha-3 code, or the collective `AFR` or `OTH`.
    pub code: &'static str,
    /// Name in English.
    pub en: &'static str,
    /// Name in Spanish.
    pub es: &'static str,
}

const fn nat(code: &'static str, en: &'static str, es: &'static str) -> Nationality {
    Nationality { code, en, es }
}

/// All nationalities of the model, in the order in which tables list them.
///
/// `HTI` is the Haitian group: Haitians and their children born in Chile and Brazil, as the observed tables
/// count them.
pub const NATIONALITIES: [Nationality; 14] = [
    nat("VEN", "Venezuelans", "venezolanos"),
    nat(
        "HTI",
        "Haitians (with children born in Chile and Brazil)",
        "haitianos (con hijos nacidos en Chile y Brasil)",
    ),
    nat("ECU", "Ecuadorians", "ecuatorianos"),
    nat("COL", "Colombians", "colombianos"),
    nat("CUB", "Cubans", "cubanos"),
    nat("CHN", "Chinese", "chinos"),
    nat("IND", "Indians", "indios"),
    nat("NPL", "Nepalis", "nepalíes"),
    nat("BGD", "Bangladeshis", "bangladesíes"),
    nat("PER", "Peruvians", "peruanos"),
    nat("AFG", "Afghans", "afganos"),
    nat("VNM", "Vietnamese", "vietnamitas"),
    nat("AFR", "Africans", "africanos"),
    nat("OTH", "others", "otros"),
];
