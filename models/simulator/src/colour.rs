//! Linear light. Everything between ink and sensor is computed in it; sRGB is only how a colour is
//! written down and how a picture is stored.

use rand::{Rng, RngExt};

/// Red, green, blue in linear light; 1 is white paper in full light. Highlights exceed 1.
pub type Rgb = [f32; 3];

/// The linear light of an sRGB colour written `0xRRGGBB`.
pub(crate) fn srgb(hex: u32) -> Rgb {
    [16, 8, 0].map(|shift| decode(((hex >> shift) & 0xff) as f32 / 255.0))
}

/// sRGB 0..1 to linear light (IEC 61966-2-1).
pub(crate) fn decode(encoded: f32) -> f32 {
    if encoded <= 0.040_45 { encoded / 12.92 } else { ((encoded + 0.055) / 1.055).powf(2.4) }
}

/// Linear light to sRGB 0..1 (IEC 61966-2-1).
pub(crate) fn encode(linear: f32) -> f32 {
    if linear <= 0.003_130_8 { linear * 12.92 } else { 1.055 * linear.powf(1.0 / 2.4) - 0.055 }
}

/// A colour whose channels, sRGB 0..1, lie at most so far from a level.
pub(crate) fn around(level: f32, reach: f32, random: &mut impl Rng) -> Rgb {
    let mut channel = || level + reach * random.random_range(-1.0..1.0f32);
    [0, 1, 2].map(|_| decode(channel().clamp(0.02, 0.97)))
}

/// `from` where `share` is 0, `to` where it is 1.
pub(crate) fn mix(from: Rgb, to: Rgb, share: f32) -> Rgb {
    [0, 1, 2].map(|channel| from[channel] + (to[channel] - from[channel]) * share)
}

/// Light through a filter, or off a surface.
pub(crate) fn multiply(light: Rgb, filter: Rgb) -> Rgb {
    [0, 1, 2].map(|channel| light[channel] * filter[channel])
}

/// More or less of the same light.
pub(crate) fn scale(light: Rgb, factor: f32) -> Rgb {
    light.map(|channel| channel * factor)
}

/// Two lights together.
pub(crate) fn add(light: Rgb, other: Rgb) -> Rgb {
    [0, 1, 2].map(|channel| light[channel] + other[channel])
}

/// 0 below `from`, 1 above `to`, smooth between.
pub(crate) fn smoothstep(from: f32, to: f32, value: f32) -> f32 {
    let share = ((value - from) / (to - from)).clamp(0.0, 1.0);
    share * share * (3.0 - 2.0 * share)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn srgb_survives_the_round_trip() {
        for level in 0..=255u32 {
            let [red, ..] = srgb(level << 16);
            assert_eq!((encode(red) * 255.0).round() as u32, level);
        }
    }
}
