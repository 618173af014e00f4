//! How scenes and cameras vary. The ranges are what `models/README.md` calls knobs.

use std::sync::Arc;

use rand::{Rng, RngExt};

use crate::camera::{Blur, Camera, Filter};
use crate::colour::{Rgb, scale};
use crate::document::Sheet;
use crate::place::{Bend, Desk, Facade, Ground, Lamp, Light, Pattern, Pose, Prop, Shadow, Subject};
use crate::stock::{Stock, pick};

/// Log-uniform between two positive numbers.
pub(super) fn spread(random: &mut impl Rng, from: f32, to: f32) -> f32 {
    (random.random_range(from.ln()..to.ln())).exp()
}

/// A frame with its long side of so many pixels, in the shapes that phones have.
pub(super) fn frame(long: usize, random: &mut impl Rng) -> [usize; 2] {
    let short = match random.random_range(0..10) {
        0..=6 => long * 3 / 4,
        7..=8 => long * 9 / 16,
        _ => long,
    };
    if random.random_bool(0.6) { [short, long] } else { [long, short] }
}

/// How a phone is held over a page of which it sees this share of its frame.
pub(super) fn pose(coverage: f32, random: &mut impl Rng) -> Pose {
    let lean = if random.random_bool(0.3) { 32.0 } else { 14.0 };
    let roll = match random.random_range(0..20) {
        0..=12 => random.random_range(-12.0..12.0),
        13..=15 => random.random_range(-180.0..180.0),
        16..=17 => 90.0 + random.random_range(-10.0..10.0),
        18 => -90.0 + random.random_range(-10.0..10.0),
        _ => random.random_range(-45.0..45.0),
    };
    let room = 0.5 * (1.0 - coverage.sqrt()).max(0.0);
    Pose {
        roll,
        pitch: random.random_range(-lean * 0.5..lean),
        yaw: random.random_range(-lean * 0.7..lean * 0.7),
        coverage,
        offset: [0, 1].map(|_| random.random_range(-0.7..0.7) * room),
    }
}

/// A sheet on a desk from near, as whoever wants it read holds the phone: upright, little lean.
pub(super) fn from_near(
    stock: &Stock,
    sheet: Sheet,
    long: usize,
    coverage: f32,
    random: &mut impl Rng,
) -> Desk {
    let [width, height] = sheet.size;
    let frame = if width > height { [long, long * 3 / 4] } else { [long * 3 / 4, long] };
    let pose = Pose {
        roll: random.random_range(-4.0..4.0),
        pitch: random.random_range(-6.0..10.0),
        yaw: random.random_range(-7.0..7.0),
        coverage,
        offset: [0.0, 0.0],
    };
    let bends = bends(sheet.size, random);
    Desk::new(sheet, frame, pose, ground(stock, random), light(random))
        .seeded(random.random())
        .bent(&bends)
}

/// Light over a desk: a colour cast, lamps, shadows.
pub(super) fn light(random: &mut impl Rng) -> Light {
    let warmth = random.random_range(-0.25..0.35f32);
    let tint = random.random_range(-0.05..0.05f32);
    let colour = [1.0 + 0.6 * warmth, 1.0 + tint, 1.0 - 0.8 * warmth];
    let fall = random.random_range(0.0..360.0f32);
    let (sin, cos) = fall.to_radians().sin_cos();
    let steep = spread(random, 0.3, 1.8);
    // One in six has little light but a lamp's.
    let (lamps, dim) = if random.random_bool(0.17) {
        let spot = Lamp {
            centre: [0, 1].map(|_| random.random_range(0.2..0.8)),
            reach: random.random_range(0.12..0.45),
            colour: scale(colour, random.random_range(0.5..1.2)),
        };
        (vec![spot], random.random_range(0.03..0.35))
    } else {
        ((0..random.random_range(0..3u8)).map(|_| lamp(colour, random)).collect(), 1.0)
    };
    let shadows = (0..[0, 0, 1, 1, 2][random.random_range(0..5)]).map(|_| shadow(random)).collect();
    Light {
        colour: scale(colour, dim),
        fade: (random.random_range(0.0..360.0), random.random_range(0.0..0.55)),
        slant: [steep * cos, steep * sin],
        photographer: if random.random_bool(0.4) { random.random_range(0.0..0.6) } else { 0.0 },
        lamps,
        shadows,
    }
}

fn lamp(colour: Rgb, random: &mut impl Rng) -> Lamp {
    let level = random.random_range(0.1..0.7);
    Lamp {
        centre: [0, 1].map(|_| random.random_range(-0.3..1.3)),
        reach: random.random_range(0.2..0.8),
        colour: colour.map(|channel| channel * level * random.random_range(0.8..1.2)),
    }
}

