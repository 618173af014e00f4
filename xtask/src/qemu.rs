//! `cargo xtask qemu`: tests on 64-bit ARM, and Android's library at work, on a machine that is neither.

mod phone;

use clap::Args;

use crate::checkout::Checkout;
use crate::failure::Failure;
use crate::output::{Output, timed};
use crate::process;
use crate::toolchain;

/// Parts of the names of tests that take minutes here and hang on no instruction of the processor's: random
/// pictures by the dozen, counts of allocations, series of photos. Natively they run.
const LEFT_OUT: [&str; 3] = ["any_", "allocat", "a_second_photo"];

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Crates whose tests are run; may be given more than once
    #[arg(long, default_values = ["bailing-evidence", "bailing-network", "bailing-vision"])]
    package: Vec<String>,
    /// Only the library for Android, not the tests
    #[arg(long)]
    phone_only: bool,
}

pub(crate) fn run(
    arguments: &Arguments,
    checkout: &Checkout,
    output: &Output,
) -> Result<(), Failure> {
    if !arguments.phone_only {
        tests(&arguments.package, checkout, output)?;
    }
    phone::run(checkout, output)
}

/// Unit and integration tests, built for ARM and run by the emulator.
fn tests(packages: &[String], checkout: &Checkout, output: &Output) -> Result<(), Failure> {
    output.message(&format!("== tests on 64-bit ARM: {}", packages.join(", ")));
    let toolchain = toolchain::aarch64_linux()?;
    let mut cargo = toolchain.cargo();
    cargo
        .current_dir(&checkout.root)
        .args(["test", "--locked", "--release", "--lib", "--tests"])
        .args(packages.iter().flat_map(|package| ["--package", package]))
        .args(toolchain.arguments())
        .arg("--target-dir")
        .arg(checkout.mobile().join("build"))
        .arg("--")
        .args(LEFT_OUT.iter().flat_map(|name| ["--skip", name]));
    let (done, took) = timed(|| process::run("the tests", &mut cargo));
    output.message(&format!("   {} s", took.as_secs()));
    done
}
