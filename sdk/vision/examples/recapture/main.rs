//! Measures each cue of the recapture check on photos of screens and of other things.
//!
//! `cargo run --release -p bailing-vision --example recapture -- LABELS.csv|SERIES…`, where the table has the
//! columns file, label (screen, genuine or hard_negative), source and tier, and the photos lie beside it;
//! or a series that the simulator wrote, whose folder's name is taken for the source and the tier.
//! It prints a line of a Markdown table a cue and a tier, and what a score has meant. `--degraded` prints
//! the score's line instead for each of what may have happened to the photos, and `--json` a line a photo
//! with the values of all cues.
#![allow(clippy::expect_used, reason = "a measurement that cannot go on says so by panicking")]
#![allow(clippy::disallowed_methods, reason = "it times, and is its own edge")]
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "what it is for")]

mod degraded;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Instant;

use bailing_vision::document::DocumentDetector;
use bailing_vision::recapture::{Recapture, RecaptureDetector};
use bailing_vision::still::Still;
use bailing_vision::{Frame, Models, PixelFormat, Quad};
use image::RgbImage;
use serde_json::json;

use degraded::DEGRADATIONS;

/// Photos of either class that a source must have to be counted apart.
const FEWEST: usize = 3;

/// One row of the table, and what was found.
struct Photo {
    file: String,
    label: String,
    source: String,
    tier: String,
    recapture: Recapture,
    page: Option<Quad>,
    size: [u32; 2],
    milliseconds: f32,
}

impl Photo {
    fn is_screen(&self) -> bool {
        self.label == "screen"
    }

