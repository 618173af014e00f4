//! `bailing-simulator`: makes the sample photographs.
#![forbid(unsafe_code)]

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use bailing_simulator::{FONTS_FOLDER, Fonts, SimulatorError, samples};
use clap::{Parser, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};

#[derive(Debug, Parser)]
#[command(name = "bailing-simulator", version, about = "Vouchers, rendered and photographed")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make the demo's sample photographs and their list, samples.json
    Samples {
        /// Folder to write to
        #[arg(long)]
        out: PathBuf,
        /// Where fonts are installed
        #[arg(long, default_value = FONTS_FOLDER)]
        fonts: PathBuf,
        /// Another seed gives other noise over the same scenes
        #[arg(long, default_value_t = 20_261_123)]
        seed: u64,
    },
}

fn main() -> ExitCode {
    let Command::Samples { out, fonts, seed } = Arguments::parse().command;
    match make(&out, &fonts, seed) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "bailing-simulator: {error}");
            ExitCode::FAILURE
        }
    }
}

fn make(out: &std::path::Path, fonts: &std::path::Path, seed: u64) -> Result<(), SimulatorError> {
    let fonts = Fonts::load(fonts)?;
    let bar = ProgressBar::new(0);
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} {wide_msg} {elapsed}") {
        bar.set_style(style);
    }
    samples::write(&fonts, out, seed, &mut |done, of, next| {
        bar.set_length(of as u64);
        bar.set_position(done as u64);
        bar.set_message(next.to_owned());
    })?;
    bar.finish_with_message(format!("{}", out.display()));
    Ok(())
}
