//! Vouchers from near, for reading: every line of text with its place.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use super::chance;
use super::series::Recipe;
use crate::document;
use crate::stock::Stock;

/// One picture's scene and camera; the kinds take turns.
pub(super) fn recipe(stock: &Stock, long: usize, index: u64, random: &mut ChaCha8Rng) -> Recipe {
    let kind = index as usize % document::kinds().len();
    let coverage = random.random_range(0.6..0.9);
    let scale = 1.3 * long as f32 / 297.0 * document::enlargement(kind);
    let sheet = document::voucher(&stock.fonts, kind, random.random(), scale);
    let desk = chance::from_near(stock, sheet, long, coverage, random);
    Recipe::new(Box::new(desk), chance::camera(false, random), random.random_range(80..=97))
}
