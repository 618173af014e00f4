//! Seals on vouchers, and the truth about them.

use rand::RngExt;

use super::design::Seal;
use super::layout::Layout;
use super::template;
use crate::canvas::Ink;
use crate::colour::{Rgb, srgb};
use crate::document::SealMark;
use crate::marks;

/// How often a seal that may be missing is there, and how often it is blue, in a hundred.
const PRESENT: u8 = 70;
const BLUE: u8 = 15;

impl Layout<'_, '_> {
    /// Presses a seal about a point, as large as such a seal is unless the paper is small.
    pub(super) fn seal(&mut self, seal: Seal, centre: [f32; 2], room: f32) {
        let mut colour = "red";
        let mut ink = |layout: &mut Self, blue: bool| {
            let random = layout.story.random();
            if blue && random.random_range(0..100) < BLUE {
                colour = "blue";
            }
            Ink::stamped(if colour == "blue" { blue_ink() } else { marks::seal_red() })
                .opacity(random.random_range(0.6..0.92))
        };
        let [width, height] = self.form.size;
        let largest = room.min(0.62 * width.min(height));
        let (shape, name, purpose, reach) = match seal {
            Seal::None => return,
            Seal::Round(name, purpose) => {
                let ink = ink(self, false);
                let (name, purpose, reach) = self.round(name, purpose, centre, largest, ink);
                ("round", name, purpose, reach)
            }
            Seal::Perhaps(name, purpose) => {
                if self.story.random().random_range(0..100) >= PRESENT {
                    return;
                }
                let ink = ink(self, true);
                let (name, purpose, reach) = self.round(name, purpose, centre, largest, ink);
                ("round", name, purpose, reach)
            }
            Seal::Oval(name, number, purpose) => {
                let ink = ink(self, false);
                let [name, number, purpose] =
                    [name, number, purpose].map(|part| template::text(part, self.story));
                let across = largest.min(40.0) / 2.0;
                let reach = [across, 0.75 * across];
                let lines = [number.as_str(), purpose.as_str()];
                marks::oval_seal(self.canvas(), centre, reach, &name, lines, ink);
                ("oval", name, format!("{number}{purpose}"), reach)
            }
            Seal::Square(name) => {
                let ink = ink(self, false);
                let name = template::text(name, self.story);
                let side = largest.min(20.0);
                let columns = columns(&name);
                let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
                marks::square_seal(self.canvas(), centre, side, &columns, ink);
                ("square", name, String::new(), [side / 2.0; 2])
            }
        };
        let [x, y] = centre;
        let place = [x - reach[0], y - reach[1], x + reach[0], y + reach[1]];
        self.form.seals.push(SealMark { shape, colour, text: name, purpose, place });
    }

    fn round(
        &mut self,
        name: &'static str,
        purpose: &'static str,
        centre: [f32; 2],
        largest: f32,
        ink: Ink,
    ) -> (String, String, [f32; 2]) {
        let name = template::text(name, self.story);
        let purpose = template::text(purpose, self.story);
        let random = self.story.random();
        let diameter = random.random_range(38.0..42.0f32).min(largest);
        let turn = random.random_range(-0.4..0.4);
        marks::round_seal(self.canvas(), centre, diameter, &name, &purpose, turn, ink);
        (name, purpose, [diameter / 2.0; 2])
    }
}

fn blue_ink() -> Rgb {
    srgb(0x2340a8)
}

/// A name in columns of about as many characters, read from the right.
fn columns(name: &str) -> Vec<String> {
    let letters: Vec<char> = name.chars().collect();
    let across = (letters.len() as f32).sqrt().ceil().max(2.0) as usize;
    letters
        .chunks(letters.len().div_ceil(across).max(1))
        .map(|part| part.iter().collect())
        .collect()
}