    /// The values of each cue, of each pair and of all, each higher for a screen; then what the search
    /// for moiré is made of.
    fn cues(&self) -> [(&'static str, f32); 12] {
        let recapture = &self.recapture;
        let moire = &recapture.moire;
        [
            ("moiré", moire.evidence),
            ("crops", recapture.score_of(false, true, false)),
            ("view", recapture.score_of(false, false, true)),
            ("moiré, crops", recapture.score_of(true, true, false)),
            ("moiré, view", recapture.score_of(true, false, true)),
            ("crops, view", recapture.score_of(false, true, true)),
            ("all: the score", recapture.score),
            ("moiré: best tile", moire.native),
            ("moiré: second tile", moire.second),
            ("moiré: half the scale", moire.half),
            ("moiré: across the page's edge", moire.boundary),
            ("moiré: highest peak, no discounts", moire.prominence[0]),
        ]
    }
}

fn main() {
    let (options, tables): (Vec<String>, Vec<String>) =
        std::env::args().skip(1).partition(|argument| argument.starts_with("--"));
    let asked = |option: &str| options.iter().any(|given| given == option);
    let mut meter = Meter::new();
    if asked("--degraded") {
        return print_degraded(&mut meter, &tables);
    }
    let photos: Vec<Photo> =
        tables.iter().flat_map(|table| meter.measure(Path::new(table), RgbImage::clone)).collect();
    if asked("--json") {
        return print_lines(&photos);
    }
    let sources = sources(&photos);
    print!("| cue | tier | photos | AUC | TPR at FPR 1 % | 5 % | hard negatives flagged |");
    for (source, photos) in &sources {
        print!(" {source} ({}) |", photos.len());
    }
    println!("\n|{}", "---|".repeat(7 + sources.len()));
    let Some(first) = photos.first() else { return };
    for (index, (cue, _)) in first.cues().iter().enumerate() {
        let value = |photo: &Photo| photo.cues()[index].1;
        for tier in ["A", "all"] {
            let chosen: Vec<&Photo> =
                photos.iter().filter(|photo| tier == "all" || photo.tier == tier).collect();
            print!("| {cue} | {tier} {}", figures(&chosen, value));
            for photos in sources.values() {
                if tier == "all" {
                    print!(" {:.3} |", area(&classes(photos, value)));
                } else {
                    print!(" |");
                }
            }
            println!();
        }
    }
    print_reliability(&photos);
    let mut times: Vec<f32> = photos.iter().map(|photo| photo.milliseconds).collect();
    times.sort_by(f32::total_cmp);
    println!(
        "\nmilliseconds: median {:.1}, most {:.1}",
        times[times.len() / 2],
        times[times.len() - 1]
    );
    println!("verdicts (tier, label, 0 live, 1 uncertain, 2 recaptured): {:?}", verdicts(&photos));
}

fn print_lines(photos: &[Photo]) {
    for photo in photos {
        println!(
            "{}",
            json!({
                "file": photo.file,
                "label": photo.label,
                "source": photo.source,
                "tier": photo.tier,
                "size": photo.size,
                "page": photo.page,
                "recapture": photo.recapture,
                "ms": photo.milliseconds,
            })
        );
    }
}

/// Of the photos with a score in each range, how many are screens.
fn print_reliability(photos: &[Photo]) {
    const BOUNDS: [f32; 8] = [0.0, 0.02, 0.1, 0.3, 0.5, 0.8, 0.95, 1.01];
    println!("\n| score | photos | mean score | screens |\n|---|---|---|---|");
    for [from, to] in BOUNDS.array_windows() {
        let within: Vec<&Photo> =
            photos.iter().filter(|photo| (*from..*to).contains(&photo.recapture.score)).collect();
        let screens = within.iter().filter(|photo| photo.is_screen()).count();
        let sum: f32 = within.iter().map(|photo| photo.recapture.score).sum();
        let count = within.len().max(1) as f32;
        let share = screens as f32 / count;
        println!("| {from} to {to} | {} | {:.2} | {share:.2} |", within.len(), sum / count);
    }
}

/// Tier A's score and verdicts after each of what may have happened; any tier's where there is none.
fn print_degraded(meter: &mut Meter, tables: &[String]) {
    println!("| | AUC | TPR at FPR 1 % | 5 % | verdicts |\n|---|---|---|---|---|");
    for (name, degrade) in DEGRADATIONS {
        let photos = tables.iter().flat_map(|table| meter.measure(Path::new(table), degrade));
        let photos: Vec<Photo> = photos.collect();
        let mut chosen: Vec<&Photo> = photos.iter().filter(|photo| photo.tier == "A").collect();
        if chosen.is_empty() {
            chosen = photos.iter().collect();
        }
        let classes = classes(&chosen, |photo| photo.recapture.score);
        let [one, five] = [0.01, 0.05].map(|rate| share(&classes[0], threshold(&classes[1], rate)));
        println!(
            "| {name} | {:.3} | {one:.2} | {five:.2} | {:?} |",
            area(&classes),
            verdicts(chosen)
        );
    }
}

fn verdicts<'p>(
    photos: impl IntoIterator<Item = &'p Photo>,
) -> BTreeMap<(&'p str, &'p str, u8), usize> {
    photos.into_iter().fold(BTreeMap::new(), |mut counts, photo| {
        let Photo { tier, label, recapture, .. } = photo;
        *counts.entry((tier.as_str(), label.as_str(), recapture.verdict as u8)).or_insert(0) += 1;
        counts
    })
}

/// What looks at the photos.
struct Meter {
    pages: DocumentDetector,
    detector: RecaptureDetector,
}

impl Meter {
    fn new() -> Self {
        let models = Models::load().expect("networks");
        Self { pages: DocumentDetector::new(&models), detector: RecaptureDetector::new(&models) }
    }

    /// Every photo of a table or a series that can be read, after something happened to it.
    fn measure(&mut self, list: &Path, degrade: fn(&RgbImage) -> RgbImage) -> Vec<Photo> {
        let root = if list.is_dir() { list } else { list.parent().expect("a folder") };
        let rows = if list.is_dir() { series(list) } else { table(list) };
        rows.into_iter().filter_map(|row| self.photo(root, row, degrade)).collect()
    }

    fn photo(
        &mut self,
        root: &Path,
        [file, label, source, tier]: [String; 4],
        degrade: fn(&RgbImage) -> RgbImage,
    ) -> Option<Photo> {
        let bytes = fs::read(root.join(&file)).ok()?;
        let still = Still::decode(&bytes).inspect_err(|error| eprintln!("{error}")).ok()?;
        let picture = RgbImage::from_raw(still.width(), still.height(), still.rgb().to_vec());
        let picture = degrade(&picture.expect("a picture"));
        let (width, height) = picture.dimensions();
        let frame = Frame::new(&picture, width, height, width as usize * 3, PixelFormat::Rgb8);
        let frame = frame.expect("a frame");
        let document = self.pages.detect(&frame);
        let start = Instant::now();
        let recapture = self.detector.examine(&frame, &document);
        let milliseconds = start.elapsed().as_secs_f32() * 1e3;
        let (page, size) = (document.quad, [width, height]);
        Some(Photo { file, label, source, tier, recapture, page, size, milliseconds })
    }
}

