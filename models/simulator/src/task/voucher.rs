//! Vouchers from near, for reading: every line of text with its place.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use super::chance;
use super::series::Recipe;
use crate::document;
use crate::place::Desk;
use crate::stock::Stock;

/// One picture's scene and camera; the kinds take turns.
pub(super) fn recipe(stock: &Stock, long: usize, index: u64, random: &mut ChaCha8Rng) -> Recipe {
    let kind = index as usize % document::kinds().len();
    let coverage = random.random_range(0.6..0.9);
    let scale = 1.3 * long as f32 / 297.0 * document::enlargement(kind);
    let sheet = document::voucher(&stock.fonts, kind, random.random(), scale);
    let [width, height] = sheet.size;
    let frame = if width > height { [long, long * 3 / 4] } else { [long * 3 / 4, long] };
    let pose = crate::place::Pose {
        roll: random.random_range(-4.0..4.0),
        pitch: random.random_range(-6.0..10.0),
        yaw: random.random_range(-7.0..7.0),
        coverage,
        offset: [0.0, 0.0],
    };
    let bends = chance::bends(sheet.size, random);
    let desk = Desk::new(sheet, frame, pose, chance::ground(stock, random), chance::light(random))
        .seeded(random.random())
        .bent(&bends);
    Recipe::new(Box::new(desk), chance::camera(false, random), random.random_range(80..=97))
}
