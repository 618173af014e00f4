//! The `bailing` command line: what the phone does to a photo and what the server makes of it, one
//! command a step.
//!
//! Exit status: 0 when the command did its job, whatever the verdict; 1 on failure; 2 on unusable
//! arguments. With `--json`, one JSON object a line on stdout and nothing else there.
#![forbid(unsafe_code)]

mod attest;
mod capture;
mod chat;
mod clock;
mod demo;
mod failure;
mod inspect;
mod output;
mod overlay;
mod quota;
mod recognize;
mod source;
mod terms;
mod transport;
mod verify;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::output::Output;

#[derive(Debug, Parser)]
#[command(name = "bailing", version, about = "From a photo to a quota", max_term_width = 100)]
struct Arguments {
    /// One JSON object a line on stdout; messages go to stderr
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// What the phone does to a still: document, quality, recapture
    Inspect(inspect::Arguments),
    /// Build a signed evidence bundle with a software key
    Capture(capture::Arguments),
    /// Parse and verify one evidence bundle
    Verify(verify::Arguments),
    /// What the server reads: kind, fields, text
    Recognize(recognize::Arguments),
    /// The verdict on one hardware key's attestation
    Attest(attest::Arguments),
    /// The credit engine on a written-down case
    Quota(quota::Arguments),
    /// The assistant: one turn a line; `/show PHOTO [KIND]` proves something
    Chat(chat::Arguments),
    /// The whole way: embedded server, sample merchants and photos, table, console
    Demo(demo::Arguments),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let output = Output::new(arguments.json);
    let done = match arguments.command {
        Command::Inspect(arguments) => inspect::run(&arguments, &output),
        Command::Capture(arguments) => capture::run(&arguments, &output),
        Command::Verify(arguments) => verify::run(&arguments, &output),
        Command::Recognize(arguments) => recognize::run(&arguments, &output),
        Command::Attest(arguments) => attest::run(&arguments, &output),
        Command::Quota(arguments) => quota::run(&arguments, &output),
        Command::Chat(arguments) => chat::run(&arguments, &output),
        Command::Demo(arguments) => demo::run(&arguments, &output),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            output.failure(&failure);
            ExitCode::from(failure.exit_status())
        }
    }
}
