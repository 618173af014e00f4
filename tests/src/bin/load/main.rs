//! `bailing-load`: how much the real server takes and decides on this machine. Measures; what must hold, tests say.
#![forbid(unsafe_code)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a measurement that cannot go on says so by panicking, has a clock, and prints figures"
)]

mod decide;
mod take;

use clap::{Parser, Subcommand};

#[derive(Debug, Parser)]
#[command(name = "bailing-load", about = "How much the server takes and decides on this machine")]
struct Arguments {
    /// One line of JSON instead of several
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Bundles taken in until the receipt, beside the least that has to be done
    Take(take::Taking),
    /// Bundles decided, by one worker and by more
    Decide(decide::Deciding),
}

fn main() {
    let Arguments { json, what } = Arguments::parse();
    let figures = match &what {
        What::Take(taking) => take::measure(taking),
        What::Decide(deciding) => decide::measure(deciding),
    };
    if json {
        println!("{figures}");
    } else {
        println!("{figures:#}");
    }
}
