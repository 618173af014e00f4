//! How well tampering signals tell edits: `tampering FOLDER…` of series that `bailing-simulator render --task
//! tamper` made prints the tables of TAMPERING.md; `tampering PHOTO…` prints what each photo's signals say.
#![allow(clippy::expect_used, reason = "an example that cannot go on says so by panicking")]
#![allow(clippy::indexing_slicing, reason = "an example that cannot go on says so by panicking")]
#![allow(clippy::print_stdout, reason = "it prints what it finds")]

use std::collections::BTreeMap;
use std::io::Cursor;
use std::path::{Path, PathBuf};

use bailing_recognition::tampering;
use bailing_vision::still::Still;
use bailing_vision::{Severity, Signal};
use image::RgbImage;
use image::codecs::jpeg::JpegEncoder;
use rayon::prelude::*;
use serde_json::Value;

const EDITS: [&str; 4] = ["digit", "region", "seal", "name"];

/// Quality from which steps are so fine that another round with the same table changes some levels.
const FINE: u64 = 88;

/// A picture: what was done to it, whether it was stored again with the quality it had, and whether that is
/// [`FINE`], what was found, and whether the place objected to is the edited one.
struct Row {
    edit: String,
    same: bool,
    fine: bool,
    signals: Vec<Signal>,
    placed: bool,
}

fn main() {
    let (folders, photos): (Vec<PathBuf>, Vec<PathBuf>) =
        std::env::args().skip(1).map(PathBuf::from).partition(|path| path.is_dir());
    for photo in photos {
        let encoded = std::fs::read(&photo).expect("a photo");
        let found: Vec<String> = examined(&encoded)
            .iter()
            .map(|signal| {
                let mark = if signal.score >= signal.threshold { "!" } else { "" };
                format!("{} {:.4}{mark}", signal.code, signal.score)
            })
            .collect();
        println!("{}: {}", photo.display(), found.join(", "));
    }
    if folders.is_empty() {
        return;
    }
    let truths: Vec<(&PathBuf, Value)> = folders
        .iter()
        .flat_map(|folder| {
            let list = std::fs::read_to_string(folder.join("truth.jsonl")).expect("a series");
            let read = |line: &str| (folder, serde_json::from_str(line).expect("a truth"));
            list.lines().map(read).collect::<Vec<_>>()
        })
        .collect();
    let rows: Vec<Row> = truths
        .par_iter()
        .enumerate()
        .flat_map_iter(|(index, (folder, truth))| rows(folder, truth, index))
        .collect();
    print(&rows);
}

fn rows(folder: &Path, truth: &Value, index: usize) -> Vec<Row> {
    let file = truth["file"].as_str().expect("a name");
    let encoded = std::fs::read(folder.join(file)).expect("a picture");
    let signals = examined(&encoded);
    let edit = truth["edit"].as_str().unwrap_or("honest").to_owned();
    let same = truth["first_quality"] == truth["quality"];
    let placed = signals.iter().any(|signal| lies_in(signal, &truth["quad"]));
    let fine = truth["quality"].as_u64().unwrap_or_default() >= FINE;
    let mut rows = vec![Row { edit, same, fine, signals, placed }];
    if rows[0].edit == "honest" {
        // Also as a messenger leaves it that changes nothing but the quality.
        let again = again(&encoded, 70 + (index * 11 % 29) as u8);
        let signals = examined(&again);
        let edit = "resaved".to_owned();
        rows.push(Row { edit, same: false, fine: false, signals, placed: false });
    }
    rows
}

fn examined(encoded: &[u8]) -> Vec<Signal> {
    let Ok(still) = Still::decode(encoded) else { return Vec::new() };
    tampering::examine(encoded, &still.frame()).signals
}

/// Whether the middle of what a signal objects to lies in the edited place, or within two blocks of it.
fn lies_in(signal: &Signal, quad: &Value) -> bool {
    let Some(region) = signal.region else { return false };
    let [left, top, right, bottom] = region.bounds();
    let edge = |corner: usize, axis: usize| quad[corner][axis].as_f64().unwrap_or(f64::NAN) as f32;
    let within =
        |middle: f32, axis: usize| middle > edge(0, axis) - 16.0 && middle < edge(2, axis) + 16.0;
    within((left + right) / 2.0, 0) && within((top + bottom) / 2.0, 1)
}

