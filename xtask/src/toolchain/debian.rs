//! Debian's own compilers (`rustc-web`, `clang-22`, `lld-22`), with C headers from PyPI's `ziglang`.
//!
//! A real build, for a gate that needs no vendor's tools: it compiles, links without undefined
//! symbols, and has the shape and the size of a release. The headers are musl's, not the phone's, so
//! what it makes is for checking and not for shops.

mod android;
mod ios;

pub(crate) use android::toolchain as android;
pub(crate) use ios::{AppLinker, toolchain as ios};

use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Environment, Toolchain};
use crate::checkout::Checkout;
use crate::failure::Failure;
use crate::output::Output;
use crate::process;

const CARGO: &str = "/usr/bin/cargo";
const RUSTC: &str = "/usr/bin/rustc";

/// The packages, in words for a person.
const PACKAGES: &str = "apt-get install --no-install-recommends rustc-web cargo-web rust-web-src \
     libstd-rust-web-dev clang-22 lld-22 llvm-22 (Debian 12 with its security updates)";

/// Version of the wheel whose C headers and unwinder are used.
const ZIGLANG: &str = "ziglang==0.17.1";

/// Clang, lld and their companions of one version.
#[derive(Clone, Debug)]
pub(super) struct Llvm(PathBuf);

impl Llvm {
    /// The newest that is installed.
    pub(crate) fn find() -> Result<Self, Failure> {
        (19..=40)
            .rev()
            .map(|version| PathBuf::from(format!("/usr/lib/llvm-{version}/bin")))
            .find(|tools| {
                let needed = ["clang", "ld.lld", "ld64.lld", "llvm-ar", "llvm-strip"];
                needed.iter().all(|tool| tools.join(tool).exists())
            })
            .map(Self)
            .ok_or_else(|| missing("clang, lld and llvm"))
    }

    pub(crate) fn tool(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

/// Cargo's environment for Debian's compiler.
fn environment() -> Result<Environment, Failure> {
    for program in [CARGO, RUSTC] {
        if !process::starts(program) {
            return Err(missing(program));
        }
    }
    Ok(vec![("RUSTC".to_owned(), RUSTC.into()), ("RUSTDOC".to_owned(), "/usr/bin/rustdoc".into())])
}

/// Cargo's arguments and environment for a standard library that is built with the program, since no
/// package brings it for phones. `RUSTC_BOOTSTRAP` is what lets a stable compiler do that.
fn building_std(target: &str) -> Result<(Vec<String>, Environment), Failure> {
    let mut environment = environment()?;
    let sysroot = process::read("rustc", Command::new(RUSTC).args(["--print", "sysroot"]))?;
    let sources = Path::new(sysroot.trim()).join("lib/rustlib/src/rust/library/std");
    if !sources.is_dir() {
        return Err(missing(&format!("{} (the standard library's sources)", sources.display())));
    }
    environment.push(("RUSTC_BOOTSTRAP".to_owned(), "1".into()));
    let arguments = ["--target", target, "-Zbuild-std=std,panic_unwind"];
    Ok((arguments.map(str::to_owned).to_vec(), environment))
}

/// The folder `lib` of `ziglang`, installed into the tools' folder if it is not there.
fn ziglang(checkout: &Checkout, output: &Output) -> Result<PathBuf, Failure> {
    let wheel = checkout.tools().join("ziglang");
    let library = wheel.join("ziglang/lib");
    if !library.join("libc/include/generic-musl").is_dir() {
        output.message(&format!("   C headers: pip install {ZIGLANG}"));
        let mut pip = Command::new("python3");
        pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--target"])
            .args([wheel.as_os_str(), ZIGLANG.as_ref()]);
        process::run("pip install ziglang", &mut pip).map_err(|failure| {
            Failure::Missing(format!("the C headers in {ZIGLANG} of PyPI: {failure}"))
        })?;
    }
    Ok(library)
}

/// Debian's compiler for 64-bit ARM under Linux, whose programs run here under qemu.
pub(crate) fn aarch64_linux() -> Result<Toolchain, Failure> {
    let triple = "aarch64-unknown-linux-gnu";
    let mut environment = environment()?;
    let mut rustc = Command::new(RUSTC);
    rustc.args(["--print", "target-libdir", "--target", triple]);
    let library = process::read("rustc --print target-libdir", &mut rustc)?;
    let (compiler, emulator) = ("aarch64-linux-gnu-gcc", "qemu-aarch64-static");
    if !Path::new(library.trim()).is_dir()
        || !process::starts(compiler)
        || !process::starts(emulator)
    {
        return Err(Failure::Missing(format!(
            "{triple} cannot be built or run: dpkg --add-architecture arm64 && apt-get update && \
             apt-get install --no-install-recommends rustc-web cargo-web \
             libstd-rust-web-dev:arm64 gcc-aarch64-linux-gnu libc6-dev-arm64-cross \
             qemu-user-static (Debian 12 with its security updates)"
        )));
    }
    // The emulator must find the C library of the arm64 packages: with `-L` it takes the cross
    // compiler's, with which every program that starts a thread spins for ever.
    environment.extend([
        ("CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER".to_owned(), compiler.into()),
        ("CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUNNER".to_owned(), emulator.into()),
        ("CC_aarch64_unknown_linux_gnu".to_owned(), compiler.into()),
    ]);
    Ok(Toolchain {
        kind: super::Kind::Debian,
        cargo: CARGO.into(),
        arguments: vec!["--target".to_owned(), triple.to_owned()],
        environment,
        strip: None,
        plain: None,
        app_linker: None,
        limits: &[],
    })
}

fn missing(what: &str) -> Failure {
    Failure::Missing(format!("{what} is not installed: {PACKAGES}"))
}
