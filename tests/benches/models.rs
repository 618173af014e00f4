//! Milliseconds of one run of each committed model through tract, on one core.
#![allow(missing_docs, reason = "criterion's macros")]
#![allow(clippy::expect_used, reason = "a bench that cannot go on says so by panicking")]

use std::fs;
use std::path::Path;

use criterion::{Criterion, criterion_group, criterion_main};
use tract_onnx::prelude::*;

fn run(criterion: &mut Criterion) {
    let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("../models");
    for (name, side) in
        [("document", 192), ("recapture-crop", 224), ("recapture-view", 224), ("scene", 160)]
    {
        let bytes = fs::read(models.join(format!("{name}.onnx"))).expect("a model");
        let mut model = onnx().model_for_read(&mut &*bytes).expect("a graph");
        model.set_input_fact(0, f32::fact([1, 3, side, side]).into()).expect("a shape");
        let plan = model.into_optimized().expect("a plan").into_runnable().expect("a plan");
        let values = vec![0.5f32; 3 * side * side];
        let input = Tensor::from_shape(&[1, 3, side, side], &values).expect("an input");
        criterion.bench_function(name, |bencher| {
            bencher.iter(|| plan.run(tvec!(input.clone().into_tvalue())).expect("an answer"));
        });
    }
}

criterion_group!(benches, run);
criterion_main!(benches);
