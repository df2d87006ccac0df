//! The scenarios that ship with the program.

macro_rules! shipped {
    ($($name:literal),* $(,)?) => {
        &[$( ($name, include_str!(concat!("../../../../scenarios/", $name, ".toml"))) ),*]
    };
}

/// Name and text of each shipped scenario; `history` is the root of all.
pub const SHIPPED: &[(&str, &str)] = shipped![
    "history",
    "status-quo-2025",
    "venezuela-worsens",
    "venezuela-recovers",
    "flights-doubled",
    "flights-include-venezuela",
    "flights-stop",
    "darien-closed",
    "closure-half-year",
    "enforcement-lapses",
    "regional-cooperation",
    "aid-to-origins",
    "lawful-pathways",
    "access-ends",
    "status-quo-2026",
    "access-reopens",
    "venezuela-2026-better",
    "venezuela-2026-worse",
    "flights-to-caracas-resume",
    "panama-us-deal-2026",
];
