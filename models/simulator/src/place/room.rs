//! Things in a room or a yard, painted on an upright plane: what merchants photograph that is neither
//! a paper nor a shop, and what has bright and dark rectangles without being a display.

use std::sync::Arc;

use rand::{Rng, RngExt};

use crate::canvas::{Bounds, Canvas, Ink, ellipse_distance};
use crate::colour::{Rgb, around, mix, scale};
use crate::place::ground::Ground;
use crate::raster::Raster;
use crate::stock::any;

/// Paints a room of this size in centimetres.
pub(super) fn paint(
    canvas: &mut Canvas<'_>,
    [width, height]: [f32; 2],
    photographs: &[Arc<Raster>],
    random: &mut impl Rng,
) {
    if random.random_bool(0.3) {
        return table(canvas, [width, height], photographs, random);
    }
    let floor = height * random.random_range(0.35..0.95);
    surface(canvas, [0.0, 0.0, width, floor], random);
    for _ in 0..random.random_range(0..4u8) {
        on_wall(canvas, [width, floor], photographs, random);
    }
    surface(canvas, [0.0, floor, width, height], random);
    if random.random_bool(0.5) {
        canvas.fill([0.0, floor - 6.0, width, floor + 2.0], Ink::solid(colour(random)));
    }
    // Nearer things stand lower and hide farther ones.
    let mut feet: Vec<f32> = (0..random.random_range(1..7u8))
        .map(|_| floor + (height - floor) * random.random_range(0.0..0.9f32) + 4.0)
        .collect();
    feet.sort_by(f32::total_cmp);
    for foot in feet {
        let x = width * random.random_range(0.0..1.0);
        thing(canvas, [x, foot], 0.5 * height, photographs, random);
    }
}

/// A table from above: plates, bowls, trays and what is on them.
fn table(
    canvas: &mut Canvas<'_>,
    [width, height]: [f32; 2],
    photographs: &[Arc<Raster>],
    random: &mut impl Rng,
) {
    surface(canvas, [0.0, 0.0, width, height], random);
    for _ in 0..random.random_range(1..6u8) {
        let reach = random.random_range(0.1..0.5) * width.min(height);
        let radii = [reach, reach * random.random_range(0.85..1.0)];
        let centre = [width, height].map(|side| side * random.random_range(0.1..0.9));
        let [x, y] = centre;
        let area = [x - radii[0], y - radii[1], x + radii[0], y + radii[1]];
        let shade = Ink::solid([0.01; 3]).opacity(0.4);
        canvas.ellipse([x + 0.06 * reach, y + 0.08 * reach], radii, shade);
        canvas.ellipse(centre, radii, Ink::solid(colour(random)));
        let inner = radii.map(|radius| radius * random.random_range(0.6..0.95));
        let round = |x: f32, y: f32| ellipse_distance([x - centre[0], y - centre[1]], inner);
        let filled = if random.random_bool(0.6) { any(photographs, random) } else { None };
        if let Some(picture) = filled {
            let fine = picture.width() as f32 / (2.0 * reach);
            canvas.textured(area, round, |x, y| {
                picture.sample((x - area[0]) * fine, (y - area[1]) * fine)
            });
        } else {
            let (food, seed) = (Ground::any(random), random.random());
            canvas.textured(area, round, |x, y| food.reflect([x * 10.0, y * 10.0], seed));
        }
    }
}

/// A colour of things: dull more often than not.
fn colour(random: &mut impl Rng) -> Rgb {
    let vivid = if random.random_bool(0.3) { 0.4 } else { 0.06 };
    around(random.random_range(0.08..0.95), vivid, random)
}

/// A wall or a floor: a pattern, or nearly even paint.
fn surface(canvas: &mut Canvas<'_>, area: Bounds, random: &mut impl Rng) {
    let mut ground = Ground::any(random);
    if random.random_bool(0.5) {
        let paint = colour(random);
        ground.colours = [paint, scale(paint, random.random_range(0.8..1.0))];
    }
    let seed = random.random();
    let (across, down) =
        (random.random_range(-0.003..0.003f32), random.random_range(-0.003..0.003f32));
    let [left, top, ..] = area;
    canvas.surface(area, |x, y| {
        let lit = 1.0 + across * (x - left) + down * (y - top);
        scale(ground.reflect([x * 10.0, y * 10.0], seed), lit.clamp(0.3, 1.6))
    });
}

