//! Measures the document detector on series of the simulator: a line of a Markdown table for each.
//!
//! `cargo run --release -p bailing-vision --example document -- SERIES…`, where a series is a
//! folder that `bailing-simulator render --task document` wrote. `--worst` also lists the
//! twenty worst pages of each; `--json` prints a line a picture instead, which
//! `models/training/contours.py` reads.
#![allow(clippy::expect_used, reason = "a measurement that cannot go on says so by panicking")]
#![allow(clippy::disallowed_methods, reason = "it times, and is its own edge")]
#![allow(clippy::print_stdout, reason = "what it is for")]

use std::fs;
use std::path::Path;
use std::time::Instant;

use bailing_vision::document::{Document, DocumentDetector};
use bailing_vision::still::Still;
use bailing_vision::{Models, Point, Quad};
use serde_json::{Value, json};

fn main() {
    let models = Models::load().expect("networks");
    let mut detector = DocumentDetector::new(&models);
    let (options, folders): (Vec<String>, Vec<String>) =
        std::env::args().skip(1).partition(|argument| argument.starts_with("--"));
    if options.iter().any(|option| option == "--json") {
        for Search { row, document, milliseconds, .. } in
            folders.iter().flat_map(|folder| searches(&mut detector, Path::new(folder)))
        {
            let line = json!({ "file": row["file"], "quad": document.quad, "ms": milliseconds });
            println!("{line}");
        }
        return;
    }
    println!(
        "| series | pages | IoU mean | median | > 0.9 | corner error, px, median | 90 % | found | \
         found without a page | counted right | ms, median |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|---|");
    let listed = if options.is_empty() { 0 } else { 20 };
    for folder in folders {
        println!("{}", measure(&mut detector, Path::new(&folder), listed));
    }
}

/// What was found in one picture, how large that is, and how long it took.
struct Search {
    row: Value,
    document: Document,
    size: [f32; 2],
    milliseconds: f32,
}

/// Looks for the page in each picture of a series.
fn searches(detector: &mut DocumentDetector, folder: &Path) -> Vec<Search> {
    let lines = fs::read_to_string(folder.join("truth.jsonl")).expect("truth.jsonl");
    let search = |line: &str| {
        let row: Value = serde_json::from_str(line).expect("a line of truth");
        let file = folder.join(row["file"].as_str().expect("a file"));
        let still = Still::decode(&fs::read(file).expect("a picture")).expect("a picture");
        let start = Instant::now();
        let document = detector.detect(&still.frame());
        let milliseconds = start.elapsed().as_secs_f32() * 1e3;
        let size = [still.width() as f32, still.height() as f32];
        Search { row, document, size, milliseconds }
    };
    lines.lines().map(search).collect()
}

fn measure(detector: &mut DocumentDetector, folder: &Path, listed: usize) -> String {
    let (mut pages, mut errors, mut times) = (Vec::new(), Vec::new(), Vec::new());
    let (mut found, mut bare, mut taken, mut counted) = (0u32, 0u32, 0u32, 0u32);
    for Search { row, document, size, milliseconds } in searches(detector, folder) {
        times.push(milliseconds);
        let Some(truth) = serde_json::from_value::<Option<Quad>>(row["corners"].clone())
            .expect("corners or null")
        else {
            bare += 1;
            taken += u32::from(document.found);
            continue;
        };
        found += u32::from(document.found);
        let others = row["others"].as_array().map_or(0, Vec::len);
        counted += u32::from(document.count as usize == 1 + others);
        let truth = Quad::sorted(truth.corners);
        let overlap = document.quad.map_or(0.0, |quad| overlap(&quad, &truth, size));
        pages.push((overlap, row["file"].to_string()));
        errors.extend(document.quad.map(|quad| corner_error(&quad, &truth)));
    }
    let mut ordered = pages.clone();
    ordered.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    for (overlap, file) in ordered.iter().take(listed) {
        println!("{overlap:.3} {file}");
    }
    let mut overlaps: Vec<f32> = pages.into_iter().map(|(overlap, _)| overlap).collect();
    let pages = overlaps.len().max(1) as f32;
    let above = overlaps.iter().filter(|overlap| **overlap > 0.9).count() as f32;
    format!(
        "| {} | {} | {:.3} | {:.3} | {:.2} | {:.1} | {:.1} | {:.2} | {taken} of {bare} | {:.2} | {:.1} |",
        folder.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned()),
        overlaps.len(),
        overlaps.iter().sum::<f32>() / pages,
        quantile(&mut overlaps, 0.5),
        above / pages,
        quantile(&mut errors, 0.5),
        quantile(&mut errors, 0.9),
        found as f32 / pages,
        counted as f32 / pages,
        quantile(&mut times, 0.5),
    )
}