fn shadow(random: &mut impl Rng) -> Shadow {
    Shadow {
        edge: [0, 1].map(|_| random.random_range(0.0..1.0)),
        towards: random.random_range(0.0..360.0),
        width: if random.random_bool(0.5) { 9.0 } else { random.random_range(0.05..0.5) },
        softness: spread(random, 0.004, 0.15),
        depth: random.random_range(0.1..0.65),
    }
}

/// How a sheet of this size leaves its desk: mostly little.
pub(super) fn bends(size: [f32; 2], random: &mut impl Rng) -> Vec<Bend> {
    let reach = size[0].max(size[1]);
    let mut bends = Vec::new();
    if random.random_bool(0.3) {
        bends.push(Bend::Curl {
            towards: random.random_range(0.0..360.0),
            flat: random.random_range(0.2..0.8),
            height: reach * random.random_range(0.01..0.10),
        });
    }
    if random.random_bool(0.15) {
        let across = if random.random_bool(0.5) { 0.0 } else { 90.0 };
        bends.push(Bend::Arch { across, height: reach * random.random_range(0.01..0.06) });
    }
    if random.random_bool(0.25) {
        for _ in 0..random.random_range(1..4u8) {
            bends.push(Bend::Fold {
                at: random.random_range(0.1..0.9),
                slant: random.random_range(-0.1..0.1),
                height: reach * random.random_range(0.003..0.025),
            });
        }
    }
    if random.random_bool(0.25) {
        let pitch = reach * random.random_range(0.05..0.2);
        bends.push(Bend::Wrinkles { pitch, height: pitch * random.random_range(0.01..0.12) });
    }
    bends
}

/// Anything that a page may lie on; photographs stand for what no pattern gives.
pub(super) fn ground(stock: &Stock, random: &mut impl Rng) -> Ground {
    match stock.photograph(random) {
        Some(picture) if random.random_bool(0.12) => Ground {
            pattern: Pattern::Photograph(Arc::clone(picture), random.random_range(0.3..1.5)),
            ..Ground::any(random)
        },
        _ => Ground::any(random),
    }
}

/// A shop, a shelf, a vehicle or a room.
pub(super) fn place(
    stock: &Stock,
    frame: [usize; 2],
    light: Light,
    random: &mut impl Rng,
) -> Facade {
    let places = [Subject::Room, Subject::Storefront, Subject::Shelf, Subject::Vehicle];
    let subject = *pick(&places, random);
    facade(stock, subject, frame, light, random)
}

/// One of its kind, of what is in stock.
pub(super) fn facade(
    stock: &Stock,
    subject: Subject,
    frame: [usize; 2],
    light: Light,
    random: &mut impl Rng,
) -> Facade {
    Facade::any(&stock.fonts, subject, &stock.photographs, frame, light, random.random())
}

const SKINS: &[u32] = &[0xf0c8a8, 0xe0ac86, 0xc98d64, 0x9c6644, 0x6d4630];
const CASES: &[u32] =
    &[0x151517, 0x2b2d31, 0xd8d9db, 0x1f3b73, 0x8c1f27, 0x5b3a29, 0xe3c04a, 0x2f6b45, 0x9a9da2];

/// Things around a page of this size; `near` millimetres beyond its outline at most.
pub(super) fn clutter(
    stock: &Stock,
    size: [f32; 2],
    near: f32,
    count: usize,
    random: &mut impl Rng,
) -> Vec<Prop> {
    (0..count).map(|_| thing(stock, beside(size, near, random), random)).collect()
}

/// A point beside a rectangle.
fn beside([width, height]: [f32; 2], near: f32, random: &mut impl Rng) -> [f32; 2] {
    let [x, y] =
        [random.random_range(-near..width + near), random.random_range(-near..height + near)];
    let inside = x > 0.0 && x < width && y > 0.0 && y < height;
    if !inside {
        return [x, y];
    }
    match random.random_range(0..4) {
        0 => [-near * random.random_range(0.1..1.0f32), y],
        1 => [width + near * random.random_range(0.1..1.0f32), y],
        2 => [x, -near * random.random_range(0.1..1.0f32)],
        _ => [x, height + near * random.random_range(0.1..1.0f32)],
    }
}

