//! `cargo xtask`: the library for phones, built for each, weighed, and searched for what must not be
//! in it.
//!
//! Exit status: 0 when everything asked for was done and found sound; 1 when not; 2 on unusable
//! arguments. With `--json`, one JSON object a line on stdout and nothing else there.
#![forbid(unsafe_code)]

mod android_library;
mod bionic;
mod checkout;
mod failure;
mod markers;
mod mobile;
mod output;
mod process;
mod qemu;
mod size;
mod target;
mod toolchain;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::checkout::Checkout;
use crate::output::Output;

#[derive(Debug, Parser)]
#[command(name = "cargo xtask", version, about = "The library for phones", max_term_width = 100)]
struct Arguments {
    /// One JSON object a line on stdout; messages go to stderr
    #[arg(long, global = true)]
    json: bool,
    /// Where cargo builds
    #[arg(long, global = true, env = "CARGO_TARGET_DIR")]
    target_dir: Option<PathBuf>,
    #[command(subcommand)]
    command: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Build the library for phones and check what was built
    Mobile(mobile::Arguments),
    /// Weigh what was built and hold it against sdk/size.json
    Size(size::Arguments),
    /// Search what was built for the software key and for roots
    Markers(markers::Arguments),
    /// Run tests and Android's library on an emulated 64-bit ARM
    Qemu(qemu::Arguments),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let output = Output::new(arguments.json);
    let checkout = Checkout::new(arguments.target_dir);
    let done = match arguments.command {
        Task::Mobile(arguments) => mobile::run(&arguments, &checkout, &output),
        Task::Size(arguments) => size::run(&arguments, &checkout, &output),
        Task::Markers(arguments) => markers::run(&arguments, &checkout, &output),
        Task::Qemu(arguments) => qemu::run(&arguments, &checkout, &output),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            output.message(&format!("xtask: {failure}"));
            ExitCode::FAILURE
        }
    }
}