fn quantile(values: &mut [f32], share: f32) -> f32 {
    values.sort_by(f32::total_cmp);
    let last = values.len().saturating_sub(1);
    values.get((share * last as f32).round() as usize).copied().unwrap_or(f32::NAN)
}

/// The mean distance of the corners, the first being whichever fits best.
fn corner_error(found: &Quad, truth: &Quad) -> f32 {
    let turned = |turn: usize| {
        let pairs = found.corners.iter().cycle().skip(turn).zip(&truth.corners);
        pairs.map(|(a, b)| a.distance(*b)).sum::<f32>() / 4.0
    };
    (0..4).map(turned).fold(f32::INFINITY, f32::min)
}

/// Intersection over union inside the frame.
fn overlap(one: &Quad, other: &Quad, [width, height]: [f32; 2]) -> f32 {
    let frame = Quad::rectangle(0.0, 0.0, width, height);
    let one = clipped(one.corners.to_vec(), &frame);
    let other = clipped(other.corners.to_vec(), &frame);
    let Ok(window) = <[Point; 4]>::try_from(other.as_slice()) else {
        return polygons(&one, &other);
    };
    let both = area(&clipped(one.clone(), &Quad { corners: window }));
    both / (area(&one) + area(&other) - both).max(1e-6)
}

/// The same where the truth is cut off by the frame and has more corners than four.
fn polygons(one: &[Point], other: &[Point]) -> f32 {
    let mut rest = one.to_vec();
    for (index, a) in other.iter().enumerate() {
        rest = cut(&rest, *a, other[(index + 1) % other.len()]);
    }
    let both = area(&rest);
    both / (area(one) + area(other) - both).max(1e-6)
}

/// A polygon inside a convex quad, corners clockwise (Sutherland and Hodgman, 1974).
fn clipped(polygon: Vec<Point>, window: &Quad) -> Vec<Point> {
    window.sides().iter().fold(polygon, |polygon, (a, b)| cut(&polygon, *a, *b))
}

/// The part of a polygon to the right of a line.
fn cut(polygon: &[Point], a: Point, b: Point) -> Vec<Point> {
    let side = |p: Point| (b.x - a.x) * (p.y - a.y) - (b.y - a.y) * (p.x - a.x);
    let mut kept = Vec::new();
    for (index, point) in polygon.iter().enumerate() {
        let next = polygon[(index + 1) % polygon.len()];
        let (here, there) = (side(*point), side(next));
        if here >= 0.0 {
            kept.push(*point);
        }
        if (here >= 0.0) != (there >= 0.0) {
            let share = here / (here - there);
            kept.push(Point {
                x: point.x + share * (next.x - point.x),
                y: point.y + share * (next.y - point.y),
            });
        }
    }
    kept
}

fn area(polygon: &[Point]) -> f32 {
    let next = polygon.iter().cycle().skip(1);
    let twice: f32 = polygon.iter().zip(next).map(|(a, b)| a.x * b.y - b.x * a.y).sum();
    twice.abs() / 2.0
}
