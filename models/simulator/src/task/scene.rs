//! Documents, shop fronts, shelves, vehicles and other things, in equal parts.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use super::series::Recipe;
use super::{chance, document};
use crate::place::{Desk, Ground, Pattern, Subject};
use crate::scene::Scene;
use crate::stock::Stock;

/// One picture's scene and camera; which of the five it is follows from its number.
pub(super) fn recipe(stock: &Stock, long: usize, index: u64, random: &mut ChaCha8Rng) -> Recipe {
    let frame = chance::frame(long, random);
    let light = chance::light(random);
    let facade = |subject, random: &mut ChaCha8Rng| -> Box<dyn Scene> {
        Box::new(chance::facade(stock, subject, frame, light.clone(), random))
    };
    let scene: Box<dyn Scene> = match index % 5 {
        0 => Box::new(document::page(stock, frame, random)),
        1 => facade(Subject::Storefront, random),
        2 => facade(Subject::Shelf, random),
        3 => facade(Subject::Vehicle, random),
        _ if random.random_bool(0.4) => facade(Subject::Room, random),
        _ => match stock.photograph(random).filter(|_| random.random_bool(0.5)) {
            Some(picture) => {
                let ground = Ground {
                    pattern: Pattern::Photograph(picture.clone(), 1.0),
                    ..Ground::any(random)
                };
                let size = [picture.width() as f32, picture.height() as f32];
                Box::new(Desk::bare(size, frame, chance::pose(0.9, random), ground, light))
            }
            None => Box::new(document::bare(stock, frame, light, random)),
        },
    };
    Recipe::new(scene, chance::camera(false, random), random.random_range(80..=97))
}
