//! The committed models: small enough, whole, and computed by the engine that ships as by two others,
//! onnxruntime (`models/vectors`, written by `models/training/export.py`) and tract.
#![allow(clippy::expect_used, reason = "a test that cannot go on says so by panicking")]

use std::fs;
use std::path::{Path, PathBuf};

use bailing_network::{Network, Workspace};
use image::imageops::{FilterType, resize};
use ring::digest;
use serde::Deserialize;
use tract_onnx::prelude::*;

/// What onnxruntime answered.
#[derive(Deserialize)]
struct Vectors {
    sha256: String,
    side: usize,
    /// Of outputs with more than 64 values only every n-th is kept.
    every: usize,
    /// Input by input, output by output.
    inputs: Vec<Vec<Vec<f32>>>,
}

/// Largest difference of a logit. All engines compute in 32 bits, in another order: measured are
/// 1.5e-5 from onnxruntime on the vectors.
const TOLERANCE: f32 = 2e-4;
const MODELS: [(&str, u64); 4] = [
    ("document", 300_000),
    ("recapture-crop", 400_000),
    // Published weights, which know displays that no simulator showed: ours of 207 kB did not.
    ("recapture-view", 3_500_000),
    ("scene", 200_000),
];
/// All weights together.
const LIMIT: u64 = 4_500_000;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../models")
}

fn file(name: &str) -> Vec<u8> {
    fs::read(folder().join(name).with_extension("onnx")).expect("a model")
}

fn vectors(name: &str) -> Vectors {
    let text = fs::read(folder().join("vectors").join(name).with_extension("json"));
    serde_json::from_slice(&text.expect("vectors")).expect("vectors")
}

/// Pixel (channel c, row y, column x) of input k.
fn pixel(k: usize, c: usize, y: usize, x: usize) -> f32 {
    (((3 + c) * x + (5 + 2 * k) * y + (x * y) % (17 + k)) % 256) as f32 / 255.0
}

/// What the engine that ships answers.
fn answers(network: &Network, picture: &[f32], outputs: usize) -> Vec<Vec<f32>> {
    fn first<const N: usize>(network: &Network, picture: &[f32]) -> Vec<Vec<f32>> {
        let mut workspace = Workspace::default();
        let answer = network.run::<N>(picture, &mut workspace).expect("an answer");
        answer.map(<[f32]>::to_vec).to_vec()
    }
    if outputs == 1 { first::<1>(network, picture) } else { first::<3>(network, picture) }
}

fn largest_difference(found: &[f32], expected: &[f32]) -> f32 {
    assert_eq!(found.len(), expected.len());
    let pairs = found.iter().zip(expected);
    pairs.map(|(found, expected)| (found - expected).abs()).fold(0.0, f32::max)
}

#[test]
fn models_are_small() {
    let mut all = 0;
    for (name, limit) in MODELS {
        let size = file(name).len() as u64;
        assert!(size <= limit, "{name} has {size} bytes, more than {limit}");
        all += size;
    }
    assert!(all <= LIMIT, "{all} bytes of weights");
}

#[test]
fn the_engine_agrees_with_onnxruntime() {
    for (name, _) in MODELS {
        let (bytes, vectors) = (file(name), vectors(name));
        let digest = hex::encode(digest::digest(&digest::SHA256, &bytes));
        assert_eq!(digest, vectors.sha256, "{name} changed: write its vectors and card again");
        let network = Network::read(&bytes).expect("a network");
        let side = vectors.side;
        let mut worst = 0f32;
        for (k, expected) in vectors.inputs.iter().enumerate() {
            let picture: Vec<f32> = (0..3 * side * side)
                .map(|at| pixel(k, at / (side * side), at / side % side, at % side))
                .collect();
            let found = answers(&network, &picture, expected.len());
            for (found, expected) in found.iter().zip(expected) {
                let step = if found.len() <= 64 { 1 } else { vectors.every };
                let found: Vec<f32> = found.iter().copied().step_by(step).collect();
                worst = worst.max(largest_difference(&found, expected));
            }
        }
        println!("{name}: largest difference {worst:.1e}");
        assert!(worst < TOLERANCE, "{name} differs by {worst}");
    }
}

#[test]
fn the_engine_agrees_with_tract_on_photos() {
    let samples = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../demo/samples"));
    let paths = samples.expect("samples").map(|entry| entry.expect("a sample").path());
    let photos: Vec<_> = paths
        .filter(|path| path.extension().is_some_and(|extension| extension == "jpg"))
        .map(|path| image::open(path).expect("a photo").into_rgb8())
        .collect();
    assert!(photos.len() >= 10);
    for (name, _) in MODELS {
        let bytes = file(name);
        let network = Network::read(&bytes).expect("a network");
        let side = network.input()[2];
        let mut model = onnx().model_for_read(&mut &*bytes).expect("a graph");
        model.set_input_fact(0, f32::fact([1, 3, side, side]).into()).expect("a shape");
        let plan = model.into_optimized().expect("a plan").into_runnable().expect("a plan");
        let mut worst = 0f32;
        for photo in &photos {
            let view = resize(photo, side as u32, side as u32, FilterType::Triangle);
            let picture: Vec<f32> = (0..3)
                .flat_map(|channel| {
                    view.pixels().map(move |pixel| f32::from(pixel[channel]) / 255.0)
                })
                .collect();
            let input = Tensor::from_shape(&[1, 3, side, side], &picture).expect("an input");
            let expected = plan.run(tvec!(input.into_tvalue())).expect("an answer");
            let found = answers(&network, &picture, expected.len());
            for (found, expected) in found.iter().zip(&expected) {
                let expected = expected.to_plain_array_view::<f32>().expect("numbers");
                let expected: Vec<f32> = expected.iter().copied().collect();
                worst = worst.max(largest_difference(found, &expected));
            }
        }
        println!("{name}: largest difference {worst:.1e} on {} photos", photos.len());
        assert!(worst < TOLERANCE, "{name} differs by {worst}");
    }
}
