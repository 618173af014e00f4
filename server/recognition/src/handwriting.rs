//! Handwriting: signatures beside the labels where a kind is signed, and values that a pen wrote.

mod pen;

use bailing_vision::Quad;
use image::{GrayImage, Luma, RgbImage};
use imageproc::region_labelling::{Connectivity, connected_components};
use serde::{Deserialize, Serialize};

use crate::page::Line;

pub(crate) use pen::mark_written;

/// How far a signature reaches behind its label and above and below it, in heights of the label.
const BEHIND: f32 = 8.0;
const BESIDE: f32 = 0.8;

/// How much darker than the paper ink is, a share of the paper's light.
const DARKER: f32 = 0.3;

/// How much redder or bluer than its paper a seal is, of 1; a pen that is as blue is darker, a share of the
/// paper's light.
const SEAL: f32 = 0.15;
const PEN: f32 = 0.45;

/// Least ink, in squares of the label's letters: less is dust, a rule, the end of the label.
const LEAST: f32 = 0.06;

/// How many times as high as the label's letters what a hand writes is: print behind a label is as high, and
/// hands write larger than forms are set. From where it speaks for a hand, and over how much more in full.
const LARGER: f32 = 1.1;
const MUCH_LARGER: f32 = 0.35;

/// How many times as wide as print a hand's characters are, by which a line with both is divided.
const WIDER: f32 = 1.5;

/// What lies farther behind a signature, in heights of the label's letters, is not of it.
const APART: f32 = 1.0;

/// Share of the ink of what has most that makes what stands before it the signature.
const ENOUGH: f32 = 0.4;

/// Level lines longer than this, in heights of the label's letters, are rules.
const RULE: f32 = 2.0;

/// Higher strokes, in heights of the label's letters, are a table's or several rows'.
const HIGHEST: f32 = 3.0;

/// The middle of a stroke of a row lies no farther above or below its label, in heights of the label.
const IN_ROW: f32 = 0.25;

/// Share of its height that a line moves on by with every character, at least: of a label's characters those are
/// measured that this says are the label's even where a hand made the line twice as high.
const FIRST: f32 = 0.5;

/// Height of the letters of a line against what is read as its height.
const LETTERS: f32 = 0.85;

/// Width of a printed character against the height of its ink.
const PITCH: f32 = 1.3;

/// What a label may go on with.
const ENDS: &str = "签章字名收发人员)(:;_";

/// How blue a pen is beyond its paper, of 1, and over how much more in full: black print has none, whatever the
/// light.
const BLUE: f32 = 0.04;
const MUCH_BLUER: f32 = 0.08;

/// A place where a voucher is signed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Signature {
    /// The label that it stands at.
    pub beside: String,
    /// Whether a hand wrote there: not whose.
    pub present: bool,
    /// 0..1: how much it looks written rather than printed; 0 where there is nothing.
    pub confidence: f32,
    /// The ink, or where it should be, in pixels of the upright still.
    pub region: Quad,
}

