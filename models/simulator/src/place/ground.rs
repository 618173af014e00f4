//! What lies below a sheet. Textures are computed in millimetres of the desk, so that perspective
//! and focus treat them as they treat the sheet.

use crate::colour::{Rgb, mix, scale, smoothstep, srgb};
use crate::noise;

/// The surface of a desk or counter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ground {
    /// Varnished planks: the grain that edge detectors take for a page's border.
    Wood,
    /// Dark wood, nearly even.
    Walnut,
    /// A woven cloth: the regular pattern that screen detectors take for a raster.
    Cloth,
    /// Polished stone with specks.
    Stone,
}

impl Ground {
    /// How much light the point reflects; millimetres.
    pub(super) fn reflect(self, [x, y]: [f32; 2], seed: u32) -> Rgb {
        match self {
            Self::Wood => planks([x, y], 118.0, [0xc0905c, 0x8d5f35], seed),
            Self::Walnut => planks([x, y], 210.0, [0x6b4a36, 0x492f22], seed),
            Self::Cloth => weave([x, y], seed),
            Self::Stone => stone([x, y], seed),
        }
    }
}

fn planks([x, y]: [f32; 2], width: f32, [light, dark]: [u32; 2], seed: u32) -> Rgb {
    let plank = (y / width).floor();
    let own = seed.wrapping_add((plank as i32 as u32).wrapping_mul(97));
    // The grain runs along the plank and meanders.
    let shift = noise::fractal(x * 0.008, y * 0.03, 3, own) * 46.0;
    let rings = ((y + shift) * 0.42).sin() * 0.5 + 0.5;
    let fibre = noise::fractal(x * 0.03, y * 1.9, 4, own ^ 5);
    let tone = noise::lattice(plank as i32, 3, seed) * 0.3;
    let mut colour =
        mix(srgb(light), srgb(dark), (rings * 0.4 + fibre * 0.55 + tone - 0.1).clamp(0.0, 1.0));
    let seam = (y - plank * width).min((plank + 1.0) * width - y);
    colour = scale(colour, 0.35 + 0.65 * smoothstep(0.15, 0.9, seam));
    scale(colour, 0.92 + 0.16 * noise::fractal(x * 0.4, y * 2.7, 2, own ^ 9))
}

fn weave([x, y]: [f32; 2], seed: u32) -> Rgb {
    // Threads are never quite even: their pitch drifts over the cloth.
    let bend =
        |a: f32, b: f32, salt: u32| a + 2.6 * noise::fractal(a * 0.03, b * 0.03, 3, seed ^ salt);
    let (warp, weft) = (bend(x, y, 1), bend(y, x, 2));
    let pitch = 1.7;
    let over = ((warp / pitch).floor() as i32 + (weft / pitch).floor() as i32) % 2 == 0;
    let profile = |across: f32| 1.0 - 0.22 * ((across / pitch).fract() - 0.5).abs() * 2.0;
    let thread = if over { profile(warp) } else { profile(weft) };
    let stripe = smoothstep(0.42, 0.46, ((x / 46.0).fract() - 0.5).abs());
    let base = mix(srgb(0x3c5a72), srgb(0x9aa9b2), stripe * 0.55);
    let fuzz = 0.88 + 0.24 * noise::fractal(x * 1.3, y * 1.3, 3, seed ^ 3);
    scale(base, thread * fuzz)
}

fn stone([x, y]: [f32; 2], seed: u32) -> Rgb {
    let cloud = noise::fractal(x * 0.02, y * 0.02, 4, seed);
    let grain = noise::fractal(x * 0.55, y * 0.55, 3, seed ^ 21);
    let vein = (noise::fractal(x * 0.012, y * 0.012, 5, seed ^ 33) - 0.5).abs();
    let mut colour = mix(srgb(0x5d6062), srgb(0x8b8c88), cloud);
    colour = mix(colour, srgb(0x2e3033), smoothstep(0.6, 0.72, grain) * 0.75);
    colour = mix(colour, srgb(0xb9b7b0), smoothstep(0.36, 0.27, grain) * 0.5);
    mix(colour, srgb(0xc4c0b6), smoothstep(0.02, 0.0, vein) * 0.35)
}
