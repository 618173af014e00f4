//! A display: what a forger photographs instead of the thing.

use std::sync::Arc;

use crate::colour::{Rgb, add, multiply, scale, smoothstep, srgb};
use crate::document::Sheet;
use crate::homography::{Homography, length};
use crate::noise;
use crate::place::ground::Ground;
use crate::place::pose::{Pose, View};
use crate::raster::Raster;
use crate::scene::{Corners, Scene, Truth};

/// How the light of a display is cut into points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grid {
    /// Red, green and blue stripes in each pixel.
    Rgb,
    /// The same, blue first.
    Bgr,
    /// Green in every pixel, red and blue in every second one (OLED phones).
    PenTile,
    /// None: the matched control shows the same picture in the same light, without a raster.
    Even,
}

/// A display and the light that it gives.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Display {
    /// Its raster.
    pub grid: Grid,
    /// Share of a sub-pixel's width and of a pixel's height that lets light through, 0.3..1.
    pub aperture: [f32; 2],
    /// Light that a closed cell lets through, as a share of white: 1 : 700 is 0.0014; 0 for OLED.
    pub black_level: f32,
    /// Light of its white, against white paper in full light.
    pub white: Rgb,
    /// 0..0.4: how much an anti-glare film's grains brighten and darken single sub-pixels.
    pub sparkle: f32,
    /// How much darker it looks from the side: the power of the cosine of the angle at which it is
    /// seen, 0 (a diode that shines alike everywhere) to 6 (a cheap liquid crystal).
    pub falloff: f32,
    /// What is left of moiré in a picture much smaller than the camera's.
    pub fringes: Option<Fringes>,
    /// Bars that a rolling shutter makes of a dimmed backlight.
    pub bands: Option<Bands>,
}

/// Bars across the frame.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bands {
    /// Rows of the frame from one bar to the next.
    pub period: f32,
    /// Where the first one is, in periods.
    pub phase: f32,
    /// Share of the light that they take.
    pub depth: f32,
}

/// Soft waves of brightness and colour over a display.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fringes {
    /// Waves across and down the frame.
    pub waves: [f32; 2],
    /// How far they bend, in waves.
    pub bend: f32,
    /// Share of the light that they take and give.
    pub depth: f32,
    /// 0..1: how far the colours' waves lie apart.
    pub colourful: f32,
}

/// What stands around a display.
#[derive(Clone, Debug)]
pub struct Surround {
    /// Width of its frame in display pixels: left, top, right, bottom.
    pub bezel: [f32; 4],
    /// Colour of its frame.
    pub colour: Rgb,
    /// Radius of the corners of the lit surface and of the frame, in display pixels.
    pub rounding: f32,
    /// Behind it.
    pub ground: Ground,
    /// Display pixels a millimetre of the ground.
    pub fine: f32,
    /// Light in the room, against white paper in full light.
    pub room: Rgb,
    /// Share of it that the glass throws back everywhere, 0.02..0.2.
    pub haze: f32,
    /// A keyboard below it, as a notebook computer has.
    pub keyboard: bool,
    /// What the glass throws back.
    pub reflections: Vec<Reflection>,
}

/// A window or lamp mirrored in the glass, in shares of the frame.
#[derive(Clone, Copy, Debug)]
pub struct Reflection {
    /// Its middle.
    pub centre: [f32; 2],
    /// Half its width and height.
    pub size: [f32; 2],
    /// Degrees, clockwise.
    pub turn: f32,
    /// Width of its blurred edge.
    pub softness: f32,
    /// Light that it adds.
    pub colour: Rgb,
}

impl Default for Display {
    /// A liquid crystal display in a dim room.
    fn default() -> Self {
        Self {
            grid: Grid::Rgb,
            aperture: [0.78, 0.86],
            black_level: 0.0014,
            // Backlights are bluer than paper in the same room.
            white: [0.79, 0.88, 1.04],
            sparkle: 0.0,
            falloff: 1.5,
            fringes: None,
            bands: None,
        }
    }
}

