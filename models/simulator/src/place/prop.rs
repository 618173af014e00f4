//! What else lies on a desk.

use std::sync::Arc;

use crate::canvas::segment_distance;
use crate::colour::{Rgb, mix, scale, smoothstep, srgb};
use crate::document::Sheet;
use crate::homography::length;
use crate::noise;
use crate::raster::Raster;

/// A thing on the desk; millimetres from the sheet's top left corner.
#[derive(Clone, Debug)]
pub enum Prop {
    /// Another voucher.
    Sheet {
        /// It.
        sheet: Arc<Sheet>,
        /// Its middle.
        centre: [f32; 2],
        /// Degrees, clockwise.
        turn: f32,
    },
    /// A book, a box, a magazine: a picture with a rectangular outline.
    Cover {
        /// What is printed on it.
        face: Arc<Raster>,
        /// Its middle.
        centre: [f32; 2],
        /// Width and height.
        size: [f32; 2],
        /// Degrees, clockwise.
        turn: f32,
        /// Its thickness.
        height: f32,
    },
    /// A mouse, a wallet, a stapler: something rounded of one colour.
    Block {
        /// Its middle.
        centre: [f32; 2],
        /// Width and height.
        size: [f32; 2],
        /// Degrees, clockwise.
        turn: f32,
        /// Radius of its corners.
        rounding: f32,
        /// `0xRRGGBB`.
        colour: u32,
    },
    /// A keyboard's keys.
    Keyboard {
        /// Its middle.
        centre: [f32; 2],
        /// Degrees, clockwise.
        turn: f32,
        /// `0xRRGGBB` of its keys.
        colour: u32,
    },
    /// A cable.
    Cable {
        /// The line that it follows.
        points: Vec<[f32; 2]>,
        /// `0xRRGGBB`.
        colour: u32,
    },
    /// A finger, from its knuckle to its tip.
    Finger {
        /// The knuckle.
        from: [f32; 2],
        /// The tip.
        to: [f32; 2],
        /// Half its width.
        radius: f32,
        /// `0xRRGGBB` of the skin.
        tone: u32,
    },
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

const KEYBOARD: [f32; 2] = [300.0, 115.0];
const CABLE_RADIUS: f32 = 2.2;

impl Prop {
    /// Millimetres from its outline, negative inside.
    pub(crate) fn distance(&self, at: [f32; 2]) -> f32 {
        match self {
            Self::Sheet { sheet, centre, turn } => {
                rectangle(local(at, *centre, *turn), sheet.size, 0.0)
            }
            Self::Cover { centre, size, turn, .. } => {
                rectangle(local(at, *centre, *turn), *size, 1.0)
            }
            Self::Block { centre, size, turn, rounding, .. } => {
                rectangle(local(at, *centre, *turn), *size, *rounding)
            }
            Self::Keyboard { centre, turn, .. } => {
                rectangle(local(at, *centre, *turn), KEYBOARD, 6.0)
            }
            Self::Cable { points, .. } => {
                let nearest = points
                    .windows(2)
                    .map(|ends| segment_distance(at, ends[0], ends[1]))
                    .fold(f32::INFINITY, f32::min);
                nearest - CABLE_RADIUS
            }
            Self::Finger { from, to, radius, .. } => segment_distance(at, *from, *to) - radius,
            Self::Paper { centre, size, turn } => rectangle(local(at, *centre, *turn), *size, 0.0),
            Self::Pen { from, to, .. } => segment_distance(at, *from, *to) - PEN_RADIUS,
            Self::Cup { centre } => from_centre(at, *centre) - SAUCER,
            Self::Coin { centre } => from_centre(at, *centre) - 12.5,
            Self::Phone { centre, turn } => rectangle(local(at, *centre, *turn), PHONE, 9.0),
        }
    }

    /// How high it stands, in millimetres.
    pub(super) fn height(&self) -> f32 {
        match self {
            Self::Sheet { .. } | Self::Paper { .. } => 0.6,
            Self::Cover { height, .. } => *height,
            Self::Block { .. } => 22.0,
            Self::Keyboard { .. } => 14.0,
            Self::Cable { .. } => 4.0,
            Self::Finger { radius, .. } => *radius * 1.2,
            Self::Pen { .. } => 8.0,
            Self::Cup { .. } => 26.0,
            Self::Coin { .. } => 1.8,
            Self::Phone { .. } => 8.0,
        }
    }

