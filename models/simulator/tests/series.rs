//! Series: the same seed gives the same bytes, however many threads render them, and the truth fits
//! the pictures.
#![allow(clippy::print_stdout, reason = "a skipped test says so")]
#![allow(clippy::expect_used, reason = "a test that cannot go on says so by panicking")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use bailing_simulator::task::{Attack, Condition, Order, Task, contact_sheet, render};
use bailing_simulator::{FONTS_FOLDER, Stock};
use clap::ValueEnum as _;

const TASKS: [Task; 8] = [
    Task::Document,
    Task::Recapture,
    Task::View,
    Task::Scene,
    Task::Voucher,
    Task::Evidence,
    Task::Photo,
    Task::Tamper,
];

/// Fonts, or `None` after a printed word that the test was skipped.
fn stock() -> Option<Stock> {
    match Stock::new(Path::new(FONTS_FOLDER), None) {
        Ok(stock) => Some(stock),
        Err(error) => {
            println!("skipped: {error}");
            None
        }
    }
}

fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for folder in [folder.to_owned(), folder.join("masks")] {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            if entry.path().is_file() {
                let bytes = fs::read(entry.path()).expect("a file");
                found.insert(entry.file_name().to_string_lossy().into_owned(), bytes);
            }
        }
    }
    found
}

fn rendered(stock: &Stock, task: Task, seed: u64, threads: usize) -> BTreeMap<String, Vec<u8>> {
    let folder = tempfile::tempdir().expect("a folder");
    let order =
        Order { task, condition: None, attack: None, count: 10, seed, size: 96, forwarded: false };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
    pool.install(|| render(&order, stock, folder.path(), &|_| {})).expect("a series");
    files(folder.path())
}

#[test]
fn the_same_seed_gives_the_same_bytes_on_any_number_of_threads() {
    let Some(stock) = stock() else { return };
    for task in TASKS {
        let once = rendered(&stock, task, 5, 1);
        assert!(once.len() > 10, "{task:?}");
        assert!(once == rendered(&stock, task, 5, 3), "{task:?} depends on who renders what");
        assert!(once != rendered(&stock, task, 6, 1), "{task:?} does not depend on its seed");
    }
}

#[test]
fn truth_has_a_line_a_picture_and_controls_follow_their_pictures() {
    let Some(stock) = stock() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let task = Task::Recapture;
    let order = Order {
        task,
        condition: None,
        attack: None,
        count: 36,
        seed: 9,
        size: 128,
        forwarded: false,
    };
    render(&order, &stock, folder.path(), &|_| {}).expect("a series");
    let text = fs::read_to_string(folder.path().join("truth.jsonl")).expect("the truth");
    let rows: Vec<serde_json::Value> =
        text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(rows.len(), 36);
    // Brightness in shares of the picture's deviation, place by place; `None` where it is even.
    let pattern = |file: &serde_json::Value| {
        let picture = image::open(folder.path().join(file.as_str().expect("a name")));
        let picture = picture.expect("a picture").to_luma8();
        let small = image::imageops::thumbnail(&picture, 12, 12);
        let count = f64::from(small.width() * small.height());
        let mean = small.pixels().map(|pixel| f64::from(pixel.0[0])).sum::<f64>() / count;
        let off: Vec<f64> = small.pixels().map(|pixel| f64::from(pixel.0[0]) - mean).collect();
        let deviation = (off.iter().map(|off| off * off).sum::<f64>() / count).sqrt();
        (deviation > 12.0).then(|| off.iter().map(|off| off / deviation).collect::<Vec<f64>>())
    };
    let mut compared = 0;
    for pair in rows.windows(2) {
        let [picture, control] = pair else { continue };
        let class = control["class"].as_str().expect("a class");
        if let Some(class) = class.strip_suffix("_control") {
            assert_eq!(picture["class"], class);
            for same in ["exposure", "blur", "quality", "filter", "frames"] {
                assert_eq!(picture[same], control[same], "{same}");
            }
            // A display's glass adds light to what it shows; where it is bright and dark stays.
            let both = (pattern(&picture["file"]), pattern(&control["file"]));
            let (Some(with), Some(without)) = both else { continue };
            let products = with.iter().zip(&without).map(|(with, without)| with * without);
            let alike = products.sum::<f64>() / with.len() as f64;
            assert!(alike > 0.8, "{alike} between {} and its control", picture["file"]);
            compared += 1;
        }
    }
    assert!(compared > 2, "only {compared} pictures with something to compare");
}