/// What a hand leaves behind a label; lines and labels in pixels of the page.
pub(crate) fn signature(page: &RgbImage, line: &Line, label: &str, others: &[Line]) -> Signature {
    let [left, top, right, bottom] = line.region.bounds();
    let height = (bottom - top).max(4.0);
    let Behind { label: until, share, read } = behind(&line.text, label);
    // How high the label's letters are themselves: a line that a hand went on with is higher.
    let first = left + ((right - left) * share).min(FIRST * until * height);
    let most = LETTERS * usual_height(others).min(height);
    let letters = match letters(page, [left, top, first, bottom]) {
        0.0 => most,
        letters => letters.min(most).max(0.6 * most),
    };
    // A line's box may reach over a hand that nothing was read of.
    let printed = until * letters * PITCH;
    let start = left + ((right - left) * share).min(printed.max(0.5 * height));
    let others: Vec<&Line> = others.iter().filter(|other| !std::ptr::eq(*other, line)).collect();
    let in_row = |other: &Line| {
        let [_, above, _, below] = other.region.bounds();
        (f32::midpoint(above, below) - f32::midpoint(top, bottom)).abs() < 0.6 * height
    };
    // Up to the next label of the row.
    let end = others
        .iter()
        .filter(|other| in_row(other) && other.text.contains(':'))
        .map(|other| other.region.bounds()[0])
        .filter(|next| *next > start + 0.5 * height)
        .fold(start + BEHIND * height, f32::min);
    let area = [start, top - BESIDE * height, end, bottom + BESIDE * height];
    let print: Vec<[f32; 4]> = others
        .iter()
        .filter(|other| other.confidence > 0.85 && !in_row(other))
        .map(|other| other.region.bounds())
        .collect();
    let row = [top - IN_ROW * height, bottom + IN_ROW * height];
    let ink = strokes(page, area, row, &print, letters);
    let unread = if read == 0 || line.confidence < 0.8 { 0.2 } else { 0.0 };
    let mut confidence = 0.0;
    if ink.area >= LEAST {
        confidence += 0.1 + unread;
        confidence += (0.6 * (ink.high - LARGER) / MUCH_LARGER).clamp(0.0, 0.6);
        confidence += (0.4 * (ink.blue - BLUE) / MUCH_BLUER).clamp(0.0, 0.4);
    }
    let confidence = f32::min(confidence, 1.0);
    let [left, top, right, bottom] = if ink.area > 0.0 { ink.bounds } else { area };
    Signature {
        beside: label.to_owned(),
        present: confidence >= 0.5,
        confidence,
        region: Quad::rectangle(left, top, right, bottom),
    }
}

/// Where a line's label ends.
struct Behind {
    /// In characters.
    label: f32,
    /// As a share of the line, where a hand wrote what follows.
    share: f32,
    /// How many characters were read behind it.
    read: usize,
}

fn behind(text: &str, label: &str) -> Behind {
    let Some((_, after)) = text.split_once(label) else {
        return Behind { label: width(text), share: 1.0, read: 0 };
    };
    let rest = after.trim_start_matches(|c| ENDS.contains(c));
    let until = width(text) - width(rest);
    let share = until / (until + WIDER * width(rest)).max(0.5);
    Behind { label: until, share: share.min(1.0), read: rest.chars().count() }
}

/// In characters as wide as they are high.
fn width(text: &str) -> f32 {
    text.chars().map(|c| if c.is_ascii() { 0.5 } else { 1.0 }).sum()
}

/// Height of most of a page's lines, pixels.
fn usual_height(lines: &[Line]) -> f32 {
    let height = |line: &Line| {
        let [_, top, _, bottom] = line.region.bounds();
        bottom - top
    };
    let mut heights: Vec<f32> = lines.iter().map(height).collect();
    heights.sort_by(f32::total_cmp);
    heights.get(heights.len() / 2).copied().unwrap_or(f32::INFINITY).max(4.0)
}

