//! Vouchers of every kind that the product asks for, from near, with the truth about their fields,
//! seals, signatures and tables.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use super::chance;
use super::series::Recipe;
use crate::document;
use crate::stock::Stock;

/// One picture's scene and camera; the kinds take turns.
pub(super) fn recipe(stock: &Stock, long: usize, index: u64, random: &mut ChaCha8Rng) -> Recipe {
    let scale = 1.3 * long as f32 / 297.0;
    let kind = index as usize % document::evidence_kinds().len();
    let sheet = document::evidence(&stock.fonts, kind, random.random(), scale);
    let coverage = random.random_range(0.6..0.9);
    let desk = chance::from_near(stock, sheet, long, coverage, random);
    Recipe::new(Box::new(desk), chance::camera(false, random), random.random_range(80..=97))
}
