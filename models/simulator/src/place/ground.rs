//! Surfaces: what lies below a sheet, hangs behind a shelf, or is photographed for its own sake.
//! Textures are computed in millimetres, so that perspective and focus treat them as they treat a
//! sheet.

use std::sync::Arc;

use rand::{Rng, RngExt};

use crate::colour::{Rgb, around, decode, mix, scale, smoothstep, srgb};
use crate::homography::length;
use crate::noise;
use crate::raster::Raster;
use crate::stock::pick;

/// A surface: a pattern in two colours.
#[derive(Clone, Debug)]
pub struct Ground {
    /// Its pattern.
    pub pattern: Pattern,
    /// Its two colours.
    pub colours: [Rgb; 2],
    /// How large the pattern is against its usual size.
    pub size: f32,
}

/// How a surface is made. Those that repeat within a few millimetres are what screen detectors take
/// for a raster.
#[derive(Clone, Debug)]
pub enum Pattern {
    /// Varnished planks of a width in millimetres: the grain that edge detectors take for a page's
    /// border.
    Planks(f32),
    /// Threads over and under each other.
    Weave,
    /// Twill: the diagonals of denim.
    Twill,
    /// Polished stone with specks and veins.
    Stone,
    /// Paint, plaster, leather: soft blotches.
    Blotches,
    /// Grass, fur, carpet: short fibres.
    Fibres,
    /// Heaps: gravel, rice, fruit.
    Grains,
    /// Tiles or bricks with joints; the share by which every second row is moved.
    Tiles(f32),
    /// Even stripes: blinds, a corrugated wall, a radiator.
    Slats,
    /// Holes in rows: lace, a mesh bag, a perforated sign, a loudspeaker.
    Holes,
    /// Crossing wires before a dark room: a fly screen, a fence.
    Wires,
    /// Lights in rows: an LED sign.
    Lamps,
    /// Checks or a printed cloth of large shapes.
    Checks,
    /// A printed halftone of a soft picture: dots that grow with the ink, degrees of its screen.
    Halftone(f32),
    /// A photograph or a sheet in print.
    Print {
        /// What is printed.
        picture: Arc<Raster>,
        /// Its pixels a millimetre.
        fine: f32,
        /// Lines of dots an inch: laser printers 85 to 141, offset 133 to 175.
        lines: f32,
        /// How its tones are made.
        screening: Screening,
    },
    /// A photograph, this many of its pixels a millimetre.
    Photograph(Arc<Raster>, f32),
}

/// How print makes tones of full inks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Screening {
    /// Dots in rows that grow with the tone, each ink's rows at an angle of their own (AM).
    Lines,
    /// Dots of one size, strewn (FM): ink jets.
    Scattered,
    /// Continuous tones: the matched control.
    None,
}

/// The patterns that hard negatives are made of.
const FINE: [Pattern; 9] = [
    Pattern::Weave,
    Pattern::Twill,
    Pattern::Tiles(0.5),
    Pattern::Slats,
    Pattern::Holes,
    Pattern::Wires,
    Pattern::Lamps,
    Pattern::Checks,
    Pattern::Halftone(45.0),
];

impl Ground {
    /// Varnished planks.
    #[must_use]
    pub fn wood() -> Self {
        Self::of(Pattern::Planks(118.0), [0xc0905c, 0x8d5f35])
    }

    /// Dark wood, nearly even.
    #[must_use]
    pub fn walnut() -> Self {
        Self::of(Pattern::Planks(210.0), [0x6b4a36, 0x492f22])
    }

    /// A woven cloth.
    #[must_use]
    pub fn cloth() -> Self {
        Self::of(Pattern::Weave, [0x3c5a72, 0x9aa9b2])
    }

    /// Grey stone.
    #[must_use]
    pub fn stone() -> Self {
        Self::of(Pattern::Stone, [0x5d6062, 0x8b8c88])
    }

