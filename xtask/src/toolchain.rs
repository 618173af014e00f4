//! What builds for a phone: the vendor's tools where they are installed, else Debian's packages.

mod debian;
mod ndk;
mod rustup;
mod xcode;

pub(crate) use debian::{AppLinker, aarch64_linux};

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::{Deserialize, Serialize};

use crate::checkout::Checkout;
use crate::failure::Failure;
use crate::output::Output;
use crate::target::Target;

/// Whose tools they are. Sizes are compared only within one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    Ndk,
    Xcode,
    Debian,
}

impl Kind {
    /// Its name for a person.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Ndk => "the Android NDK",
            Self::Xcode => "Xcode",
            Self::Debian => "Debian's packages",
        }
    }
}

/// Variables that a build is started with.
type Environment = Vec<(String, OsString)>;

/// A compiler and a linker for one target, as cargo's arguments and environment.
#[derive(Debug)]
pub(crate) struct Toolchain {
    pub(crate) kind: Kind,
    cargo: PathBuf,
    arguments: Vec<String>,
    environment: Environment,
    /// Strips a shared library.
    pub(crate) strip: Option<PathBuf>,
    /// Where a second link of the library without packed relocations goes, if the linker makes one.
    pub(crate) plain: Option<PathBuf>,
    /// Links a static library as an app would, where that is possible.
    pub(crate) app_linker: Option<AppLinker>,
    /// What a build by it does not prove.
    pub(crate) limits: &'static [&'static str],
}

impl Toolchain {
    /// The one for `target` on this machine.
    ///
    /// # Errors
    ///
    /// [`Failure::Missing`], with what to install.
    pub(crate) fn choose(
        target: Target,
        ndk: Option<&Path>,
        checkout: &Checkout,
        output: &Output,
    ) -> Result<Self, Failure> {
        match (target.is_android(), ndk) {
            (true, Some(ndk)) => ndk::toolchain(target, ndk),
            (true, None) => debian::android(target, checkout, output),
            (false, _) if xcode::is_installed() => xcode::toolchain(target),
            (false, _) => debian::ios(target, checkout, output),
        }
    }

    /// Cargo with this toolchain's environment; the caller adds the subcommand, then calls
    /// [`Self::arguments`].
    pub(crate) fn cargo(&self) -> Command {
        let mut command = Command::new(&self.cargo);
        // What `cargo xtask` and rustup set for this program must not reach another compiler.
        for inherited in [
            "CARGO",
            "CARGO_ENCODED_RUSTFLAGS",
            "CARGO_TARGET_DIR",
            "LD_LIBRARY_PATH",
            "RUSTC",
            "RUSTDOC",
            "RUSTFLAGS",
            "RUSTUP_TOOLCHAIN",
        ] {
            command.env_remove(inherited);
        }
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }

    /// What a build needs beside the target's name.
    pub(crate) fn arguments(&self) -> &[String] {
        &self.arguments
    }
}

/// Flags for rustc that every Android build has, whoever links it.
///
/// Pages of 16 KB are a must on Android 15 and later. Packed relocations need API 23; a tenth of the
/// library's size is relocations without. Folding equal functions is sound in Rust, where a function
/// has no address of its own.
const ANDROID_RUSTFLAGS: &str = "-Clink-arg=-Wl,-z,max-page-size=16384 \
    -Clink-arg=-Wl,--pack-dyn-relocs=android -Clink-arg=-Wl,--icf=all -Clink-arg=-Wl,--build-id=sha1";
