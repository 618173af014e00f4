//! A pinhole camera over a page on a table, for the tests: the truth that rectification must find.
#![allow(dead_code, reason = "each test program uses its part")]

use bailing_vision::{Point, Quad};

/// A view of a page `ratio` wide and 1 high.
#[derive(Clone, Copy, Debug)]
pub(crate) struct View {
    /// Width over height of the page.
    pub(crate) ratio: f64,
    /// In diagonals of the frame.
    pub(crate) focal_length: f64,
    /// Radians: about the optical axis, then about x, then about y.
    pub(crate) turn: f64,
    pub(crate) pitch: f64,
    pub(crate) yaw: f64,
    /// The share of the frame's shorter side that the page's diagonal takes.
    pub(crate) share: f64,
}

impl View {
    /// The page's corners in a frame of `width` × `height`, its centre in the frame's.
    pub(crate) fn quad(&self, width: u32, height: u32) -> Quad {
        let (width, height) = (f64::from(width), f64::from(height));
        let focal = self.focal_length * width.hypot(height);
        let distance = focal * self.ratio.hypot(1.0) / (self.share * width.min(height));
        let [x, y] = [self.ratio / 2.0, 0.5];
        Quad {
            corners: [[-x, -y], [x, -y], [x, y], [-x, y]].map(|[x, y]| {
                let (x, y) = (
                    x * self.turn.cos() - y * self.turn.sin(),
                    x * self.turn.sin() + y * self.turn.cos(),
                );
                let (y, z) = (y * self.pitch.cos(), y * self.pitch.sin());
                let (x, z) = (
                    x * self.yaw.cos() + z * self.yaw.sin(),
                    z * self.yaw.cos() - x * self.yaw.sin(),
                );
                let scale = focal / (distance + z);
                Point { x: (width / 2.0 + x * scale) as f32, y: (height / 2.0 + y * scale) as f32 }
            }),
        }
    }
}