    /// Bright paint or plastic, nearly as white as paper.
    #[must_use]
    pub fn white(random: &mut impl Rng) -> Self {
        let level = random.random_range(0.55..0.88);
        let tint = [0, 1, 2].map(|_| level * random.random_range(0.94..1.0f32));
        let pattern = match random.random_range(0..4) {
            0 => Pattern::Stone,
            1 => Pattern::Fibres,
            _ => Pattern::Blotches,
        };
        let size = random.random_range(0.5..3.0);
        Self { pattern, colours: [tint, scale(tint, random.random_range(0.9..1.0))], size }
    }

    /// Any surface that a table, a floor or a lap may have.
    #[must_use]
    pub fn any(random: &mut impl Rng) -> Self {
        let pattern = match random.random_range(0..16) {
            0..=4 => Pattern::Planks(random.random_range(40.0..400.0)),
            5 => Pattern::Weave,
            6 => Pattern::Twill,
            7..=8 => Pattern::Stone,
            9..=11 => Pattern::Blotches,
            12 => Pattern::Fibres,
            13 => Pattern::Tiles(random.random_range(0.0..0.5)),
            14 => Pattern::Checks,
            _ => Pattern::Grains,
        };
        let wooden = matches!(pattern, Pattern::Planks(_)) && random.random_bool(0.75);
        let colours = if wooden { wood_colours(random) } else { colours(random) };
        Self { pattern, colours, size: 2f32.powf(random.random_range(-1.0..1.6)) }
    }

    /// A surface that repeats within a few millimetres.
    #[must_use]
    pub fn fine(random: &mut impl Rng) -> Self {
        let pattern = match pick(&FINE, random).clone() {
            Pattern::Tiles(_) => Pattern::Tiles(random.random_range(0.0..0.6)),
            Pattern::Halftone(_) => Pattern::Halftone(random.random_range(0.0..90.0)),
            pattern => pattern,
        };
        Self { pattern, colours: colours(random), size: 2f32.powf(random.random_range(-1.0..1.0)) }
    }

    fn of(pattern: Pattern, colours: [u32; 2]) -> Self {
        Self { pattern, colours: colours.map(srgb), size: 1.0 }
    }

    /// How much light the point reflects; millimetres.
    pub(crate) fn reflect(&self, at: [f32; 2], seed: u32) -> Rgb {
        let [x, y] = at.map(|along| along / self.size);
        let [first, second] = self.colours;
        match &self.pattern {
            Pattern::Planks(width) => planks([x, y], *width, self.colours, seed),
            Pattern::Weave => weave([x, y], self.colours, seed),
            Pattern::Twill => twill([x, y], self.colours, seed),
            Pattern::Stone => stone([x, y], self.colours, seed),
            Pattern::Blotches => {
                let cloud = noise::fractal(x * 0.03, y * 0.03, 5, seed);
                mix(first, second, smoothstep(0.3, 0.7, cloud))
            }
            Pattern::Fibres => fibres([x, y], self.colours, seed),
            Pattern::Grains => grains([x, y], self.colours, seed),
            Pattern::Tiles(shift) => tiles([x, y], *shift, self.colours, seed),
            Pattern::Slats => {
                let along = (y / 9.0 + 0.02 * noise::value(x * 0.01, y * 0.02, seed)).fract();
                let round = (std::f32::consts::PI * along).sin();
                mix(second, first, round.abs().powf(0.6))
            }
            Pattern::Holes => holes([x, y], self.colours, seed),
            Pattern::Wires => wires([x, y], self.colours, seed),
            Pattern::Lamps => lamps([x, y], first, seed),
            Pattern::Checks => checks([x, y], self.colours, seed),
            Pattern::Halftone(angle) => halftone([x, y], *angle, self.colours, seed),
            Pattern::Print { picture, fine, lines, screening } => {
                let tone = mirrored(picture, x * fine, y * fine);
                printed([x, y], tone, self.colours, *lines, *screening, seed)
            }
            Pattern::Photograph(picture, fine) => mirrored(picture, x * fine, y * fine),
        }
    }
}

/// Two colours of things in rooms: mostly dull, of any lightness.
fn colours(random: &mut impl Rng) -> [Rgb; 2] {
    let level: f32 = random.random_range(0.12..0.95);
    let vivid: f32 = if random.random_bool(0.2) { 0.4 } else { 0.1 };
    [0, 1].map(|_| around(level + random.random_range(-0.2..0.2), vivid, random))
}

