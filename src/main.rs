//! The `darien` binary: hand over to the library and exit with its code.
fn main() -> std::process::ExitCode {
    darien::cli::main()
}