fn thing(stock: &Stock, centre: [f32; 2], random: &mut impl Rng) -> Prop {
    let turn = random.random_range(-180.0..180.0);
    let colour = *pick(CASES, random);
    let around = |reach: f32, random: &mut dyn Rng| {
        let angle = random.random_range(0.0..std::f32::consts::TAU);
        [centre[0] + reach * angle.cos(), centre[1] + reach * angle.sin()]
    };
    match random.random_range(0..14) {
        0..=1 => {
            let size = [[210.0, 297.0], [148.0, 210.0], [90.0, 130.0]][random.random_range(0..3)];
            Prop::Paper { centre, size, turn }
        }
        2 => Prop::Pen {
            from: centre,
            to: around(random.random_range(110.0..150.0), random),
            colour,
        },
        3 => Prop::Cup { centre },
        4 => Prop::Coin { centre },
        5 => Prop::Phone { centre, turn },
        6..=7 => {
            let size = [0, 1].map(|_| random.random_range(25.0..130.0));
            let rounding = random.random_range(1.0..0.5 * f32::min(size[0], size[1]));
            Prop::Block { centre, size, turn, rounding, colour }
        }
        8 => Prop::Keyboard { centre, turn: random.random_range(-15.0..15.0), colour },
        9..=10 => {
            let mut points = vec![centre];
            let mut heading: f32 = random.random_range(0.0..std::f32::consts::TAU);
            for _ in 0..24 {
                heading += random.random_range(-0.5..0.5);
                let [x, y] = points[points.len() - 1];
                points.push([x + 16.0 * heading.cos(), y + 16.0 * heading.sin()]);
            }
            Prop::Cable { points, colour }
        }
        _ => match stock.photograph(random) {
            Some(face) => Prop::Cover {
                face: Arc::clone(face),
                centre,
                size: [random.random_range(50.0..220.0), random.random_range(50.0..220.0)],
                turn,
                height: random.random_range(1.0..30.0),
            },
            None => Prop::Coin { centre },
        },
    }
}

/// A thumb or some fingers that reach from outside over the edge of a page.
pub(super) fn hand([width, height]: [f32; 2], random: &mut impl Rng) -> Vec<Prop> {
    let tone = *pick(SKINS, random);
    let radius = random.random_range(7.0..11.0);
    let along = random.random_range(0.15..0.85);
    let (edge, outwards) = match random.random_range(0..4) {
        0 => ([0.0, along * height], [-1.0, 0.15]),
        1 => ([width, along * height], [1.0, 0.15]),
        2 => ([along * width, height], [0.1, 1.0]),
        _ => ([along * width, 0.0], [0.1, -1.0]),
    };
    let across = [-outwards[1], outwards[0]];
    let reach = random.random_range(2.0..28.0);
    (0..if random.random_bool(0.6) { 1u8 } else { random.random_range(2..5) })
        .map(|finger| {
            let side = f32::from(finger) * 2.1 * radius;
            let inwards = reach * random.random_range(0.7..1.2);
            let at = |out: f32| {
                [0, 1].map(|axis| edge[axis] + across[axis] * side + outwards[axis] * out)
            };
            Prop::Finger { from: at(160.0), to: at(-inwards), radius, tone }
        })
        .collect()
}

/// A phone's camera; `native` where the frame has the sensor's own pixels, else the picture stands
/// for one made smaller, which is sharper and cleaner.
pub(super) fn camera(native: bool, random: &mut impl Rng) -> Camera {
    let sharp = if native { spread(random, 0.4, 1.4) } else { random.random_range(0.3..0.6) };
    let size = if native { 1.0 } else { 0.5 };
    // One in six is not sharp, at the sensor's own pixels one in three.
    let blur = match random.random_range(0..if native { 12 } else { 24 }) {
        0..=2 => Blur::Defocus(size * spread(random, 0.6, 4.0)),
        3 => Blur::Motion(size * spread(random, 1.5, 9.0), random.random_range(0.0..180.0)),
        _ => Blur::None,
    };
    let dim = random.random_bool(0.25);
    let frames = if random.random_bool(0.5) { 1 } else { random.random_range(2..7) };
    Camera {
        supersampling: 2,
        lens_sigma: sharp,
        blur,
        vignetting: random.random_range(0.0..0.35),
        exposure: if dim {
            random.random_range(0.25..0.6)
        } else {
            random.random_range(0.55..1.15)
        },
        full_well: if dim {
            spread(random, 500.0, 2500.0)
        } else {
            spread(random, 2000.0, 12_000.0)
        },
        read_noise: spread(random, 1.5, 6.0),
        filter: if native && random.random_bool(0.3) { Filter::QuadBayer } else { Filter::Bayer },
        frames,
        crosstalk: random.random_range(0.0..0.14),
        balance: [0, 1, 2].map(|_| random.random_range(0.88..1.12)),
        denoise: random.random_range(0.1..1.0),
        chroma_denoise: 1.0 - random.random_range(0.0..0.8f32).powi(2),
        sharpening: random.random_range(0.0..1.2),
        contrast: random.random_range(0.0..0.7),
        zoom: if native && random.random_bool(0.3) { spread(random, 1.05, 2.2) } else { 1.0 },
        stored: if native && random.random_bool(0.25) {
            random.random_range(0.5..0.95)
        } else {
            1.0
        },
    }
}
