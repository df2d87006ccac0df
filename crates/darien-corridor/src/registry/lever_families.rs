//! The table of lever families, and the observed paths behind some defaults.

use super::levers::{Axis, DefaultPath, Family, Kind, Member, Own};
use super::{NATIONALITIES, observed};

const fn member(code: &'static str, en: &'static str, es: &'static str) -> Member {
    Member { code, en, es, own: None }
}

const fn sized(
    code: &'static str,
    en: &'static str,
    es: &'static str,
    default: f64,
    high: f64,
    source: &'static str,
) -> Member {
    Member { code, en, es, own: Some(Own { default, high, source }) }
}

/// Countries in the order of [`NATIONALITIES`]; the collective codes stand for the countries behind them.
const COUNTRIES: &[Member] = &[
    member("VEN", "Venezuela", "Venezuela"),
    member("HTI", "Haiti", "Haití"),
    member("ECU", "Ecuador", "Ecuador"),
    member("COL", "Colombia", "Colombia"),
    member("CUB", "Cuba", "Cuba"),
    member("CHN", "China", "China"),
    member("IND", "India", "India"),
    member("NPL", "Nepal", "Nepal"),
    member("BGD", "Bangladesh", "Bangladés"),
    member("PER", "Peru", "Perú"),
    member("AFG", "Afghanistan", "Afganistán"),
    member("VNM", "Vietnam", "Vietnam"),
    member("AFR", "African countries", "países africanos"),
    member("OTH", "all other countries", "los demás países"),
];

const BY_NATIONALITY: [Member; NATIONALITIES.len()] = {
    let mut all = [member("", "", ""); NATIONALITIES.len()];
    let mut i = 0;
    while i < all.len() {
        all[i] = member(NATIONALITIES[i].code, NATIONALITIES[i].en, NATIONALITIES[i].es);
        i += 1;
    }
    all
};

const COUNTRY: Axis = Axis { name: "country", members: COUNTRIES };
const NATIONALITY: Axis = Axis { name: "nationality", members: &BY_NATIONALITY };

const CONTROLLED: Axis = Axis {
    name: "place",
    members: &[
        member("darien", "the Darién trails in Panama", "los caminos del Darién en Panamá"),
        member("colombia_coast", "the Colombian coast of the gulf", "la costa colombiana del golfo"),
        member("panama_exit", "Panama's way out to Costa Rica", "la salida de Panamá a Costa Rica"),
        member("costa_rica", "Costa Rica", "Costa Rica"),
        member("nicaragua", "Nicaragua", "Nicaragua"),
        member("honduras", "Honduras", "Honduras"),
        member("guatemala", "Guatemala", "Guatemala"),
        member("mexico", "Mexico", "México"),
        member("us_border", "the US border", "la frontera de EE. UU."),
    ],
};

const OPERATOR: Axis = Axis {
    name: "operator",
    members: &[
        member("panama", "Panama", "Panamá"),
        member("us", "the United States", "Estados Unidos"),
        member("mexico", "Mexico", "México"),
    ],
};

const SEATS: Axis = Axis {
    name: "operator",
    members: &[
        sized("panama", "Panama", "Panamá", 40.0, 400.0, "S054;D001: 29-44 persons per flight in 2024"),
        sized(
            "us",
            "the United States",
            "Estados Unidos",
            130.0,
            400.0,
            "S142: about 130 aboard in October 2023",
        ),
        sized("mexico", "Mexico", "México", 130.0, 400.0, "assumed as for the United States"),
    ],
};

const FLIGHT_COST: Axis = Axis {
    name: "operator",
    members: &[
        sized("panama", "Panama", "Panamá", 60000.0, 700_000.0, "S054;D001: 49,600-77,000; 700,000 to India"),
        sized("us", "the United States", "Estados Unidos", 150_000.0, 700_000.0, "assumed"),
        sized("mexico", "Mexico", "México", 150_000.0, 700_000.0, "assumed"),
    ],
};

const VISA_COUNTRY: Axis = Axis {
    name: "country",
    members: &[
        member("MEX", "Mexico", "México"),
        member("ECU", "Ecuador", "Ecuador"),
        member("NIC", "Nicaragua", "Nicaragua"),
        member("BRA", "Brazil", "Brasil"),
    ],
};

