//! Pieces of work in parallel, handed on in order: what every ensemble is, whatever the rule set.

use super::runner::Progress;
use crate::error::Result;
use rayon::prelude::*;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};

/// Does the pieces `0..count` on the threads of the current pool and hands their results to `sink` in order,
/// whatever the number of threads.
///
/// A panic in a piece becomes its message; the rest goes on. When `stop` is set, the pieces under way are finished
/// and handed on, and `false` is returned.
///
/// # Errors
///
/// The first error of `sink`, which ends the work.
pub fn in_order<T: Send>(
    count: usize,
    stop: &AtomicBool,
    progress: &mut impl Progress,
    piece: impl Fn(usize) -> T + Sync,
    mut sink: impl FnMut(usize, std::result::Result<T, String>) -> Result<()>,
) -> Result<bool> {
    let batch = rayon::current_num_threads().max(1) * 2;
    for begin in (0..count).step_by(batch) {
        if stop.load(Ordering::Relaxed) {
            return Ok(false);
        }
        let end = (begin + batch).min(count);
        let done: Vec<_> = (begin..end).into_par_iter().map(|i| guarded(|| piece(i))).collect();
        for (i, outcome) in (begin..end).zip(done) {
            sink(i, outcome)?;
        }
        progress.report(end as u64, count as u64);
    }
    Ok(true)
}

/// Does a piece of work; a panic becomes its message.
pub(super) fn guarded<T>(work: impl FnOnce() -> T) -> std::result::Result<T, String> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|panic| {
        panic
            .downcast_ref::<String>()
            .cloned()
            .or_else(|| panic.downcast_ref::<&str>().map(|s| (*s).to_owned()))
            .unwrap_or_else(|| "the run stopped without a message".into())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_order_and_a_panic_is_a_message() {
        let mut seen = Vec::new();
        let stop = AtomicBool::new(false);
        let piece = |i: usize| {
            assert!(i != 5, "piece five");
            i * i
        };
        let whole = in_order(20, &stop, &mut (), piece, |i, outcome| {
            seen.push((i, outcome));
            Ok(())
        });
        assert!(whole.unwrap());
        assert_eq!(seen.len(), 20);
        for (i, (at, outcome)) in seen.iter().enumerate() {
            assert_eq!(i, *at);
            if i == 5 {
                assert!(outcome.as_ref().unwrap_err().contains("piece five"));
            } else {
                assert_eq!(*outcome, Ok(i * i));
            }
        }
    }

    #[test]
    fn a_stop_ends_the_work_before_the_next_batch() {
        let (stop, mut seen) = (AtomicBool::new(false), 0);
        let whole = in_order(
            10_000,
            &stop,
            &mut (),
            |i| i,
            |_, _| {
                seen += 1;
                stop.store(true, Ordering::Relaxed);
                Ok(())
            },
        );
        assert!(!whole.unwrap());
        assert_eq!(seen, rayon::current_num_threads() * 2);
    }
}
