//! The rules that are drawn on a page: long thin dark lines, followed along their length.

use image::{GrayImage, Luma, RgbImage, imageops};

/// Longer side of what is looked at, pixels, to the nearest whole division of the page's: 0.25 mm on A4.
const SIDE: u32 = 1_200;

/// Pixels along a rule that are averaged before it is compared with what lies beside it: more finds
/// fainter rules, and loses short ones. One pixel of noise in five is left, and a column of text is grey.
const ALONG: usize = 21;

/// A rule is looked for at every so manieth place along it, pixels.
const STEP: usize = 4;

/// How far beside a rule the paper is looked at, pixels: beyond a rule of 1 mm.
const BESIDE: [usize; 3] = [3, 4, 5];

/// How much darker than the paper on both of its sides a rule is, a share of the paper's light. Noise of 3 % of
/// the light leaves differences of 0.6 %; a hairline photographed out of focus has 8 %.
const DARKER: f32 = 0.04;

/// The darkest paper, of 255.
const DARKEST: f32 = 16.0;

/// How far a rule may move across from one place to the next, pixels: 26 degrees.
const DRIFT: f32 = 2.0;

/// Places in a row that may be missing of a rule: 20 pixels, the width of a character across it.
const MISSING: usize = 5;

/// The shortest rule, pixels: the height of a row of small print.
const SHORTEST: f32 = 20.0;

/// Share of a rule's length that is dark pixel by pixel, at least, and how many steps in a row may be not. Strokes
/// of print that happen to lie in a row have 0.6; dashes have 0.55, and are none.
const WHOLE: f32 = 0.8;
const BROKEN: usize = 3;

/// Where a rule ends it is darker by less than this share of what it is elsewhere.
const END: f32 = 0.45;

/// Most rules in one direction; what is beyond, the shortest, is dropped. A ledger for digits has 90.
const MOST: usize = 400;

/// Most candidates at one place along, the strongest; and most candidates followed at once.
const MOST_AT_ONCE: usize = 600;

/// A break that is mended, pixels: 10 mm. Longer ones are borders that two cells do not have.
const BREAK: f32 = 40.0;

/// A rule: where it lies across at every [`STEP`] along.
#[derive(Clone, Debug)]
pub(super) struct Rule {
    /// Where it begins, along.
    pub(super) start: f32,
    /// Places across, one a step; never empty.
    places: Vec<f32>,
    /// How much darker than the paper it is, the median of its steps.
    pub(super) strength: f32,
}

/// The rules of a page.
#[derive(Debug, Default)]
pub(super) struct Rules {
    /// From left to right: along is x, across is y.
    pub(super) level: Vec<Rule>,
    /// From top to bottom: along is y, across is x.
    pub(super) upright: Vec<Rule>,
    /// Pixels of the page for each of theirs.
    pub(super) scale: f32,
}

impl Rule {
    /// A straight rule between two places, each along and across.
    pub(super) fn straight([start, from]: [f32; 2], [end, to]: [f32; 2]) -> Self {
        let steps = ((end - start) / STEP as f32).round().max(1.0) as usize;
        let share = |step: usize| from + (to - from) * step as f32 / steps as f32;
        Self { start, places: (0..=steps).map(share).collect(), strength: 1.0 }
    }

    pub(super) fn end(&self) -> f32 {
        self.start + (self.places.len().saturating_sub(1) * STEP) as f32
    }

    pub(super) fn length(&self) -> f32 {
        self.end() - self.start
    }

    pub(super) fn middle(&self) -> f32 {
        f32::midpoint(self.start, self.end())
    }

    /// How much it moves across for each pixel along.
    pub(super) fn slope(&self) -> f32 {
        let (first, last) = (self.places.first(), self.places.last());
        let moved = last.copied().unwrap_or_default() - first.copied().unwrap_or_default();
        moved / self.length().max(1.0)
    }

    /// Where it lies across; beyond its ends, where it would if it went on straight.
    pub(super) fn at(&self, along: f32) -> f32 {
        let first = self.places.first().copied().unwrap_or_default();
        let last = self.places.last().copied().unwrap_or_default();
        if along <= self.start {
            return first + (along - self.start) * self.slope();
        }
        if along >= self.end() {
            return last + (along - self.end()) * self.slope();
        }
        let place = (along - self.start) / STEP as f32;
        let (index, share) = (place as usize, place.fract());
        let at = |index: usize| self.places.get(index).copied().unwrap_or(last);
        at(index) + (at(index + 1) - at(index)) * share
    }

