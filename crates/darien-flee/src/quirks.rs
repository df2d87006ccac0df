//! Where FLEE does something else than what was meant.
//!
//! The default is what was meant; [`Quirks::flee`] reproduces what FLEE does, so that results can be compared.
//! `docs/flee.md` explains each in a paragraph.

/// Which departures of FLEE from what was meant are reproduced; all `false` by default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[allow(clippy::struct_excessive_bools)]
pub struct Quirks {
    /// The people of day 0 count twice: every capacity is lowered by them although they also occupy it, the
    /// raw count starts with total and camps added up, and `insert_day0: False` spawns twice their number.
    pub day0_counts_twice: bool,
    /// A closure of type `location` closes all links of its first place; its second name is ignored.
    pub second_name_ignored: bool,
    /// A closure of type `link` has no effect, unless its first name is a single letter: then it closes the way
    /// from the second name to the first.
    pub link_closures_ignored: bool,
    /// Where two closures overlap on a link, the first that ends opens it.
    pub first_end_opens: bool,
    /// A conflict that changes from one positive level to another keeps its first level.
    pub levels_frozen: bool,
    /// A conflict zone of date 0 starts at level 1 whatever `conflicts.csv` says, and one without a column there
    /// never starts.
    pub zones_start_active: bool,
    /// A place where a conflict ends becomes a town, even if it was a camp or a hub before.
    pub peace_makes_towns: bool,
    /// The setting `camps_are_sinks` is only read under the name `camps_are_sicks`, and does nothing without the
    /// attribute `deactivation_probability`, at which FLEE stops.
    pub sinks_misspelt: bool,
    /// A route with `forced_redirection` 1 is entered twice, so that it counts double.
    pub redirection_doubles: bool,
    /// `stay_close_to_home` measures from the current place instead of home, with coordinates read in the
    /// wrong order.
    pub home_is_here: bool,
    /// The date in `out.csv` is that of the following day.
    pub date_of_next_day: bool,
    /// An `awareness_level` of -1 means 1 without a way on through markers, and 0 keeps everybody in place, instead
    /// of being refused.
    pub odd_awareness: bool,
    /// Where the raw count of a day is 0 or less, as it always is where conflict or flood drives people out, the
    /// error, the sum of the data, the raw count and the debt of that day are zeros in `out.csv`.
    pub no_raw_no_totals: bool,
    /// Counts of a camp with several files are added at the dates of the first file with the last value of the
    /// second, at other dates of the second with the next value of the first, and nothing after the last.
    pub files_not_interpolated: bool,
    /// `two_system_decision_making` cannot be switched on from a file: any value is taken for off.
    pub two_system_ignored: bool,
    /// `hasten` leaves the numbers that conflict or flood drives out as they are.
    pub driven_not_hastened: bool,
    /// Conflict and flood drive out more than are left where `take_from_population` is set.
    pub driven_beyond_population: bool,
    /// `displaced_per_conflict_day` (but for `pop_ratio`) and `default_conflict_intensity` are cut to whole numbers.
    pub whole_numbers: bool,
    /// Agents start by the weights of the evening before, unless a conflict begins or ends on the day.
    pub weights_of_yesterday: bool,
    /// Who is on a road when it closes is put back at its start even if it opens again before the arrival.
    pub shut_under_way: bool,
    /// The type of a camp's closure says what the camp is when it opens again, and its conflict ends.
    pub closure_names_kind: bool,
    /// `hasten` leaves the attributes `initial_idps` and `capacity_per_day` as they are; the latter is not negative.
    pub attributes_not_hastened: bool,
    /// With `empty_camps_on_day0` the count of a camp that shrinks below its day 0 is negative.
    pub counts_below_zero: bool,
    /// People of places that the world lacks start too.
    pub elsewhere_counts: bool,
    /// A road that is listed twice counts twice as a route, and the first is travelled.
    pub doubled_roads: bool,
    /// Dates out of order and dates given twice are read as they stand.
    pub dates_as_they_stand: bool,
    /// Settings that are not known are passed over.
    pub unknown_settings_ignored: bool,
    /// `BoysTakeRisk` is a rule for all males over 14.
    pub boys_of_any_age: bool,
    /// The weight of a flood level counts twice in flood zones, and at level 0 once.
    pub flood_weights_twice: bool,
    /// Flood levels are cut to whole numbers.
    pub flood_levels_cut: bool,
    /// The way in which floods drive people out is only read under the name `spawn_mode`, not `flood_spawn_mode`.
    pub flood_mode_misnamed: bool,
}

impl Quirks {
    /// All quirks: what FLEE does.
    pub const fn flee() -> Self {
        Self {
            day0_counts_twice: true,
            second_name_ignored: true,
            link_closures_ignored: true,
            first_end_opens: true,
            levels_frozen: true,
            zones_start_active: true,
            peace_makes_towns: true,
            sinks_misspelt: true,
            redirection_doubles: true,
            home_is_here: true,
            date_of_next_day: true,
            odd_awareness: true,
            no_raw_no_totals: true,
            files_not_interpolated: true,
            two_system_ignored: true,
            driven_not_hastened: true,
            driven_beyond_population: true,
            whole_numbers: true,
            weights_of_yesterday: true,
            shut_under_way: true,
            closure_names_kind: true,
            attributes_not_hastened: true,
            counts_below_zero: true,
            elsewhere_counts: true,
            doubled_roads: true,
            dates_as_they_stand: true,
            unknown_settings_ignored: true,
            boys_of_any_age: true,
            flood_weights_twice: true,
            flood_levels_cut: true,
            flood_mode_misnamed: true,
        }
    }

    /// [`Self::flee`] or none.
    pub fn new(as_flee: bool) -> Self {
        if as_flee { Self::flee() } else { Self::default() }
    }
}
