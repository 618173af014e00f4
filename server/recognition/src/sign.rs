//! The sign over a shop: which lines it is, and whether it names the business of a licence.

use bailing_vision::Quad;
use unicode_normalization::UnicodeNormalization;

use crate::page::{Line, Page, around};
use crate::recogniser::Field;
use crate::subsequence::in_common;

/// A sign hangs above the door: its middle is this far down the picture at most.
const LOWEST: f32 = 0.6;

/// Lines that belong to the sign have at least this share of its tallest line's height: the telephone number
/// and the list of wares below it have less.
const AS_TALL: f32 = 0.6;

/// Characters of a sign, at least: one alone is an ornament.
const SHORTEST: usize = 2;

/// What legal forms and branches are called, which no sign repeats.
const FORMS: [&str; 12] = [
    "有限责任公司",
    "股份有限公司",
    "有限公司",
    "公司",
    "个体工商户",
    "经营部",
    "分店",
    "总店",
    "商行",
    "商店",
    "门市部",
    "店",
];

/// The sign's text; `None` where nothing tall was read.
pub(crate) fn of(page: &Page) -> Option<Field> {
    let lowest = page.height().map_or(f32::INFINITY, |height| LOWEST * height);
    let above = |line: &&Line| middle(&line.region) <= lowest && is_level(&line.region);
    let above: Vec<&Line> = page.lines().iter().filter(above).collect();
    let tallest = above.iter().max_by(|a, b| tall(&a.region).total_cmp(&tall(&b.region)))?;
    let least = AS_TALL * tall(&tallest.region);
    let beside = |line: &&&Line| {
        let apart = (middle(&line.region) - middle(&tallest.region)).abs();
        tall(&line.region) >= least && apart < 0.5 * tall(&tallest.region)
    };
    let mut row: Vec<&&Line> = above.iter().filter(beside).collect();
    let left = |line: &Line| line.region.bounds()[0];
    row.sort_by(|a, b| left(a).total_cmp(&left(b)));
    let value: String = row.iter().map(|line| line.printed.trim()).collect();
    (value.chars().count() >= SHORTEST).then(|| Field {
        raw: value.clone(),
        value,
        confidence: row.iter().map(|line| line.confidence).fold(1.0, f32::min),
        region: around(row.iter().map(|line| line.region)),
        passed: None,
        proposed: None,
        handwritten: false,
    })
}

/// How far a sign names the business, 0..1: the share of the sign's characters that stand in the name in the
/// same order, legal forms and what is no letter left out. A trade name may be another than the registered
/// one, so a small share is a question and no contradiction.
pub(crate) fn agreement(sign: &str, name: &str) -> f32 {
    let (sign, name) = (core(sign), core(name));
    if sign.is_empty() {
        return 0.0;
    }
    in_common(&sign, &name) as f32 / sign.len() as f32
}

/// The letters that tell a business from another.
fn core(text: &str) -> Vec<char> {
    let mut text: String = text
        .nfkc()
        .filter(|letter| letter.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect();
    for form in FORMS {
        // A business called by its form alone keeps it.
        if text.len() > form.len() {
            text = text.replace(form, "");
        }
    }
    // Nobody's sign or name is longer, and the comparison is quadratic.
    text.chars().take(64).collect()
}

fn tall(region: &Quad) -> f32 {
    let [a, b, c, d] = region.corners;
    (a.distance(d) + b.distance(c)) / 2.0
}

fn middle(region: &Quad) -> f32 {
    region.corners.iter().map(|corner| corner.y).sum::<f32>() / 4.0
}

fn is_level(region: &Quad) -> bool {
    let [from, to, ..] = region.corners;
    (to.x - from.x).abs() >= (to.y - from.y).abs()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ocr::TextLine;

    fn read(lines: &[TextLine]) -> Option<Field> {
        of(&Page::new(lines).of_height(1_000.0))
    }

    fn line(text: &str, [left, top, right, bottom]: [f32; 4]) -> TextLine {
        let region = Quad::rectangle(left, top, right, bottom);
        TextLine { text: text.to_owned(), confidence: 0.9, region, characters: Vec::new() }
    }

    #[test]
    fn the_sign_is_the_tallest_row_above_the_door() {
        let lines = [
            line("便利店", [420.0, 102.0, 700.0, 195.0]),
            line("阿华", [100.0, 100.0, 400.0, 200.0]),
            line("电话 138", [100.0, 210.0, 400.0, 240.0]),
            line("清仓大甩卖", [100.0, 800.0, 900.0, 990.0]),
        ];
        let sign = read(&lines).expect("a sign");
        assert_eq!(sign.value, "阿华便利店");
        assert_eq!(sign.region.expect("a place").bounds(), [100.0, 100.0, 700.0, 200.0]);
        assert_eq!(read(&lines[3..]), None);
        assert_eq!(read(&[]), None);
        assert_eq!(read(&[line("福", [0.0, 0.0, 90.0, 90.0])]), None);
    }

    #[test]
    fn a_sign_agrees_with_the_name_that_it_shortens() {
        let name = "云溪市阿华便利店有限公司";
        assert!((agreement("阿华便利店", name) - 1.0).abs() < f32::EPSILON);
        assert!((agreement("阿 华・便利", name) - 1.0).abs() < f32::EPSILON);
        assert!(agreement("阿花便利店", name) > 0.7, "one letter misread");
        assert!(agreement("顺丰快递", name) < 0.3);
        assert_eq!(agreement("", name), 0.0);
        assert_eq!(agreement("！？", name), 0.0);
        assert_eq!(agreement("阿华", ""), 0.0);
    }
}