    /// This rule made longer, straight on, up to a place beyond one of its ends.
    pub(super) fn extended(mut self, along: f32) -> Self {
        let before = ((self.start - along) / STEP as f32).ceil().max(0.0) as usize;
        let after = ((along - self.end()) / STEP as f32).ceil().max(0.0) as usize;
        let (start, end) = (self.start, self.end());
        let earlier = (1..=before).rev().map(|step| self.at(start - (step * STEP) as f32));
        let later = (1..=after).map(|step| self.at(end + (step * STEP) as f32));
        let places = earlier.chain(self.places.iter().copied()).chain(later).collect();
        (self.start, self.places) = (start - (before * STEP) as f32, places);
        self
    }

    /// This rule and one that goes on where it breaks off.
    fn joined(mut self, next: Self) -> Self {
        let steps = ((next.start - self.end()) / STEP as f32).round().max(1.0) as usize;
        let from = self.places.last().copied().unwrap_or_default();
        let to = next.places.first().copied().unwrap_or_default();
        for step in 1..steps {
            self.places.push(from + (to - from) * step as f32 / steps as f32);
        }
        self.places.extend(next.places);
        self
    }
}

/// Every rule of a page.
pub(super) fn find(page: &RgbImage) -> Rules {
    let (small, scale) = shrunk(page);
    let mut upright = traced(&small);
    let mut level = traced(&imageops::flip_horizontal(&imageops::rotate90(&small)));
    level = mended(level, &upright);
    upright = mended(upright, &level);
    Rules { level, upright, scale: scale as f32 }
}

/// The page's light, each pixel the darkest of those that it stands for, so that thin rules stay dark.
fn shrunk(page: &RgbImage) -> (GrayImage, u32) {
    let longer = page.width().max(page.height());
    let scale = ((longer + SIDE / 2) / SIDE).max(1);
    let (width, height) = (page.width() / scale, page.height() / scale);
    let mut small = GrayImage::from_pixel(width, height, Luma([255]));
    let row_length = page.width() as usize * 3;
    let rows = page.as_raw().chunks_exact(row_length.max(1)).take((height * scale) as usize);
    let columns = (width as usize).max(1);
    for (y, row) in rows.enumerate() {
        let start = y / scale as usize * columns;
        let Some(into) = small.get_mut(start..start + columns) else { continue };
        for (darkest, pixels) in into.iter_mut().zip(row.chunks_exact(3 * scale as usize)) {
            for pixel in pixels.chunks_exact(3) {
                if let [red, green, blue] = pixel {
                    let light = 2 * u16::from(*red) + 5 * u16::from(*green) + u16::from(*blue);
                    *darkest = (*darkest).min((light / 8) as u8);
                }
            }
        }
    }
    (small, scale)
}

/// A place where a rule may pass: across, and how much darker it is than its surroundings.
#[derive(Clone, Copy)]
struct Mark {
    across: f32,
    darker: f32,
    /// Light below which a pixel is the rule's: half way between it and the paper.
    least: f32,
    /// Whether most pixels of this step are.
    is_dark: bool,
}

/// A rule that is being followed.
struct Trace {
    /// Number of the step of its first mark.
    first: usize,
    marks: Vec<Mark>,
    missing: usize,
}

/// The rules that run down a picture.
fn traced(picture: &GrayImage) -> Vec<Rule> {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let mut rules = Vec::new();
    if width < 2 * ALONG || height < ALONG {
        return rules;
    }
    let row = |y: usize| picture.get(y * width..(y + 1) * width).unwrap_or_default();
    let mut sums = vec![0u16; width];
    let mut followed: Vec<Trace> = Vec::new();
    for y in 0..height {
        for (sum, light) in sums.iter_mut().zip(row(y)) {
            *sum += u16::from(*light);
        }
        if let Some(left_behind) = y.checked_sub(ALONG) {
            for (sum, light) in sums.iter_mut().zip(row(left_behind)) {
                *sum -= u16::from(*light);
            }
        }
        if y + 1 >= ALONG && (y + 1 - ALONG).is_multiple_of(STEP) {
            let step = (y + 1 - ALONG) / STEP;
            let marks = marks(&sums, step_of(picture, step));
            follow(&mut followed, marks, (picture, step), &mut rules);
        }
    }
    rules.extend(followed.into_iter().flat_map(ended));
    rules.sort_by(|a, b| b.length().total_cmp(&a.length()));
    rules.truncate(MOST);
    rules
}