fn on_wall(
    canvas: &mut Canvas<'_>,
    [width, floor]: [f32; 2],
    photographs: &[Arc<Raster>],
    random: &mut impl Rng,
) {
    let (wide, high) =
        (random.random_range(0.1..0.6) * width, random.random_range(0.2..0.8) * floor);
    let (left, top) =
        (random.random_range(-0.1..0.9) * width, random.random_range(0.0..0.5) * floor);
    let area = [left, top, left + wide, top + high];
    let rim = random.random_range(1.0..8.0);
    match random.random_range(0..6) {
        // Daylight through a window, far brighter than the room.
        0 | 1 => {
            let bright = random.random_range(0.8..3.5);
            let (sky, ground) = (scale([0.85, 0.93, 1.0], bright), scale(colour(random), bright));
            let horizon = top + high * random.random_range(0.2..1.0);
            canvas.surface(area, |_, y| if y < horizon { sky } else { ground });
            canvas.frame(area, rim, Ink::solid(colour(random)));
            let middle = left + wide / 2.0;
            canvas.line([middle, top], [middle, area[3]], rim, Ink::solid(colour(random)));
        }
        // A door or a cupboard with panels.
        2 => {
            let paint = colour(random);
            let door = [left, top, left + 0.5 * wide, floor];
            canvas.fill(door, Ink::solid(paint));
            canvas.frame(door, 2.0, Ink::solid(scale(paint, 0.5)));
            for panel in 0..random.random_range(0..4u8) {
                let y = top + (floor - top) * (0.08 + 0.23 * f32::from(panel));
                let inside = [left + 0.08 * wide, y, left + 0.42 * wide, y + 0.18 * (floor - top)];
                canvas.frame(inside, 1.5, Ink::solid(scale(paint, 0.7)));
            }
        }
        3 => {
            if let Some(picture) = any(photographs, random) {
                canvas.picture(area, picture);
            }
            canvas.frame(area, rim, Ink::solid(colour(random)));
        }
        // A curtain.
        4 => {
            let (light, fold) = (colour(random), random.random_range(4.0..18.0f32));
            canvas.surface([left, 0.0, left + wide, floor], |x, y| {
                let wave = (x / fold + 0.3 * (y * 0.01).sin()) * std::f32::consts::TAU;
                scale(light, 0.75 + 0.25 * wave.sin())
            });
        }
        // A lamp and its glow.
        _ => {
            let centre = [left, top];
            let light = [1.0, random.random_range(0.75..1.0), random.random_range(0.45..1.0)];
            for (reach, level) in [(40.0, 0.15), (18.0, 0.5), (7.0, 3.0)] {
                canvas.ellipse(centre, [reach; 2], Ink::solid(scale(light, level)).opacity(0.4));
            }
            canvas.ellipse(centre, [4.0; 2], Ink::solid(scale(light, 3.0)));
        }
    }
}

fn thing(
    canvas: &mut Canvas<'_>,
    [x, foot]: [f32; 2],
    most: f32,
    photographs: &[Arc<Raster>],
    random: &mut impl Rng,
) {
    let high = random.random_range(0.1..1.0) * most;
    let wide = high * random.random_range(0.3..1.6);
    let (left, top) = (x - wide / 2.0, foot - high);
    let shade = Ink::solid([0.01; 3]).opacity(random.random_range(0.2..0.6));
    canvas.ellipse([x + 0.1 * wide, foot], [0.6 * wide, 0.1 * wide], shade);
    let body = colour(random);
    match random.random_range(0..6) {
        // A box with a side and a top.
        0 | 1 => {
            let deep = wide * random.random_range(0.1..0.5);
            let rise = deep * random.random_range(0.2..0.6);
            let right = left + wide;
            canvas.fill([left, top, right, foot], Ink::solid(body));
            canvas.polygon(
                &[
                    [right, top],
                    [right + deep, top - rise],
                    [right + deep, foot - rise],
                    [right, foot],
                ],
                Ink::solid(scale(body, random.random_range(0.4..0.8))),
            );
            canvas.polygon(
                &[[left, top], [left + deep, top - rise], [right + deep, top - rise], [right, top]],
                Ink::solid(scale(body, random.random_range(1.0..1.3))),
            );
            let label = if random.random_bool(0.4) { any(photographs, random) } else { None };
            if let Some(picture) = label {
                let area =
                    [left + 0.15 * wide, top + 0.2 * high, left + 0.8 * wide, top + 0.7 * high];
                canvas.picture(area, picture);
            }
        }
        // A bottle, a bin, a cup: bright along a line.
        2 => {
            let lit = random.random_range(0.2..0.8);
            canvas.surface([left.max(0.0), top, left + wide, foot], |u, _| {
                let away = ((u - left) / wide - lit) / 0.8;
                scale(body, (1.15 - 1.3 * away * away).max(0.15))
            });
            let lid = mix(body, [0.9; 3], 0.2);
            canvas.ellipse([x, top], [0.5 * wide, 0.12 * wide], Ink::solid(lid));
            canvas.ellipse([x, foot], [0.5 * wide, 0.08 * wide], Ink::solid(scale(body, 0.6)));
        }
        // A ball, a fruit, a helmet.
        3 => {
            let reach = 0.5 * high.min(wide);
            for step in 0..8u8 {
                let share = f32::from(step) / 8.0;
                let centre = [x - 0.3 * reach * share, foot - reach - 0.3 * reach * share];
                let level = 0.45 + 0.75 * share;
                canvas.ellipse(centre, [reach * (1.0 - share); 2], Ink::solid(scale(body, level)));
            }
        }
        // A machine with a round door and a panel.
        4 => {
            let front = [left, top, left + wide, foot];
            canvas.fill(front, Ink::solid(body));
            canvas.frame(front, 0.02 * high, Ink::solid(scale(body, 0.6)));
            let panel =
                [left + 0.05 * wide, top + 0.04 * high, left + 0.95 * wide, top + 0.16 * high];
            canvas.fill(panel, Ink::solid(colour(random)));
            let reach = 0.28 * wide.min(high);
            canvas.ellipse([x, foot - 0.42 * high], [1.2 * reach; 2], Ink::solid(scale(body, 0.7)));
            canvas.ellipse([x, foot - 0.42 * high], [reach; 2], Ink::solid([0.03, 0.03, 0.04]));
        }
        // A chair or a rack: bars.
        _ => {
            let bar = random.random_range(0.02..0.07) * wide;
            for leg in [0.0, 0.3, 0.7, 1.0] {
                let at = left + leg * wide;
                canvas.line([at, top], [at, foot], bar, Ink::solid(body));
            }
            for rung in 0..random.random_range(1..5u8) {
                let y = top + high * f32::from(rung) * 0.22;
                canvas.line([left, y], [left + wide, y], 2.0 * bar, Ink::solid(scale(body, 0.8)));
            }
        }
    }
}
