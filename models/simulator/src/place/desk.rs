//! A sheet on a desk.

use crate::colour::{Rgb, add, multiply, scale, smoothstep};
use crate::document::Sheet;
use crate::homography::Homography;
use crate::noise;
use crate::place::ground::Ground;
use crate::place::pose::Pose;
use crate::place::prop::Prop;
use crate::scene::{Scene, Truth};

/// The light over a desk.
#[derive(Clone, Copy, Debug)]
pub struct Light {
    /// Colour of the light on white paper where it is brightest, linear.
    pub colour: Rgb,
    /// Direction in which it fades, degrees clockwise from the right, and how much of it is lost
    /// across the frame, 0..1.
    pub fade: (f32, f32),
    /// Millimetres that a shadow falls beside a thing one millimetre high.
    pub slant: [f32; 2],
    /// How much of the light a soft shadow of the photographer takes, 0..1, coming in from the
    /// frame's lower right.
    pub photographer: f32,
}

impl Light {
    /// A ceiling lamp a little to the left: warm, the photographer's shadow in one corner.
    #[must_use]
    pub fn room() -> Self {
        Self {
            colour: [1.05, 0.99, 0.90],
            fade: (35.0, 0.22),
            slant: [0.9, 1.1],
            photographer: 0.16,
        }
    }

    /// A window on the left: cool, fading across the desk.
    #[must_use]
    pub fn window() -> Self {
        Self { colour: [0.97, 1.0, 1.04], fade: (12.0, 0.3), slant: [1.5, 0.5], photographer: 0.08 }
    }
}

/// A lamp mirrored in a glossy sheet.
#[derive(Clone, Copy, Debug)]
pub struct Glare {
    /// Its middle in millimetres of the sheet.
    pub centre: [f32; 2],
    /// Half axes of what it blinds, in millimetres.
    pub radii: [f32; 2],
    /// Degrees by which it is turned, clockwise.
    pub turn: f32,
}

/// A sheet on a desk, other things around it.
#[derive(Clone, Debug)]
pub struct Desk {
    sheet: Sheet,
    frame: [usize; 2],
    to_frame: Homography,
    to_desk: Homography,
    ground: Ground,
    below: Vec<Prop>,
    above: Vec<Prop>,
    light: Light,
    glare: Option<Glare>,
    creases: Vec<f32>,
    seed: u32,
}

impl Desk {
    /// A sheet on bare ground; `frame` is the picture's width and height in pixels.
    #[must_use]
    pub fn new(sheet: Sheet, frame: [usize; 2], pose: Pose, ground: Ground, light: Light) -> Self {
        let to_frame = pose.homography(sheet.size, frame);
        Self {
            sheet,
            frame,
            to_frame,
            to_desk: to_frame.inverse(),
            ground,
            below: Vec::new(),
            above: Vec::new(),
            light,
            glare: None,
            creases: Vec::new(),
            seed: 1,
        }
    }

    /// Another pattern of the same ground and paper.
    #[must_use]
    pub fn seeded(self, seed: u32) -> Self {
        Self { seed, ..self }
    }

    /// Things the sheet lies on, lowest first.
    #[must_use]
    pub fn below(self, below: Vec<Prop>) -> Self {
        Self { below, ..self }
    }

    /// Things that lie on the sheet or beside it, lowest first.
    #[must_use]
    pub fn above(self, above: Vec<Prop>) -> Self {
        Self { above, ..self }
    }

    /// A lamp mirrored in the sheet.
    #[must_use]
    pub fn glare(self, glare: Glare) -> Self {
        Self { glare: Some(glare), ..self }
    }

    /// Folds across the sheet, at shares of its height.
    #[must_use]
    pub fn creased(self, creases: Vec<f32>) -> Self {
        Self { creases, ..self }
    }

    /// What the topmost thing at a point of the desk reflects, shadows included.
    fn reflect(&self, at: [f32; 2]) -> Rgb {
        let mut colour = self.ground.reflect(at, self.seed);
        for prop in &self.below {
            colour =
                self.cover(colour, at, prop.height(), |at| prop.distance(at), || prop.reflect(at));
        }
        colour = self.cover(colour, at, 0.9, |at| self.beyond_sheet(at), || self.paper(at));
        for prop in &self.above {
            colour =
                self.cover(colour, at, prop.height(), |at| prop.distance(at), || prop.reflect(at));
        }
        colour
    }

