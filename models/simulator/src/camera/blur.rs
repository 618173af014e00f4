//! Out of focus, or moved.

use crate::camera::Blur;
use crate::colour::{add, scale};
use crate::raster::Raster;

/// The same light, every point spread out.
pub(super) fn apply(light: &Raster, blur: Blur) -> Raster {
    let taps = match blur {
        Blur::None => return light.clone(),
        Blur::Defocus(radius) => disc(radius),
        Blur::Motion(length, angle) => line(length, angle),
    };
    let total: f32 = taps.iter().map(|tap| tap.2).sum();
    Raster::from_fn(light.width(), light.height(), |x, y| {
        let sum = taps.iter().fold([0.0; 3], |sum, (dx, dy, weight)| {
            let (x, y) = (x as f32 + 0.5 + dx, y as f32 + 0.5 + dy);
            add(sum, scale(light.sample(x, y), *weight))
        });
        scale(sum, 1.0 / total)
    })
}

/// Offsets and weights.
type Taps = Vec<(f32, f32, f32)>;

fn disc(radius: f32) -> Taps {
    let reach = radius.ceil() as i16;
    let mut taps = Vec::new();
    for dy in -reach..=reach {
        for dx in -reach..=reach {
            let (dx, dy) = (f32::from(dx), f32::from(dy));
            let weight = (radius + 0.5 - dx.hypot(dy)).clamp(0.0, 1.0);
            if weight > 0.0 {
                taps.push((dx, dy, weight));
            }
        }
    }
    taps
}

fn line(length: f32, angle: f32) -> Taps {
    let (sin, cos) = angle.to_radians().sin_cos();
    let count = (length * 1.5).ceil().max(1.0) as usize;
    (0..count)
        .map(|step| {
            let along = ((step as f32 + 0.5) / count as f32 - 0.5) * length;
            // Hands shake along a curve, not a ruler.
            let bow = 0.06 * length * (along / length * 3.0).sin();
            (along * cos - bow * sin, along * sin + bow * cos, 1.0)
        })
        .collect()
}
