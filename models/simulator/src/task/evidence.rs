//! Vouchers of every kind that the product asks for, from near, with the truth about their fields,
//! seals, signatures and tables.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use super::chance;
use super::series::Recipe;
use crate::document;
use crate::place::{Desk, Pose};
use crate::stock::Stock;

/// One picture's scene and camera; the kinds take turns.
pub(super) fn recipe(stock: &Stock, long: usize, index: u64, random: &mut ChaCha8Rng) -> Recipe {
    let scale = 1.3 * long as f32 / 297.0;
    let kind = index as usize % document::evidence_kinds().len();
    let sheet = document::evidence(&stock.fonts, kind, random.random(), scale);
    let [width, height] = sheet.size;
    let frame = if width > height { [long, long * 3 / 4] } else { [long * 3 / 4, long] };
    let pose = Pose {
        roll: random.random_range(-4.0..4.0),
        pitch: random.random_range(-6.0..10.0),
        yaw: random.random_range(-7.0..7.0),
        coverage: random.random_range(0.6..0.9),
        offset: [0.0, 0.0],
    };
    let bends = chance::bends(sheet.size, random);
    let desk = Desk::new(sheet, frame, pose, chance::ground(stock, random), chance::light(random))
        .seeded(random.random())
        .bent(&bends);
    Recipe::new(Box::new(desk), chance::camera(false, random), random.random_range(80..=97))
}
