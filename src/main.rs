//! The `darien` binary: hand over to the library and exit with its code.

/// Threads that share a run give back each other's memory all the time, and the C library lets them wait for it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    #[cfg(target_os = "linux")]
    keep_memory();
    darien::cli::main()
}

/// Begins anew with an allocator that keeps what is freed for the next run, unless the environment says what it shall do.
/// It would give memory back after a second and fetch it again a page at a time, a tenth of an ensemble's time
/// (decision 33), and reads its settings from the environment, before anything else runs.
///
/// What begins is this very program: the system's own name for it, which nobody can put another file behind. Where there
/// is no such name, all goes on as it is.
#[cfg(target_os = "linux")]
fn keep_memory() {
    use std::os::unix::process::CommandExt;
    const DELAY: &str = "MIMALLOC_PURGE_DELAY";
    if std::env::var_os(DELAY).is_some() {
        return;
    }
    let mut words = std::env::args_os();
    let mut again = std::process::Command::new("/proc/self/exe");
    if let Some(name) = words.next() {
        again.arg0(name);
    }
    // Returns only if it fails, and then all goes on as it is.
    let _ = again.args(words).env(DELAY, "-1").exec();
}
