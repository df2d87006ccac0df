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
    /// A closure of type `link` has no effect.
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
    /// The setting `camps_are_sinks` is only read under the name `camps_are_sicks`.
    pub sinks_misspelt: bool,
    /// A route with `forced_redirection` 1 is entered twice, so that it counts double.
    pub redirection_doubles: bool,
    /// `stay_close_to_home` measures from the current place instead of home, with coordinates read in the
    /// wrong order.
    pub home_is_here: bool,
    /// The date in `out.csv` is that of the following day.
    pub date_of_next_day: bool,
    /// An `awareness_level` of -1 means 1, and 0 keeps everybody in place, instead of being refused.
    pub odd_awareness: bool,
    /// With conflict-driven spawning the last columns of `out.csv` are zeros.
    pub driven_totals_zero: bool,
    /// Counts of a camp with several files are added with the next value of the other file, not interpolated.
    pub files_not_interpolated: bool,
    /// `two_system_decision_making` cannot be switched on from a file: any value is taken for off.
    pub two_system_ignored: bool,
    /// `hasten` leaves the numbers of conflict-driven spawning as they are.
    pub driven_not_hastened: bool,
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
            driven_totals_zero: true,
            files_not_interpolated: true,
            two_system_ignored: true,
            driven_not_hastened: true,
        }
    }

    /// [`Self::flee`] or none.
    pub fn new(as_flee: bool) -> Self {
        if as_flee { Self::flee() } else { Self::default() }
    }
}
