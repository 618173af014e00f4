//! How well shelves are told: `shelves FOLDER…` of series that `bailing-simulator render --task shelf` or `--task
//! scene` made prints the figures of SHELVES.md; `shelves PHOTO…` prints what each photo's shelf is.
#![allow(clippy::expect_used, reason = "an example that cannot go on says so by panicking")]
#![allow(clippy::print_stdout, reason = "it prints what it finds")]

use std::path::{Path, PathBuf};

use bailing_recognition::objects::{self, Shelf};
use bailing_vision::still::Still;
use rayon::prelude::*;
use serde_json::Value;

fn main() {
    let (folders, photos): (Vec<PathBuf>, Vec<PathBuf>) =
        std::env::args().skip(1).map(PathBuf::from).partition(|path| path.is_dir());
    for photo in photos {
        println!("{}: {}", photo.display(), said(look(&photo).as_ref()));
    }
    for folder in folders {
        let list = std::fs::read_to_string(folder.join("truth.jsonl")).expect("a series");
        let truths: Vec<Value> =
            list.lines().map(|line| serde_json::from_str(line).expect("a truth")).collect();
        let found: Vec<(&Value, Option<Shelf>)> = truths
            .par_iter()
            .map(|truth| (truth, look(&folder.join(truth["file"].as_str().expect("a name")))))
            .collect();
        println!("{}", folder.display());
        measure(&found);
    }
}

fn look(path: &Path) -> Option<Shelf> {
    let still = Still::decode(&std::fs::read(path).expect("a photo")).expect("a picture");
    objects::shelf(&still.frame())
}

fn said(shelf: Option<&Shelf>) -> String {
    shelf.map_or("none".to_owned(), |shelf| {
        let rows: Vec<String> = (shelf.rows.iter())
            .map(|row| format!("{} at {:.2}", row.facings.len(), row.fullness))
            .collect();
        format!(
            "{} facings, {} goods, {:.2} full; rows {}",
            shelf.facings,
            shelf.breadth,
            shelf.fullness,
            rows.join(", ")
        )
    })
}

fn measure(found: &[(&Value, Option<Shelf>)]) {
    // Others than shelves, by what they show.
    for kind in ["storefront", "vehicle", "other"] {
        let others = || found.iter().filter(|(truth, _)| truth["kind"] == kind);
        claims(kind, others().filter(|(_, shelf)| shelf.is_some()).count(), others().count());
    }
    let places = ["storefront", "shelf", "vehicle", "other"];
    let pages =
        || found.iter().filter(|(truth, _)| places.iter().all(|place| truth["kind"] != *place));
    claims("page", pages().filter(|(_, shelf)| shelf.is_some()).count(), pages().count());
    let known: Vec<(&Value, &Option<Shelf>)> = found
        .iter()
        .filter(|(truth, _)| truth["shelf"].is_object())
        .map(|(truth, shelf)| (*truth, shelf))
        .collect();
    let told: Vec<(&Value, &Value, &Shelf)> = known
        .iter()
        .filter_map(|(truth, shelf)| Some((*truth, &truth["shelf"], shelf.as_ref()?)))
        .collect();
    println!("  shelves told: {} of {}", told.len(), known.len());
    if told.is_empty() {
        return;
    }
    let count = |value: &Value| value.as_array().map_or(0, Vec::len);
    let number = |value: &Value| value.as_f64().unwrap_or_default();
    let exact = told.iter().filter(|(_, truth, shelf)| count(&truth["rows"]) == shelf.rows.len());
    println!("  rows exact: {} of {}", exact.count(), told.len());
    let relative = |of: &dyn Fn(&Value, &Shelf) -> (f64, f64)| {
        let mut errors: Vec<f64> = told
            .iter()
            .map(|(_, truth, shelf)| {
                let (true_one, told) = of(truth, shelf);
                (told - true_one).abs() / true_one.max(1.0)
            })
            .collect();
        errors.sort_by(f64::total_cmp);
        let at = |share: usize| errors.get(errors.len() * share / 100).copied().unwrap_or_default();
        format!("median {:.3}, 90th {:.3}", at(50), at(90))
    };
    let facings =
        |truth: &Value, shelf: &Shelf| (count(&truth["facings"]) as f64, shelf.facings as f64);
    let breadth = |truth: &Value, shelf: &Shelf| (number(&truth["breadth"]), shelf.breadth as f64);
    println!("  facings, relative error: {}", relative(&facings));
    println!("  breadth, relative error: {}", relative(&breadth));
    let errors = told
        .iter()
        .map(|(_, truth, shelf)| (number(&truth["fullness"]) - f64::from(shelf.fullness)).abs());
    println!("  fullness, mean absolute error: {:.3}", errors.sum::<f64>() / told.len() as f64);
    for (entry, truth, shelf) in &told {
        println!(
            "  {}: {} rows, {} facings, {} goods, {:.2} full; told {}",
            entry["file"].as_str().unwrap_or_default(),
            count(&truth["rows"]),
            count(&truth["facings"]),
            number(&truth["breadth"]),
            number(&truth["fullness"]),
            said(Some(shelf))
        );
    }
}

fn claims(kind: &str, claimed: usize, of: usize) {
    if of > 0 {
        println!("  a shelf claimed on {kind}: {claimed} of {of}");
    }
}