    /// Puts a thing over `colour`: its own light inside its outline, its shadow beside it.
    fn cover(
        &self,
        colour: Rgb,
        at: [f32; 2],
        height: f32,
        distance: impl Fn([f32; 2]) -> f32,
        own: impl Fn() -> Rgb,
    ) -> Rgb {
        if distance(at) < 0.0 {
            return own();
        }
        let [x, y] = self.light.slant.map(|slant| slant * height);
        let cast = distance([at[0] - x, at[1] - y]);
        // The lamp is not a point: the shadow's border is about as wide as its caster is high.
        let softness = 0.6 + 1.1 * height;
        let direct = smoothstep(-softness, softness, cast);
        let contact = smoothstep(-0.5, 0.8 + 0.5 * height, distance(at));
        scale(colour, (0.45 + 0.55 * direct) * (0.62 + 0.38 * contact))
    }

    /// Millimetres from the sheet's outline, negative inside.
    fn beyond_sheet(&self, [x, y]: [f32; 2]) -> f32 {
        let [width, height] = self.sheet.size;
        (-x).max(x - width).max(-y).max(y - height)
    }

    fn paper(&self, [x, y]: [f32; 2]) -> Rgb {
        let [width, height] = self.sheet.size;
        let face = &self.sheet.face;
        let across = face.width() as f32 / width;
        let down = face.height() as f32 / height;
        let print = face.sample(x * across, y * down);
        // Paper never lies quite flat, and has fibres.
        let waves = noise::fractal(x / width * 2.6, y / height * 2.6, 2, self.seed ^ 41) - 0.5;
        let fibre = noise::fractal(x * 2.4, y * 2.4, 2, self.seed ^ 43) - 0.5;
        let fold: f32 = self
            .creases
            .iter()
            .map(|crease| {
                let away = y - crease * height + 0.8 * (x * 0.05).sin();
                0.05 * (away / 9.0).clamp(-1.0, 1.0) * (-(away / 22.0).powi(2)).exp()
                    - 0.10 * (-(away / 0.45).powi(2)).exp()
            })
            .sum();
        scale(print, 0.97 + 0.12 * waves + 0.025 * fibre + fold)
    }

    /// The light that falls on a point of the frame.
    fn light(&self, [x, y]: [f32; 2]) -> Rgb {
        let [width, height] = self.frame.map(|side| side as f32);
        let (u, v) = (x / width - 0.5, y / height - 0.5);
        let (angle, lost) = self.light.fade;
        let (sin, cos) = angle.to_radians().sin_cos();
        let level = 1.0 - lost * (0.5 + u * cos + v * sin).clamp(0.0, 1.2);
        let edge = u * 0.8 + v - 0.34 + 0.08 * (u * 7.0).sin();
        let shadow = self.light.photographer * smoothstep(-0.13, 0.13, edge);
        scale(self.light.colour, level * (1.0 - shadow))
    }

    /// A lamp's mirror image: flat and blinding in the middle, a long weak skirt around it.
    fn mirrored(&self, glare: &Glare, at: [f32; 2]) -> Rgb {
        let (sin, cos) = glare.turn.to_radians().sin_cos();
        let (dx, dy) = (at[0] - glare.centre[0], at[1] - glare.centre[1]);
        let u = (dx * cos + dy * sin) / glare.radii[0];
        let v = (dy * cos - dx * sin) / glare.radii[1];
        let ripple = 0.9 + 0.2 * noise::fractal(at[0] * 0.08, at[1] * 0.08, 3, self.seed ^ 51);
        let away = u.hypot(v) * ripple;
        let lobe = 3.2 / (1.0 + away.powi(6)) + 0.22 / (1.0 + away * away);
        [lobe, lobe, lobe * 0.97]
    }
}

impl Scene for Desk {
    fn size(&self) -> [usize; 2] {
        self.frame
    }

    fn radiance(&self, at: [f32; 2]) -> Rgb {
        let point = self.to_desk.apply(at);
        let mut light = multiply(self.reflect(point), self.light(at));
        if let Some(glare) = &self.glare {
            let glossy = self.beyond_sheet(point) < 0.0;
            if glossy {
                light = add(light, self.mirrored(glare, point));
            }
        }
        light
    }

    fn truth(&self) -> Truth {
        Truth::of_sheet(&self.sheet, &self.to_frame)
    }
}