    /// How much light a point inside reflects.
    pub(super) fn reflect(&self, at: [f32; 2]) -> Rgb {
        match self {
            Self::Sheet { sheet, centre, turn } => {
                let [x, y] = local(at, *centre, *turn);
                let [width, height] = sheet.size;
                sheet.reflect([x + width / 2.0, y + height / 2.0])
            }
            Self::Cover { face, centre, size, turn, .. } => {
                let [x, y] = local(at, *centre, *turn);
                let across = (x / size[0] + 0.5) * face.width() as f32;
                face.sample(across, (y / size[1] + 0.5) * face.height() as f32)
            }
            Self::Block { centre, size, turn, rounding, colour } => {
                let depth = -rectangle(local(at, *centre, *turn), *size, *rounding);
                let round = smoothstep(0.0, rounding.max(2.0), depth);
                let shine = smoothstep(
                    9.0,
                    2.0,
                    length([at[0] - centre[0] + 6.0, at[1] - centre[1] + 9.0]),
                );
                mix(scale(srgb(*colour), 0.45 + 0.55 * round), [0.8; 3], 0.25 * shine)
            }
            Self::Keyboard { centre, turn, colour } => {
                let [x, y] = local(at, *centre, *turn);
                let (pitch, gap) = (19.0, 1.6);
                let row = (y / pitch).floor();
                let along = x + 5.0 * row;
                let space = row == 2.0 && along.abs() < 55.0;
                let across = if space { pitch / 2.0 } else { along.rem_euclid(pitch) };
                let down = y.rem_euclid(pitch);
                let edge = across.min(pitch - across).min(down.min(pitch - down));
                let legend = (across - 6.0).abs() < 1.6 && (down - 6.0).abs() < 2.2;
                let key = srgb(*colour);
                let light = (key[0] + key[1] + key[2]) / 3.0;
                let mark = if light > 0.3 { [0.05; 3] } else { [0.6; 3] };
                let face = if legend { mix(key, mark, 0.7) } else { key };
                mix(scale(key, 0.35), face, smoothstep(gap - 0.6, gap + 0.6, edge))
            }
            Self::Cable { colour, .. } => {
                let depth = -self.distance(at) / CABLE_RADIUS;
                scale(srgb(*colour), 0.4 + 0.7 * depth.clamp(0.0, 1.0))
            }
            Self::Finger { from, to, radius, tone } => {
                finger(at, [*from, *to], *radius, srgb(*tone))
            }
            Self::Paper { centre, size, turn } => paper(local(at, *centre, *turn), *size),
            Self::Pen { from, to, colour } => pen(at, *from, *to, srgb(*colour)),
            Self::Cup { centre } => cup(at, *centre),
            Self::Coin { centre } => coin(at, *centre),
            Self::Phone { centre, turn } => {
                let border = -rectangle(local(at, *centre, *turn), PHONE, 9.0);
                mix(srgb(0x8f9296), srgb(0x0c0d10), smoothstep(1.0, 1.9, border))
            }
        }
    }

    /// Corners of the page that it is, if it is one.
    pub(super) fn page(&self) -> Option<[[f32; 2]; 4]> {
        let Self::Sheet { sheet, centre, turn } = self else { return None };
        let (sin, cos) = turn.to_radians().sin_cos();
        let [width, height] = sheet.size.map(|side| side / 2.0);
        let placed =
            |[x, y]: [f32; 2]| [centre[0] + x * cos - y * sin, centre[1] + y * cos + x * sin];
        Some([[-width, -height], [width, -height], [width, height], [-width, height]].map(placed))
    }
}

/// Skin, rounded, with a nail at the tip.
fn finger(at: [f32; 2], [from, to]: [[f32; 2]; 2], radius: f32, tone: Rgb) -> Rgb {
    let depth = (radius - segment_distance(at, from, to)) / radius;
    let axis = [to[0] - from[0], to[1] - from[1]];
    let reach = length(axis).max(1e-3);
    let (x, y) = (at[0] - to[0], at[1] - to[1]);
    let along = (x * axis[0] + y * axis[1]) / reach;
    let across = (x * axis[1] - y * axis[0]) / reach;
    let nail = length([(along + radius * 0.1) / (0.75 * radius), across / (0.62 * radius)]);
    let crease = (-((along + 2.6 * radius) / 0.8).powi(2)).exp() * 0.2;
    let pores = 0.94 + 0.12 * noise::fractal(at[0] * 0.6, at[1] * 0.6, 3, 17);
    let skin = scale(tone, (0.5 + 0.55 * depth.clamp(0.0, 1.0).sqrt() - crease) * pores);
    mix(skin, mix(tone, [0.95, 0.8, 0.75], 0.5), 0.6 * smoothstep(1.05, 0.9, nail))
}

fn local([x, y]: [f32; 2], [cx, cy]: [f32; 2], turn: f32) -> [f32; 2] {
    let (sin, cos) = turn.to_radians().sin_cos();
    let (dx, dy) = (x - cx, y - cy);
    [dx * cos + dy * sin, dy * cos - dx * sin]
}

fn from_centre([x, y]: [f32; 2], [cx, cy]: [f32; 2]) -> f32 {
    length([x - cx, y - cy])
}

/// From a rectangle around the origin with rounded corners.
fn rectangle([x, y]: [f32; 2], [width, height]: [f32; 2], rounding: f32) -> f32 {
    let (dx, dy) = (x.abs() - width / 2.0 + rounding, y.abs() - height / 2.0 + rounding);
    length([dx.max(0.0), dy.max(0.0)]) + dx.max(dy).min(0.0) - rounding
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
    let reach = length(axis);
    let unit = axis.map(|part| part / reach);
    let towards = [at[0] - from[0], at[1] - from[1]];
    let along = towards[0] * unit[0] + towards[1] * unit[1];
    let across = (towards[0] * unit[1] - towards[1] * unit[0]) / PEN_RADIUS;
    let metal = !(6.0..reach - 16.0).contains(&along) || (52.0..54.5).contains(&along);
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
