//! Where the truth says that a page lies, the picture shows it.
#![allow(clippy::expect_used, reason = "a test that cannot go on says so by panicking")]

use std::collections::BTreeMap;
use std::sync::Arc;

use bailing_simulator::document::Sheet;
use bailing_simulator::{
    Bend, Camera, Corners, Desk, Ground, Light, Pattern, Pose, Raster, Scene as _,
};
use proptest::prelude::*;

fn blank(size: [f32; 2]) -> Sheet {
    Sheet {
        kind: "other_document",
        size,
        face: Arc::new(Raster::filled(8, 8, [0.8; 3])),
        fields: BTreeMap::new(),
        places: BTreeMap::new(),
        lines: Vec::new(),
        seals: Vec::new(),
        signatures: Vec::new(),
        handwriting: Vec::new(),
        tables: Vec::new(),
    }
}

fn black() -> Ground {
    Ground { pattern: Pattern::Blotches, colours: [[0.0; 3]; 2], size: 1.0 }
}

fn even() -> Light {
    Light {
        colour: [1.0; 3],
        fade: (0.0, 0.0),
        slant: [0.0; 2],
        photographer: 0.0,
        ..Light::room()
    }
}

/// A camera that neither sharpens nor blurs nor adds noise worth speaking of.
fn plain() -> Camera {
    Camera {
        vignetting: 0.0,
        full_well: 1e6,
        read_noise: 0.0,
        denoise: 0.0,
        sharpening: 0.0,
        contrast: 0.0,
        ..Camera::default()
    }
}

fn linear(level: u8) -> f32 {
    (f32::from(level) / 255.0).powf(2.2)
}

/// Where a straight line through pixel centres crosses from dark to half of the page's light, in
/// steps from `outside`.
fn crossing(light: impl Fn(f32, f32) -> f32, outside: [f32; 2], inside: [f32; 2]) -> [f32; 2] {
    let at = |share: f32| [0, 1].map(|axis| outside[axis] + (inside[axis] - outside[axis]) * share);
    let bright = light(inside[0], inside[1]);
    let steps = 400;
    let share = (0..=steps)
        .map(|step| step as f32 / steps as f32)
        .find(|share| {
            let [x, y] = at(*share);
            light(x, y) > bright / 2.0
        })
        .expect("an edge");
    at(share)
}

/// The line through points, as a point and a direction (total least squares).
fn fitted(points: &[[f32; 2]]) -> ([f32; 2], [f32; 2]) {
    let count = points.len() as f32;
    let mean = [0, 1].map(|axis| points.iter().map(|point| point[axis]).sum::<f32>() / count);
    let (mut xx, mut xy, mut yy) = (0.0, 0.0, 0.0);
    for [x, y] in points {
        let (dx, dy) = (x - mean[0], y - mean[1]);
        xx += dx * dx;
        xy += dx * dy;
        yy += dy * dy;
    }
    let angle = 0.5 * (2.0 * xy).atan2(xx - yy);
    (mean, [angle.cos(), angle.sin()])
}

fn intersection(a: ([f32; 2], [f32; 2]), b: ([f32; 2], [f32; 2])) -> [f32; 2] {
    let ((p, u), (q, v)) = (a, b);
    let denominator = u[0] * v[1] - u[1] * v[0];
    let along = ((q[0] - p[0]) * v[1] - (q[1] - p[1]) * v[0]) / denominator;
    [p[0] + along * u[0], p[1] + along * u[1]]
}

