//! A sheet on a desk.

use crate::colour::{Rgb, add, multiply, scale, smoothstep};
use crate::document::Sheet;
use crate::homography::{Homography, length};
use crate::noise;
use crate::place::ground::Ground;
use crate::place::pose::Pose;
use crate::place::prop::Prop;
use crate::place::relief::{Bend, Relief};
use crate::scene::{Layers, Scene, Truth};

/// The light over a desk. Places in it are shares of the frame, from its top left corner.
#[derive(Clone, Debug)]
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
    /// Other lamps.
    pub lamps: Vec<Lamp>,
    /// Shadows of things outside of the frame.
    pub shadows: Vec<Shadow>,
}

/// A lamp that lights a part of the desk.
#[derive(Clone, Copy, Debug)]
pub struct Lamp {
    /// Where it is brightest.
    pub centre: [f32; 2],
    /// At this distance half of it is left.
    pub reach: f32,
    /// Light that it adds at its centre.
    pub colour: Rgb,
}

/// The shadow of something with a straight edge.
#[derive(Clone, Copy, Debug)]
pub struct Shadow {
    /// A point of its edge.
    pub edge: [f32; 2],
    /// Where the dark side is, degrees clockwise from the right.
    pub towards: f32,
    /// Width of the shadow; beyond it is light again.
    pub width: f32,
    /// Width of its blurred edge.
    pub softness: f32,
    /// Share of the light that it takes.
    pub depth: f32,
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
            lamps: Vec::new(),
            shadows: Vec::new(),
        }
    }

    /// A window on the left: cool, fading across the desk.
    #[must_use]
    pub fn window() -> Self {
        Self {
            colour: [0.97, 1.0, 1.04],
            fade: (12.0, 0.3),
            slant: [1.5, 0.5],
            photographer: 0.08,
            ..Self::room()
        }
    }

    /// The light on a point of a frame, as shares of it.
    pub(super) fn at(&self, [x, y]: [f32; 2]) -> Rgb {
        let (u, v) = (x - 0.5, y - 0.5);
        let (angle, lost) = self.fade;
        let (sin, cos) = angle.to_radians().sin_cos();
        let mut level = 1.0 - lost * (0.5 + u * cos + v * sin).clamp(0.0, 1.2);
        let edge = u * 0.8 + v - 0.34 + 0.08 * (u * 7.0).sin();
        level *= 1.0 - self.photographer * smoothstep(-0.13, 0.13, edge);
        let mut light = scale(self.colour, level);
        for lamp in &self.lamps {
            let away = length([x - lamp.centre[0], y - lamp.centre[1]]) / lamp.reach;
            light = add(light, scale(lamp.colour, 1.0 / (1.0 + away * away)));
        }
        for shadow in &self.shadows {
            let (sin, cos) = shadow.towards.to_radians().sin_cos();
            let inside = (x - shadow.edge[0]) * cos + (y - shadow.edge[1]) * sin;
            let soft = shadow.softness.max(1e-3);
            let dark =
                smoothstep(-soft, soft, inside) * smoothstep(-soft, soft, shadow.width - inside);
            light = scale(light, 1.0 - shadow.depth * dark);
        }
        light
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

/// A desk with things on it, one of which may be the sheet that is photographed.
#[derive(Clone, Debug)]
pub struct Desk {
    page: Option<Page>,
    frame: [usize; 2],
    to_frame: Homography,
    to_desk: Homography,
    ground: Ground,
    below: Vec<Prop>,
    above: Vec<Prop>,
    light: Light,
    glares: Vec<Glare>,
    seed: u32,
}

/// The sheet that is photographed.
#[derive(Clone, Debug)]
struct Page {
    sheet: Sheet,
    relief: Option<Relief>,
    /// Where the camera is, in millimetres of the sheet's plane and above it.
    eye: [f32; 3],
    creases: Vec<f32>,
}

impl Desk {
    /// A sheet on bare ground; `frame` is the picture's width and height in pixels.
    #[must_use]
    pub fn new(sheet: Sheet, frame: [usize; 2], pose: Pose, ground: Ground, light: Light) -> Self {
        let view = pose.view(sheet.size, frame);
        let page = Page { sheet, relief: None, eye: view.eye, creases: Vec::new() };
        Self { page: Some(page), ..Self::bare([1.0; 2], frame, pose, ground, light) }
            .seen_as(view.to_frame)
    }

    /// A desk without a sheet, seen as if one of this size in millimetres lay on it.
    #[must_use]
    pub fn bare(
        size: [f32; 2],
        frame: [usize; 2],
        pose: Pose,
        ground: Ground,
        light: Light,
    ) -> Self {
        let to_frame = pose.homography(size, frame);
        Self {
            page: None,
            frame,
            to_frame,
            to_desk: to_frame.inverse(),
            ground,
            below: Vec::new(),
            above: Vec::new(),
            light,
            glares: Vec::new(),
            seed: 1,
        }
    }

    fn seen_as(self, to_frame: Homography) -> Self {
        Self { to_frame, to_desk: to_frame.inverse(), ..self }
    }

    /// The same, moved in the frame by so many pixels: the sheet may be cut off.
    #[must_use]
    pub fn moved(self, by: [f32; 2]) -> Self {
        let to_frame = self.to_frame.shifted(by);
        self.seen_as(to_frame)
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

    /// Lamps mirrored in the sheet.
    #[must_use]
    pub fn glares(self, glares: Vec<Glare>) -> Self {
        Self { glares, ..self }
    }

    /// Flat folds across the sheet, at shares of its height.
    #[must_use]
    pub fn creased(mut self, creases: Vec<f32>) -> Self {
        if let Some(page) = &mut self.page {
            page.creases = creases;
        }
        self
    }

    /// A sheet that does not lie flat.
    #[must_use]
    pub fn bent(mut self, bends: &[Bend]) -> Self {
        if let Some(page) = &mut self.page {
            page.relief = Some(Relief::new(page.sheet.size, bends, self.seed));
        }
        self
    }

    /// The point of the sheet that is seen at a point of its plane. It may lie outside of it.
    fn seen(&self, page: &Page, at: [f32; 2]) -> [f32; 2] {
        let Some(relief) = &page.relief else { return at };
        let [x, y, above] = page.eye;
        let mut point = at;
        // The ray comes down towards the eye's side; the height where it meets the paper is found by
        // going back and forth. Paper is never steep enough for more rounds to matter.
        for _ in 0..3 {
            let share = relief.height(point) / above;
            point = [at[0] + (x - at[0]) * share, at[1] + (y - at[1]) * share];
        }
        point
    }

    /// Where a point of the sheet is seen in the frame.
    fn placed(&self, page: &Page, at: [f32; 2]) -> [f32; 2] {
        let [x, y, above] = page.eye;
        let height = page.relief.as_ref().map_or(0.0, |relief| relief.height(at));
        let share = above / (above - height);
        self.to_frame.apply([x + (at[0] - x) * share, y + (at[1] - y) * share])
    }

    /// How much deeper the page's deepest shadow is than its slightest.
    fn shaded(&self, page: &Page) -> f32 {
        const SIDE: u16 = 24;
        let share = |step: u16| (f32::from(step) + 0.5) / f32::from(SIDE);
        let [width, height] = page.sheet.size;
        let [across, down] = self.frame.map(|side| side as f32);
        let open = Light { photographer: 0.0, shadows: Vec::new(), ..self.light.clone() };
        let left = (0..SIDE * SIDE).map(|place| {
            let [x, y] =
                self.placed(page, [share(place % SIDE) * width, share(place / SIDE) * height]);
            let at = [x / across, y / down];
            let ([_, shaded, _], [_, lit, _]) = (self.light.at(at), open.at(at));
            shaded / lit
        });
        let (least, most) =
            left.fold((1.0f32, 0.0f32), |(least, most), left| (least.min(left), most.max(left)));
        1.0 - least / most
    }

    /// What the topmost thing at a point of the desk reflects, shadows included.
    fn reflect(&self, at: [f32; 2]) -> Rgb {
        let mut shade = 1.0;
        for prop in self.above.iter().rev() {
            if prop.distance(at) < 0.0 {
                return scale(prop.reflect(at), shade);
            }
            shade *= self.shadow(at, prop.height(), |at| prop.distance(at));
        }
        if let Some(page) = &self.page {
            let point = self.seen(page, at);
            if page.beyond(point) < 0.0 {
                return scale(self.paper(page, point), shade);
            }
            let height = 0.9 + page.relief.as_ref().map_or(0.0, |relief| relief.height(point));
            shade *= self.shadow(at, height, |at| page.beyond(at));
        }
        for prop in self.below.iter().rev() {
            if prop.distance(at) < 0.0 {
                return scale(prop.reflect(at), shade);
            }
            shade *= self.shadow(at, prop.height(), |at| prop.distance(at));
        }
        scale(self.ground.reflect(at, self.seed), shade)
    }

    /// Share of the light that a thing of this height leaves for what lies beside it.
    fn shadow(&self, at: [f32; 2], height: f32, distance: impl Fn([f32; 2]) -> f32) -> f32 {
        let [x, y] = self.light.slant.map(|slant| slant * height);
        let beside = distance(at);
        // The lamp is not a point: the shadow's border is about as wide as its caster is high.
        let softness = 0.6 + 1.1 * height;
        if beside > length([x, y]) + softness + 1.0 {
            return 1.0;
        }
        let direct = smoothstep(-softness, softness, distance([at[0] - x, at[1] - y]));
        let contact = smoothstep(-0.5, 0.8 + 0.5 * height, beside);
        (0.45 + 0.55 * direct) * (0.62 + 0.38 * contact)
    }

    fn paper(&self, page: &Page, [x, y]: [f32; 2]) -> Rgb {
        let [width, height] = page.sheet.size;
        let print = page.sheet.reflect([x, y]);
        // Paper never lies quite flat, and has fibres.
        let waves = noise::fractal(x / width * 2.6, y / height * 2.6, 2, self.seed ^ 41) - 0.5;
        let fibre = noise::fractal(x * 2.4, y * 2.4, 2, self.seed ^ 43) - 0.5;
        let fold: f32 = page
            .creases
            .iter()
            .map(|crease| {
                let away = y - crease * height + 0.8 * (x * 0.05).sin();
                0.05 * (away / 9.0).clamp(-1.0, 1.0) * (-(away / 22.0).powi(2)).exp()
                    - 0.10 * (-(away / 0.45).powi(2)).exp()
            })
            .sum();
        let leaning = page.relief.as_ref().map_or(0.0, |relief| {
            let [across, down] = relief.slope([x, y]);
            // Sides that face the lamp are brighter.
            let [from_x, from_y] = self.light.slant;
            (0.5 * (across * from_x + down * from_y)).clamp(-0.55, 0.25)
        });
        scale(print, 0.97 + 0.12 * waves + 0.025 * fibre + fold + leaning)
    }

    /// A lamp's mirror image: flat and blinding in the middle, a long weak skirt around it.
    fn mirrored(&self, glare: &Glare, at: [f32; 2]) -> f32 {
        let (sin, cos) = glare.turn.to_radians().sin_cos();
        let (dx, dy) = (at[0] - glare.centre[0], at[1] - glare.centre[1]);
        let u = (dx * cos + dy * sin) / glare.radii[0];
        let v = (dy * cos - dx * sin) / glare.radii[1];
        let ripple = 0.9 + 0.2 * noise::fractal(at[0] * 0.08, at[1] * 0.08, 3, self.seed ^ 51);
        let away = length([u, v]) * ripple;
        3.2 / (1.0 + away.powi(6)) + 0.22 / (1.0 + away * away)
    }
}

impl Page {
    /// Millimetres from the sheet's outline, negative inside.
    fn beyond(&self, [x, y]: [f32; 2]) -> f32 {
        let [width, height] = self.sheet.size;
        (-x).max(x - width).max(-y).max(y - height)
    }
}

/// Mirrored light from which on nothing is read through it.
const BLINDING: f32 = 0.8;

impl Scene for Desk {
    fn size(&self) -> [usize; 2] {
        self.frame
    }

    fn radiance(&self, at: [f32; 2]) -> Rgb {
        let point = self.to_desk.apply(at);
        let [width, height] = self.frame.map(|side| side as f32);
        let light = self.light.at([at[0] / width, at[1] / height]);
        let mut seen = multiply(self.reflect(point), light);
        if let Some(page) = self.page.as_ref().filter(|_| !self.glares.is_empty()) {
            let point = self.seen(page, point);
            if page.beyond(point) < 0.0 {
                for glare in &self.glares {
                    let lobe = self.mirrored(glare, point);
                    seen = add(seen, [lobe, lobe, lobe * 0.97]);
                }
            }
        }
        seen
    }

    fn layers(&self, at: [f32; 2]) -> Layers {
        let Some(page) = &self.page else { return Layers::default() };
        let point = self.to_desk.apply(at);
        let seen = self.seen(page, point);
        if page.beyond(seen) >= 0.0 {
            return Layers::default();
        }
        Layers {
            page: true,
            glare: self.glares.iter().any(|glare| self.mirrored(glare, seen) > BLINDING),
            covered: self.above.iter().any(|prop| prop.distance(point) < 0.0),
        }
    }

    fn truth(&self) -> Truth {
        let pages = self.below.iter().chain(&self.above).filter_map(Prop::page);
        let others =
            pages.map(|corners| corners.map(|corner| self.to_frame.apply(corner))).collect();
        let truth = self.page.as_ref().map_or_else(
            || Truth::of_place("other"),
            |page| {
                let truth = Truth::of_sheet(&page.sheet, |at| self.placed(page, at));
                Truth { shadow: Some(self.shaded(page)), ..truth }
            },
        );
        Truth { others, ..truth }
    }
}