const LEG: Axis = Axis {
    name: "leg",
    members: &[
        sized(
            "gulf_boats",
            "boats over the Gulf of Urabá",
            "lanchas del golfo de Urabá",
            2650.0,
            4500.0,
            "D001: 2,643/day observed in August 2023; S007: over 4,000/day in October 2022",
        ),
        sized(
            "carreto_boats",
            "night boats to Carreto",
            "lanchas nocturnas a Carreto",
            300.0,
            600.0,
            "S113;S114;M000",
        ),
        sized(
            "vip_boats",
            "speedboats of the VIP route",
            "lanchas rápidas de la ruta VIP",
            100.0,
            200.0,
            "S107;S110",
        ),
        sized(
            "pacific_boats",
            "boats of the Pacific route",
            "lanchas de la ruta del Pacífico",
            50.0,
            150.0,
            "S113;M000",
        ),
        sized(
            "san_andres_boats",
            "boats from San Andrés",
            "lanchas desde San Andrés",
            30.0,
            100.0,
            "S120;S122",
        ),
        sized(
            "managua_flights",
            "charter flights to Managua",
            "vuelos chárter a Managua",
            2000.0,
            3500.0,
            "S123;S125",
        ),
        sized(
            "canoes",
            "canoes from the forest to the stations",
            "piraguas del bosque a las estaciones",
            4500.0,
            5500.0,
            "S154;S155;S156",
        ),
        sized("panama_buses", "buses through Panama", "buses por Panamá", 2500.0, 3000.0, "S024;S028"),
        sized(
            "costa_rica_buses",
            "buses through Costa Rica",
            "buses por Costa Rica",
            2500.0,
            3000.0,
            "S025;S026;S028",
        ),
    ],
};

const STATION: Axis = Axis {
    name: "station",
    members: &[
        sized("bajo_chiquito", "Bajo Chiquito", "Bajo Chiquito", 300.0, 3000.0, "assumed; S154"),
        sized("lajas_blancas", "Lajas Blancas", "Lajas Blancas", 400.0, 3000.0, "assumed; S024"),
        sized("san_vicente", "San Vicente", "San Vicente", 544.0, 3000.0, "S042;S077"),
    ],
};

const TRAIL: Axis = Axis {
    name: "trail",
    members: &[
        member("acandi", "the Acandí trail", "el camino de Acandí"),
        member("capurgana", "the Capurganá trail", "el camino de Capurganá"),
        member("carreto", "the Carreto way", "la vía de Carreto"),
        member("vip", "the VIP route", "la ruta VIP"),
        member("pacific", "the Pacific route", "la ruta del Pacífico"),
        member("san_andres", "the sea route of San Andrés", "la ruta marítima de San Andrés"),
    ],
};

const UNIT_RANGE: (f64, f64) = (0.0, 1.0);

/// What a family has unless it says otherwise.
const BASE: Family = Family {
    pattern: "",
    axes: &[],
    kind: Kind::Number,
    states: &[],
    assumptions: &[],
    unit: "0-1",
    range: UNIT_RANGE,
    hard: UNIT_RANGE,
    default: DefaultPath::Number(0.0),
    source: "assumed",
    en: "",
    es: "",
};

