//! `bailing-simulator`: makes the sample photographs, and series for training and tests.
#![forbid(unsafe_code)]

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use bailing_simulator::task::{self, Attack, Condition, Order, Task};
use bailing_simulator::{FONTS_FOLDER, Fonts, SimulatorError, Stock, knobs, samples};
use clap::error::ErrorKind;
use clap::{Args, CommandFactory as _, Parser, Subcommand};
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
    /// Draw what each knob does, side by side
    Knobs {
        /// File to write, .jpg or .png
        #[arg(long)]
        out: PathBuf,
        /// Where fonts are installed
        #[arg(long, default_value = FONTS_FOLDER)]
        fonts: PathBuf,
    },
    /// Render a series of pictures with their truth, truth.jsonl
    Render(Series),
}

#[derive(Args, Debug)]
struct Series {
    /// What the series is for
    #[arg(long, value_enum)]
    task: Task,
    /// With --task document: the one thing that is to be wrong with each page
    #[arg(long, value_enum)]
    condition: Option<Condition>,
    /// With --task photo: how each is passed off for the thing
    #[arg(long, value_enum)]
    attack: Option<Attack>,
    /// How many pictures
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..=10_000_000))]
    count: u64,
    /// The same seed gives the same bytes
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Folder to write to
    #[arg(long)]
    out: PathBuf,
    /// Pixels of the long side [default: 256; recapture 224, voucher and shelf 1024, photo,
    /// evidence and tamper 2016]
    #[arg(long, value_parser = clap::value_parser!(u32).range(32..=16_384))]
    size: Option<u32>,
    /// Folder with photographs to show on screens, print and lie about
    #[arg(long)]
    photos: Option<PathBuf>,
    /// Pass the pictures through a messenger: at most 1600 pixels, compressed again
    #[arg(long)]
    forwarded: bool,
    /// Also write sheet.jpg: the first pictures side by side
    #[arg(long)]
    sheet: bool,
    /// Where fonts are installed
    #[arg(long, default_value = FONTS_FOLDER)]
    fonts: PathBuf,
}

fn main() -> ExitCode {
    let done = match Arguments::parse().command {
        Command::Samples { out, fonts, seed } => make(&out, &fonts, seed),
        Command::Knobs { out, fonts } => draw(&out, &fonts),
        Command::Render(series) => render(&series),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "bailing-simulator: {error}");
            ExitCode::FAILURE
        }
    }
}

fn bar(length: u64) -> ProgressBar {
    let bar = ProgressBar::new(length);
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} {wide_msg} {elapsed}") {
        bar.set_style(style);
    }
    bar
}

fn make(out: &Path, fonts: &Path, seed: u64) -> Result<(), SimulatorError> {
    let fonts = Fonts::load(fonts)?;
    let bar = bar(0);
    samples::write(&fonts, out, seed, &mut |done, of, next| {
        bar.set_length(of as u64);
        bar.set_position(done as u64);
        bar.set_message(next.to_owned());
    })?;
    bar.finish_with_message(format!("{}", out.display()));
    Ok(())
}

fn draw(out: &Path, fonts: &Path) -> Result<(), SimulatorError> {
    knobs(&Fonts::load(fonts)?)?.save(out)?;
    Ok(())
}

fn render(series: &Series) -> Result<(), SimulatorError> {
    if series.condition.is_some() && series.task != Task::Document {
        let says = "--condition goes with --task document";
        Arguments::command().error(ErrorKind::ArgumentConflict, says).exit();
    }
    if series.attack.is_some() && series.task != Task::Photo {
        let says = "--attack goes with --task photo";
        Arguments::command().error(ErrorKind::ArgumentConflict, says).exit();
    }
    let size = series.size.unwrap_or(match series.task {
        Task::Document | Task::View | Task::Scene => 256,
        Task::Recapture => 224,
        Task::Voucher | Task::Shelf => 1024,
        Task::Photo | Task::Evidence | Task::Tamper => 2016,
    });
    let order = Order {
        task: series.task,
        condition: series.condition,
        attack: series.attack,
        count: series.count,
        seed: series.seed,
        size: size as usize,
        forwarded: series.forwarded,
    };
    let bar = bar(series.count);
    bar.set_message("preparing what scenes are made of");
    bar.tick();
    let stock = Stock::new(&series.fonts, series.photos.as_deref())?;
    bar.set_message("");
    bar.reset_elapsed();
    task::render(&order, &stock, &series.out, &|more| bar.inc(more))?;
    let seconds = bar.elapsed().as_secs_f64();
    bar.finish_with_message(format!("{}", series.out.display()));
    let speed = series.count as f64 / seconds;
    let _ = writeln!(
        std::io::stderr(),
        "{} pictures of {size} pixels in {seconds:.1} s: {speed:.2} pictures/s",
        series.count
    );
    if series.sheet {
        task::contact_sheet(&series.out, &series.out.join("sheet.jpg"))?;
    }
    Ok(())
}