impl Surround {
    /// A dark room.
    #[must_use]
    pub fn dark() -> Self {
        Self {
            bezel: [30.0; 4],
            colour: srgb(0x141416),
            rounding: 0.0,
            ground: Ground {
                pattern: crate::place::Pattern::Blotches,
                colours: [[0.35; 3], [0.5; 3]],
                size: 1.0,
            },
            fine: 3.0,
            room: [0.08, 0.081, 0.095],
            haze: 0.06,
            keyboard: false,
            reflections: Vec::new(),
        }
    }
}

/// A display with a picture on it.
#[derive(Clone, Debug)]
pub struct Screen {
    frame: [usize; 2],
    /// Display pixels, column by row.
    content: Arc<Raster>,
    /// Display pixels to the frame, and back.
    to_frame: Homography,
    to_display: Homography,
    /// Where the camera is: display pixels of its plane, and above it.
    eye: [f32; 3],
    /// Display pixels of what the camera has in its middle, for which it exposes.
    middle: [f32; 2],
    display: Display,
    surround: Surround,
    shown: Option<Shown>,
}

/// The sheet whose picture is shown, display pixels of its corner, display pixels a millimetre.
#[derive(Clone, Debug)]
struct Shown {
    sheet: Sheet,
    corner: [f32; 2],
    scale: f32,
}

/// Display pixels of the viewer's tool bar.
const BAR: f32 = 34.0;

impl Screen {
    /// A display that shows `content`, pixel by pixel, seen in a frame.
    #[must_use]
    pub fn showing(
        content: Arc<Raster>,
        frame: [usize; 2],
        pose: Pose,
        display: Display,
        surround: Surround,
    ) -> Self {
        let size = [content.width() as f32, content.height() as f32];
        let View { to_frame, eye } = pose.view(size, frame);
        let to_display = to_frame.inverse();
        let middle = to_display.apply(frame.map(|side| side as f32 / 2.0));
        Self { frame, content, to_frame, to_display, eye, middle, display, surround, shown: None }
    }

    /// A display of `columns` pixels a row that shows the sheet in a viewer's window. How many
    /// display pixels fall on one camera pixel, and with it the raster's frequency in the picture,
    /// follows from `columns`, the pose and the frame.
    #[must_use]
    pub fn of_sheet(sheet: Sheet, frame: [usize; 2], pose: Pose, columns: usize) -> Self {
        let [width, height] = sheet.size;
        let rows = columns * 10 / 16;
        let display = [columns as f32, rows as f32];
        let scale = ((display[0] * 0.96) / width).min((display[1] - BAR) * 0.96 / height);
        let corner =
            [(display[0] - width * scale) / 2.0, BAR + (display[1] - BAR - height * scale) / 2.0];
        let picture =
            sheet.face.resized((width * scale).round() as usize, (height * scale).round() as usize);
        let content = Arc::new(viewer(&picture, [columns, rows], corner));
        let screen = Self::showing(content, frame, pose, Display::default(), Surround::dark());
        Self { shown: Some(Shown { sheet, corner, scale }), ..screen }
    }

    /// The same from nearer: enlarged around the frame's outer top left corner, and moved by so many
    /// pixels.
    #[must_use]
    pub fn enlarged(self, factor: f32, by: [f32; 2]) -> Self {
        let zoom = Homography::new([
            [f64::from(factor), 0.0, f64::from(by[0])],
            [0.0, f64::from(factor), f64::from(by[1])],
            [0.0, 0.0, 1.0],
        ]);
        let to_frame = zoom.after(&self.to_frame);
        let to_display = to_frame.inverse();
        let middle = to_display.apply(self.frame.map(|side| side as f32 / 2.0));
        let [x, y, above] = self.eye;
        let nearer = |axis: usize, eye: f32| middle[axis] + (eye - self.middle[axis]) / factor;
        let eye = [nearer(0, x), nearer(1, y), above / factor];
        Self { to_frame, to_display, eye, middle, ..self }
    }

    /// Display pixels on one camera pixel, at the middle of the frame.
    #[must_use]
    pub fn pixels_a_pixel(&self) -> f32 {
        let middle = self.frame.map(|side| side as f32 / 2.0);
        let here = self.to_display.apply(middle);
        let there = self.to_display.apply([middle[0] + 1.0, middle[1]]);
        length([there[0] - here[0], there[1] - here[1]])
    }