fn again(encoded: &[u8], quality: u8) -> Vec<u8> {
    let still = Still::decode(encoded).expect("pixels");
    let picture = RgbImage::from_raw(still.width(), still.height(), still.rgb().to_vec());
    let mut stored = Cursor::new(Vec::new());
    let encoder = JpegEncoder::new_with_quality(&mut stored, quality);
    picture.expect("pixels").write_with_encoder(encoder).expect("a JPEG");
    stored.into_inner()
}

fn print(rows: &[Row]) {
    let of = |edit: &str| -> Vec<&Row> { rows.iter().filter(|row| row.edit == edit).collect() };
    println!(
        "| edit | n | AUC | another quality | the same quality (n) | objected to | in its place |"
    );
    println!("|---|---|---|---|---|---|---|");
    let honest = of("honest");
    let clean: Vec<f32> = honest.iter().map(|row| fused(row)).collect();
    for edit in EDITS {
        let all = of(edit);
        let auc_of = |chosen: &dyn Fn(&Row) -> bool| {
            let scores: Vec<f32> =
                all.iter().filter(|row| chosen(row)).map(|row| fused(row)).collect();
            auc(&scores, &clean)
        };
        let same = all.iter().filter(|row| row.same).count();
        println!(
            "| {edit} | {} | {:.3} | {:.3} | {:.3} ({same}) | {:.0} % | {:.0} % |",
            all.len(),
            auc_of(&|_| true),
            auc_of(&|row| !row.same),
            auc_of(&|row| row.same),
            share(&all, &|row| row.signals.iter().any(above)),
            share(&all, &|row| row.placed),
        );
    }
    for (fine, word) in [(true, "or better"), (false, "not reached")] {
        let edited = rows.iter().filter(|row| EDITS.contains(&row.edit.as_str()));
        let scores: Vec<f32> =
            edited.filter(|row| row.same && row.fine == fine).map(fused).collect();
        let area = auc(&scores, &clean);
        println!("\nthe same quality, {FINE} {word}: AUC {area:.3} (n {})", scores.len());
    }
    println!(
        "\n| signal | honest (n {}) | stored again (n {}) | digit | region | seal | name |",
        honest.len(),
        of("resaved").len()
    );
    println!("|---|---|---|---|---|---|---|");
    let codes: BTreeMap<&str, f32> = rows
        .iter()
        .flat_map(|row| &row.signals)
        .map(|signal| (signal.code.as_ref(), signal.threshold))
        .collect();
    for (code, threshold) in codes {
        print!("| `{code}` from {threshold} |");
        for edit in ["honest", "resaved"].into_iter().chain(EDITS) {
            let hit =
                |row: &Row| row.signals.iter().any(|signal| signal.code == code && above(signal));
            print!(" {:.1} % |", share(&of(edit), &hit));
        }
        println!();
    }
    let any = |row: &Row| row.signals.iter().any(|signal| signal.severity > Severity::Pass);
    println!("\nhonest with any objection: {:.1} %", share(&honest, &any));
    let mut clean = clean;
    clean.sort_by(f32::total_cmp);
    println!(
        "honest, largest score in thresholds: {:.2}",
        clean.last().copied().unwrap_or_default()
    );
}

fn above(signal: &Signal) -> bool {
    signal.score >= signal.threshold
}

/// How far a picture is from what a camera stored, as the product reports it: the score of `recompressed` in
/// thresholds, and that of what says where, if it objects.
fn fused(row: &Row) -> f32 {
    let weigh = |signal: &Signal| {
        let share = signal.score / signal.threshold;
        if signal.code == "recompressed" || share >= 1.0 { share } else { 0.0 }
    };
    row.signals.iter().map(weigh).fold(0.0, f32::max)
}

fn share(rows: &[&Row], chosen: &dyn Fn(&Row) -> bool) -> f32 {
    100.0 * rows.iter().filter(|row| chosen(row)).count() as f32 / rows.len().max(1) as f32
}

/// The share of pairs that the score puts in the right order.
fn auc(some: &[f32], none: &[f32]) -> f32 {
    let pairs = some.iter().flat_map(|one| none.iter().map(move |other| (one, other)));
    let right = pairs.map(|(one, other)| match one.total_cmp(other) {
        std::cmp::Ordering::Greater => 1.0,
        std::cmp::Ordering::Equal => 0.5,
        std::cmp::Ordering::Less => 0.0,
    });
    right.sum::<f32>() / (some.len() * none.len()).max(1) as f32
}
