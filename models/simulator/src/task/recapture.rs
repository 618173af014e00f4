//! Displays and prints, their matched controls, and things that are neither.

use std::sync::Arc;

use rand::{Rng, RngExt};
use rand_chacha::ChaCha8Rng;

use super::series::Recipe;
use super::{chance, document};
use crate::camera::Camera;
use crate::colour::{decode, scale};
use crate::place::{
    Bands, Desk, Display, Fringes, Grid, Ground, Pattern, Pose, Reflection, Screen, Screening,
    Surround, Window,
};
use crate::raster::Raster;
use crate::scene::Scene;
use crate::stock::{Stock, pick, stream};

/// One crop at the sensor's own pixels. Of twelve, three are screens, each followed by its control, so
/// that what a display shows says nothing; three are things, one a fine pattern, one a print, followed
/// by its control.
pub(super) fn crop(stock: &Stock, side: usize, seed: u64, index: u64) -> Recipe {
    let (class, key) = match index % 12 {
        0 | 2 | 4 => ("screen", index),
        1 | 3 | 5 => ("screen_control", index - 1),
        9 => ("hard", index),
        10 => ("print", index),
        11 => ("print_control", index - 1),
        _ => ("genuine", index),
    };
    let random = &mut stream(seed, key);
    let even = class.ends_with("control");
    let camera = chance::camera(true, random);
    let quality = random.random_range(70..=98);
    let size = [(side as f32 / camera.stored).round() as usize; 2];
    let (scene, fine): (Box<dyn Scene>, usize) = match class {
        "screen" | "screen_control" => screen_crop(stock, size, even, random),
        "print" | "print_control" => print_crop(stock, size, even, random),
        "hard" => {
            let fine = distance(random);
            (Box::new(surface(Ground::fine(random), fine, size, random)), 3)
        }
        _ => (genuine_crop(stock, size, random), 2),
    };
    let camera = Camera { supersampling: fine, vignetting: 0.0, ..camera };
    Recipe { noise: key, ..Recipe::new(scene, camera, quality).labelled(class) }
}

/// One whole view, much smaller than the sensor's. Of sixteen, eight are screens, two are framed
/// pictures and panels, two documents, four other things.
pub(super) fn view(stock: &Stock, long: usize, seed: u64, index: u64) -> Recipe {
    let random = &mut stream(seed, index);
    let frame = chance::frame(long, random);
    let camera = Camera { supersampling: 2, ..chance::camera(false, random) };
    let quality = random.random_range(80..=97);
    let (scene, class): (Box<dyn Scene>, _) = match index % 16 {
        place if place % 2 == 0 => (Box::new(screen_view(stock, frame, random)), "screen"),
        1 | 9 => (Box::new(document::page(stock, frame, random)), "genuine"),
        7 | 15 => (Box::new(framed_view(stock, frame, random)), "framed"),
        _ => (thing(stock, frame, random), "genuine"),
    };
    Recipe::new(scene, camera, quality).labelled(class)
}

pub(super) fn display(even: bool, random: &mut impl Rng) -> Display {
    let grid = match random.random_range(0..10) {
        0..=5 => Grid::Rgb,
        6 => Grid::Bgr,
        _ => Grid::PenTile,
    };
    let white = random.random_range(0.55..1.35);
    let cool = random.random_range(-0.08..0.16);
    let tint = random.random_range(-0.03..0.05);
    Display {
        grid: if even { Grid::Even } else { grid },
        aperture: [random.random_range(0.5..0.99), random.random_range(0.6..0.99)],
        black_level: if grid == Grid::PenTile { 0.0 } else { chance::spread(random, 0.0007, 0.01) },
        white: [white * (1.0 - cool), white * (1.0 - tint), white * (1.0 + cool)],
        sparkle: if random.random_bool(0.3) { random.random_range(0.02..0.25) } else { 0.0 },
        falloff: 6.0 * random.random_range(0.0..1.0f32).powi(2),
        bands: random.random_bool(0.2).then(|| Bands {
            period: chance::spread(random, 40.0, 900.0),
            phase: random.random_range(0.0..1.0),
            depth: random.random_range(0.02..0.35),
        }),
        fringes: None,
    }
}

