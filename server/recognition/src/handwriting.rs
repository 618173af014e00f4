//! Handwriting: signatures beside the labels where a kind is signed, and values that a pen wrote.

use bailing_vision::Quad;
use image::{GrayImage, Luma, RgbImage};
use imageproc::region_labelling::{Connectivity, connected_components};
use serde::{Deserialize, Serialize};

use crate::page::Line;

/// How far a signature reaches behind its label and above and below it, in heights of the label.
const BEHIND: f32 = 8.0;
const BESIDE: f32 = 0.8;

/// How much darker than the paper ink is, a share of the paper's light.
const DARKER: f32 = 0.3;

/// Redder than this, of 255, is a seal.
const RED: i32 = 26;

/// Least ink, in squares of the label's height: less is dust, a rule, the end of the label.
const LEAST: f32 = 0.06;

/// A value's confidence is no more where a pen wrote it: the reader was trained on print.
pub(crate) const TRUST: f32 = 0.6;

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
    let (from, read) = behind(&line.text, label);
    let start = left + (right - left) * from;
    let area = [start, top - BESIDE * height, start + BEHIND * height, bottom + BESIDE * height];
    let print: Vec<[f32; 4]> = others
        .iter()
        .filter(|other| !std::ptr::eq(*other, line) && other.confidence > 0.85)
        .map(|other| other.region.bounds())
        .collect();
    let label_area = [left, top, start, bottom];
    let ink = strokes(page, area, &print, height);
    let tint = ink.tint - tint(page, label_area);
    let unread = if read == 0 || line.confidence < 0.8 { 0.2 } else { 0.0 };
    let mut confidence = 0.0;
    if ink.area >= LEAST {
        confidence += 0.2 + unread;
        confidence += (0.5 * (ink.tallest - 0.95) / 0.4).clamp(0.0, 0.5);
        confidence += (0.3 * (ink.widest - 1.1) / 0.6).clamp(0.0, 0.3);
        confidence += (0.4 * (tint - 6.0) / 10.0).clamp(0.0, 0.4);
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

/// Whether a pen wrote what stands in a line behind its label: ink bluer than the page's print.
pub(crate) fn is_written(page: &RgbImage, line: &Quad, text: &str, print: f32) -> bool {
    let [left, top, right, bottom] = line.bounds();
    let behind = text.char_indices().rev().find(|(_, c)| matches!(c, ':' | '：'));
    let start =
        behind.map_or(0.0, |(at, _)| width(text.get(..at).unwrap_or_default()) / width(text));
    let area = [left + (right - left) * start, top, right, bottom];
    tint(page, area) - print > 14.0
}

/// The tint of most of a page's lines.
pub(crate) fn print_tint(page: &RgbImage, lines: &[Line]) -> f32 {
    let mut tints: Vec<f32> =
        lines.iter().take(60).map(|line| tint(page, line.region.bounds())).collect();
    tints.sort_by(f32::total_cmp);
    tints.get(tints.len() / 2).copied().unwrap_or_default()
}

/// Where a line's label ends, a share of its width, and how many characters were read behind it.
fn behind(text: &str, label: &str) -> (f32, usize) {
    let Some((before, after)) = text.rsplit_once(label) else { return (1.0, 0) };
    let colon = after.chars().take_while(|c| matches!(c, ':' | ')' | '(' | ';')).count();
    let until = width(before) + width(label) + 0.5 * colon as f32;
    ((until / width(text).max(0.5)).min(1.0), after.chars().count().saturating_sub(colon))
}

/// In characters as wide as they are high.
fn width(text: &str) -> f32 {
    text.chars().map(|c| if c.is_ascii() { 0.5 } else { 1.0 }).sum()
}

/// What strokes there are in a part of a page.
struct Strokes {
    /// In squares of the label's height.
    area: f32,
    /// Height and width of the largest that hang together, in label heights.
    tallest: f32,
    widest: f32,
    /// How much bluer than red they are.
    tint: f32,
    bounds: [f32; 4],
}

fn strokes(page: &RgbImage, area: [f32; 4], print: &[[f32; 4]], height: f32) -> Strokes {
    let none = Strokes { area: 0.0, tallest: 0.0, widest: 0.0, tint: 0.0, bounds: area };
    let Some((mask, [left, top], _)) = ink(page, area) else { return none };
    let labels = connected_components(&mask, Connectivity::Eight, Luma([0]));
    let mut pieces: Vec<([u32; 4], u32, f32)> = Vec::new();
    for (x, y, Luma([label])) in labels.enumerate_pixels() {
        let Some(index) = (*label as usize).checked_sub(1) else { continue };
        if pieces.len() <= index {
            pieces.resize(index + 1, ([u32::MAX, u32::MAX, 0, 0], 0, 0.0));
        }
        let Some((bounds, count, tint)) = pieces.get_mut(index) else { continue };
        *bounds = [bounds[0].min(x), bounds[1].min(y), bounds[2].max(x + 1), bounds[3].max(y + 1)];
        *count += 1;
        *tint += page.get_pixel_checked(left + x, top + y).map_or(0.0, blueness);
    }
    let (mut sum, mut count, mut tallest, mut widest) = (0.0, 0, 0.0f32, 0.0f32);
    let mut around = [f32::INFINITY, f32::INFINITY, f32::NEG_INFINITY, f32::NEG_INFINITY];
    for (bounds, pixels, tint) in pieces {
        let [x0, y0, x1, y1] = bounds.map(|value| value as f32);
        let (wide, high) = ((x1 - x0) / height, (y1 - y0) / height);
        let is_rule = (wide > 2.5 && high < 0.2) || (high > 2.0 && wide < 0.12);
        let (x, y) = (left as f32 + f32::midpoint(x0, x1), top as f32 + f32::midpoint(y0, y1));
        let is_print = print.iter().any(|[from, above, to, below]| {
            (from..=to).contains(&&x) && (above..=below).contains(&&y) && high < 1.3
        });
        if is_rule || is_print || wide.max(high) < 0.12 {
            continue;
        }
        (sum, count) = (sum + tint, count + pixels);
        (tallest, widest) = (tallest.max(high), widest.max(wide));
        let at = [x0 + left as f32, y0 + top as f32, x1 + left as f32, y1 + top as f32];
        around = [
            around[0].min(at[0]),
            around[1].min(at[1]),
            around[2].max(at[2]),
            around[3].max(at[3]),
        ];
    }
    if count == 0 {
        return none;
    }
    let area = count as f32 / (height * height);
    Strokes { area, tallest, widest, tint: sum / count as f32, bounds: around }
}

/// How much bluer than red the ink in a part of a page is, of 255; 0 where there is none.
fn tint(page: &RgbImage, area: [f32; 4]) -> f32 {
    let Some((mask, [left, top], paper)) = ink(page, area) else { return 0.0 };
    let inked = mask.enumerate_pixels().filter(|(.., Luma([value]))| *value > 0);
    let (sum, count) = inked
        .filter_map(|(x, y, _)| page.get_pixel_checked(left + x, top + y))
        .fold((0.0, 0u32), |(sum, count), pixel| (sum + blueness(pixel), count + 1));
    if count == 0 { 0.0 } else { sum / count as f32 - 0.4 * paper }
}

fn blueness(pixel: &image::Rgb<u8>) -> f32 {
    let [red, _, blue] = pixel.0.map(f32::from);
    blue - red
}

/// What is darker than the paper and not red, with its place on the page, and how blue the paper is.
fn ink(
    page: &RgbImage,
    [left, top, right, bottom]: [f32; 4],
) -> Option<(GrayImage, [u32; 2], f32)> {
    let (x, y) = (left.max(0.0) as u32, top.max(0.0) as u32);
    let width =
        (right.max(0.0) as u32).min(page.width()).checked_sub(x).filter(|side| *side > 2)?;
    let height =
        (bottom.max(0.0) as u32).min(page.height()).checked_sub(y).filter(|side| *side > 2)?;
    let light = |x: u32, y: u32| {
        page.get_pixel_checked(x, y)
            .map_or(0, |pixel| pixel.0.map(u32::from).iter().sum::<u32>() / 3)
    };
    let mut lights = [0u32; 256];
    for (column, row) in (0..height).flat_map(|row| (0..width).map(move |column| (column, row))) {
        if let Some(count) = lights.get_mut(light(x + column, y + row) as usize) {
            *count += 1;
        }
    }
    let mut lighter = 0;
    let is_paper = |count: &u32| {
        lighter += count;
        lighter * 4 > width * height
    };
    let paper = 255 - lights.iter().rev().position(is_paper).unwrap_or(255) as u32;
    let darkest = paper as f32 * (1.0 - DARKER);
    let (mut blue, mut count) = (0.0, 0u32);
    let mask = GrayImage::from_fn(width, height, |column, row| {
        let Some(pixel) = page.get_pixel_checked(x + column, y + row) else { return Luma([0]) };
        let [red, green, other] = pixel.0.map(i32::from);
        let lit = light(x + column, y + row);
        if lit >= paper.saturating_sub(12) {
            (blue, count) = (blue + blueness(pixel), count + 1);
        }
        let is_ink = (lit as f32) < darkest && red - green.max(other) < RED;
        Luma([if is_ink { 255 } else { 0 }])
    });
    Some((mask, [x, y], blue / count.max(1) as f32))
}
