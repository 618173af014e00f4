//! Where things lie.

use std::path::{Path, PathBuf};

use crate::failure::Failure;
use crate::target::Target;

/// The sources and what is built of them.
#[derive(Clone, Debug)]
pub(crate) struct Checkout {
    /// The folder of the workspace's `Cargo.toml`.
    pub(crate) root: PathBuf,
    /// Cargo's target folder.
    pub(crate) target: PathBuf,
}

impl Checkout {
    /// The sources that this program was built from.
    pub(crate) fn new(target: Option<PathBuf>) -> Self {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let root = here.parent().unwrap_or(here).to_path_buf();
        let target = target.unwrap_or_else(|| root.join("target"));
        Self { root, target }
    }

    /// Everything of the builds for phones.
    pub(crate) fn mobile(&self) -> PathBuf {
        self.target.join("mobile")
    }

    /// What one target's build ends in.
    pub(crate) fn built(&self, target: Target) -> PathBuf {
        self.mobile().join(target.triple())
    }

    /// What is weighed of a target: the library itself, or what an app gets of a static one.
    pub(crate) fn linked(&self, target: Target) -> PathBuf {
        let name = if target.is_android() { target.library() } else { "libbailing_ffi.dylib" };
        self.built(target).join(name)
    }

    /// Compilers' wrappers and headers, made at run time.
    pub(crate) fn tools(&self) -> PathBuf {
        self.mobile().join("tools")
    }
}

/// Makes a folder and those above it.
pub(crate) fn folder(path: PathBuf) -> Result<PathBuf, Failure> {
    std::fs::create_dir_all(&path).map_err(Failure::file(&path))?;
    Ok(path)
}