pub(super) fn surround(columns: f32, phone: bool, random: &mut impl Rng) -> Surround {
    let unit = columns / if phone { 70.0 } else { 340.0 };
    let room = chance::spread(random, 0.03, 0.9);
    let warm = random.random_range(-0.1..0.3);
    let level = match random.random_range(0..10) {
        0..=6 => random.random_range(0.01..0.08),
        7..=8 => random.random_range(0.2..0.5),
        _ => 0.75,
    };
    let side = unit * random.random_range(1.0..14.0);
    Surround {
        bezel: [
            side,
            side * random.random_range(0.8..1.6),
            side,
            side * random.random_range(0.9..3.5),
        ],
        colour: [level; 3],
        rounding: if phone { unit * random.random_range(2.0..9.0) } else { 0.0 },
        ground: Ground::any(random),
        fine: unit,
        room: [room * (1.0 + warm), room, room * (1.0 - warm)],
        haze: chance::spread(random, 0.02, 0.2),
        keyboard: !phone && random.random_bool(0.5),
        reflections: (0..[0, 0, 1, 2][random.random_range(0..4)])
            .map(|_| reflection(room, random))
            .collect(),
    }
}

pub(super) fn reflection(room: f32, random: &mut impl Rng) -> Reflection {
    let level = room * random.random_range(0.03..0.5) + random.random_range(0.0..0.08);
    Reflection {
        centre: [0, 1].map(|_| random.random_range(0.0..1.0)),
        size: [0, 1].map(|_| chance::spread(random, 0.02, 0.4)),
        turn: random.random_range(-30.0..30.0),
        softness: chance::spread(random, 0.005, 0.2),
        colour: [0, 1, 2].map(|_| level * random.random_range(0.85..1.15)),
    }
}

/// Makes a display's control: what it shows is there as a thing that reflects light is, without raster
/// and without what a display and its glass add.
pub(super) fn reflecting(display: &mut Display, surround: &mut Surround, warm: f32) {
    let level = display.white.iter().sum::<f32>() / 3.0;
    let white = [level * (1.0 + warm), level, level * (1.0 - warm)];
    *display = Display { black_level: 0.0, falloff: 0.0, bands: None, white, ..*display };
    surround.haze = 0.0;
    surround.reflections.clear();
}

/// Nearly all displays are held nearly upright, or on their side.
fn upright(random: &mut impl Rng) -> f32 {
    let turn = [0.0, 0.0, 0.0, 0.0, 90.0, -90.0][random.random_range(0..6)];
    let off = if random.random_bool(0.8) { 2.5 } else { 20.0 };
    turn + random.random_range(-1.0..1.0f32).powi(3) * off + random.random_range(-0.8..0.8)
}

fn screen_crop(
    stock: &Stock,
    size: [usize; 2],
    even: bool,
    random: &mut ChaCha8Rng,
) -> (Box<dyn Scene>, usize) {
    let content = Arc::clone(pick(&stock.displays, random));
    let mut display = display(even, random);
    let columns = content.width() as f32;
    let mut surround = surround(columns, content.height() > content.width(), random);
    // Drawn for both, so that a control goes on as its picture does.
    let warm = random.random_range(-0.1..0.25);
    if even {
        reflecting(&mut display, &mut surround, warm);
    }
    // Display pixels on a pixel of the camera: a whole notebook screen on 12 MP gives 0.4 to 1; nearly
    // all screens are held nearly upright.
    let pitch = if random.random_bool(0.6) {
        chance::spread(random, 0.38, 1.05)
    } else {
        chance::spread(random, 0.22, 1.3)
    };
    let lean = if random.random_bool(0.3) { 25.0 } else { 6.0 };
    let pose = Pose {
        roll: upright(random),
        pitch: random.random_range(-lean..lean),
        yaw: random.random_range(-lean..lean),
        coverage: 0.8,
        offset: [0.0; 2],
    };
    let side = |pixels: usize| ((pixels as f32 / pitch) * 1.12) as usize;
    let frame = [side(content.width()), side(content.height())];
    let screen = Screen::showing(Arc::clone(&content), frame, pose, display, surround);
    let corners = screen.corners();
    // A detector looks where there is something to see.
    let [u, v] = (0..4)
        .map(|_| [0, 1].map(|_| random.random_range(0.05..0.95f32)))
        .find(|[u, v]| {
            let shown = content
                .at((u * content.width() as f32) as usize, (v * content.height() as f32) as usize);
            shown.iter().sum::<f32>() > 0.3
        })
        .unwrap_or([0.5; 2]);
    let middle = [0, 1].map(|axis| {
        let upper = corners[0][axis] + (corners[1][axis] - corners[0][axis]) * u;
        let lower = corners[3][axis] + (corners[2][axis] - corners[3][axis]) * u;
        upper + (lower - upper) * v
    });
    let corner = [0, 1].map(|axis| middle[axis] - size[axis] as f32 / 2.0);
    let fine = if even { 3 } else { ((6.0 * pitch).ceil() as usize).clamp(3, 7) };
    (Box::new(Window::new(screen, corner, size)), fine)
}

