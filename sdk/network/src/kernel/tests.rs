//! Each kernel against the sum that defines it, at sizes that leave every kind of remainder.

use fearless_simd::Level;

use super::{Bounds, Dense, Depthwise, LANES, Lane, Pointwise, Weights, Window};

/// Numbers between -1 and 1 that are the same every time.
fn numbers(count: usize, seed: usize) -> Vec<f32> {
    let number = |at: usize| ((at * 7_919 + seed * 104_729) % 1_999) as f32 / 1_000.0 - 1.0;
    (0..count).map(number).collect()
}

/// Channels × pixels by eights; lanes beyond the last channel must not count.
fn blocked(values: &[f32], channels: usize) -> Vec<Lane> {
    let pixels = values.len() / channels;
    let mut lanes = vec![[0.0; LANES]; channels.div_ceil(LANES) * pixels];
    for (at, value) in values.iter().enumerate() {
        let (channel, pixel) = (at / pixels, at % pixels);
        lanes[channel / LANES * pixels + pixel][channel % LANES] = *value;
    }
    lanes
}

fn assert_close(found: &[Lane], channels: usize, expected: &[f32], what: &str) {
    let pixels = expected.len() / channels;
    for (at, expected) in expected.iter().enumerate() {
        let (channel, pixel) = (at / pixels, at % pixels);
        let found = found[channel / LANES * pixels + pixel][channel % LANES];
        assert!((found - expected).abs() < 1e-4, "{what}: {found} is not {expected} at {at}");
    }
}

const BOUNDS: Bounds = Bounds { lowest: -0.7, highest: 1.5 };

fn bounded(value: f32) -> f32 {
    value.clamp(BOUNDS.lowest, BOUNDS.highest)
}

#[test]
fn pointwise() {
    for (pixels, inputs, outputs) in (1..14)
        .flat_map(|pixels| [1, 8, 20].map(|inputs| (pixels, inputs)))
        .flat_map(|(pixels, inputs)| [1, 8, 17, 24, 33].map(|outputs| (pixels, inputs, outputs)))
    {
        let input = numbers(inputs * pixels, 1);
        let (rows, bias) = (numbers(outputs * inputs, 2), numbers(outputs, 3));
        let depth = inputs.next_multiple_of(LANES);
        let weights = Weights::new(&rows, inputs, depth, &bias, BOUNDS);
        let mut out = vec![[f32::NAN; LANES]; outputs.div_ceil(LANES) * pixels];
        let kernel = Pointwise { pixels, weights };
        let ran = kernel.run(Level::new(), &blocked(&input, inputs), &mut out);
        let expected: Vec<f32> = (0..outputs * pixels)
            .map(|at| {
                let (output, pixel) = (at / pixels, at % pixels);
                let product = |k: usize| rows[output * inputs + k] * input[k * pixels + pixel];
                bounded(bias[output] + (0..inputs).map(product).sum::<f32>())
            })
            .collect();
        let what = format!("{pixels} pixels, {inputs} to {outputs}");
        assert_eq!(ran, Some(()), "{what}");
        assert_close(&out, outputs, &expected, &what);
        assert_eq!(kernel.run(Level::new(), &blocked(&input, inputs), &mut out[1..]), None);
    }
}

fn windows() -> impl Iterator<Item = Window> {
    let sizes = [[1, 1], [2, 3], [3, 3], [4, 4], [5, 5], [6, 6], [7, 1], [1, 7]];
    let arounds = [[0; 4], [1, 1, 1, 1], [2, 1, 0, 3]];
    sizes.into_iter().flat_map(move |size| {
        let steps = [[1, 1], [2, 2], [1, 2]].into_iter();
        steps.flat_map(move |step| arounds.map(|around| Window { size, step, around }))
    })
}

/// What lies under a window's pixel, 0 outside of the picture.
fn under(plane: &[f32], [rows, columns]: [usize; 2], window: &Window, [y, x]: [usize; 2]) -> f32 {
    let [above, before, ..] = window.around;
    match (y.checked_sub(above), x.checked_sub(before)) {
        (Some(y), Some(x)) if y < rows && x < columns => plane[y * columns + x],
        _ => 0.0,
    }
}

#[test]
fn depthwise() {
    let (channels, rows, columns) = (11, 9, 13);
    let input = numbers(channels * rows * columns, 1);
    for window in windows() {
        let [height, width] = window.size;
        let (taps, bias) = (numbers(channels * height * width, 2), numbers(channels, 3));
        let tap = |channel: usize, at: usize| taps[channel * height * width + at];
        let kernel = Depthwise::new(window, [channels, rows, columns], tap, &bias, BOUNDS);
        let kernel = kernel.expect("a window that fits");
        let [high, wide] = window.places([rows, columns]).expect("a window that fits");
        let mut out = vec![[f32::NAN; LANES]; 2 * high * wide];
        let mut scratch = vec![[f32::NAN; LANES]; kernel.scratch()];
        let ran = kernel.run(Level::new(), &blocked(&input, channels), &mut out, &mut scratch);
        assert_eq!(ran, Some(()), "{window:?}");
        let expected: Vec<f32> = (0..channels * high * wide)
            .map(|at| {
                let (channel, line, place) = (at / (high * wide), at / wide % high, at % wide);
                let plane = &input[channel * rows * columns..][..rows * columns];
                let product = |k: usize| {
                    let y = line * window.step[0] + k / width;
                    let x = place * window.step[1] + k % width;
                    tap(channel, k) * under(plane, [rows, columns], &window, [y, x])
                };
                bounded(bias[channel] + (0..height * width).map(product).sum::<f32>())
            })
            .collect();
        assert_close(&out, channels, &expected, &format!("{window:?}"));
    }
}

#[test]
fn dense() {
    let (channels, outputs) = (3, 19);
    for (window, columns) in windows().flat_map(|window| [7, 13].map(|columns| (window, columns))) {
        let rows = 9;
        let input = numbers(channels * rows * columns, 1);
        let [height, width] = window.size;
        let seen = channels * height * width;
        let (weights, bias) = (numbers(outputs * seen, 2), numbers(outputs, 3));
        let kernel = Dense::new(
            window,
            [channels, rows, columns],
            [rows * columns, columns, 1],
            0,
            Weights::new(&weights, seen, seen, &bias, BOUNDS),
        );
        let kernel = kernel.expect("a window that fits");
        let [high, wide] = window.places([rows, columns]).expect("a window that fits");
        let mut out = vec![[f32::NAN; LANES]; outputs.div_ceil(LANES) * high * wide];
        let mut scratch = vec![[f32::NAN; LANES]; kernel.scratch()];
        let ran = kernel.run(Level::new(), &input, &mut out, &mut scratch);
        assert_eq!(ran, Some(()), "{window:?}");
        let expected: Vec<f32> = (0..outputs * high * wide)
            .map(|at| {
                let (output, line, place) = (at / (high * wide), at / wide % high, at % wide);
                let product = |k: usize| {
                    let plane = &input[k / (height * width) * rows * columns..][..rows * columns];
                    let y = line * window.step[0] + k / width % height;
                    let x = place * window.step[1] + k % width;
                    weights[output * seen + k] * under(plane, [rows, columns], &window, [y, x])
                };
                bounded(bias[output] + (0..seen).map(product).sum::<f32>())
            })
            .collect();
        assert_close(&out, outputs, &expected, &format!("{window:?}, {columns} columns"));
    }
}