fn wood_colours(random: &mut impl Rng) -> [Rgb; 2] {
    let level: f32 = random.random_range(0.25..0.92);
    let warm: f32 = random.random_range(0.55..1.0);
    let tone = |level: f32| {
        [level, level * (0.62 + 0.3 * (1.0 - warm) + 0.1), level * (1.1 - warm * 0.75)]
    };
    let dark = level * random.random_range(0.6..0.92);
    [tone(level).map(decode), tone(dark).map(decode)]
}

/// A picture continued beyond its border as in a mirror.
fn mirrored(picture: &Raster, x: f32, y: f32) -> Rgb {
    let fold = |along: f32, size: usize| {
        let size = size as f32;
        let turn = along.rem_euclid(2.0 * size);
        if turn > size { 2.0 * size - turn } else { turn }
    };
    picture.sample(fold(x, picture.width()), fold(y, picture.height()))
}

fn planks([x, y]: [f32; 2], width: f32, [light, dark]: [Rgb; 2], seed: u32) -> Rgb {
    let plank = (y / width).floor();
    let own = seed.wrapping_add((plank as i32 as u32).wrapping_mul(97));
    // The grain runs along the plank and meanders.
    let shift = noise::fractal(x * 0.008, y * 0.03, 3, own) * 46.0;
    let rings = ((y + shift) * 0.42).sin() * 0.5 + 0.5;
    let fibre = noise::fractal(x * 0.03, y * 1.9, 4, own ^ 5);
    let tone = noise::lattice(plank as i32, 3, seed) * 0.3;
    let mut colour = mix(light, dark, (rings * 0.4 + fibre * 0.55 + tone - 0.1).clamp(0.0, 1.0));
    let seam = (y - plank * width).min((plank + 1.0) * width - y);
    colour = scale(colour, 0.35 + 0.65 * smoothstep(0.15, 0.9, seam));
    scale(colour, 0.92 + 0.16 * noise::fractal(x * 0.4, y * 2.7, 2, own ^ 9))
}

/// Threads are never quite even: their pitch drifts over the cloth.
fn drifting(a: f32, b: f32, seed: u32) -> f32 {
    a + 2.6 * noise::fractal(a * 0.03, b * 0.03, 3, seed)
}

fn weave([x, y]: [f32; 2], [ground, stripes]: [Rgb; 2], seed: u32) -> Rgb {
    let (warp, weft) = (drifting(x, y, seed ^ 1), drifting(y, x, seed ^ 2));
    let pitch = 1.7;
    let over = ((warp / pitch).floor() as i32 + (weft / pitch).floor() as i32) % 2 == 0;
    let profile = |across: f32| 1.0 - 0.22 * ((across / pitch).fract() - 0.5).abs() * 2.0;
    let thread = if over { profile(warp) } else { profile(weft) };
    let stripe = smoothstep(0.42, 0.46, ((x / 46.0).fract() - 0.5).abs());
    let base = mix(ground, stripes, stripe * 0.55);
    let fuzz = 0.88 + 0.24 * noise::fractal(x * 1.3, y * 1.3, 3, seed ^ 3);
    scale(base, thread * fuzz)
}

fn twill([x, y]: [f32; 2], [warp_colour, weft_colour]: [Rgb; 2], seed: u32) -> Rgb {
    let (warp, weft) = (drifting(x, y, seed ^ 1), drifting(y, x, seed ^ 2));
    let along = ((warp + weft * 0.6) / 1.1).rem_euclid(1.0);
    let rib = smoothstep(0.1, 0.35, along) * smoothstep(1.0, 0.75, along);
    let fuzz = 0.8 + 0.4 * noise::fractal(x * 1.7, y * 1.7, 3, seed ^ 3);
    let worn = noise::fractal(x * 0.02, y * 0.02, 3, seed ^ 4);
    scale(mix(weft_colour, warp_colour, rib * (0.5 + 0.5 * worn)), fuzz)
}