/// The rows of pixels in the middle of what a step averages.
fn step_of(picture: &GrayImage, step: usize) -> &[u8] {
    let width = picture.width() as usize;
    let from = step * STEP + (ALONG - STEP) / 2;
    picture.get(from * width..(from + STEP) * width).unwrap_or_default()
}

/// Whether most of the rows are darker than `least` at a place, or beside it where a rule slants.
fn is_dark(rows: &[u8], width: usize, across: usize, least: f32) -> bool {
    let dark = rows.chunks_exact(width).filter(|row| {
        let near = row.get(across.saturating_sub(1)..across + 2).unwrap_or_default();
        near.iter().any(|light| f32::from(*light) < least)
    });
    2 * dark.count() > STEP
}

/// Where a row of sums is darker than on both sides, and darkest; `pixels` are the rows of one step in their middle.
fn marks(sums: &[u16], pixels: &[u8]) -> Vec<Mark> {
    let [_, _, furthest] = BESIDE;
    let at = |x: usize| sums.get(x).copied().map_or(0, u32::from);
    // Of the two sides the darker.
    let paper = |x: usize| {
        let (left, right) =
            BESIDE.iter().fold((0, 0), |sum, by| (sum.0 + at(x - by), sum.1 + at(x + by)));
        left.min(right) as f32 / BESIDE.len() as f32
    };
    let darker = |x: usize| (paper(x) - at(x) as f32) / paper(x).max(DARKEST * ALONG as f32);
    let mut marks = Vec::new();
    let mut x = furthest;
    while x + furthest < sums.len() {
        let here = darker(x);
        if here < DARKER {
            x += 1;
            continue;
        }
        // The darkest place of a stretch, between its neighbours to a share of a pixel.
        let mut best = (x, here);
        while x + furthest < sums.len() {
            let here = darker(x);
            if here < DARKER {
                break;
            }
            if here > best.1 {
                best = (x, here);
            }
            x += 1;
        }
        let (place, peak) = best;
        let beside =
            |x: usize| if x < furthest || x + furthest >= sums.len() { 0.0 } else { darker(x) };
        let (before, after) = (beside(place - 1), beside(place + 1));
        let curve = (2.0 * peak - before - after).max(1e-6);
        let shift = ((after - before) / (2.0 * curve)).clamp(-0.5, 0.5);
        let least = paper(place) / ALONG as f32 * (1.0 - peak / 2.0);
        let is_dark = is_dark(pixels, sums.len(), place, least);
        marks.push(Mark { across: place as f32 + shift, darker: peak, least, is_dark });
    }
    if marks.len() > MOST_AT_ONCE {
        marks.sort_by(|a, b| b.darker.total_cmp(&a.darker));
        marks.truncate(MOST_AT_ONCE);
        marks.sort_by(|a, b| a.across.total_cmp(&b.across));
    }
    marks
}

