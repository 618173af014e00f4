//! Pages on desks, and desks without a page.

use std::sync::Arc;

use rand::{Rng, RngExt};
use rand_chacha::ChaCha8Rng;

use super::chance;
use super::series::Recipe;
use crate::colour::around;
use crate::place::{Desk, Glare, Ground, Light, Prop};
use crate::scene::Scene;
use crate::stock::{Stock, pick};

/// One picture's scene and camera.
pub(super) fn recipe(stock: &Stock, long: usize, random: &mut ChaCha8Rng) -> Recipe {
    let frame = chance::frame(long, random);
    let scene: Box<dyn Scene> = match random.random_range(0..100) {
        0..=19 => without(stock, frame, random),
        _ => Box::new(page(stock, frame, random)),
    };
    Recipe::new(scene, chance::camera(false, random), random.random_range(80..=97))
}

/// No page: a bare desk, or a place.
fn without(stock: &Stock, frame: [usize; 2], random: &mut ChaCha8Rng) -> Box<dyn Scene> {
    let light = chance::light(random);
    if random.random_bool(0.6) {
        return Box::new(chance::place(stock, frame, light, random));
    }
    Box::new(bare(stock, frame, light, random))
}

/// A desk, perhaps with things on it, but without a page.
pub(super) fn bare(
    stock: &Stock,
    frame: [usize; 2],
    light: Light,
    random: &mut ChaCha8Rng,
) -> Desk {
    let size = [random.random_range(80.0..400.0), random.random_range(80.0..400.0)];
    let pose = chance::pose(random.random_range(0.2..0.8), random);
    let count = random.random_range(0..7);
    let things = chance::clutter(stock, size, 0.5 * size[0], count, random)
        .into_iter()
        .filter(|thing| {
            !matches!(thing, Prop::Paper { .. } | Prop::Cover { .. } | Prop::Phone { .. })
        })
        .collect();
    Desk::bare(size, frame, pose, chance::ground(stock, random), light)
        .seeded(random.random())
        .above(things)
}

/// A page on a desk, whole, cut off, covered, shaded or blinded.
pub(super) fn page(stock: &Stock, frame: [usize; 2], random: &mut ChaCha8Rng) -> Desk {
    let coverage = match random.random_range(0..10) {
        0..=1 => random.random_range(0.05..0.2),
        2..=6 => random.random_range(0.2..0.6),
        _ => random.random_range(0.5..0.95),
    };
    let pixels = 1.7 * coverage * (frame[0] * frame[1]) as f32;
    let sheet = stock.sheet(pixels.max(9000.0), random);
    // Copies for the customer, menus and receipts are coloured.
    let coloured = random.random_bool(0.25);
    let paper = around(random.random_range(0.3..0.95), 0.4, random);
    let sheet = if coloured { sheet.tinted(paper) } else { sheet };
    let sheet = if random.random_bool(0.08) {
        let colour = around(random.random_range(0.1..0.8), 0.6, random);
        sheet.headed(random.random_range(0.1..0.7), colour)
    } else {
        sheet
    };
    let size = sheet.size;
    let pose = chance::pose(coverage, random);
    // White on white, every fourth time.
    let white = random.random_bool(0.25);
    let ground = if white { Ground::white(random) } else { chance::ground(stock, random) };
    let reach = 0.5 * size[0].max(size[1]);
    let crowded = if random.random_bool(0.6) { random.random_range(1..9) } else { 0 };
    let (mut below, mut above) = (Vec::new(), Vec::new());
    for thing in chance::clutter(stock, size, reach, crowded, random) {
        // Flat things may lie below the page, all may lie beside it or over its edge.
        let flat = matches!(thing, Prop::Paper { .. } | Prop::Cover { .. });
        if flat || random.random_bool(0.3) { below.push(thing) } else { above.push(thing) }
    }
    if random.random_bool(0.08) {
        let other = stock.sheet(pixels.max(9000.0) * 0.5, random);
        let side = if random.random_bool(0.5) { -0.8 } else { 1.8 };
        let centre = [size[0] * side, size[1] * random.random_range(0.1..0.9)];
        let turn = random.random_range(-30.0..30.0);
        below.push(Prop::Sheet { sheet: Arc::new(other), centre, turn });
    }
    if random.random_bool(0.2) {
        above.extend(chance::hand(size, random));
    }
    for _ in 0..[0, 0, 0, 0, 1, 1, 1, 2, 3, 5][random.random_range(0..10)] {
        above.push(across(size, random));
    }
    let glares = if random.random_bool(0.2) { glares(size, random) } else { Vec::new() };
    let bends = chance::bends(size, random);
    let creases = (0..[0, 0, 1, 2][random.random_range(0..4)])
        .map(|_| random.random_range(0.1..0.9))
        .collect();
    let desk = Desk::new(sheet, frame, pose, ground, chance::light(random))
        .seeded(random.random())
        .below(below)
        .above(above)
        .glares(glares)
        .creased(creases)
        .bent(&bends);
    if random.random_bool(0.12) {
        let away = |side: usize, random: &mut ChaCha8Rng| {
            random.random_range(-0.3..0.3) * frame[side] as f32
        };
        let by = [away(0, random), away(1, random)];
        return desk.moved(by);
    }
    desk
}

/// A pen or a cable that lies across the page.
fn across([width, height]: [f32; 2], random: &mut impl Rng) -> Prop {
    let mut point =
        || [random.random_range(-0.2..1.2) * width, random.random_range(-0.2..1.2) * height];
    let (from, middle, to) = (point(), point(), point());
    if random.random_bool(0.5) {
        let colour = *pick(&[0x1b_2033, 0x15_1517, 0xe3_e040, 0xb0_2a2a, 0xd8_d9db], random);
        let reach = random.random_range(90.0..160.0);
        let long = ((to[0] - from[0]).hypot(to[1] - from[1])).max(1.0);
        let tip = [0, 1].map(|axis| from[axis] + (to[axis] - from[axis]) * reach / long);
        return Prop::Pen { from, to: tip, colour };
    }
    let points = (0..=20u8)
        .map(|step| {
            let share = f32::from(step) / 20.0;
            let part = |a: f32, b: f32, c: f32| {
                a * (1.0 - share).powi(2) + 2.0 * b * share * (1.0 - share) + c * share.powi(2)
            };
            [part(from[0], middle[0], to[0]), part(from[1], middle[1], to[1])]
        })
        .collect();
    Prop::Cable { points, colour: 0x18181a }
}

/// Spots of lamps and strips of tubes, as laminated paper shows them.
pub(super) fn glares([width, height]: [f32; 2], random: &mut impl Rng) -> Vec<Glare> {
    let reach = width.min(height);
    (0..random.random_range(1..4u8))
        .map(|_| {
            let long = reach * random.random_range(0.05..0.5);
            Glare {
                centre: [random.random_range(0.0..width), random.random_range(0.0..height)],
                radii: [long, long * random.random_range(0.1..1.0)],
                turn: random.random_range(0.0..180.0),
            }
        })
        .collect()
}