/// The table.
pub(super) static FAMILIES: &[Family] = &[
    Family {
        pattern: "crisis.<country>",
        axes: &[COUNTRY],
        default: DefaultPath::Observed(observed::crisis),
        source: "imf_weo_2510;gdidata: mean of income loss, inflation and fragility",
        en: "Crisis level of an origin: 0 is no crisis, 1 the worst on record; raises the wish to leave and lowers the money to do so.",
        es: "Nivel de crisis del país de origen: 0 sin crisis, 1 el peor registrado; aumenta el deseo de partir y reduce el dinero para hacerlo.",
        ..BASE
    },
    Family {
        pattern: "enforcement.<place>",
        axes: &[CONTROLLED],
        source: "assumed scale: 0 none, 1 everyone is met by a control",
        en: "Intensity of control: 0 is none, 1 means that everyone meets a control.",
        es: "Intensidad del control: 0 ninguno, 1 todos encuentran un control.",
        ..BASE
    },
    Family {
        pattern: "flights.<operator>.per_week",
        axes: &[OPERATOR],
        unit: "flights/week",
        range: (0.0, 50.0),
        hard: (0.0, 500.0),
        source: "S052;S054: 37 flights of Panama in August-December 2024",
        en: "Repatriation flights a week that an operator can fill.",
        es: "Vuelos de repatriación por semana que un operador puede llenar.",
        ..BASE
    },
    Family {
        pattern: "flights.<operator>.seats",
        axes: &[SEATS],
        unit: "seats/flight",
        range: (0.0, 400.0),
        hard: (0.0, 1000.0),
        en: "Seats on each repatriation flight.",
        es: "Asientos de cada vuelo de repatriación.",
        ..BASE
    },
    Family {
        pattern: "flights.<operator>.accepts",
        axes: &[OPERATOR],
        kind: Kind::List,
        unit: "codes",
        default: DefaultPath::List(&[]),
        source: "S052;S055: a matter of diplomacy",
        en: "Nationalities whose country takes people from this operator's flights.",
        es: "Nacionalidades cuyo país recibe a personas en los vuelos de este operador.",
        ..BASE
    },
    Family {
        pattern: "flights.<operator>.unit_cost",
        axes: &[FLIGHT_COST],
        unit: "USD/flight",
        range: (0.0, 700_000.0),
        hard: (0.0, 10_000_000.0),
        en: "What one repatriation flight costs.",
        es: "Costo de un vuelo de repatriación.",
        ..BASE
    },
    Family {
        pattern: "access.us.<nationality>",
        axes: &[NATIONALITY],
        unit: "probability",
        default: DefaultPath::Number(0.5),
        source: "assumed",
        en: "Chance that a person who arrives at the US border is let in.",
        es: "Probabilidad de que una persona que llega a la frontera de EE. UU. sea admitida.",
        ..BASE
    },
    Family {
        pattern: "pathway.<nationality>",
        axes: &[NATIONALITY],
        unit: "places/month",
        range: (0.0, 60000.0),
        hard: (0.0, 1_000_000.0),
        source: "S010;S172: 30,000 a month for four nationalities from January 2023",
        en: "Lawful places that open each month for a nationality.",
        es: "Plazas legales que se abren cada mes para una nacionalidad.",
        ..BASE
    },
    Family {
        pattern: "exit.<nationality>",
        axes: &[NATIONALITY],
        unit: "share",
        default: DefaultPath::Number(1.0),
        source: "assumed",
        en: "Share of those at home who would set out and whom their own country lets leave.",
        es: "Proporción de quienes partirían y a quienes su propio país deja salir.",
        ..BASE
    },
    Family {
        pattern: "visa.<country>.<nationality>",
        axes: &[VISA_COUNTRY, NATIONALITY],
        kind: Kind::State,
        states: &["open", "closed"],
        unit: "state",
        default: DefaultPath::State("open"),
        source: "S016;S124;S139",
        en: "Whether a nationality can enter a country by air without a visa.",
        es: "Si una nacionalidad puede entrar a un país por aire sin visa.",
        ..BASE
    },
    Family {
        pattern: "capacity.<leg>",
        axes: &[LEG],
        unit: "persons/day",
        range: (0.0, 5500.0),
        hard: (0.0, 100_000.0),
        en: "Persons a day that a leg can carry or admit.",
        es: "Personas por día que un tramo puede llevar o admitir.",
        ..BASE
    },
    Family {
        pattern: "capacity.<station>",
        axes: &[STATION],
        unit: "beds",
        range: (0.0, 3000.0),
        hard: (0.0, 100_000.0),
        en: "Beds of a reception station.",
        es: "Camas de una estación de recepción.",
        ..BASE
    },
    Family {
        pattern: "trail.<trail>",
        axes: &[TRAIL],
        kind: Kind::State,
        states: &["open", "closed", "sealed", "guided"],
        assumptions: &[(
            "sealed",
            "It is assumed that nobody passes a sealed trail: no closure on record was tight.",
            "Se supone que nadie pasa por un camino sellado: ningún cierre conocido fue hermético.",
        )],
        unit: "state",
        default: DefaultPath::State("open"),
        source: "S059;S107;S113; closures leak: S037;S039, EV025",
        en: "Whether a way is open, closed (some get through), sealed (nobody does, which is an assumption), or open with guides.",
        es: "Si una vía está abierta, cerrada (algunos pasan), sellada (nadie pasa, lo que es un supuesto) o abierta con guías.",
        ..BASE
    },
    Family {
        pattern: "aid.<country>",
        axes: &[COUNTRY],
        unit: "USD/month",
        range: (0.0, 2e8),
        hard: (0.0, 1e10),
        source: "assumed; the effect is small and uncertain",
        en: "Aid to the country of origin; intent answers to it by an elasticity of its own, 0 by default.",
        es: "Ayuda al país de origen; la intención responde a ella con una elasticidad propia, 0 por defecto.",
        ..BASE
    },
    Family {
        pattern: "price.smuggling",
        kind: Kind::Number,
        unit: "ratio",
        range: (0.3, 3.5),
        hard: (0.05, 50.0),
        default: DefaultPath::Number(1.0),
        source: "S109;S117: 35 to 120 USD when squeezed; S029;S107: cheaper with volume",
        en: "Price of boats and guides through the Darién over what the model would charge.",
        es: "Precio de lanchas y guías por el Darién respecto del que cobraría el modelo.",
        ..BASE
    },
    Family {
        pattern: "cooperation",
        kind: Kind::State,
        states: &["none", "panama-us", "panama-colombia-us", "region-wide"],
        unit: "bundle",
        default: DefaultPath::State("none"),
        source: "assumed bundles; S050;S035",
        en: "A named bundle that sets several levers together while it is in force.",
        es: "Un paquete con nombre que fija varias palancas a la vez mientras está vigente.",
        ..BASE
    },
];