    /// Corners of the lit surface in the frame.
    #[must_use]
    pub fn corners(&self) -> Corners {
        let [width, height] = [self.content.width() as f32, self.content.height() as f32];
        [[0.0, 0.0], [width, 0.0], [width, height], [0.0, height]]
            .map(|corner| self.to_frame.apply(corner))
    }

    /// Cosine of the angle at which a point of its plane is seen.
    fn facing(&self, [x, y]: [f32; 2]) -> f32 {
        let [eye_x, eye_y, above] = self.eye;
        above / length([length([x - eye_x, y - eye_y]), above])
    }

    /// Light of one point of one display pixel.
    fn emit(&self, [x, y]: [f32; 2]) -> Rgb {
        let display = &self.display;
        let level = |pixel: Rgb| {
            pixel.map(|level| level * (1.0 - display.black_level) + display.black_level)
        };
        let cell = self.content.at(x as usize, y as usize);
        let [wide, high] = display.aperture;
        let (across, down) = (x.fract(), y.fract());
        let light = match display.grid {
            Grid::Even => level(self.content.sample(x, y)),
            Grid::Rgb | Grid::Bgr => {
                // A third of the width carries the whole channel's light.
                let stripe = ((across * 3.0) as usize).min(2);
                let inside = ((across * 3.0).fract() - 0.5).abs() < wide / 2.0
                    && (down - 0.5).abs() < high / 2.0;
                let channel = if display.grid == Grid::Rgb { stripe } else { 2 - stripe };
                self.only(channel, inside, level(cell), 3.0 / (wide * high))
            }
            Grid::PenTile => {
                // Green stripes at every pixel's left; red and blue take turns at its right.
                let odd = (x as usize + y as usize) % 2 == 1;
                let (channel, middle, gain) = match (across < 0.5, odd) {
                    (true, _) => (1, 0.25, 2.0),
                    (false, false) => (0, 0.75, 4.0),
                    (false, true) => (2, 0.75, 4.0),
                };
                let inside =
                    (across - middle).abs() < wide / 4.0 && (down - 0.5).abs() < high / 2.0;
                self.only(channel, inside, level(cell), gain / (wide * high))
            }
        };
        let light = multiply(light, display.white);
        if display.sparkle > 0.0 && display.grid != Grid::Even {
            let grain = noise::lattice((x * 3.0) as i32, (y * 2.0) as i32, 77) - 0.5;
            return scale(light, 1.0 + 2.0 * display.sparkle * grain);
        }
        light
    }

    fn only(&self, channel: usize, inside: bool, cell: Rgb, gain: f32) -> Rgb {
        let mut light = [0.0; 3];
        if inside {
            light[channel] = cell[channel] * gain;
        }
        light
    }

    /// What is seen outside of the lit surface, `beyond` display pixels from it.
    fn around(&self, [x, y]: [f32; 2], at: [f32; 2]) -> Rgb {
        let surround = &self.surround;
        let [width, height] = [self.content.width() as f32, self.content.height() as f32];
        let [left, top, right, bottom] = surround.bezel;
        let outside = (-x - left).max(x - width - right).max(-y - top).max(y - height - bottom);
        let [u, v] = [x / surround.fine, y / surround.fine];
        let base = y > height + bottom && surround.keyboard;
        let edge = if outside.abs() < 2.0 { 0.3 } else { 0.0 };
        if outside < 0.0 {
            let grain = 0.9 + 0.2 * noise::fractal(x * 0.05, y * 0.05, 2, 5);
            return multiply(scale(surround.colour, grain), add(surround.room, [edge; 3]));
        }
        let [frame_width, frame_height] = self.frame.map(|side| side as f32);
        let (across, down) = (at[0] / frame_width - 0.5, at[1] / frame_height - 0.5);
        let glow = 0.06 * (-outside / (0.08 * width)).exp();
        let room = scale(surround.room, 1.0 - 0.4 * (across * 0.6 + down));
        let light = add(room, scale(self.display.white, glow));
        if base {
            let key = width / 22.0;
            let (row, along) = ((y / key).floor(), x / key);
            let (a, b) = ((along + 0.3 * row).rem_euclid(1.0), (y / key).rem_euclid(1.0));
            let gap = a.min(1.0 - a).min(b.min(1.0 - b));
            let keys = y > height + bottom + key && (0.02 * width..0.98 * width).contains(&x);
            let face = if keys && gap > 0.09 {
                scale(surround.colour, 0.8)
            } else {
                scale(surround.colour, 1.6)
            };
            return multiply(face, light);
        }
        multiply(surround.ground.reflect([u, v], 3), light)
    }
}

