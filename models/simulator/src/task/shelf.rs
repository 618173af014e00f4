//! Shelves whose stock is known, and nothing else.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use super::chance;
use super::series::Recipe;
use crate::place::Subject;
use crate::stock::Stock;

/// One picture's scene and camera.
pub(super) fn recipe(stock: &Stock, long: usize, random: &mut ChaCha8Rng) -> Recipe {
    let frame = chance::frame(long, random);
    let light = chance::light(random);
    let shelf = chance::facade(stock, Subject::Stocked, frame, light, random);
    Recipe::new(Box::new(shelf), chance::camera(false, random), random.random_range(80..=97))
}
