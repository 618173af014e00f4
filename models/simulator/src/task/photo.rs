//! Whole photos at the sensor's own pixels: of things, and of displays and prints passed off for them.

use std::sync::Arc;

use clap::ValueEnum;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use super::recapture::{
    display, framed_view, held, printed, reflection, seen, surround, thing, to_print,
};
use super::series::Recipe;
use super::{chance, document};
use crate::camera::{Blur, Camera};
use crate::place::{Desk, Display, Grid, Pattern, Pose, Screen, Screening, Surround};
use crate::scene::Scene;
use crate::stock::{Stock, pick, stream};

/// How a display or a print is passed off for the thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Attack {
    /// A display, as anybody would photograph it
    Plain,
    /// Out of focus on purpose
    Defocused,
    /// From so far that the display is a small part of the frame
    Distant,
    /// Turned and leant, so that the two grids beat less
    Turned,
    /// A panel of five thousand pixels a row
    Dense,
    /// An organic panel, whose black is black
    Oled,
    /// A film's frame over the whole display, in the dark
    Film,
    /// A print instead of a display
    Print,
    /// A display behind glass that mirrors the room
    Glass,
}

/// One photo. Without an attack half are of displays; of the others one in eight is a framed picture,
/// two a document, five another thing.
pub(super) fn recipe(
    attack: Option<Attack>,
    stock: &Stock,
    long: usize,
    seed: u64,
    index: u64,
) -> Recipe {
    let random = &mut stream(seed, index);
    let mut camera = chance::camera(true, random);
    if let Some(attack) = attack {
        // Only on purpose.
        camera.blur = match attack {
            Attack::Defocused => Blur::Defocus(chance::spread(random, 1.5, 4.0)),
            _ => Blur::None,
        };
    }
    let frame = chance::frame((long as f32 / camera.stored).round() as usize, random);
    let quality = random.random_range(80..=97);
    let (scene, class, fine): (Box<dyn Scene>, _, usize) = match (attack, index % 16) {
        (None, place) if place % 2 == 1 => {
            let scene: Box<dyn Scene> = match place {
                1 => Box::new(framed_view(stock, frame, random)),
                3 | 5 => Box::new(document::page(stock, frame, random)),
                _ => thing(stock, frame, random),
            };
            (scene, "genuine", 2)
        }
        (Some(Attack::Print), _) => (Box::new(print(stock, frame, random)), "print", 4),
        (attack, _) => {
            let screen = screen(attack.unwrap_or(Attack::Plain), stock, frame, random);
            let fine = ((6.0 * screen.pixels_a_pixel()).ceil() as usize).clamp(3, 7);
            (Box::new(screen), "screen", fine)
        }
    };
    let camera = Camera { supersampling: fine, ..camera };
    Recipe::new(scene, camera, quality).labelled(class)
}

fn screen(attack: Attack, stock: &Stock, frame: [usize; 2], random: &mut ChaCha8Rng) -> Screen {
    let shown = Arc::clone(pick(&stock.displays, random));
    let [width, height] = [shown.width(), shown.height()];
    let content = match attack {
        Attack::Dense => {
            let times = 5_120.0 / width.max(height) as f32;
            Arc::new(
                shown.resized((width as f32 * times) as usize, (height as f32 * times) as usize),
            )
        }
        Attack::Film => match stock.photograph(random) {
            Some(picture) => Arc::new(picture.resized(width, height)),
            None => shown,
        },
        _ => shown,
    };
    let lit = display(false, random);
    let lit = match attack {
        Attack::Oled => Display { grid: Grid::PenTile, black_level: 0.0, falloff: 0.0, ..lit },
        Attack::Film => Display { white: lit.white.map(|level| 0.6 * level), ..lit },
        _ => lit,
    };
    let around = surround(content.width() as f32, content.height() > content.width(), random);
    let around = match attack {
        Attack::Film => Surround { room: [0.02; 3], reflections: Vec::new(), ..around },
        Attack::Glass => Surround {
            haze: random.random_range(0.2..0.5),
            reflections: (0..4).map(|_| reflection(0.8, random)).collect(),
            ..around
        },
        _ => around,
    };
    let pose = match attack {
        Attack::Distant => Pose {
            coverage: chance::spread(random, 0.05, 0.2),
            offset: [0, 1].map(|_| random.random_range(-0.25..0.25)),
            ..held(random)
        },
        Attack::Turned => {
            let way = |random: &mut ChaCha8Rng| if random.random_bool(0.5) { 1.0 } else { -1.0 };
            Pose {
                roll: way(random) * random.random_range(15.0..45.0),
                pitch: way(random) * random.random_range(15.0..35.0),
                yaw: way(random) * random.random_range(15.0..35.0),
                ..held(random)
            }
        }
        _ => return seen(content, frame, lit, around, random),
    };
    Screen::showing(content, frame, pose, lit, around)
}

/// A printed sheet or photograph from near, screened as printers do.
fn print(stock: &Stock, frame: [usize; 2], random: &mut ChaCha8Rng) -> Desk {
    let (picture, fine) = to_print(stock, 0.4, 4.0, random);
    let size = [picture.width() as f32 / fine, picture.height() as f32 / fine];
    let screening = if random.random_bool(0.3) { Screening::Scattered } else { Screening::Lines };
    let lines = random.random_range(85.0..175.0);
    let ground = printed(Pattern::Print { picture, fine, lines, screening });
    let pose = Pose { coverage: random.random_range(0.75..0.98), ..chance::pose(0.9, random) };
    Desk::bare(size, frame, pose, ground, chance::light(random))
}
