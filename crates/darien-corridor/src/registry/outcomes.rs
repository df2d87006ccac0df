//! The outcomes that a run gives, each defined once.

use crate::table::SeriesKey;

/// An outcome: what is counted, where, and in which unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Outcome {
    /// Name as it stands in tables.
    pub name: &'static str,
    /// Unit of a monthly value.
    pub unit: &'static str,
    /// How months add up over a horizon.
    pub over_time: OverTime,
    /// What `place` means for it.
    pub place: &'static str,
    /// One sentence in English.
    pub en: &'static str,
    /// One sentence in Spanish.
    pub es: &'static str,
}

/// How the months of an outcome are summarised over a horizon.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum OverTime {
    /// Flows add up.
    Sum,
    /// Stocks and levels are averaged.
    Mean,
}

const fn flow(
    name: &'static str,
    unit: &'static str,
    place: &'static str,
    en: &'static str,
    es: &'static str,
) -> Outcome {
    Outcome { name, unit, over_time: OverTime::Sum, place, en, es }
}

const fn stock(
    name: &'static str,
    unit: &'static str,
    place: &'static str,
    en: &'static str,
    es: &'static str,
) -> Outcome {
    Outcome { name, unit, over_time: OverTime::Mean, place, en, es }
}

/// All outcomes, in the order in which documents list them.
pub const OUTCOMES: &[Outcome] = &[
    flow(
        "entries",
        "persons/month",
        "`darien` for the border as a whole, else the trail",
        "Irregular entries into Panama through the Darién that happened in the month.",
        "Entradas irregulares a Panamá por el Darién ocurridas en el mes.",
    ),
    flow(
        "entries_recorded",
        "persons/month",
        "`darien`",
        "The same as Panama would record them: entries with over-dispersed counting.",
        "Lo mismo tal como lo registraría Panamá: con la dispersión del conteo.",
    ),
    flow(
        "bypass",
        "persons/month",
        "the bypass: `mexico_air`, `managua_air`, `san_andres_sea`",
        "Persons who went around the Darién by air or sea.",
        "Personas que rodearon el Darién por aire o mar.",
    ),
    flow(
        "intents",
        "persons/month",
        "`origin`",
        "Persons who formed the intent to go.",
        "Personas que formaron la intención de partir.",
    ),
    flow(
        "renewed",
        "persons/month",
        "`origin`",
        "Persons returned home who formed the intent again.",
        "Personas devueltas que volvieron a formar la intención.",
    ),
    flow(
        "lapsed",
        "persons/month",
        "`origin`",
        "Persons whose intent lapsed before they left.",
        "Personas cuya intención caducó antes de partir.",
    ),
    flow(
        "departures",
        "persons/month",
        "`origin`",
        "Persons who left the place where they live for the north.",
        "Personas que dejaron su lugar de residencia rumbo al norte.",
    ),
    stock(
        "waiting",
        "persons",
        "`origin`",
        "Persons with a stored intent who have not left (end of the month).",
        "Personas con intención que aún no parten (fin de mes).",
    ),
    flow(
        "lawful",
        "persons/month",
        "`origin`",
        "Persons who left by a lawful pathway instead.",
        "Personas que partieron por una vía legal.",
    ),
    stock(
        "queue",
        "persons",
        "`necocli` (boats of the gulf), `panama_stations` (canoes and buses)",
        "Persons waiting for a boat or bus (month's mean).",
        "Personas que esperan lancha o bus (media del mes).",
    ),
    stock(
        "queue_peak",
        "persons",
        "`necocli`",
        "Longest queue of a day in the month.",
        "Mayor cola de un día del mes.",
    ),
    stock(
        "queue_days",
        "days",
        "`necocli`",
        "Mean days waited by those who boarded in the month.",
        "Días medios de espera de quienes embarcaron en el mes.",
    ),
    stock(
        "on_the_way",
        "persons",
        "`approach` (before the Darién), `transit` (Costa Rica to Guatemala), `south` (going home)",
        "Persons on the way in that part of the corridor (end of the month).",
        "Personas en camino en esa parte del corredor (fin de mes).",
    ),
    stock(
        "in_panama",
        "persons",
        "`panama`",
        "Persons on the way within Panama (end of the month).",
        "Personas en camino dentro de Panamá (fin de mes).",
    ),
    flow(
        "nights_over_capacity",
        "person-nights/month",
        "`panama`",
        "Nights spent at reception stations beyond their beds.",
        "Noches en estaciones de recepción por encima de sus camas.",
    ),
    stock(
        "in_mexico",
        "persons",
        "`mexico`",
        "Persons on the way or waiting within Mexico (end of the month).",
        "Personas en camino o en espera dentro de México (fin de mes).",
    ),
    flow(
        "us_arrivals",
        "persons/month",
        "`us_border`",
        "Arrivals at the US border, repeated attempts included.",
        "Llegadas a la frontera de EE. UU., con intentos repetidos.",
    ),
    flow(
        "us_admissions",
        "persons/month",
        "`us_border`",
        "Persons let in at the US border.",
        "Personas admitidas en la frontera de EE. UU.",
    ),
    flow(
        "settled",
        "persons/month",
        "`mexico`",
        "Persons refused at the US border who stayed in Mexico.",
        "Personas rechazadas en la frontera de EE. UU. que se quedaron en México.",
    ),
    stock(
        "settled_stock",
        "persons",
        "`mexico`",
        "Persons settled in Mexico after a refusal who have not turned south since (end of the month).",
        "Personas asentadas en México tras un rechazo que no han vuelto al sur (fin de mes).",
    ),
    flow(
        "home_again",
        "persons/month",
        "`origin`",
        "Persons who came home after turning south.",
        "Personas que volvieron a casa tras ir hacia el sur.",
    ),
    stock(
        "home_again_stock",
        "persons",
        "`origin`",
        "Persons at home again who may try anew (end of the month).",
        "Personas de vuelta en casa que pueden reintentar (fin de mes).",
    ),
    stock(
        "held",
        "persons",
        "`panama`",
        "Persons held for a repatriation flight (end of the month).",
        "Personas retenidas para un vuelo de repatriación (fin de mes).",
    ),
    flow(
        "returned",
        "persons/month",
        "the operator: `panama`, `us`, `mexico`",
        "Persons flown home by an operator.",
        "Personas devueltas en vuelo por un operador.",
    ),
    flow(
        "flights",
        "flights/month",
        "the operator",
        "Repatriation flights that left.",
        "Vuelos de repatriación que salieron.",
    ),
    flow(
        "seats",
        "seats/month",
        "the operator",
        "Seats that its flights offer; planes wait until they are nearly full, so that who can be held bounds how many are taken.",
        "Asientos que ofrecen sus vuelos; los aviones esperan a estar casi llenos, así que quienes pueden ser retenidos limitan los ocupados.",
    ),
    flow(
        "turned_back",
        "persons/month",
        "the place of control",
        "Persons turned back at a control, attempts counted.",
        "Personas devueltas en un control, contando intentos.",
    ),
    flow(
        "southbound",
        "persons/month",
        "where they turned: `approach`, `panama`, `transit`, `mexico`; `settled` for those who had settled in Mexico",
        "Persons who gave up and turned south.",
        "Personas que desistieron y volvieron al sur.",
    ),
    flow(
        "reverse_flow",
        "persons/month",
        "`panama`",
        "Persons who entered Panama from Costa Rica on the way south, as Panama records them.",
        "Personas que entraron a Panamá desde Costa Rica rumbo al sur, tal como las registra Panamá.",
    ),
    flow(
        "left_approach",
        "persons/month",
        "where to: `mexico_air`, `managua_air`, `san_andres_sea`; `stopped` and sent to southern Mexico, `returned`, `died`",
        "Persons on the way who left the approach to the Darién other than through it or by giving up.",
        "Personas en camino que dejaron el acceso al Darién sin cruzarlo ni desistir.",
    ),
    flow(
        "deaths",
        "persons/month",
        "where: `darien`, `sea`, `mexico`, `elsewhere`",
        "Deaths and disappearances on the way, recorded or not.",
        "Muertes y desapariciones en el camino, registradas o no.",
    ),
    flow(
        "abuse",
        "cases/month",
        "where: `darien`, `sea`, `mexico`, `elsewhere`",
        "Cases of abuse on the way (violence, robbery with harm); a person can suffer several.",
        "Casos de abuso en el camino (violencia, robo con daño); una persona puede sufrir varios.",
    ),
    flow(
        "abused",
        "persons/month",
        "where they were abused first: `darien`, `sea`, `mexico`, `elsewhere`",
        "Persons abused on the way, each counted once a journey.",
        "Personas abusadas en el camino, cada una contada una vez por viaje.",
    ),
    flow(
        "minors",
        "persons/month",
        "`darien`",
        "Entries of persons under 18.",
        "Entradas de menores de 18 años.",
    ),
    flow(
        "direct",
        "persons/month",
        "`darien`",
        "Entries of persons who came directly from their country.",
        "Entradas de personas que vinieron directamente de su país.",
    ),
    flow(
        "spending",
        "USD/month",
        "`route`",
        "What people spent on the way.",
        "Lo que la gente gastó en el camino.",
    ),
    flow(
        "smuggling_revenue",
        "USD/month",
        "`route`",
        "The part of it paid to boats, guides and smugglers.",
        "La parte pagada a lanchas, guías y coyotes.",
    ),
    flow(
        "public_cost",
        "USD/month",
        "payer and kind, e.g. `us.flights`, `panama.reception`",
        "What states and donors spent.",
        "Lo que gastaron Estados y donantes.",
    ),
    stock(
        "price",
        "USD/person",
        "`darien`",
        "Mean price of the crossing from the gulf to the reception station.",
        "Precio medio del cruce desde el golfo hasta la estación de recepción.",
    ),
    stock(
        "belief",
        "0-1",
        "`origin`",
        "Believed chance to be let in at the end of the route (month's mean).",
        "Probabilidad creída de ser admitido al final (media del mes).",
    ),
];

/// The outcome that every answer is about first: irregular entries at the Darién, of all nationalities, whether or
/// not they are counted. (`entries_recorded` is what Panama's record would show of them; charts beside the record
/// draw it.)
pub fn headline() -> SeriesKey {
    SeriesKey::new("entries", "darien", "ALL")
}

/// A horizon's value of an outcome from its months: flows add up, stocks and levels are averaged.
pub fn over_horizon(outcome: &str, months: &[f64]) -> f64 {
    match find(outcome).map_or(OverTime::Sum, |o| o.over_time) {
        OverTime::Sum => months.iter().sum(),
        OverTime::Mean => months.iter().sum::<f64>() / months.len().max(1) as f64,
    }
}

/// The outcome of a name.
pub fn find(name: &str) -> Option<&'static Outcome> {
    OUTCOMES.iter().find(|o| o.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stocks_are_averaged_and_flows_added() {
        assert_eq!(over_horizon("entries", &[1.0, 3.0]), 4.0);
        assert_eq!(over_horizon("waiting", &[1.0, 3.0]), 2.0);
    }
}