fn stone([x, y]: [f32; 2], [dark, light]: [Rgb; 2], seed: u32) -> Rgb {
    let cloud = noise::fractal(x * 0.02, y * 0.02, 4, seed);
    let grain = noise::fractal(x * 0.55, y * 0.55, 3, seed ^ 21);
    let vein = (noise::fractal(x * 0.012, y * 0.012, 5, seed ^ 33) - 0.5).abs();
    let mut colour = mix(dark, light, cloud);
    colour = mix(colour, scale(dark, 0.25), smoothstep(0.6, 0.72, grain) * 0.75);
    colour = mix(
        colour,
        scale(light, 1.9).map(|level| level.min(0.9)),
        smoothstep(0.36, 0.27, grain) * 0.5,
    );
    mix(colour, [0.55; 3], smoothstep(0.02, 0.0, vein) * 0.35)
}

fn fibres([x, y]: [f32; 2], [light, dark]: [Rgb; 2], seed: u32) -> Rgb {
    let lean = noise::fractal(x * 0.02, y * 0.02, 2, seed) * std::f32::consts::TAU;
    let (sin, cos) = lean.sin_cos();
    let (along, across) = (x * cos + y * sin, y * cos - x * sin);
    let fibre = noise::fractal(along * 0.25, across * 1.6, 3, seed ^ 7);
    let shade = noise::fractal(x * 0.05, y * 0.05, 3, seed ^ 11);
    scale(mix(light, dark, smoothstep(0.3, 0.7, fibre)), 0.7 + 0.6 * shade)
}

/// Rounded grains: the nearest of a jittered lattice of points, lit from above left.
fn grains([x, y]: [f32; 2], colours: [Rgb; 2], seed: u32) -> Rgb {
    let (u, v) = (x / 9.0, y / 9.0);
    let (column, row) = (u.floor() as i32, v.floor() as i32);
    let mut nearest = (f32::INFINITY, 0.0, 0.0, 0.0);
    for (dx, dy) in (-1..=1).flat_map(|dy| (-1..=1).map(move |dx| (dx, dy))) {
        let (i, j) = (column.wrapping_add(dx), row.wrapping_add(dy));
        let centre =
            [i as f32 + noise::lattice(i, j, seed), j as f32 + noise::lattice(i, j, seed ^ 1)];
        let (ox, oy) = (u - centre[0], v - centre[1]);
        let away = length([ox, oy]);
        if away < nearest.0 {
            nearest = (away, ox, oy, noise::lattice(i, j, seed ^ 2));
        }
    }
    let (away, ox, oy, own) = nearest;
    let lit = 0.75 - 0.5 * (ox + oy) - 0.8 * away * away;
    scale(mix(colours[0], colours[1], own), lit.max(0.05) * 1.2)
}

fn tiles([x, y]: [f32; 2], shift: f32, colours: [Rgb; 2], seed: u32) -> Rgb {
    let (width, height) = (60.0, 24.0);
    let row = (y / height).floor();
    let moved = x / width + shift * row;
    let (column, across, down) = (moved.floor(), moved.fract().abs() * width, y - row * height);
    let edge = across.min(width - across).min(down.min(height - down));
    let own = noise::lattice(column as i32, row as i32, seed);
    let rough = 0.85 + 0.3 * noise::fractal(x * 0.3, y * 0.3, 3, seed ^ 5);
    let tile = scale(mix(colours[0], scale(colours[0], 0.7), own), rough);
    mix(scale(colours[1], 0.8), tile, smoothstep(0.8, 1.6, edge))
}

fn holes([x, y]: [f32; 2], [cloth, behind]: [Rgb; 2], seed: u32) -> Rgb {
    let (u, v) = (drifting(x, y, seed ^ 1) / 3.1, drifting(y, x, seed ^ 2) / 2.7);
    let row = v.floor();
    let (across, down) = ((u + 0.5 * row).rem_euclid(1.0) - 0.5, v - row - 0.5);
    // Lace is not everywhere pierced.
    let pierced = smoothstep(0.42, 0.5, noise::fractal(x * 0.045, y * 0.045, 2, seed ^ 9));
    let hole = smoothstep(0.33, 0.25, length([across, down])) * pierced;
    let rim = 1.0 - 0.35 * smoothstep(0.45, 0.3, length([across, down]));
    mix(scale(cloth, rim), scale(behind, 0.3), hole)
}

