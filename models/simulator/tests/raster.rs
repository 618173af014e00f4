//! A display's raster comes out of the whole camera at the frequency that theory gives, and its
//! matched control has none.
#![allow(clippy::expect_used, reason = "a test that cannot go on says so by panicking")]

use std::sync::Arc;

use bailing_simulator::{Camera, Display, Grid, Pose, Raster, Scene, Screen, Surround, Window};

/// Pixels of a crop's side.
const SIDE: usize = 256;

/// The luma of a row through the middle of a white display, and display pixels a camera pixel.
fn row(grid: Grid, pitch: f32) -> (Vec<f32>, f32) {
    let side = 720;
    let frame = [(side as f32 / pitch) as usize; 2];
    let pose = Pose { roll: 0.0, pitch: 0.0, yaw: 0.0, coverage: 0.81, offset: [0.0; 2] };
    let white = Arc::new(Raster::filled(side, side, [0.6; 3]));
    let display = Display { grid, sparkle: 0.0, falloff: 0.0, ..Display::default() };
    let screen = Screen::showing(white, frame, pose, display, Surround::dark());
    let pitch = screen.pixels_a_pixel();
    let corner = frame.map(|side| side as f32 / 2.0 - SIDE as f32 / 2.0);
    let crop = Window::new(screen, corner, [SIDE, 16]);
    let camera = Camera {
        supersampling: 8,
        lens_sigma: 0.4,
        vignetting: 0.0,
        denoise: 0.0,
        sharpening: 0.0,
        ..Camera::default()
    };
    let picture = camera.photograph(&crop, 1).image;
    let luma = |x: usize| {
        (4..12u32)
            .map(|y| {
                let [red, green, blue] = picture.get_pixel(x as u32, y).0.map(f32::from);
                0.299 * red + 0.587 * green + 0.114 * blue
            })
            .sum::<f32>()
    };
    ((0..SIDE).map(luma).collect(), pitch)
}

#[test]
fn a_display_darkens_with_the_angle_at_which_it_is_seen_and_more_so_from_near() {
    let pose = Pose { roll: 0.0, pitch: 0.0, yaw: 0.0, coverage: 0.81, offset: [0.0; 2] };
    let white = Arc::new(Raster::filled(64, 64, [0.6; 3]));
    let display = Display { grid: Grid::Even, falloff: 4.0, ..Display::default() };
    let surround = Surround { haze: 0.0, ..Surround::dark() };
    let far = Screen::showing(white, [1000; 2], pose, display, surround);
    let darker =
        |screen: &Screen, at: [f32; 2]| screen.radiance(at)[1] / screen.radiance([500.0, 500.0])[1];
    // The focal length is 0.85 of the frame's side.
    let cosine = |away: f32| 1.0 / (1.0 + (away / 850.0).powi(2)).sqrt();
    let at_corner = darker(&far, [800.0, 900.0]);
    assert!((at_corner - cosine(500.0).powi(4)).abs() < 1e-3, "{at_corner}");
    let aside = darker(&far, [700.0, 500.0]);
    // Twice as near, the same point lies twice as far from the middle of the frame.
    let near = far.enlarged(2.0, [-500.0; 2]);
    assert!(near.corners()[0][0] < 0.0);
    assert!((darker(&near, [900.0, 500.0]) - cosine(400.0).powi(4)).abs() < 1e-3);
    assert!((aside - cosine(200.0).powi(4)).abs() < 1e-3, "{aside}");
}

fn strength(row: &[f32], cycles: usize) -> f32 {
    let (re, im) = row.iter().enumerate().fold((0.0, 0.0), |(re, im), (at, value)| {
        let turn = std::f32::consts::TAU * (at * cycles % SIDE) as f32 / SIDE as f32;
        let window = 0.5 - 0.5 * (std::f32::consts::TAU * at as f32 / SIDE as f32).cos();
        (re + window * value * turn.cos(), im + window * value * turn.sin())
    });
    re.hypot(im)
}

#[test]
fn the_raster_aliases_to_the_frequency_of_theory_and_the_control_has_none() {
    for wanted in [0.36, 0.62, 0.78] {
        let (with, pitch) = row(Grid::Rgb, wanted);
        let alias = ((pitch - pitch.round()).abs() * SIDE as f32).round() as usize;
        // Demosaicing adds frequencies of its own elsewhere.
        let strongest = (alias.saturating_sub(8).max(3)..(alias + 9).min(SIDE / 2))
            .max_by(|a, b| strength(&with, *a).total_cmp(&strength(&with, *b)))
            .expect("a frequency");
        assert!(
            strongest.abs_diff(alias) <= 1,
            "{strongest} for {alias} at {pitch} pixels a pixel"
        );
        let (without, _) = row(Grid::Even, wanted);
        let (raster, control) = (strength(&with, strongest), strength(&without, strongest));
        assert!(raster > 8.0 * control, "{raster} with a raster, {control} without");
    }
}