/// Corners from the picture alone, given where to look.
fn measured(picture: &image::RgbImage, truth: &Corners) -> Corners {
    let light = |x: f32, y: f32| {
        let (x, y) = (x - 0.5, y - 0.5);
        let (left, top) = (x.floor(), y.floor());
        let at = |dx: f32, dy: f32| {
            let (x, y) = ((left + dx) as u32, (top + dy) as u32);
            linear(picture.get_pixel(x, y).0[1])
        };
        let (across, down) = (x - left, y - top);
        let upper = at(0.0, 0.0) * (1.0 - across) + at(1.0, 0.0) * across;
        let lower = at(0.0, 1.0) * (1.0 - across) + at(1.0, 1.0) * across;
        upper * (1.0 - down) + lower * down
    };
    let sides = [0, 1, 2, 3].map(|side| {
        let (from, to) = (truth[side], truth[(side + 1) % 4]);
        let (dx, dy) = (to[0] - from[0], to[1] - from[1]);
        let length = dx.hypot(dy);
        // Outwards: the corners go clockwise on the screen.
        let out = [dy / length, -dx / length];
        let points: Vec<[f32; 2]> = (2..=18)
            .map(|step| {
                let share = step as f32 / 20.0;
                let on = [from[0] + dx * share, from[1] + dy * share];
                let off = |distance: f32| [0, 1].map(|axis| on[axis] + out[axis] * distance);
                crossing(light, off(4.0), off(-4.0))
            })
            .collect();
        fitted(&points)
    });
    [0, 1, 2, 3].map(|corner| intersection(sides[(corner + 3) % 4], sides[corner]))
}

#[test]
fn corners_measured_in_the_picture_are_the_truth_s_within_half_a_pixel() {
    let mut worst = 0f32;
    for (roll, pitch, yaw) in
        [(0.0, 0.0, 0.0), (3.0, 8.0, -5.0), (-14.0, 20.0, 11.0), (40.0, -6.0, 9.0)]
    {
        for size in [[210.0, 297.0], [85.6, 54.0]] {
            let pose = Pose { roll, pitch, yaw, coverage: 0.4, offset: [0.01, -0.02] };
            let desk = Desk::new(blank(size), [320, 320], pose, black(), even());
            let photograph = plain().photograph(&desk, 5);
            let truth = photograph.truth.corners.expect("a page");
            for (found, truth) in measured(&photograph.image, &truth).iter().zip(&truth) {
                worst = worst.max((found[0] - truth[0]).hypot(found[1] - truth[1]));
            }
        }
    }
    println!("largest distance {worst:.3} px");
    assert!(worst < 0.5, "{worst} px");
}

#[test]
fn digital_zoom_takes_the_corners_along() {
    let pose = Pose { roll: 5.0, pitch: 4.0, yaw: 0.0, coverage: 0.15, offset: [0.0; 2] };
    let desk = Desk::new(blank([210.0, 297.0]), [320, 320], pose, black(), even());
    let photograph = Camera { zoom: 1.6, ..plain() }.photograph(&desk, 5);
    let truth = photograph.truth.corners.expect("a page");
    for (found, truth) in measured(&photograph.image, &truth).iter().zip(&truth) {
        let distance = (found[0] - truth[0]).hypot(found[1] - truth[1]);
        assert!(distance < 1.0, "{distance} px");
    }
}

proptest! {
    /// However a sheet is bent, its corners stand where the sheet ends in the frame.
    #[test]
    fn corners_of_a_bent_sheet_lie_on_its_outline(
        roll in -40f32..40.0,
        pitch in -20f32..25.0,
        yaw in -20f32..20.0,
        towards in 0f32..360.0,
        lift in 0f32..16.0,
        arch in 0f32..8.0,
    ) {
        let pose = Pose { roll, pitch, yaw, coverage: 0.35, offset: [0.0; 2] };
        let bends = [
            Bend::Curl { towards, flat: 0.4, height: lift },
            Bend::Arch { across: 90.0, height: arch },
        ];
        let desk = Desk::new(blank([150.0, 200.0]), [400, 400], pose, black(), even()).bent(&bends);
        let corners = desk.truth().corners.expect("a page");
        let middle = [0, 1].map(|axis| corners.iter().map(|corner| corner[axis]).sum::<f32>() / 4.0);
        for corner in corners {
            let reach = (corner[0] - middle[0]).hypot(corner[1] - middle[1]);
            let towards = |distance: f32| {
                [0, 1].map(|axis| corner[axis] + (middle[axis] - corner[axis]) * distance / reach)
            };
            prop_assert!(desk.layers(towards(1.0)).page, "the page begins inside of {corner:?}");
            prop_assert!(!desk.layers(towards(-1.0)).page, "the page ends outside of {corner:?}");
        }
    }
}
