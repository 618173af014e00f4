//! What a run costs in memory. In a program of its own, since counting replaces the allocator.
#![allow(clippy::expect_used, reason = "a test that cannot go on says so by panicking")]

use std::fs;
use std::path::Path;

use allocation_counter::measure;
use bailing_network::{Network, Workspace};

#[test]
fn a_run_allocates_nothing_once_its_workspace_has_grown() {
    let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models");
    let mut workspace = Workspace::default();
    for name in ["document", "recapture-crop", "recapture-view", "scene"] {
        let file = fs::read(models.join(name).with_extension("onnx")).expect("a model");
        let mut network = None;
        let reading = measure(|| network = Network::read(&file).ok());
        let network = network.expect("a network");
        let picture = vec![0.5; network.input().iter().product()];
        let mut run = || {
            measure(|| {
                network.run::<1>(&picture, &mut workspace).expect("an answer");
            })
        };
        let (first, second) = (run(), run());
        println!(
            "{name}: {} kB to read, {} kB kept, {} kB to run",
            reading.bytes_max / 1_000,
            reading.bytes_current / 1_000,
            first.bytes_current / 1_000,
        );
        assert_eq!(second.count_total, 0, "{name}: {second:?}");
    }
}
