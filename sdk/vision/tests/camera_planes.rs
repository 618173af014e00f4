//! A camera's own planes: what they show is what the same picture shows as RGB, upright or not.
#![allow(clippy::expect_used, reason = "a test that cannot go on says so by panicking")]

mod drawing;

use bailing_vision::{Analyser, Analysis, Frame, PixelFormat, Subject, Turn};
use image::RgbImage;
use proptest::prelude::*;

/// A picture as a camera hands it over, 4:2:0.
struct Planes {
    luma: Vec<u8>,
    chroma: Vec<u8>,
    width: u32,
    height: u32,
    /// Bytes from one Cb to the next, and from a Cb to its Cr.
    step: usize,
    red: usize,
}

/// Bytes behind each row.
const PADDING: usize = 7;

impl Planes {
    /// Interleaved, or one plane after the other; full range, ITU-R BT.601.
    fn of(picture: &RgbImage, interleaved: bool) -> Self {
        let (width, height) = picture.dimensions();
        let (columns, rows) = (width.div_ceil(2) as usize, height.div_ceil(2) as usize);
        let (step, red) = if interleaved { (2, 1) } else { (1, rows * (columns + PADDING)) };
        let stride = columns * step + PADDING;
        let mut planes = Self {
            luma: vec![0; (width as usize + PADDING) * height as usize],
            chroma: vec![0; stride * rows * (3 - step)],
            width,
            height,
            step,
            red,
        };
        for (x, y, pixel) in picture.enumerate_pixels() {
            let [r, g, b] = pixel.0.map(f32::from);
            let luma = 0.299 * r + 0.587 * g + 0.114 * b;
            planes.luma[y as usize * (width as usize + PADDING) + x as usize] = luma.round() as u8;
            if x % 2 == 0 && y % 2 == 0 {
                let at = (y / 2) as usize * stride + (x / 2) as usize * step;
                planes.chroma[at] = (128.0 + (b - luma) / 1.772).round() as u8;
                planes.chroma[at + red] = (128.0 + (r - luma) / 1.402).round() as u8;
            }
        }
        planes
    }

    fn stride(&self) -> usize {
        self.width.div_ceil(2) as usize * self.step + PADDING
    }

    fn frame(&self) -> Frame<'_> {
        let stride = self.width as usize + PADDING;
        let luma = Frame::new(&self.luma, self.width, self.height, stride, PixelFormat::Luma8);
        let (blue, red) = (&self.chroma, &self.chroma[self.red..]);
        luma.expect("a frame").with_chroma(blue, red, self.stride(), self.step).expect("colour")
    }
}

fn analysed(frame: &Frame<'_>) -> Analysis {
    Analyser::new(drawing::models()).analyse(frame, Subject::Page)
}

#[test]
fn colour_beside_luma_is_what_rgb_shows() {
    let (picture, _) = drawing::tilted_page();
    let rgb = analysed(&drawing::frame(&picture));
    for interleaved in [false, true] {
        let planes = Planes::of(&picture, interleaved);
        let yuv = analysed(&planes.frame());
        let (wanted, got) =
            (rgb.document.quad.expect("a page"), yuv.document.quad.expect("a page"));
        for (wanted, got) in wanted.corners.iter().zip(got.corners) {
            assert!(wanted.distance(got) < 1.0, "{wanted:?} {got:?}");
        }
        assert_eq!(yuv.verdict, rgb.verdict);
        let view = |analysis: &Analysis| analysis.recapture.view.expect("a view");
        assert!((view(&yuv) - view(&rgb)).abs() < 0.3, "{} {}", view(&yuv), view(&rgb));
        let cast = |analysis: &Analysis| {
            let signal = analysis.signals().find(|signal| signal.code == "colour_cast");
            signal.expect("a signal").score
        };
        assert!((cast(&yuv) - cast(&rgb)).abs() < 0.02, "{} {}", cast(&yuv), cast(&rgb));
    }
}

/// What knows displays by how they stand is shown the frame turned.
#[test]
fn a_frame_that_lies_on_its_side_is_looked_at_upright() {
    let (picture, _) = drawing::tilted_page();
    let upright = analysed(&drawing::frame(&picture)).recapture.view.expect("a view");
    // Turned back by as much as the frame then says.
    let lying = image::imageops::rotate270(&picture);
    let turned = analysed(&drawing::frame(&lying).with_turn(Turn::Right)).recapture.view;
    assert!((turned.expect("a view") - upright).abs() < 0.05, "{turned:?} {upright}");
}

#[test]
fn planes_that_do_not_fit_are_refused() {
    let planes = Planes::of(&RgbImage::new(33, 21), true);
    let luma = Frame::new(&planes.luma, 33, 21, 33 + PADDING, PixelFormat::Luma8).expect("a frame");
    let (chroma, stride) = (planes.chroma.as_slice(), planes.stride());
    assert!(luma.with_chroma(chroma, &chroma[1..], stride, 2).is_ok());
    for (blue, red, stride, step) in [
        (&chroma[..chroma.len() / 2], &chroma[1..], stride, 2),
        (chroma, &chroma[..3], stride, 2),
        (chroma, chroma, 32, 2),
        (chroma, chroma, usize::MAX, usize::MAX),
        (chroma, &[], stride, 1),
    ] {
        let error = luma.with_chroma(blue, red, stride, step).expect_err("planes too short");
        assert_eq!(error.code(), "frame_unusable");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Whatever the planes hold and however they lie, something is answered.
    #[test]
    fn any_planes_are_answered(
        width in 1u32..90, height in 1u32..90, padding in 0usize..5, step in 0usize..4,
        degrees in -720i32..720, seed in any::<u32>(),
    ) {
        let stride = width.div_ceil(2) as usize * step.max(1) + padding;
        let noise = |length: usize| -> Vec<u8> {
            (0..length as u32).map(|index| (drawing::noise(index ^ seed) * 127.0) as i8 as u8).collect()
        };
        let luma = noise((width as usize + padding) * height as usize);
        let chroma = noise(stride * height.div_ceil(2) as usize);
        let frame = Frame::new(&luma, width, height, width as usize + padding, PixelFormat::Luma8);
        let frame = frame.expect("a frame").with_chroma(&chroma, &chroma, stride, step);
        let turn = Turn::clockwise(degrees);
        prop_assert_eq!(turn.is_some(), degrees % 90 == 0);
        if let Ok(frame) = frame {
            let mut analyser = Analyser::new(drawing::models());
            let frame = frame.with_turn(turn.unwrap_or_default());
            for _ in 0..3 {
                analyser.preview(&frame, Subject::Page);
            }
        }
    }
}
