//! The day of a FLEE world, written down.

use super::state::State;
use super::world::World;
use crate::engine::plan::{Phase, RuleSet};
use crate::random::Seed;

const PHASES: [Phase; 6] = [
    Phase {
        name: "morning",
        en: "Places change their type; hunger, floods and conflicts begin, change their level and end.",
        es: "Los lugares cambian de tipo; el hambre, las inundaciones y los conflictos empiezan, cambian de nivel y terminan.",
    },
    Phase {
        name: "start",
        en: "New agents start from places with conflict, hunger or flood.",
        es: "Nuevos agentes parten de los lugares con conflicto, hambre o inundación.",
    },
    Phase {
        name: "closures",
        en: "Borders, roads and camps close and open.",
        es: "Fronteras, caminos y campamentos se cierran y se abren.",
    },
    Phase {
        name: "scores",
        en: "Places are scored anew, capacities grow, and waits follow changed move chances.",
        es: "Los lugares se valoran de nuevo, crecen las capacidades y las esperas siguen a las nuevas probabilidades.",
    },
    Phase {
        name: "decide",
        en: "Agents whose wait is over choose a route and set out, in order.",
        es: "Los agentes cuya espera termina eligen ruta y salen, en orden.",
    },
    Phase {
        name: "travel",
        en: "Agents on a road travel, arrive, and go on or stay, in order.",
        es: "Los agentes en camino viajan, llegan, y siguen o se quedan, en orden.",
    },
];

/// FLEE's rules on a world, with a seed.
#[derive(Debug, Clone, Copy)]
pub struct FleeRules<'a> {
    /// The world.
    pub world: &'a World,
    /// The seed of the run.
    pub seed: Seed,
}

impl RuleSet for FleeRules<'_> {
    type State = State;

    fn phases(&self) -> &'static [Phase] {
        &PHASES
    }

    fn start(&self) -> State {
        let mut state = State::empty(self.world);
        state.fill_camps(self.world, self.seed);
        state.renew_sources(self.world, 0);
        state
    }

    fn run_phase(&self, phase: usize, day: usize, state: &mut State) {
        let Self { world, seed } = *self;
        match phase {
            0 => state.apply_morning(world, day),
            1 => state.spawn(world, seed, day),
            2 => state.apply_closures(world, day),
            3 => {
                if world.quirks.weights_of_yesterday {
                    state.renew_sources(world, day);
                }
                state.renew_scores(world, day);
                state.apply_growth(world);
                state.renew_waits(world, seed, day);
            }
            4 => state.decide(world, seed, day),
            _ => state.travel(world, seed, day),
        }
    }
}
