//! Figures of the network of goods, through the engine that the server runs it with.
//!
//! `goods list GROCERY [OTHERS]` measures the shipped network on GroceryStoreDataset's test list, and how often it
//! takes something else for goods; OTHERS is a folder of photos of other things.
//! `goods prototypes LEFT.onnx GROCERY [OTHERS]` enrols the 20 classes that `models/training/goods.py
//! --leave-out` left out, from 10 photos of the training list each, and measures on the test list how they are
//! told, and how often something else is taken for one of them.
#![allow(clippy::expect_used, reason = "an example that cannot go on says so by panicking")]
#![allow(clippy::indexing_slicing, clippy::panic, reason = "likewise")]
#![allow(clippy::print_stdout, reason = "it prints what it finds")]

use std::cell::Cell;
use std::path::{Path, PathBuf};

use bailing_recognition::objects::LabelSet;
use bailing_recognition::{ObjectModel, Prototype, Taxonomy};
use image::RgbImage;

/// Photos that a class is enrolled from.
const ENROLLED: usize = 10;

/// Share of other goods of the validation list that may be taken for an enrolled class.
const FALSE_ACCEPTS: f32 = 0.05;

struct Photo {
    path: PathBuf,
    class: usize,
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["list", grocery, others @ ..] => list(Path::new(grocery), others.first().map(Path::new)),
        ["prototypes", network, grocery, others @ ..] => {
            prototypes(Path::new(network), Path::new(grocery), others.first().map(Path::new));
        }
        _ => panic!(
            "usage: goods list GROCERY [OTHERS] | goods prototypes LEFT.onnx GROCERY [OTHERS]"
        ),
    }
}

/// The shipped network on the test list, and on photos of other things, at every threshold.
fn list(grocery: &Path, others: Option<&Path>) {
    let taxonomy = Taxonomy::built_in().expect("the taxonomy");
    let description = include_str!("../objects/goods.toml");
    let always = description.replace("threshold = ", "threshold = 0.0 # ");
    let file = include_bytes!("../../../models/goods.onnx");
    let model = ObjectModel::read(file, &always, &taxonomy).expect("the network");
    let (names, photos) = (names(grocery), photos(grocery, "test"));
    let spent = Cell::new(0.0);
    let look = |path: &Path| {
        let picture = read(path);
        let before = seconds();
        let seen = model.look(&picture).expect("an answer");
        spent.set(spent.get() + seconds() - before);
        seen.into_iter().next()
    };
    let mut told = Vec::new();
    for photo in &photos {
        let object = look(&photo.path).expect("a class");
        let right = taxonomy.class_of(LabelSet::Grocery, &names[photo.class]);
        let by_label = object.label.as_ref() == Some(&names[photo.class]);
        told.push((object.confidence, by_label, Some(object.class.as_str()) == right));
    }
    println!("{:.1} ms of CPU a photo", spent.get() * 1e3 / photos.len() as f64);
    let mut paths = Vec::new();
    others.inspect(|folder| pictures(folder, &mut paths));
    let strange: Vec<f32> =
        paths.iter().filter_map(|path| look(path)).map(|object| object.confidence).collect();
    println!(
        "| threshold | told, of {} | right by label | right by class | others told, of {} |",
        told.len(),
        paths.len()
    );
    println!("|---|---|---|---|---|");
    for threshold in [0.0, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95] {
        let kept: Vec<_> =
            told.iter().filter(|(confidence, ..)| *confidence >= threshold).collect();
        let label = kept.iter().filter(|(_, label, _)| *label).count();
        let class = kept.iter().filter(|(.., class)| *class).count();
        let strange = strange.iter().filter(|confidence| **confidence >= threshold).count();
        println!("| {threshold} | {} | {label} | {class} | {strange} |", kept.len());
    }
}

