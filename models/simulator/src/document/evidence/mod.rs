//! Vouchers of every kind that the product asks for, filled in from a story whose codes and amounts
//! agree, with the truth about every field, seal, signature and table. The layouts are of this
//! project; they have the parts and labels of the real forms, not their artwork.

mod calendar;
mod design;
mod designs;
mod layout;
mod ledger;
mod people;
mod sealing;
mod story;
mod table;
mod template;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::{Form, Sheet};
use crate::colour::srgb;
use crate::fonts::Fonts;
use design::Design;
use layout::Layout;
use story::Story;

/// The kinds that [`evidence`] makes, those of the product first; the last are others, each
/// `unknown`.
#[must_use]
pub fn evidence_kinds() -> Vec<&'static str> {
    groups().iter().filter_map(|designs| designs.first()).map(|design| design.kind).collect()
}

/// The designs of each kind; those of no kind one by one.
fn groups() -> Vec<Vec<&'static Design>> {
    let mut groups: Vec<Vec<&Design>> = Vec::new();
    for design in designs::all() {
        let same = |group: &&mut Vec<&Design>| group.iter().any(|other| other.kind == design.kind);
        match groups.iter_mut().find(same).filter(|_| design.kind != UNKNOWN) {
            Some(group) => group.push(design),
            None => groups.push(vec![design]),
        }
    }
    groups
}

/// What recognition says of papers that are none of the product's.
const UNKNOWN: &str = "unknown";

/// Share of a text's size that it may shrink to where a page would not hold it all.
const SMALLEST: f32 = 0.7;

/// A voucher of one of [`evidence_kinds`], by its index there (any number: it is taken modulo their
/// count), filled from the seed, drawn at about `scale` pixels a millimetre of A4, smaller papers
/// finer.
#[must_use]
pub fn evidence(fonts: &Fonts, kind: usize, seed: u64, scale: f32) -> Sheet {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let groups = groups();
    let designs = &groups[kind % groups.len()];
    let design = designs[random.random_range(0..designs.len())];
    let paper = srgb(design.paper).map(|level| {
        let fade: f32 = random.random_range(0.86..1.0);
        (level * fade).min(0.98)
    });
    let size = [design.size[0] * random.random_range(0.96..1.05), design.size[1]];
    let scale = scale * 297.0 / size[0].max(size[1]);
    let by_hand = random.random_range(0..100) < design.by_hand;
    let seed = random.random();
    let mut body = design.body * random.random_range(0.94..1.06);
    loop {
        let mut form = Form::scaled(fonts, design.kind, size, paper, scale);
        let mut story = Story::new(seed, design.deals_in);
        let end = Layout::new(&mut form, design, &mut story, body, by_hand).lay();
        let is_strip = size[1] > 2.0 * size[0];
        if is_strip {
            form.cut(end + 5.0);
        }
        // A page that did not hold it all is set again, smaller.
        if end <= size[1] || body < SMALLEST * design.body {
            return form.finish();
        }
        body *= 0.93;
    }
}
