//! Files that are cut off, damaged or made up: an error that says so, and never a panic.
#![allow(clippy::expect_used, reason = "a test that cannot go on says so by panicking")]

use std::fs;
use std::path::Path;

use bailing_network::{Network, NetworkError, Workspace};

fn file(name: &str) -> Vec<u8> {
    let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models");
    fs::read(models.join(name).with_extension("onnx")).expect("a model")
}

/// Numbers that are the same every time.
fn numbers() -> impl Iterator<Item = usize> {
    let mut state = 0x2545_f491_4f6c_dd1du64;
    std::iter::repeat_with(move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 16) as usize
    })
}

/// Reads and, where that works, runs it.
fn tried(file: &[u8]) -> Result<(), NetworkError> {
    let network = Network::read(file)?;
    let wanted: usize = network.input().iter().product();
    network.run::<1>(&vec![0.5; wanted], &mut Workspace::default()).map(|_| ())
}

#[test]
fn a_file_that_is_cut_off_is_malformed() {
    let file = file("scene");
    for length in (0..file.len() / 2).step_by(97) {
        let (start, _) = file.split_at(length);
        let error = tried(start).expect_err("half a file");
        assert!(matches!(error, NetworkError::Malformed(_)), "{length}: {error}");
    }
}

#[test]
fn a_damaged_file_never_panics() {
    let whole = file("scene");
    let mut numbers = numbers();
    let mut number = |below: usize| numbers.next().unwrap_or(0) % below;
    let mut refused = 0;
    // Names and shapes are at both ends of the file; weights, which may be anything, between them.
    let ends = |at: usize| if at < 2_000 { at } else { whole.len() - (at - 1_999) };
    for _ in 0..600 {
        let mut file = whole.clone();
        for _ in 0..=number(3) {
            let at = ends(number(8_000));
            file[at] ^= 1 << number(8);
        }
        refused += usize::from(tried(&file).is_err());
    }
    assert!(refused > 100, "{refused}");
}

#[test]
fn a_file_of_chance_never_panics() {
    let mut numbers = numbers();
    for length in 0..400 {
        let file: Vec<u8> = numbers.by_ref().take(length).map(|number| number as u8).collect();
        assert!(tried(&file).is_err());
    }
}

#[test]
fn an_input_of_another_size_is_refused() {
    let network = Network::read(&file("scene")).expect("a network");
    let wanted = 3 * 160 * 160;
    for given in [0, 1, wanted - 1, wanted + 1] {
        let error = network.run::<1>(&vec![0.0; given], &mut Workspace::default()).err();
        assert_eq!(error, Some(NetworkError::Input { wanted, given }));
    }
    let error = network.run::<2>(&vec![0.0; wanted], &mut Workspace::default()).err();
    assert_eq!(error, Some(NetworkError::Outputs { wanted: 2, has: 1 }));
}