/// Classes that the network has never seen, enrolled.
fn prototypes(network: &Path, grocery: &Path, others: Option<&Path>) {
    let taxonomy = Taxonomy::built_in().expect("the taxonomy");
    let names = names(grocery);
    let is_left_out = |class: usize| class % 4 == 2;
    let known: Vec<String> = names
        .iter()
        .enumerate()
        .filter(|(class, _)| !is_left_out(*class))
        .map(|(_, name)| format!("{name:?}"))
        .collect();
    let description = format!(
        "name = 'left-out'\nwidth = 192\nheight = 192\nlabels = [{}]\nlabel_set = 'grocery'\n\
         threshold = 0.5\nfeatures = 'features'\n\
         output = {{ layout = 'classes', scores = 'goods', softmax = true }}",
        known.join(", ")
    );
    let file = std::fs::read(network).expect("a network");
    let model = ObjectModel::read(&file, &description, &taxonomy).expect("a network");
    let features = |photo: &Photo| model.features(&read(&photo.path)).expect("features");

    let training = photos(grocery, "train");
    let enrolled: Vec<(usize, Vec<f32>)> = (0..names.len())
        .map(|class| {
            let own: Vec<&Photo> = training.iter().filter(|photo| photo.class == class).collect();
            // From the whole list of the class: neighbours on it are of one shelf.
            let count = ENROLLED.min(own.len());
            let spread =
                (0..count).map(|k| features(own[k * own.len() / count])).collect::<Vec<_>>();
            let asset = taxonomy.class_of(LabelSet::Grocery, &names[class]).expect("a class");
            let prototype = Prototype::enrol(&taxonomy, &model, asset, &names[class], &spread);
            (class, prototype.expect("a prototype").features)
        })
        .collect();
    let left_out: Vec<(usize, Vec<f32>)> =
        enrolled.iter().filter(|(class, _)| is_left_out(*class)).cloned().collect();

    let held: Vec<(usize, Vec<f32>)> = described(&photos(grocery, "val"), features);
    let mut strange: Vec<f32> = held
        .iter()
        .filter(|(class, _)| !is_left_out(*class))
        .map(|(_, features)| nearest(&left_out, features).1)
        .collect();
    strange.sort_by(|a, b| b.total_cmp(a));
    let threshold = strange[(strange.len() as f32 * FALSE_ACCEPTS) as usize];
    println!(
        "threshold {threshold:.3}: {FALSE_ACCEPTS} of {} other goods of the validation list",
        strange.len()
    );

    let tested = described(&photos(grocery, "test"), features);
    let own: Vec<_> = tested.iter().filter(|(class, _)| is_left_out(*class)).collect();
    let (mut right, mut accepted, mut both, mut among_all) = (0, 0, 0, 0);
    for (class, features) in &own {
        let (found, cosine) = nearest(&left_out, features);
        right += usize::from(found == *class);
        accepted += usize::from(cosine >= threshold);
        both += usize::from(found == *class && cosine >= threshold);
        among_all += usize::from(nearest(&enrolled, features).0 == *class);
    }
    let of = own.len();
    println!("20 enrolled classes, {of} test photos of them:");
    println!("  right among the 20: {right} ({:.3})", share(right, of));
    println!(
        "  accepted: {accepted} ({:.3}), and right: {both} ({:.3})",
        share(accepted, of),
        share(both, of)
    );
    println!("  right among 81 enrolled classes: {among_all} ({:.3})", share(among_all, of));
    let all = tested.iter().filter(|(class, features)| nearest(&enrolled, features).0 == *class);
    let all = all.count();
    println!(
        "all {} test photos, right among 81 enrolled: {all} ({:.3})",
        tested.len(),
        share(all, tested.len())
    );
    let wrong = tested.iter().filter(|(class, features)| {
        !is_left_out(*class) && nearest(&left_out, features).1 >= threshold
    });
    let (wrong, of) = (wrong.count(), tested.len() - own.len());
    println!("other goods taken for one of the 20: {wrong} of {of} ({:.3})", share(wrong, of));
    if let Some(folder) = others {
        let mut paths = Vec::new();
        pictures(folder, &mut paths);
        let taken = paths.iter().filter(|path| {
            let features = model.features(&read(path)).expect("features");
            nearest(&left_out, &features).1 >= threshold
        });
        let (taken, of) = (taken.count(), paths.len());
        println!("other things taken for one of the 20: {taken} of {of} ({:.3})", share(taken, of));
    }
}

fn described(photos: &[Photo], features: impl Fn(&Photo) -> Vec<f32>) -> Vec<(usize, Vec<f32>)> {
    photos.iter().map(|photo| (photo.class, features(photo))).collect()
}

/// The class whose direction is nearest, and the cosine.
fn nearest(enrolled: &[(usize, Vec<f32>)], features: &[f32]) -> (usize, f32) {
    let cosine = |other: &[f32]| other.iter().zip(features).map(|(a, b)| a * b).sum::<f32>();
    let all = enrolled.iter().map(|(class, direction)| (*class, cosine(direction)));
    all.max_by(|(_, a), (_, b)| a.total_cmp(b)).expect("classes")
}

fn share(part: usize, of: usize) -> f32 {
    part as f32 / of.max(1) as f32
}

fn names(grocery: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(grocery.join("classes.csv")).expect("classes.csv");
    let first = |line: &str| line.split(',').next().unwrap_or_default().to_owned();
    text.lines().skip(1).map(first).collect()
}

fn photos(grocery: &Path, list: &str) -> Vec<Photo> {
    let text = std::fs::read_to_string(grocery.join(list).with_extension("txt")).expect("a list");
    let photo = |line: &str| {
        let mut fields = line.split(',').map(str::trim);
        let path = grocery.join(fields.next().expect("a file"));
        Photo { path, class: fields.next().expect("a class").parse().expect("a number") }
    };
    text.lines().map(photo).collect()
}

fn pictures(folder: &Path, found: &mut Vec<PathBuf>) {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            pictures(&path, found);
        } else if path.extension().is_some_and(|kind| kind == "jpg" || kind == "png") {
            found.push(path);
        }
    }
}

fn read(path: &Path) -> RgbImage {
    let bytes = std::fs::read(path).expect("a photo");
    let picture = image::load_from_memory(&bytes);
    picture.unwrap_or_else(|error| panic!("{}: {error}", path.display())).into_rgb8()
}

/// What this process has computed for, seconds.
fn seconds() -> f64 {
    let spent = std::fs::read_to_string("/proc/self/schedstat").expect("Linux tells");
    spent.split(' ').next().and_then(|number| number.parse::<f64>().ok()).expect("a number") / 1e9
}