/// How high the letters of a label are, pixels; 0 where none are seen. Forms may be printed palely.
fn letters(page: &RgbImage, label: [f32; 4]) -> f32 {
    let Some(Ink { mask, .. }) = ink(page, label, true) else { return 0.0 };
    let is_inked = |y: u32| {
        let row = (0..mask.width()).filter_map(|x| mask.get_pixel_checked(x, y));
        row.filter(|Luma([value])| *value > 0).count() > 2
    };
    // The longest run of rows: parts of the rows above and below may lie in the box.
    let (mut longest, mut run) = (0, 0);
    for y in 0..mask.height() {
        run = if is_inked(y) { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest as f32
}

/// What strokes there are in a part of a page.
struct Strokes {
    /// In squares of the letters' height.
    area: f32,
    /// Their height, in letters' heights.
    high: f32,
    /// How much bluer than red they are beyond the paper, of 1.
    blue: f32,
    bounds: [f32; 4],
}

/// Strokes in a part of a page about one of its rows, measured by the height of its letters.
fn strokes(
    page: &RgbImage,
    area: [f32; 4],
    row: [f32; 2],
    print: &[[f32; 4]],
    letters: f32,
) -> Strokes {
    let none = Strokes { area: 0.0, high: 0.0, blue: 0.0, bounds: area };
    let Some(Ink { mut mask, place: [left, top], paper }) = ink(page, area, false) else {
        return none;
    };
    rule_out(&mut mask, (RULE * letters) as usize);
    let labels = connected_components(&mask, Connectivity::Eight, Luma([0]));
    let mut pieces: Vec<([u32; 4], u32, f32)> = Vec::new();
    for (x, y, Luma([label])) in labels.enumerate_pixels() {
        let Some(index) = (*label as usize).checked_sub(1) else { continue };
        if pieces.len() <= index {
            pieces.resize(index + 1, ([u32::MAX, u32::MAX, 0, 0], 0, 0.0));
        }
        let Some((bounds, count, blue)) = pieces.get_mut(index) else { continue };
        *bounds = [bounds[0].min(x), bounds[1].min(y), bounds[2].max(x + 1), bounds[3].max(y + 1)];
        *count += 1;
        let lit = page.get_pixel_checked(left + x, top + y).map(|pixel| shares(pixel, paper));
        *blue += lit.map_or(0.0, |[red, _, blue]| blue - red);
    }
    let mut kept: Vec<([f32; 4], u32, f32)> = Vec::new();
    for (bounds, pixels, blue) in pieces {
        let [x0, y0, x1, y1] = bounds.map(|value| value as f32);
        let (wide, high) = ((x1 - x0) / letters, (y1 - y0) / letters);
        let filled = pixels as f32 / ((x1 - x0) * (y1 - y0)).max(1.0);
        let is_rule = (wide > 2.5 && high < 0.2)
            || (wide > 4.0 && high < 0.5)
            || (high > 1.6 && wide < 0.3)
            || high > HIGHEST
            || (wide.max(high) > 2.5 && filled < 0.08);
        let (x, y) = (left as f32 + f32::midpoint(x0, x1), top as f32 + f32::midpoint(y0, y1));
        let is_others = !(row[0]..row[1]).contains(&y);
        let is_print = print.iter().any(|[from, above, to, below]| {
            (from..=to).contains(&&x) && (above..=below).contains(&&y) && high < 1.3
        });
        if is_rule || is_others || is_print || wide.max(high) < 0.12 {
            continue;
        }
        let at = [x0 + left as f32, y0 + top as f32, x1 + left as f32, y1 + top as f32];
        kept.push((at, pixels, blue));
    }
    // Of what stands apart, the first that has ink enough.
    kept.sort_by(|([a, ..], ..), ([b, ..], ..)| a.total_cmp(b));
    let mut groups: Vec<(f32, u32, Vec<Piece>)> = Vec::new();
    for piece in kept {
        let ([left, _, right, _], pixels, _) = piece;
        match groups.last_mut().filter(|(until, ..)| left - *until <= APART * letters) {
            Some((until, sum, pieces)) => {
                (*until, *sum) = (until.max(right), *sum + pixels);
                pieces.push(piece);
            }
            None => groups.push((right, pixels, vec![piece])),
        }
    }
    let most = groups.iter().map(|(_, pixels, _)| *pixels).max().unwrap_or_default();
    let first = groups.into_iter().find(|(_, pixels, _)| *pixels as f32 >= ENOUGH * most as f32);
    let kept = first.map(|(.., pieces)| pieces).unwrap_or_default();
    let (mut blue, mut count) = (0.0, 0);
    let mut around = [f32::INFINITY, f32::INFINITY, f32::NEG_INFINITY, f32::NEG_INFINITY];
    for ([x0, y0, x1, y1], pixels, bluer) in kept {
        (blue, count) = (blue + bluer, count + pixels);
        around = [around[0].min(x0), around[1].min(y0), around[2].max(x1), around[3].max(y1)];
    }
    if count == 0 {
        return none;
    }
    let area = count as f32 / (letters * letters);
    let high = (around[3] - around[1]) / letters;
    Strokes { area, high, blue: blue / count as f32, bounds: around }
}

/// A piece of ink: its box, its pixels, and how much bluer than red they are, summed.
type Piece = ([f32; 4], u32, f32);

/// Takes away what is level and longer than a number of pixels: a form's rules, which join what stands on them.
fn rule_out(mask: &mut GrayImage, longest: usize) {
    let width = mask.width() as usize;
    for row in mask.chunks_exact_mut(width.max(1)) {
        let mut from = 0;
        while let Some(begin) = row.iter().skip(from).position(|value| *value > 0) {
            let begin = from + begin;
            let length = row.iter().skip(begin).take_while(|value| **value > 0).count();
            if length > longest {
                row.get_mut(begin..begin + length).unwrap_or_default().fill(0);
            }
            from = begin + length;
        }
    }
}

/// What of the paper's light a pixel has, by colour.
fn shares(pixel: &image::Rgb<u8>, paper: [f32; 3]) -> [f32; 3] {
    let [red, green, blue] = pixel.0.map(f32::from);
    [red / paper[0].max(8.0), green / paper[1].max(8.0), blue / paper[2].max(8.0)]
}

/// What is written or printed in a part of a page.
struct Ink {
    /// 255 where there is ink.
    mask: GrayImage,
    /// Where the mask begins on the page.
    place: [u32; 2],
    /// The paper's colour.
    paper: [f32; 3],
}

/// What is darker than the paper and no seal; or, of pale print, what is nearer to the darkest than to the paper.
fn ink(page: &RgbImage, [left, top, right, bottom]: [f32; 4], pale: bool) -> Option<Ink> {
    let (x, y) = (left.max(0.0) as u32, top.max(0.0) as u32);
    let width =
        (right.max(0.0) as u32).min(page.width()).checked_sub(x).filter(|side| *side > 2)?;
    let height =
        (bottom.max(0.0) as u32).min(page.height()).checked_sub(y).filter(|side| *side > 2)?;
    let light = |pixel: &image::Rgb<u8>| pixel.0.map(u32::from).iter().sum::<u32>() / 3;
    let pixels = || {
        let places = (y..y + height).flat_map(move |y| (x..x + width).map(move |x| (x, y)));
        places.filter_map(|(x, y)| page.get_pixel_checked(x, y))
    };
    let mut lights = [0u32; 256];
    for pixel in pixels() {
        if let Some(count) = lights.get_mut(light(pixel) as usize) {
            *count += 1;
        }
    }
    // The level that a share of the part, 1 / `of`, is lighter than.
    let lighter = |part: u32, of: u32| {
        let mut lighter = 0;
        let reaches = |count: &u32| {
            lighter += count;
            lighter * of > width * height * part
        };
        255 - lights.iter().rev().position(reaches).unwrap_or(255) as u32
    };
    let level = lighter(1, 4);
    let (mut paper, mut count) = ([0.0f32; 3], 0u32);
    for pixel in pixels().filter(|pixel| light(pixel) + 12 >= level) {
        for (sum, value) in paper.iter_mut().zip(pixel.0) {
            *sum += f32::from(value);
        }
        count += 1;
    }
    let paper = paper.map(|sum| sum / count.max(1) as f32);
    let darkest = match pale {
        true => (level + lighter(97, 100)) as f32 / 2.0,
        false => level as f32 * (1.0 - DARKER),
    };
    let mask = GrayImage::from_fn(width, height, |column, row| {
        let Some(pixel) = page.get_pixel_checked(x + column, y + row) else { return Luma([0]) };
        let lit = light(pixel) as f32;
        let [red, green, blue] = shares(pixel, paper);
        // In a shadow less, but as much of what light there is.
        let stands_out = |own: f32, others: f32| own - others > SEAL;
        let is_lit = lit > PEN * level as f32;
        let is_red =
            stands_out(red, green.max(blue)) || is_lit && red * (1.0 - SEAL) > green.max(blue);
        let is_blue = is_lit && stands_out(blue, red.max(green));
        Luma([if lit < darkest && !is_red && !is_blue { 255 } else { 0 }])
    });
    Some(Ink { mask, place: [x, y], paper })
}