#[test]
fn an_attack_shows_a_display_where_its_truth_says_or_a_print() {
    let Some(stock) = stock() else { return };
    let count = 3u64;
    for attack in Attack::value_variants() {
        let folder = tempfile::tempdir().expect("a folder");
        let (task, attack) = (Task::Photo, Some(*attack));
        let order =
            Order { task, condition: None, attack, count, seed: 4, size: 240, forwarded: false };
        render(&order, &stock, folder.path(), &|_| {}).expect("a series");
        let text = fs::read_to_string(folder.path().join("truth.jsonl")).expect("the truth");
        assert_eq!(text.lines().count() as u64, count);
        for line in text.lines() {
            let row: serde_json::Value = serde_json::from_str(line).expect("JSON");
            if attack == Some(Attack::Print) {
                assert_eq!(row["class"], "print", "{row}");
                continue;
            }
            assert_eq!(row["class"], "screen", "{attack:?}: {row}");
            let corners: [[f64; 2]; 4] =
                serde_json::from_value(row["display"].clone()).expect("where it is lit");
            let sides = corners.iter().zip(corners.iter().cycle().skip(1));
            let twice: f64 = sides.map(|([a, b], [c, d])| a * d - b * c).sum();
            let side = |name: &str| row[name].as_f64().expect("a side");
            let frame = side("width") * side("height");
            let share = twice.abs() / 2.0 / frame;
            let distant = attack == Some(Attack::Distant);
            // A digital zoom makes a distant one larger.
            assert!(share > if distant { 0.02 } else { 0.15 }, "{attack:?}: {share}");
            assert!(!distant || share < 1.0, "{share}");
            assert_eq!(row["blur"]["defocus"].is_number(), attack == Some(Attack::Defocused));
        }
    }
}

#[test]
fn a_condition_is_on_every_page_and_no_other_is() {
    let Some(stock) = stock() else { return };
    for condition in Condition::value_variants() {
        let folder = tempfile::tempdir().expect("a folder");
        let order = Order {
            task: Task::Document,
            condition: Some(*condition),
            attack: None,
            count: 8,
            seed: 4,
            size: 160,
            forwarded: false,
        };
        render(&order, &stock, folder.path(), &|_| {}).expect("a series");
        let text = fs::read_to_string(folder.path().join("truth.jsonl")).expect("the truth");
        for line in text.lines() {
            let row: serde_json::Value = serde_json::from_str(line).expect("JSON");
            assert!(row["corners"].is_array(), "{condition:?}: no page in {row}");
            let is = |of: Condition| *condition == of;
            assert_eq!(row["cut_off"], is(Condition::CutOff), "{condition:?}: {row}");
            let (glare, cover) = (row["glare"].as_f64(), row["occlusion"].as_f64());
            assert!(glare > Some(0.0) || !is(Condition::Glare), "no glare in {row}");
            assert!(glare == Some(0.0) || is(Condition::Glare), "{condition:?}: {row}");
            assert!(cover > Some(0.0) || !is(Condition::Finger), "no finger in {row}");
            let covers = is(Condition::Finger) || is(Condition::Clutter);
            assert!(cover == Some(0.0) || covers, "{condition:?}: {row}");
        }
    }
}

#[test]
fn a_messenger_makes_pictures_smaller() {
    let Some(stock) = stock() else { return };
    let bytes = |forwarded| {
        let folder = tempfile::tempdir().expect("a folder");
        let task = Task::Scene;
        let order =
            Order { task, condition: None, attack: None, count: 5, seed: 2, size: 160, forwarded };
        render(&order, &stock, folder.path(), &|_| {}).expect("a series");
        contact_sheet(folder.path(), &folder.path().join("sheet.png")).expect("a sheet");
        let files = files(folder.path());
        files
            .iter()
            .filter(|(name, _)| name.ends_with(".jpg"))
            .map(|(_, bytes)| bytes.len())
            .sum::<usize>()
    };
    assert!(bytes(true) < bytes(false));
}

#[test]
fn a_folder_without_photographs_is_an_error_that_says_what_to_do() {
    let folder = tempfile::tempdir().expect("a folder");
    let error =
        Stock::new(Path::new(FONTS_FOLDER), Some(folder.path())).expect_err("no photographs");
    assert_eq!(error.code(), "no_photographs");
    assert!(error.to_string().contains("leave --photos out"), "{error}");
    fs::write(folder.path().join("broken.jpg"), b"no picture").expect("a file");
    let error = Stock::new(Path::new(FONTS_FOLDER), Some(folder.path())).expect_err("no picture");
    assert_eq!(error.code(), "image_failed");
}