fn wires([x, y]: [f32; 2], [wire, behind]: [Rgb; 2], seed: u32) -> Rgb {
    let line = |along: f32, other: f32, salt: u32| {
        let bent =
            along + 0.25 * (noise::fractal(along * 0.05, other * 0.05, 2, seed ^ salt) - 0.5);
        let away = ((bent / 1.6).rem_euclid(1.0) - 0.5).abs();
        smoothstep(0.18, 0.10, away)
    };
    let room = noise::fractal(x * 0.01, y * 0.01, 4, seed ^ 8);
    mix(scale(behind, 0.1 + 0.5 * room), wire, line(x, y, 1).max(line(y, x, 2)) * 0.9)
}

fn lamps([x, y]: [f32; 2], colour: Rgb, seed: u32) -> Rgb {
    let pitch = 5.0;
    let (column, row) = ((x / pitch).floor(), (y / pitch).floor());
    // Letters of a running text: blocks that are lit or not.
    let lit = noise::value(column * 0.31, row * 0.23, seed) > 0.5;
    let away = length([x - (column + 0.5) * pitch, y - (row + 0.5) * pitch]);
    let lamp = smoothstep(1.7, 1.2, away);
    let glow = 0.12 * (-away / 2.0).exp();
    let bright = [0, 1, 2].map(|channel| if channel == 0 { 1.0 } else { colour[channel] * 0.7 });
    if lit { scale(bright, 1.4 * lamp + glow + 0.01) } else { [0.012 + 0.03 * lamp; 3] }
}

fn checks([x, y]: [f32; 2], [first, second]: [Rgb; 2], seed: u32) -> Rgb {
    let band = |along: f32| smoothstep(0.2, 0.24, ((along / 38.0).rem_euclid(1.0) - 0.5).abs());
    let share = (band(x) + band(y)) / 2.0;
    let flower = smoothstep(0.55, 0.6, noise::fractal(x * 0.02, y * 0.02, 2, seed ^ 6));
    let thread = 0.92 + 0.08 * ((x * 7.0).sin() * (y * 7.0).sin());
    scale(mix(mix(first, second, share), scale(second, 1.2), flower * 0.6), thread)
}

/// Dots of 150 lines an inch at the usual size.
fn halftone(at: [f32; 2], angle: f32, [paper, ink]: [Rgb; 2], seed: u32) -> Rgb {
    let tone = noise::fractal(at[0] * 0.05, at[1] * 0.05, 3, seed);
    let bright = scale(paper, 0.9).map(|level| level.max(0.5));
    mix(bright, scale(ink, 0.6), smoothstep(-0.06, 0.06, tone - dots(at, angle, 150.0)))
}

/// A tone in print: each channel's ink where the tone is darker than the threshold there.
fn printed(
    at: [f32; 2],
    tone: Rgb,
    [paper, ink]: [Rgb; 2],
    lines: f32,
    screening: Screening,
    seed: u32,
) -> Rgb {
    const ANGLES: [f32; 3] = [15.0, 75.0, 45.0];
    [0, 1, 2].map(|channel| {
        let light = match screening {
            Screening::None => tone[channel],
            Screening::Lines => {
                smoothstep(-0.05, 0.05, tone[channel] - dots(at, ANGLES[channel], lines))
            }
            Screening::Scattered => {
                let [x, y] = at.map(|along| (along * lines * 2.0 / 25.4).floor() as i32);
                let threshold = noise::lattice(x, y, seed ^ channel as u32);
                if tone[channel] > threshold { 1.0 } else { 0.0 }
            }
        };
        ink[channel] + (paper[channel] - ink[channel]) * light
    })
}

/// The tone, 0..1, from which on a point of a halftone screen is left free.
fn dots([x, y]: [f32; 2], angle: f32, lines: f32) -> f32 {
    let pitch = 25.4 / lines;
    let (sin, cos) = angle.to_radians().sin_cos();
    let (u, v) = ((x * cos + y * sin) / pitch, (y * cos - x * sin) / pitch);
    0.5 + 0.25 * ((u * std::f32::consts::TAU).cos() + (v * std::f32::consts::TAU).cos())
}
