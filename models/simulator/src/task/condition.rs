//! Pages with which one thing is wrong and nothing else: how well they are found is told apart by it.

use clap::ValueEnum;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use super::chance;
use super::document::glares;
use super::series::Recipe;
use crate::camera::{Blur, Camera};
use crate::colour::scale;
use crate::document::{self, Sheet};
use crate::place::{Bend, Desk, Ground, Lamp, Light, Prop};
use crate::scene::Scene as _;
use crate::stock::{Stock, pick};

/// What makes a page hard to find.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Condition {
    /// Nothing: a page on a desk in daylight
    Plain,
    /// Things and papers around it, some over its edge
    Clutter,
    /// White paper on white ground
    WhiteOnWhite,
    /// Lamps mirrored in it
    Glare,
    /// Little light but a lamp's
    Night,
    /// Fingers over its edge
    Finger,
    /// A part of it outside of the frame
    CutOff,
    /// A frame printed inside of the paper
    PrintedFrame,
    /// Paper that bends up
    Curl,
}

/// One picture's scene and camera.
pub(super) fn recipe(
    condition: Condition,
    stock: &Stock,
    long: usize,
    random: &mut ChaCha8Rng,
) -> Recipe {
    let frame = chance::frame(long, random);
    let coverage = random.random_range(0.25..0.7);
    let sheet = sheet(condition, stock, 1.7 * coverage * (frame[0] * frame[1]) as f32, random);
    let size = sheet.size;
    let reach = size[0].max(size[1]);
    let ground = match condition {
        Condition::WhiteOnWhite => Ground::white(random),
        _ => chance::ground(stock, random),
    };
    let pose = chance::pose(coverage, random);
    let light = light(condition, random);
    let desk = Desk::new(sheet, frame, pose, ground, light).seeded(random.random());
    let desk = match condition {
        Condition::Clutter => {
            let count = random.random_range(8..15);
            let mut things = chance::clutter(stock, size, 0.4 * reach, count, random);
            // What lies over the page leaves most of it to be seen.
            let [x, y] = [0.5 * size[0], 0.5 * size[1]];
            things.retain(|thing| thing.distance([x, y]) > 0.6 * x.min(y));
            // Flat things lie below the page, so that it stays the one that is photographed.
            let is_flat = |thing: &Prop| matches!(thing, Prop::Paper { .. } | Prop::Cover { .. });
            let (below, above) = things.into_iter().partition(is_flat);
            desk.below(below).above(above)
        }
        Condition::Glare => desk.glares(glares(size, random)),
        Condition::Finger => desk.above(chance::hand(size, random)),
        Condition::CutOff => cut_off(desk, frame, random),
        Condition::Curl => {
            let height = reach * random.random_range(0.03..0.12);
            let bend = if random.random_bool(0.7) {
                let flat = random.random_range(0.2..0.8);
                Bend::Curl { towards: random.random_range(0.0..360.0), flat, height }
            } else {
                Bend::Arch { across: *pick(&[0.0, 90.0], random), height: 0.6 * height }
            };
            desk.bent(&[bend])
        }
        Condition::Plain | Condition::WhiteOnWhite | Condition::Night | Condition::PrintedFrame => {
            desk
        }
    };
    Recipe::new(Box::new(desk), camera(condition, random), random.random_range(80..=97))
}

fn sheet(condition: Condition, stock: &Stock, pixels: f32, random: &mut ChaCha8Rng) -> Sheet {
    if condition != Condition::PrintedFrame {
        return stock.sheet(pixels, random);
    }
    let framed = document::framed_kinds();
    let kind = *pick(&framed, random);
    let scale = (pixels / (210.0 * 297.0)).sqrt() * document::enlargement(kind);
    document::voucher(&stock.fonts, kind, random.random(), scale)
}

fn light(condition: Condition, random: &mut ChaCha8Rng) -> Light {
    let day = if random.random_bool(0.5) { Light::room() } else { Light::window() };
    let (_, lost) = day.fade;
    let day = Light { fade: (random.random_range(0.0..360.0), lost), ..day };
    if condition != Condition::Night {
        return day;
    }
    let spot = Lamp {
        centre: [0, 1].map(|_| random.random_range(0.1..0.9)),
        reach: random.random_range(0.15..0.6),
        colour: scale([1.0, 0.8, 0.55], random.random_range(0.1..0.6)),
    };
    Light { colour: scale(day.colour, random.random_range(0.02..0.2)), lamps: vec![spot], ..day }
}

/// Moved over a border of the frame until a part of the page is lost.
fn cut_off(desk: Desk, frame: [usize; 2], random: &mut ChaCha8Rng) -> Desk {
    let corners = desk.truth().corners.unwrap_or_default();
    let axis = random.random_range(0..2usize);
    let length = frame[axis] as f32;
    let along = corners.map(|corner| corner[axis]);
    let (first, last) =
        along.iter().fold((f32::MAX, f32::MIN), |(a, b), at| (a.min(*at), b.max(*at)));
    let lost = random.random_range(0.05..0.35) * (last - first);
    let distance = if random.random_bool(0.5) { -first - lost } else { length - last + lost };
    let mut by = [0.0; 2];
    by[axis] = distance;
    desk.moved(by)
}

fn camera(condition: Condition, random: &mut ChaCha8Rng) -> Camera {
    let camera = Camera { blur: Blur::None, ..chance::camera(false, random) };
    let (exposure, full_well) = if condition == Condition::Night {
        (random.random_range(0.4..0.9), random.random_range(300.0..1500.0))
    } else {
        (random.random_range(0.6..1.0), random.random_range(3000.0..12_000.0))
    };
    Camera { exposure, full_well, ..camera }
}