/// A print of a sheet or a photograph, from near.
fn print_crop(
    stock: &Stock,
    size: [usize; 2],
    even: bool,
    random: &mut ChaCha8Rng,
) -> (Box<dyn Scene>, usize) {
    let (picture, fine) = to_print(stock, 0.6, 6.0, random);
    let lines = random.random_range(85.0..175.0);
    let screening = if random.random_bool(0.3) { Screening::Scattered } else { Screening::Lines };
    let screening = if even { Screening::None } else { screening };
    let ground = printed(Pattern::Print { picture, fine, lines, screening });
    let fine = distance(random);
    (Box::new(surface(ground, fine, size, random)), if even { 3 } else { 5 })
}

/// What is printed and its pixels a millimetre: so often a photograph, as fine as that at most, or else a
/// sheet.
pub(super) fn to_print(
    stock: &Stock,
    photographs: f64,
    finest: f32,
    random: &mut ChaCha8Rng,
) -> (Arc<Raster>, f32) {
    match stock.photograph(random) {
        Some(picture) if random.random_bool(photographs) => {
            (Arc::clone(picture), random.random_range(1.5..finest))
        }
        _ => {
            let sheet = pick(&stock.sheets, random);
            (Arc::clone(&sheet.face), sheet.face.width() as f32 / sheet.size[0])
        }
    }
}

/// A print in ink on paper.
pub(super) fn printed(pattern: Pattern) -> Ground {
    Ground { pattern, colours: [[0.85; 3], [0.05; 3]], size: 1.0 }
}

/// Pixels a millimetre, from far to near.
fn distance(random: &mut impl Rng) -> f32 {
    chance::spread(random, 1.2, 16.0)
}

/// A part of a surface of which a millimetre is so many pixels.
fn surface(ground: Ground, fine: f32, size: [usize; 2], random: &mut ChaCha8Rng) -> Window<Desk> {
    let part = [0, 1].map(|axis| 6.0 * size[axis] as f32 / fine);
    let frame = [0, 1].map(|axis| 6 * size[axis]);
    let pose = Pose {
        roll: random.random_range(-180.0..180.0),
        pitch: random.random_range(-25.0..25.0),
        yaw: random.random_range(-25.0..25.0),
        coverage: 0.9,
        offset: [0.0; 2],
    };
    let desk = Desk::bare(part, frame, pose, ground, chance::light(random)).seeded(random.random());
    let corner = [0, 1].map(|axis| random.random_range(1.0..4.0) * size[axis] as f32);
    Window::new(desk, corner, size)
}

fn genuine_crop(stock: &Stock, size: [usize; 2], random: &mut ChaCha8Rng) -> Box<dyn Scene> {
    let fine = distance(random);
    match (random.random_range(0..10), stock.photograph(random)) {
        // Things as sharp as a camera sees them: about a pixel of the photograph a pixel.
        (0..=3, Some(picture)) => {
            let pixels = fine * chance::spread(random, 0.4, 1.6);
            let pattern = Pattern::Photograph(Arc::clone(picture), pixels);
            let ground = Ground { pattern, colours: [[1.0; 3]; 2], size: 1.0 };
            return Box::new(surface(ground, fine, size, random));
        }
        (0..=5, _) => {
            let ground = chance::ground(stock, random);
            return Box::new(surface(ground, fine, size, random));
        }
        _ => {}
    }
    let sheet = pick(&stock.sheets, random);
    let fine = chance::spread(random, 2.5, 16.0);
    let frame = sheet.size.map(|side| (side * fine * 1.15) as usize);
    let pose = chance::pose(0.75, random);
    let bends = chance::bends(sheet.size, random);
    let corner = [0, 1]
        .map(|axis| random.random_range(0.05..0.9) * frame[axis] as f32 - 0.5 * size[axis] as f32);
    let desk = Desk::new(
        (**sheet).clone(),
        frame,
        pose,
        chance::ground(stock, random),
        chance::light(random),
    )
    .seeded(random.random())
    .bent(&bends);
    Box::new(Window::new(desk, corner, size))
}

fn screen_view(stock: &Stock, frame: [usize; 2], random: &mut ChaCha8Rng) -> Screen {
    let content = Arc::clone(pick(&stock.displays, random));
    let phone = content.height() > content.width();
    // The raster itself is far too fine for so small a picture; what is left of it are fringes.
    let fringes = random.random_bool(0.5).then(|| Fringes {
        waves: [0, 1].map(|_| random.random_range(-30.0..30.0)),
        bend: random.random_range(0.0..6.0),
        depth: chance::spread(random, 0.005, 0.09),
        colourful: random.random_range(0.0..1.0),
    });
    let display = Display { fringes, ..display(true, random) };
    let mut surround = surround(content.width() as f32, phone, random);
    if random.random_bool(0.4) {
        // A lit room: the glass veils what it shows, and what stands around is as bright.
        let level = random.random_range(0.3..1.0);
        surround.room = [0, 1, 2].map(|_| level * random.random_range(0.9..1.1));
        surround.haze = random.random_range(0.05..0.3);
    }
    seen(content, frame, display, surround, random)
}

