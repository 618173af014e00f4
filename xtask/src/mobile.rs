//! `cargo xtask mobile`: the library for each phone, checked.

use std::path::{Path, PathBuf};
use std::process::Command;

use clap::Args;
use serde::Serialize;

use crate::android_library::{self, Check};
use crate::checkout::{Checkout, folder};
use crate::failure::Failure;
use crate::output::{Output, timed};
use crate::process;
use crate::target::Target;
use crate::toolchain::{AppLinker, Kind, Toolchain};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Build for this phone only; may be given more than once
    #[arg(long, value_enum)]
    target: Vec<Target>,
    /// Cargo's profile
    #[arg(long, default_value = "mobile")]
    profile: String,
    /// The Android NDK; without one, Debian's packages are used
    #[arg(long, env = "ANDROID_NDK_HOME")]
    ndk: Option<PathBuf>,
    /// The same by its other name
    #[arg(long, env = "ANDROID_NDK_ROOT", hide = true)]
    ndk_root: Option<PathBuf>,
}

/// What came of one target.
#[derive(Debug, Serialize)]
struct Report {
    target: &'static str,
    /// Whether the library is there and passed its checks.
    good: bool,
    /// Why there is no library.
    why: Option<String>,
    #[serde(flatten)]
    built: Option<Built>,
}

/// A library that was built; also kept beside it, in `build.json`.
#[derive(Debug, Serialize)]
struct Built {
    toolchain: Kind,
    /// As it ships: stripped.
    library: PathBuf,
    /// With its symbols: what bindings are generated from, and what a crash is read with.
    unstripped: PathBuf,
    bytes: u64,
    seconds: u64,
    checks: Vec<Check>,
    /// What this build does not prove.
    limits: &'static [&'static str],
}

pub(crate) fn run(
    arguments: &Arguments,
    checkout: &Checkout,
    output: &Output,
) -> Result<(), Failure> {
    let ndk = arguments.ndk.as_deref().or(arguments.ndk_root.as_deref());
    let targets = match arguments.target.as_slice() {
        [] => <Target as clap::ValueEnum>::value_variants(),
        some => some,
    };
    let mut bad = Vec::new();
    for target in targets {
        output.message(&format!("== {}", target.triple()));
        let built = Toolchain::choose(*target, ndk, checkout, output)
            .and_then(|toolchain| build(*target, &toolchain, arguments, checkout, output));
        let report = match built {
            Ok(built) => Report {
                target: target.triple(),
                good: built.checks.iter().all(|check| check.passed),
                why: None,
                built: Some(built),
            },
            Err(failure) => Report {
                target: target.triple(),
                good: false,
                why: Some(failure.to_string()),
                built: None,
            },
        };
        if !report.good {
            bad.push(report.target);
        }
        output.answer(&report, readable)?;
    }
    if bad.is_empty() {
        Ok(())
    } else {
        let (bad, all) = (bad.join(", "), targets.len());
        Err(Failure::Refused(format!("not built or not sound, of {all} targets: {bad}")))
    }
}

/// Builds, strips, checks, and lays the results into one folder.
fn build(
    target: Target,
    toolchain: &Toolchain,
    arguments: &Arguments,
    checkout: &Checkout,
    output: &Output,
) -> Result<Built, Failure> {
    output.message(&format!("   with {}", toolchain.kind.name()));
    let build = checkout.mobile().join("build");
    let mut cargo = toolchain.cargo();
    cargo
        .current_dir(&checkout.root)
        .args(["rustc", "--locked", "--package", "bailing-ffi", "--lib"])
        .args(["--profile", &arguments.profile, "--crate-type", target.crate_type()])
        .args(toolchain.arguments())
        .arg("--target-dir")
        .arg(&build)
        // Symbols are needed once more, for the bindings; what ships is stripped below.
        .env(strip_variable(&arguments.profile), "none");
    let (done, took) = timed(|| process::run("the build", &mut cargo));
    done?;

    let folder_of_profile =
        if arguments.profile == "dev" { "debug" } else { arguments.profile.as_str() };
    let artifact = build.join(target.triple()).join(folder_of_profile).join(target.library());
    let library = folder(checkout.built(target))?.join(target.library());
    let unstripped = folder(checkout.built(target).join("unstripped"))?.join(target.library());
    std::fs::copy(&artifact, &unstripped).map_err(Failure::file(&artifact))?;
    strip(&unstripped, &library, toolchain.strip.as_deref())?;
    if let Some(plain) = &toolchain.plain {
        let kept = folder(checkout.built(target).join("plain"))?.join(target.library());
        std::fs::copy(plain, &kept).map_err(Failure::file(plain))?;
    }
    let checks = if target.is_android() {
        android_library::check(&library, toolchain.kind)?
    } else if let Some(linker) = &toolchain.app_linker {
        vec![linked(linker, &library, &checkout.linked(target))?]
    } else {
        Vec::new()
    };
    let built = Built {
        toolchain: toolchain.kind,
        bytes: std::fs::metadata(&library).map_err(Failure::file(&library))?.len(),
        library,
        unstripped,
        seconds: took.as_secs(),
        checks,
        limits: toolchain.limits,
    };
    let kept = checkout.built(target).join("build.json");
    let json = serde_json::to_vec_pretty(&built).map_err(|error| Failure::format(&kept, error))?;
    std::fs::write(&kept, json).map_err(Failure::file(&kept))?;
    Ok(built)
}

/// Whether an app can be linked with a static library.
fn linked(linker: &AppLinker, archive: &Path, library: &Path) -> Result<Check, Failure> {
    let name = "leaves no symbol undefined";
    Ok(match linker.link(archive, library) {
        Ok(()) => {
            let bytes = std::fs::metadata(library).map_err(Failure::file(library))?.len();
            Check { name, passed: true, found: format!("an app gets {bytes} bytes of it") }
        }
        Err(failure) => Check { name, passed: false, found: failure.to_string() },
    })
}

fn strip(unstripped: &Path, library: &Path, strip: Option<&Path>) -> Result<(), Failure> {
    match strip {
        Some(strip) => {
            let mut command = Command::new(strip);
            command.arg("--strip-all").arg("-o").arg(library).arg(unstripped);
            process::run("stripping", &mut command)
        }
        None => std::fs::copy(unstripped, library).map(drop).map_err(Failure::file(unstripped)),
    }
}

/// The variable by which cargo is told what to strip.
fn strip_variable(profile: &str) -> String {
    format!("CARGO_PROFILE_{}_STRIP", profile.to_uppercase().replace('-', "_"))
}

fn readable(report: &Report) -> String {
    let mut text = report.target.to_owned();
    if let Some(why) = &report.why {
        text.push_str(&format!(": NOT BUILT: {why}"));
    }
    if let Some(built) = &report.built {
        let name = built.toolchain.name();
        text.push_str(&format!(": {} bytes, {} s, with {name}", built.bytes, built.seconds));
        text.push_str(&format!("\n  {}", built.library.display()));
        for check in &built.checks {
            let mark = if check.passed { "ok" } else { "FAILED" };
            text.push_str(&format!("\n  {mark}: {} ({})", check.name, check.found));
        }
        for limit in built.limits {
            text.push_str(&format!("\n  not proved: {limit}"));
        }
    }
    text
}