/// The viewer's window: a bar, a grey surface, the picture.
fn viewer(picture: &Raster, [columns, rows]: [usize; 2], [left, top]: [f32; 2]) -> Raster {
    let [left, top] = [left as usize, top as usize];
    Raster::from_fn(columns, rows, |x, y| {
        let inside = (left..left + picture.width()).contains(&x)
            && (top..top + picture.height()).contains(&y);
        if inside {
            picture.at(x - left, y - top)
        } else if y < BAR as usize {
            let button = (12..22).contains(&y) && x % 46 > 20 && x % 46 < 34 && x < columns / 3;
            if button { srgb(0x6a7078) } else { srgb(0xd8dbdf) }
        } else {
            srgb(0x4b4f54)
        }
    })
}

impl Fringes {
    fn at(&self, [x, y]: [f32; 2]) -> Rgb {
        let bent = self.bend * noise::fractal(x * 1.7, y * 1.7, 2, 61);
        let phase = self.waves[0] * x + self.waves[1] * y + bent;
        [0.0, 1.0, 2.0].map(|channel| {
            let shift = channel / 3.0 * self.colourful;
            1.0 + self.depth * ((phase + shift) * std::f32::consts::TAU).sin()
        })
    }
}

impl Reflection {
    fn at(&self, [x, y]: [f32; 2]) -> Rgb {
        let (sin, cos) = self.turn.to_radians().sin_cos();
        let (dx, dy) = (x - self.centre[0], y - self.centre[1]);
        let (u, v) = ((dx * cos + dy * sin).abs(), (dy * cos - dx * sin).abs());
        let soft = self.softness.max(1e-3);
        let inside = |along: f32, half: f32| smoothstep(half + soft, half - soft, along);
        scale(self.colour, inside(u, self.size[0]) * inside(v, self.size[1]))
    }
}

impl Scene for Screen {
    fn size(&self) -> [usize; 2] {
        self.frame
    }

    fn radiance(&self, at: [f32; 2]) -> Rgb {
        let [x, y] = self.to_display.apply(at);
        let (width, height) = (self.content.width() as f32, self.content.height() as f32);
        let round = self.surround.rounding;
        let (dx, dy) = (
            (x - width / 2.0).abs() - width / 2.0 + round,
            (y - height / 2.0).abs() - height / 2.0 + round,
        );
        let beyond = length([dx.max(0.0), dy.max(0.0)]) + dx.max(dy).min(0.0) - round;
        let [frame_width, frame_height] = self.frame.map(|side| side as f32);
        let place = [at[0] / frame_width, at[1] / frame_height];
        let mut light = if beyond < 0.0 {
            let seen = (self.facing([x, y]) / self.facing(self.middle)).powf(self.display.falloff);
            let mut lit = scale(self.emit([x, y]), seen);
            if let Some(bands) = self.display.bands {
                let phase = at[1] / bands.period + bands.phase;
                let wave = 0.5 + 0.5 * (phase * std::f32::consts::TAU).sin();
                lit = scale(lit, 1.0 - bands.depth * smoothstep(0.25, 0.75, wave));
            }
            if let Some(fringes) = &self.display.fringes {
                lit = multiply(lit, fringes.at(place));
            }
            let haze = 1.0 + 0.4 * (4.0 * place[0] + 2.0 * place[1]).sin();
            add(lit, scale(self.surround.room, self.surround.haze * haze))
        } else {
            self.around([x, y], at)
        };
        let [left, top, right, bottom] = self.surround.bezel;
        let glass = -x < left && x < width + right && -y < top && y < height + bottom;
        if glass {
            for reflection in &self.surround.reflections {
                light = add(light, reflection.at(place));
            }
        }
        light
    }

    fn truth(&self) -> Truth {
        match &self.shown {
            Some(Shown { sheet, corner, scale }) => {
                let placed = self.to_frame.after_scale(*scale, *corner);
                Truth::of_sheet(sheet, |at| placed.apply(at))
            }
            None => Truth { display: Some(self.corners()), ..Truth::of_place("screen") },
        }
    }
}