/// What lies flat in a frame and is no display: a picture on a wall, a sheet, a bare panel.
pub(super) fn framed_view(stock: &Stock, frame: [usize; 2], random: &mut ChaCha8Rng) -> Screen {
    let photograph = stock.photograph(random).cloned();
    let content = match (random.random_range(0..10), photograph) {
        (0..=4, Some(picture)) => picture,
        (0..=7, _) => Arc::clone(&pick(&stock.sheets, random).face),
        _ => {
            let [near, far] = [0, 1].map(|_| decode(random.random_range(0.1..0.95)));
            let tint = [0, 1, 2].map(|_| random.random_range(0.6..1.0));
            let side = |random: &mut ChaCha8Rng| random.random_range(60..160usize);
            let (width, height) = (side(random), side(random));
            Arc::new(Raster::from_fn(width, height, |x, y| {
                let share = (x + y) as f32 / (width + height) as f32;
                scale(tint, near + (far - near) * share)
            }))
        }
    };
    let mut display = display(true, random);
    let mut surround = surround(content.width() as f32, false, random);
    let warm = random.random_range(-0.1..0.25);
    let mirrored = surround.reflections.clone();
    reflecting(&mut display, &mut surround, warm);
    // Some are behind glass.
    if random.random_bool(0.4) {
        surround.reflections = mirrored;
    }
    // The light on them is the room's, and what the camera exposes for.
    let level = random.random_range(0.2..1.0);
    surround.room = [1.0 + warm, 1.0, 1.0 - warm].map(|share| level * share);
    display.white = surround.room.map(|level| level * random.random_range(0.85..1.0));
    surround.keyboard = false;
    surround.colour = match random.random_range(0..4) {
        0 => [random.random_range(0.01..0.08); 3],
        1 => [random.random_range(0.5..0.9); 3],
        2 => [0.30, 0.17, 0.08].map(|level| level * random.random_range(0.3..2.0)),
        _ => [0, 1, 2].map(|_| random.random_range(0.02..0.8)),
    };
    seen(content, frame, display, surround, random)
}

/// A display, or what stands in for one, as somebody photographs it.
pub(super) fn seen(
    content: Arc<Raster>,
    frame: [usize; 2],
    display: Display,
    surround: Surround,
    random: &mut ChaCha8Rng,
) -> Screen {
    let pose = held(random);
    let screen = Screen::showing(content, frame, pose, display, surround);
    // Often held so near that some or all of the display's frame is not seen.
    let near = if random.random_bool(0.7) { random.random_range(1.0..2.4f32) } else { 1.0 };
    let by = [0, 1].map(|axis| (1.0 - near) * frame[axis] as f32 * random.random_range(0.2..0.8));
    screen.enlarged(near, by)
}

/// How a display is photographed: mostly upright, and from the front.
pub(super) fn held(random: &mut ChaCha8Rng) -> Pose {
    let lean = if random.random_bool(0.4) { 35.0 } else { 12.0 };
    Pose {
        roll: random.random_range(-12.0..12.0)
            + [0.0, 0.0, 0.0, 90.0, -90.0, random.random_range(-60.0..60.0)]
                [random.random_range(0..6)],
        pitch: random.random_range(-lean..lean),
        yaw: random.random_range(-lean..lean),
        coverage: random.random_range(0.5..0.95),
        offset: [0, 1].map(|_| random.random_range(-0.06..0.06)),
    }
}

/// Anything that is no display: a place, a desk, a photograph of something.
pub(super) fn thing(stock: &Stock, frame: [usize; 2], random: &mut ChaCha8Rng) -> Box<dyn Scene> {
    let light = chance::light(random);
    let photograph = stock.photograph(random).cloned();
    match (random.random_range(0..10), photograph) {
        (0..=6, Some(picture)) => {
            let size = [picture.width() as f32, picture.height() as f32];
            let gain = decode(random.random_range(0.5..1.0));
            let ground = Ground {
                pattern: Pattern::Photograph(picture, 1.0),
                colours: [[gain; 3]; 2],
                size: 1.0,
            };
            let near =
                Pose { coverage: random.random_range(0.75..0.98), ..chance::pose(0.9, random) };
            Box::new(Desk::bare(size, frame, near, ground, light))
        }
        (7, _) => Box::new(chance::place(stock, frame, light, random)),
        _ => Box::new(document::bare(stock, frame, light, random)),
    }
}
