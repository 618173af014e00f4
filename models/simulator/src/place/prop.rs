//! What else lies on a desk.

use crate::canvas::segment_distance;
use crate::colour::{Rgb, mix, scale, smoothstep, srgb};
use crate::noise;

/// A thing on the desk; millimetres from the sheet's top left corner.
#[derive(Clone, Copy, Debug)]
pub enum Prop {
    /// Another sheet, with lines too small to read.
    Paper {
        /// Its middle.
        centre: [f32; 2],
        /// Width and height.
        size: [f32; 2],
        /// Degrees, clockwise.
        turn: f32,
    },
    /// A pen.
    Pen {
        /// Its cap's end.
        from: [f32; 2],
        /// Its tip.
        to: [f32; 2],
        /// `0xRRGGBB`.
        colour: u32,
    },
    /// A cup of tea on a saucer, from above.
    Cup {
        /// Its middle.
        centre: [f32; 2],
    },
    /// A coin.
    Coin {
        /// Its middle.
        centre: [f32; 2],
    },
    /// A phone lying on its back, its screen off.
    Phone {
        /// Its middle.
        centre: [f32; 2],
        /// Degrees, clockwise.
        turn: f32,
    },
}

const PEN_RADIUS: f32 = 4.6;
const SAUCER: f32 = 62.0;
const PHONE: [f32; 2] = [71.0, 147.0];

impl Prop {
    /// Millimetres from its outline, negative inside.
    pub(super) fn distance(&self, at: [f32; 2]) -> f32 {
        match *self {
            Self::Paper { centre, size, turn } => rectangle(local(at, centre, turn), size, 0.0),
            Self::Pen { from, to, .. } => segment_distance(at, from, to) - PEN_RADIUS,
            Self::Cup { centre } => from_centre(at, centre) - SAUCER,
            Self::Coin { centre } => from_centre(at, centre) - 12.5,
            Self::Phone { centre, turn } => rectangle(local(at, centre, turn), PHONE, 9.0),
        }
    }

    /// Millimetres it rises above the desk: how far its shadow falls and how soft it is.
    pub(super) fn height(&self) -> f32 {
        match self {
            Self::Paper { .. } => 0.5,
            Self::Pen { .. } => 7.0,
            Self::Cup { .. } => 16.0,
            Self::Coin { .. } => 1.8,
            Self::Phone { .. } => 8.0,
        }
    }

    /// How much light it reflects at a point inside it.
    pub(super) fn reflect(&self, at: [f32; 2]) -> Rgb {
        match *self {
            Self::Paper { centre, size, turn } => paper(local(at, centre, turn), size),
            Self::Pen { from, to, colour } => pen(at, from, to, srgb(colour)),
            Self::Cup { centre } => cup(at, centre),
            Self::Coin { centre } => coin(at, centre),
            Self::Phone { centre, turn } => {
                let border = -rectangle(local(at, centre, turn), PHONE, 9.0);
                mix(srgb(0x8f9296), srgb(0x0c0d10), smoothstep(1.0, 1.9, border))
            }
        }
    }
}

fn local([x, y]: [f32; 2], [cx, cy]: [f32; 2], turn: f32) -> [f32; 2] {
    let (sin, cos) = turn.to_radians().sin_cos();
    let (dx, dy) = (x - cx, y - cy);
    [dx * cos + dy * sin, dy * cos - dx * sin]
}

fn from_centre([x, y]: [f32; 2], [cx, cy]: [f32; 2]) -> f32 {
    (x - cx).hypot(y - cy)
}

/// From a rectangle around the origin with rounded corners.
fn rectangle([x, y]: [f32; 2], [width, height]: [f32; 2], rounding: f32) -> f32 {
    let (dx, dy) = (x.abs() - width / 2.0 + rounding, y.abs() - height / 2.0 + rounding);
    dx.max(0.0).hypot(dy.max(0.0)) + dx.max(dy).min(0.0) - rounding
}

fn paper([x, y]: [f32; 2], [width, height]: [f32; 2]) -> Rgb {
    let sheet = srgb(0xf0f0ea);
    let (margin, pitch) = (14.0, 6.4);
    let row = ((y + height / 2.0 - margin) / pitch).floor();
    let within = (y + height / 2.0 - margin) / pitch - row;
    let end = width * (0.5 - noise::lattice(row as i32, 1, 3) * 0.35) - margin;
    let set = (0.25..0.7).contains(&within)
        && x > margin - width / 2.0
        && x < end
        && y.abs() < height / 2.0 - margin
        && noise::value(x * 0.75, row * 9.0, 8) > 0.4;
    if set { scale(sheet, 0.38) } else { sheet }
}

fn pen(at: [f32; 2], from: [f32; 2], to: [f32; 2], colour: Rgb) -> Rgb {
    let axis = [to[0] - from[0], to[1] - from[1]];
    let length = axis[0].hypot(axis[1]);
    let unit = axis.map(|part| part / length);
    let towards = [at[0] - from[0], at[1] - from[1]];
    let along = towards[0] * unit[0] + towards[1] * unit[1];
    let across = (towards[0] * unit[1] - towards[1] * unit[0]) / PEN_RADIUS;
    let metal = !(6.0..length - 16.0).contains(&along) || (52.0..54.5).contains(&along);
    let base = if metal { srgb(0xb8b9bc) } else { colour };
    let round = (1.0 - across * across).max(0.0).sqrt();
    let shine = smoothstep(0.25, 0.0, (across - 0.35).abs());
    mix(scale(base, 0.3 + 0.7 * round), [0.9; 3], shine * 0.45)
}

fn cup(at: [f32; 2], centre: [f32; 2]) -> Rgb {
    let reach = from_centre(at, centre);
    let china = srgb(0xe8e6e0);
    let tilt = 1.0 + 0.08 * (at[0] - centre[0]) / SAUCER;
    let colour = match reach {
        reach if reach < 33.0 => mix(srgb(0x7a3d12), srgb(0xa86222), reach / 33.0),
        reach if reach < 38.0 => scale(china, 0.8 + 0.25 * smoothstep(33.0, 37.0, reach)),
        reach if reach < 46.0 => scale(china, 0.45 + 0.4 * smoothstep(38.0, 46.0, reach)),
        reach => scale(china, 0.9 - 0.16 * smoothstep(55.0, 61.5, reach)),
    };
    scale(colour, tilt)
}

fn coin(at: [f32; 2], centre: [f32; 2]) -> Rgb {
    let reach = from_centre(at, centre);
    let relief = noise::fractal(at[0] * 0.9, at[1] * 0.9, 3, 12);
    let rim = if reach > 11.2 { 1.25 } else { 0.75 + 0.5 * relief };
    scale(srgb(0xa8a69c), rim)
}
