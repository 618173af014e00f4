//! Milliseconds of one run of each committed model on one core, by the engine that ships and by tract.
#![allow(missing_docs, reason = "criterion's macros")]
#![allow(clippy::expect_used, reason = "a bench that cannot go on says so by panicking")]

use std::fs;
use std::path::Path;

use bailing_network::{Network, Workspace};
use criterion::{Criterion, criterion_group, criterion_main};
use tract_onnx::prelude::*;

fn run(criterion: &mut Criterion) {
    let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("../models");
    for name in ["document", "recapture-crop", "recapture-view", "scene"] {
        let bytes = fs::read(models.join(name).with_extension("onnx")).expect("a model");
        let network = Network::read(&bytes).expect("a network");
        let mut workspace = Workspace::default();
        let side = network.input()[2];
        let values = vec![0.5f32; 3 * side * side];
        criterion.bench_function(name, |bencher| {
            bencher.iter(|| network.run::<1>(&values, &mut workspace).expect("an answer").len());
        });
        criterion.bench_function(&format!("{name}, read"), |bencher| {
            bencher.iter(|| Network::read(&bytes).expect("a network"));
        });

        let mut model = onnx().model_for_read(&mut &*bytes).expect("a graph");
        model.set_input_fact(0, f32::fact([1, 3, side, side]).into()).expect("a shape");
        let plan = model.into_optimized().expect("a plan").into_runnable().expect("a plan");
        let input = Tensor::from_shape(&[1, 3, side, side], &values).expect("an input");
        criterion.bench_function(&format!("{name}, by tract"), |bencher| {
            bencher.iter(|| plan.run(tvec!(input.clone().into_tvalue())).expect("an answer"));
        });
    }
}

criterion_group!(benches, run);
criterion_main!(benches);