/// Gives each mark to the nearest rule that is followed, begins one where there is none, and ends those that
/// have lacked marks for too long.
fn follow(
    followed: &mut Vec<Trace>,
    marks: Vec<Mark>,
    (picture, step): (&GrayImage, usize),
    rules: &mut Vec<Rule>,
) {
    let width = picture.width() as usize;
    let mut taken = vec![false; marks.len()];
    let mut begun = Vec::new();
    for mut trace in followed.drain(..) {
        let Some(last) = trace.marks.last().copied() else { continue };
        let reach = DRIFT * (1.0 + 0.5 * trace.missing as f32);
        let from = marks.partition_point(|mark| mark.across < last.across - reach);
        let near = marks.iter().zip(&taken).enumerate().skip(from);
        let near = near
            .take_while(|(_, (mark, _))| mark.across <= last.across + reach)
            .filter(|(_, (_, taken))| !**taken)
            .min_by(|(_, (a, _)), (_, (b, _))| {
                (a.across - last.across).abs().total_cmp(&(b.across - last.across).abs())
            });
        if let Some((index, (mark, _))) = near {
            for missed in 1..=trace.missing {
                let share = missed as f32 / (trace.missing + 1) as f32;
                let across = last.across + (mark.across - last.across) * share;
                // Print close by hides a rule from the average, not from the pixels.
                let rows = step_of(picture, step - 1 - trace.missing + missed);
                let is_dark = is_dark(rows, width, across as usize, last.least);
                let darker = if is_dark { last.darker } else { 0.0 };
                trace.marks.push(Mark { across, darker, is_dark, ..last });
            }
            trace.marks.push(*mark);
            trace.missing = 0;
            if let Some(taken) = taken.get_mut(index) {
                *taken = true;
            }
            begun.push(trace);
        } else if trace.missing < MISSING {
            trace.missing += 1;
            begun.push(trace);
        } else {
            rules.extend(ended(trace));
        }
    }
    let fresh = marks.into_iter().zip(taken).filter(|(_, taken)| !taken);
    begun.extend(fresh.map(|(mark, _)| Trace { first: step, marks: vec![mark], missing: 0 }));
    begun.truncate(MOST_AT_ONCE);
    *followed = begun;
}

/// The rules of what was followed: its dark parts, without faint ends.
fn ended(trace: Trace) -> Vec<Rule> {
    let dark = || trace.marks.iter().filter(|mark| mark.is_dark);
    let mut strengths: Vec<f32> = dark().map(|mark| mark.darker).collect();
    strengths.sort_by(f32::total_cmp);
    let Some(strength) = strengths.get(strengths.len() / 2).copied() else { return Vec::new() };
    let good: Vec<bool> =
        trace.marks.iter().map(|mark| mark.is_dark && mark.darker >= END * strength).collect();
    let mut rules = Vec::new();
    let mut from = 0;
    while let Some(start) = good.iter().skip(from).position(|good| *good).map(|at| at + from) {
        // Up to where too many in a row are not dark.
        let (mut end, mut missing, mut count) = (start, 0, 0);
        for (at, good) in good.iter().enumerate().skip(start) {
            if *good {
                (end, missing, count) = (at, 0, count + 1);
            } else {
                missing += 1;
            }
            if missing > BROKEN {
                break;
            }
        }
        from = end + 1;
        let places: Vec<f32> =
            trace.marks.iter().take(end + 1).skip(start).map(|mark| mark.across).collect();
        let is_whole = count as f32 >= WHOLE * places.len() as f32;
        // A step's sums end at its last row: the middle lies half of them before.
        let first = ((trace.first + start) * STEP) as f32 + (ALONG - 1) as f32 / 2.0;
        let rule = Rule { start: first, places, strength };
        if is_whole && rule.length() >= SHORTEST {
            rules.push(rule);
        }
    }
    rules
}

/// Joins rules that go on behind a break, but where the break lies between two rules across: there it is
/// the border that a wide cell does not have.
fn mended(mut rules: Vec<Rule>, across: &[Rule]) -> Vec<Rule> {
    rules.sort_by(|a, b| a.start.total_cmp(&b.start));
    let mut whole: Vec<Rule> = Vec::new();
    for rule in rules {
        let goes_on = |before: &Rule| {
            let gap = rule.start - before.end();
            let off = (before.at(rule.middle()) - rule.at(rule.middle())).abs();
            let off = off.min((before.at(rule.start) - rule.at(rule.start)).abs());
            let is_crossed = |along: f32| {
                let place = rule.at(along);
                across.iter().any(|other| {
                    (other.start - 6.0..=other.end() + 6.0).contains(&place)
                        && (other.at(place) - along).abs() <= 6.0
                })
            };
            (0.0..=BREAK).contains(&gap)
                && off <= 2.0 + 0.03 * gap
                && !(gap > 12.0 && is_crossed(before.end()) && is_crossed(rule.start))
        };
        match whole.iter().position(goes_on) {
            Some(index) => {
                let before = whole.swap_remove(index);
                whole.push(before.joined(rule));
            }
            None => whole.push(rule),
        }
    }
    whole
}
