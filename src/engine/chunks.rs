//! One loop over many items, on one thread or on several, with the same result.
//!
//! Items are cut into chunks of a fixed size, whatever the number of threads; each chunk is worked on alone and
//! gives back what it found; the answers come in the order of the chunks. Decide so, then apply in order.

use rayon::prelude::*;

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
            let (after, sums) = run(true);
            prop_assert_eq!(sums.iter().sum::<u64>(), after.iter().sum::<u64>());
            prop_assert_eq!((after, sums), run(false));
        }
    }
}
