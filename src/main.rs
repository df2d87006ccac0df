//! The `darien` binary: hand over to the library and exit with its code.

/// Threads that share a run give back each other's memory all the time, and the C library lets them wait for it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    darien::cli::main()
}
