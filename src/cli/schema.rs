//! `darien schema`: prints the JSON Schema of scenario files.

use crate::error::Result;
use std::io::Write;

/// Arguments of `darien schema`: none.
#[derive(Debug, Clone, Copy, clap::Args)]
pub struct SchemaArgs {}

/// Prints the schema.
///
/// # Errors
///
/// If `out` cannot be written.
pub fn run(_: SchemaArgs, out: &mut dyn Write) -> Result<()> {
    super::common::written(out.write_all(crate::scenario::schema_text().as_bytes()))
}
