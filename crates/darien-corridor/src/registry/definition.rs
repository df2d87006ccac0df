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
    /// How many times fewer people than the scale an agent stands for; see [`Self::people_per_agent`].
    pub fineness: u32,
}

impl Nationality {
    /// People that an agent of the nationality stands for at a scale. This says it for the whole program.
    pub fn people_per_agent(&self, scale: u32) -> u32 {
        (scale / self.fineness).max(1)
    }
}

const fn nat(code: &'static str, fineness: u32, en: &'static str, es: &'static str) -> Nationality {
    Nationality { code, en, es, fineness }
}

/// All nationalities of the model, in the order in which tables list them.
///
/// `HTI` is the Haitian group: Haitians and their children born in Chile and Brazil, as the observed tables
/// count them.
///
/// Fineness goes by monthly entries, from tens of thousands of Venezuelans down to some hundred Vietnamese: agents as coarse
/// as theirs would make a dozen travel groups, or none, of a month of any other nationality. It is bounded by what
/// it costs: as many Cubans as Venezuelans form the intent, since most of them fly around the corridor.
pub const NATIONALITIES: [Nationality; 14] = [
    nat("VEN", 1, "Venezuelans", "venezolanos"),
    nat(
        "HTI",
        2,
        "Haitians (with children born in Chile and Brazil)",
        "haitianos (con hijos nacidos en Chile y Brasil)",
    ),
    nat("ECU", 3, "Ecuadorians", "ecuatorianos"),
    nat("COL", 4, "Colombians", "colombianos"),
    nat("CUB", 2, "Cubans", "cubanos"),
    nat("CHN", 6, "Chinese", "chinos"),
    nat("IND", 6, "Indians", "indios"),
    nat("NPL", 12, "Nepalis", "nepalíes"),
    nat("BGD", 12, "Bangladeshis", "bangladesíes"),
    nat("PER", 6, "Peruvians", "peruanos"),
    nat("AFG", 12, "Afghans", "afganos"),
    nat("VNM", 12, "Vietnamese", "vietnamitas"),
    nat("AFR", 6, "Africans", "africanos"),
    nat("OTH", 6, "others", "otros"),
];
