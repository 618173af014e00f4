//! A part of a larger frame.

use crate::colour::Rgb;
use crate::scene::{Layers, Scene, Truth};

/// A scene as far as it is seen in a part of its frame: pixels of the part are pixels of the frame.
pub struct Window<S> {
    scene: S,
    corner: [f32; 2],
    size: [usize; 2],
}

impl<S: Scene> Window<S> {
    /// The part whose outer top left corner lies at `corner` of the scene's frame.
    pub fn new(scene: S, corner: [f32; 2], size: [usize; 2]) -> Self {
        Self { scene, corner, size }
    }

    fn outside(&self, at: [f32; 2]) -> [f32; 2] {
        [0, 1].map(|axis| at[axis] + self.corner[axis])
    }
}

impl<S: Scene> Scene for Window<S> {
    fn size(&self) -> [usize; 2] {
        self.size
    }

    fn radiance(&self, at: [f32; 2]) -> Rgb {
        self.scene.radiance(self.outside(at))
    }

    fn layers(&self, at: [f32; 2]) -> Layers {
        self.scene.layers(self.outside(at))
    }

    fn truth(&self) -> Truth {
        self.scene.truth().moved(self.corner.map(|along| -along))
    }
}
