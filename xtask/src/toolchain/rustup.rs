//! The Rust toolchain that the vendors' tools go with: rustup's, with the target added.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::Failure;
use crate::process;
use crate::target::Target;

/// Cargo, where the standard library for `target` is installed.
pub(super) fn cargo(target: Target) -> Result<PathBuf, Failure> {
    let triple = target.triple();
    let mut rustc = Command::new("rustc");
    rustc.args(["--print", "target-libdir", "--target", triple]);
    let library = process::read("rustc --print target-libdir", &mut rustc)?;
    if !Path::new(library.trim()).is_dir() {
        return Err(Failure::Missing(format!(
            "the standard library for {triple} is not installed: rustup target add {triple}"
        )));
    }
    Ok(PathBuf::from("cargo"))
}
