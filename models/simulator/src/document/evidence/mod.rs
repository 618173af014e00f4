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

/// The kinds that [`evidence`] makes: those of the product, and `unknown`, papers that are none.
#[must_use]
pub fn evidence_kinds() -> Vec<&'static str> {
    let mut kinds: Vec<&str> = Vec::new();
    for design in designs::all() {
        if !kinds.contains(&design.kind) {
            kinds.push(design.kind);
        }
    }
    kinds
}

/// Share of a text's size that it may shrink to where a page would not hold it all.
const SMALLEST: f32 = 0.7;

/// A voucher of one of [`evidence_kinds`], by its index there (any number: it is taken modulo their
/// count), filled from the seed, drawn at about `scale` pixels a millimetre of A4, smaller papers
/// finer.
#[must_use]
pub fn evidence(fonts: &Fonts, kind: usize, seed: u64, scale: f32) -> Sheet {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let kinds = evidence_kinds();
    let kind = kinds[kind % kinds.len()];
    let designs: Vec<&Design> = designs::all().filter(|design| design.kind == kind).collect();
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;
    use crate::fonts::installed;
    use crate::numbers::{uscc, vin};

    /// What recognition reads of a kind, from its file.
    fn names(kind: &str) -> BTreeSet<String> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../server/recognition/kinds");
        let text = std::fs::read_to_string(folder.join(format!("{kind}.toml"))).unwrap_or_default();
        let said = |key: &str, line: &str| {
            let value = line.strip_prefix(key)?.strip_prefix(" = ")?;
            Some(value.trim_matches('"').to_owned())
        };
        let total = ["amount", "net", "tax", "words"];
        let mut names: BTreeSet<String> = text
            .lines()
            .filter_map(|line| {
                said("name", line).or_else(|| total.iter().find_map(|key| said(key, line)))
            })
            .collect();
        let like = text.lines().find_map(|line| said("like", line));
        names.extend(like.iter().flat_map(|like| self::names(like)));
        names
    }

    #[test]
    fn every_design_is_laid_out_and_true_by_the_names_that_recognition_reads() {
        let Some(fonts) = installed() else { return };
        let kinds = evidence_kinds();
        assert_eq!(kinds.len(), 36, "{kinds:?}");
        for (index, kind) in kinds.iter().enumerate() {
            let names = names(kind);
            for seed in 0..6 {
                let sheet = evidence(&fonts, index, seed, 0.6);
                assert_eq!(sheet.kind, *kind);
                assert_eq!(sheet.fields.is_empty(), *kind == "unknown", "{kind}");
                let [width, height] = sheet.size;
                for (name, value) in &sheet.fields {
                    assert!(names.contains(*name), "{kind} has no {name} in {names:?}");
                    assert!(!value.trim().is_empty(), "{kind}.{name} is empty");
                    let [left, top, right, bottom] = sheet.places[name];
                    let inside = left >= 0.0 && top >= 0.0 && right <= width && bottom <= height;
                    assert!(inside, "{kind}.{name} lies outside: {:?}", sheet.places[name]);
                    match *name {
                        "vin" => assert!(vin::is_valid(value), "{value}"),
                        name if name.ends_with("uscc") => assert!(uscc::is_valid(value), "{value}"),
                        _ => {}
                    }
                }
            }
        }
    }

    #[test]
    fn the_same_seed_says_the_same() {
        let Some(fonts) = installed() else { return };
        let says = |seed| evidence(&fonts, 8, seed, 0.5).fields;
        assert_eq!(says(4), says(4));
        assert_ne!(says(4), says(5));
    }
}
