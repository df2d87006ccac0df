//! Loops over many items, on one thread or on several, with the same result.
//!
//! Items are cut into chunks of a fixed size, whatever the number of threads; each chunk is worked on alone and
//! gives back what it found; the answers come in the order of the chunks. Decide so, then apply in order.

use rayon::Yield;
use rayon::prelude::*;
use std::cell::Cell;
use std::sync::atomic::{AtomicBool, Ordering};

/// Threads that are kept awake for a run whose steps they share; more would spend their time on asking each other for work.
const AWAKE: usize = 8;

/// Calls `work` on every chunk of `size` items and gives back the answers in order.
///
/// `parallel` says whether threads share the chunks: it changes the time that it takes and nothing else. Leave it off
/// where whole runs share the threads already.
pub fn map_chunks<T: Send, R: Send>(
    parallel: bool,
    items: &mut [T],
    size: usize,
    work: impl Fn(&mut [T]) -> R + Sync + Send,
) -> Vec<R> {
    let size = size.max(1);
    if parallel && items.len() > size {
        items.par_chunks_mut(size).with_max_len(1).map(work).collect()
    } else {
        items.chunks_mut(size).map(work).collect()
    }
}

/// Calls `work` on every item and gives back the answers in order. Threads take items one by one, the heaviest first, so
/// that none is left with a long one while the others wait.
///
/// `parallel` is as for [`map_chunks`], and `weight` changes no more than it does.
pub fn map_heaviest_first<T: Send, R: Send>(
    parallel: bool,
    items: &mut [T],
    weight: impl Fn(&T) -> usize,
    work: impl Fn(&mut T) -> R + Sync + Send,
) -> Vec<R> {
    if !parallel {
        return items.iter_mut().map(work).collect();
    }
    let mut queue: Vec<(usize, &mut T)> = items.iter_mut().enumerate().collect();
    queue.sort_by_key(|(_, item)| std::cmp::Reverse(weight(item)));
    let mut answers: Vec<(usize, R)> =
        queue.into_iter().par_bridge().map(|(at, item)| (at, work(item))).collect();
    answers.sort_unstable_by_key(|(at, _)| *at);
    answers.into_iter().map(|(_, answer)| answer).collect()
}

/// Does two things that do not touch each other, side by side if `parallel`.
pub fn both(parallel: bool, one: impl FnOnce() + Send, other: impl FnOnce() + Send) {
    if parallel {
        rayon::join(one, other);
    } else {
        one();
        other();
    }
}

thread_local! {
    /// Whether the thread is calling the work of [`keep_awake`] or is kept awake for it.
    static TAKEN: Cell<bool> = const { Cell::new(false) };
}

/// Takes the thread until it is dropped, also by a panic.
struct Taken(bool);

impl Taken {
    fn now() -> Self {
        Self(TAKEN.replace(true))
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        TAKEN.set(self.0);
    }
}

/// Calls `work`, which shares many short steps with the threads of the pool, on one of them, and keeps the others awake
/// meanwhile: to wake one takes longer than many a step.
pub fn keep_awake<R: Send>(work: impl FnOnce() -> R + Send) -> R {
    /// Lets the others go, also where `work` panics.
    struct Over<'a>(&'a AtomicBool);
    impl Drop for Over<'_> {
        fn drop(&mut self) {
            self.0.store(true, Ordering::Release);
        }
    }
    let over = AtomicBool::new(false);
    rayon::scope(|scope| {
        let threads = rayon::current_num_threads();
        let own = rayon::current_thread_index().unwrap_or(0);
        let over = &over;
        scope.spawn_broadcast(move |_, thread| {
            let away = (thread.index() + threads - own) % threads;
            // A thread that waits for a step of its own work must not wait here for the end of another's.
            if away >= AWAKE || TAKEN.get() {
                return;
            }
            let _taken = Taken::now();
            while !over.load(Ordering::Acquire) {
                if rayon::yield_now() != Some(Yield::Executed) {
                    std::thread::yield_now();
                }
            }
        });
        let _over = Over(over);
        let _taken = Taken::now();
        work()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn threads_change_nothing(items in prop::collection::vec(0u64..1000, 0..500), size in 0usize..40) {
            let run = |parallel| {
                let mut items = items.clone();
                let sums = map_chunks(parallel, &mut items, size, |chunk| {
                    for x in chunk.iter_mut() {
                        *x += 1;
                    }
                    chunk.iter().sum::<u64>()
                });
                (items, sums)
            };
            let each = |parallel| {
                let mut items = items.clone();
                let weight = |x: &u64| *x as usize;
                let answers = map_heaviest_first(parallel, &mut items, weight, |x| { *x += 1; *x });
                prop_assert_eq!(&answers, &items);
                Ok(answers)
            };
            prop_assert_eq!(each(true)?, each(false)?);
            let (after, sums) = run(true);
            prop_assert_eq!(sums.iter().sum::<u64>(), after.iter().sum::<u64>());
            prop_assert_eq!((after, sums), run(false));
        }
    }

    /// Steps within steps, of two at once, end; so does one that panics.
    #[test]
    fn those_kept_awake_share_the_work() {
        let steps = || {
            keep_awake(|| {
                let mut items: Vec<u64> = (0..64).collect();
                for _ in 0..200 {
                    map_chunks(true, &mut items, 4, |chunk| chunk.iter_mut().for_each(|x| *x += 1));
                }
                items.iter().sum::<u64>()
            })
        };
        let wanted = (0..64).sum::<u64>() + 64 * 200;
        for _ in 0..20 {
            assert_eq!(rayon::join(steps, steps), (wanted, wanted));
        }
        assert!(std::panic::catch_unwind(|| keep_awake(|| panic!("no matter"))).is_err());
        assert_eq!(steps(), wanted);
    }
}