/// File, label, source and tier of each line of a table.
fn table(path: &Path) -> Vec<[String; 4]> {
    let text = fs::read_to_string(path).expect("a table");
    let mut lines = text.lines();
    let header = fields(lines.next().expect("a header"));
    let columns = ["file", "label", "source", "tier"].map(|name| {
        header.iter().position(|field| field == name).expect("columns file, label, source and tier")
    });
    lines.map(fields).map(|fields| columns.map(|column| fields[column].clone())).collect()
}

/// The same of a series.
fn series(folder: &Path) -> Vec<[String; 4]> {
    let text = fs::read_to_string(folder.join("truth.jsonl")).expect("a series");
    let name = folder.file_name().expect("a folder").to_string_lossy();
    let row = |line: &str| {
        let truth: serde_json::Value = serde_json::from_str(line).expect("a line of truth");
        let [file, class] =
            ["file", "class"].map(|key| truth[key].as_str().expect("text").to_owned());
        [file, class, name.to_string(), name.to_string()]
    };
    text.lines().map(row).collect()
}

/// The fields of a line of a table, in which a quoted one may hold commas.
fn fields(line: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut quoted = false;
    for letter in line.chars() {
        match letter {
            '"' => quoted = !quoted,
            ',' if !quoted => fields.push(String::new()),
            _ => fields.last_mut().expect("one at least").push(letter),
        }
    }
    fields
}

/// The sources that have enough of both classes.
fn sources(photos: &[Photo]) -> BTreeMap<&str, Vec<&Photo>> {
    let mut sources: BTreeMap<&str, Vec<&Photo>> = BTreeMap::new();
    for photo in photos {
        let owner = photo.source.split('/').next().unwrap_or_default();
        sources.entry(owner).or_default().push(photo);
    }
    sources.retain(|_, photos| {
        let screens = photos.iter().filter(|photo| photo.is_screen()).count();
        screens.min(photos.len() - screens) >= FEWEST
    });
    sources
}

fn figures(photos: &[&Photo], value: impl Fn(&Photo) -> f32) -> String {
    let classes = classes(photos, &value);
    let [one, five] = [0.01, 0.05].map(|rate| {
        let threshold = threshold(&classes[1], rate);
        share(&classes[0], threshold)
    });
    let of = |label: &str| -> Vec<f32> {
        photos.iter().filter(|photo| photo.label == label).map(|photo| value(photo)).collect()
    };
    let flagged = share(&of("hard_negative"), threshold(&of("genuine"), 0.05));
    format!("| {} | {:.3} | {one:.2} | {five:.2} | {flagged:.2} |", photos.len(), area(&classes))
}

/// The values of the screens and of all others.
fn classes(photos: &[&Photo], value: impl Fn(&Photo) -> f32) -> [Vec<f32>; 2] {
    let (screens, others): (Vec<&&Photo>, _) = photos.iter().partition(|photo| photo.is_screen());
    [screens, others].map(|photos| photos.into_iter().map(|photo| value(photo)).collect())
}

/// Area under the curve: how often a screen has the higher value, ties counted half.
fn area([screens, others]: &[Vec<f32>; 2]) -> f32 {
    let pairs = screens.iter().flat_map(|a| others.iter().map(move |b| (a, b)));
    let won: f32 = pairs.map(|(a, b)| if a > b { 1.0 } else { 0.5 * f32::from(a == b) }).sum();
    won / (screens.len() * others.len()) as f32
}

/// The lowest value that at most this share of the others exceeds.
fn threshold(others: &[f32], rate: f32) -> f32 {
    let mut others = others.to_vec();
    others.sort_by(|a, b| b.total_cmp(a));
    others.get((rate * others.len() as f32) as usize).copied().unwrap_or(f32::NEG_INFINITY)
}

fn share(values: &[f32], threshold: f32) -> f32 {
    values.iter().filter(|value| **value > threshold).count() as f32 / values.len().max(1) as f32
}
