//! Types of places.

/// What a place is when the world begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A camp for refugees, with a capacity.
    Camp,
    /// A camp for the internally displaced, with a capacity.
    IdpCamp,
    /// A place in which there is or will be conflict.
    ConflictZone,
    /// A place through which everybody goes on.
    Hub,
    /// A bend of a road: never a destination.
    Marker,
    /// A place that may be flooded; nobody has to pass through it on the day of arrival.
    FloodZone,
    /// Any other place.
    Town,
}

/// The types as they may be typed.
pub const KINDS: &str = "camp, idpcamp, conflict_zone, forwarding_hub, marker, flood_zone, town, default";

impl Kind {
    /// Finds the type in a text as FLEE does: by what it contains, in this order.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.to_lowercase();
        let has = |part: &str| text.contains(part);
        Some(match () {
            () if has("camp") && has("idp") => Self::IdpCamp,
            () if has("camp") => Self::Camp,
            () if has("conflict") => Self::ConflictZone,
            () if has("forward") => Self::Hub,
            () if has("marker") => Self::Marker,
            () if has("flood_zone") => Self::FloodZone,
            () if has("default") || has("town") => Self::Town,
            () => return None,
        })
    }

    /// Whether it is a plain town where there is no conflict.
    pub fn is_town(self) -> bool {
        matches!(self, Self::Town | Self::ConflictZone)
    }

    /// Whether it is a camp of either kind.
    pub fn is_camp(self) -> bool {
        matches!(self, Self::Camp | Self::IdpCamp)
    }
}
