//! Where the document lies.
//!
//! A network says, on a view of 192 pixels, what belongs to the page and where about its corners are
//! (`coarse`). On a copy of at most 640 pixels the paper's edge is then looked for near each side of
//! what the network saw, or of the largest bright thing (`bright`), with `edges`, and fitted to a
//! part of a pixel (`fit`). Regions come first, edges second: no side is looked for where no page is.
//! Where that leaves a doubt, the network is asked again with the part around the page alone, which
//! shows a small page larger and without what lies about.

mod areas;
mod aspect;
mod beyond;
mod bright;
mod candidate;
mod coarse;
mod edges;
mod fit;
mod flatten;
mod outline;
mod paper;
mod rectify;
mod resample;

use serde::{Deserialize, Serialize};

pub use aspect::Aspect;
pub use flatten::flatten;
pub use paper::PaperSize;
pub use rectify::{Rectified, rectify};

use bright::Bright;
use candidate::Candidate;
use coarse::Coarse;
use edges::{EdgeSearch, Line};

use crate::model::Models;
use crate::pixels::Thumbnail;
use crate::{Frame, Point, Quad};

/// Longer side of the copy that is searched, pixels. Peers use 500–640; below 480 thin margins of a
/// page on a like-coloured table vanish, above 800 texture starts to join edges.
const SEARCH_SIDE: u32 = 640;

/// Confidence from which a document counts as found. Low, because a page missed costs more than one
/// taken wrongly, which the merchant sees outlined: of 36 real photos none is missed that is seen to an
/// overlap of 0.75, and of 6 without a page none is found; of 172 simulated ones 22 are.
const FOUND: f32 = 0.34;

/// Confidence from which the network is not asked again: of 486 simulated views above it 97 % are right.
const SURE: f32 = 0.85;

/// What is shown around a page at the second look, as a share of its width and height. At 0.05 to 0.15
/// the mean overlap on real, generated and simulated pages is the same to 0.01; without the second
/// look it is 0.03, 0.05 and 0.05 lower.
const MARGIN: f32 = 0.1;

/// Support below which a side may be print that was taken for one beyond the frame, how much worse the
/// page may agree with what the network saw if it is, and how much less the sides beside it may be
/// supported when they are longer. On 1,000 simulated pages cut off the mean overlap goes from 0.832 to
/// 0.865 and stays the same on others; with 0.05 for the last it is 0.869, and 0.005 lower on receipts.
const WEAK: f32 = 0.7;
const DOUBTED: f32 = 0.1;
const SHORTER: f32 = 0.02;

/// Sides whose ends are nearer to each other than this, pixels of the searched copy, have the same
/// edge: it is looked for once. On 703 real, generated and simulated pages 0, 5 and 8 give the same
/// mean overlap to 0.001.
const SAME: f32 = 8.0;

/// Frames of a preview in which a sure page is followed by its edges before the network is asked again:
/// at 30 frames a second a page that has left the desk under a like one is noticed in a sixth of a
/// second.
const FOLLOWED: u32 = 4;

/// How far a corner of a page that is followed may move from one frame to the next, as a share of the
/// searched copy's longer side: in the strips along its sides edges are found to a tenth of the page.
const STRIDE: f32 = 0.05;

/// Smallest share of the frame that a page may cover.
const SMALLEST_SHARE: f32 = 0.02;

/// Shortest side of a frame, pixels, in which a page could be seen.
const SHORTEST_SIDE: u32 = 24;

/// How many times longer than wide a frame may be.
const LONGEST_ASPECT: u32 = 16;

/// The page found in a frame.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Document {
    /// Whether there is one. An explicit no, not a low confidence.
    pub found: bool,
    /// Its corners, in pixels of the frame, possibly outside of it; `None` when not found.
    pub quad: Option<Quad>,
    /// 0..1: how likely the best quad is the page, found or not.
    pub confidence: f32,
    /// 0..1: the share of the top, right, bottom and left side along which the pixels show the
    /// paper's edge; zero when not found, and for a side outside of the frame.
    pub support: [f32; 4],
    /// How far the most bent side leaves its straight line, as a share of its length.
    pub curl: f32,
    /// Documents in the frame, this one among them.
    pub count: u32,
}

impl Document {
    /// No document: nothing was found, or nothing was looked for.
    pub const NONE: Self =
        Self { found: false, quad: None, confidence: 0.0, support: [0.0; 4], curl: 0.0, count: 0 };

    /// A page whose corners somebody knows, for example because the merchant has set them by hand.
    pub fn at(quad: Quad) -> Self {
        Self {
            found: true,
            quad: Some(quad),
            confidence: 1.0,
            support: [1.0; 4],
            curl: 0.0,
            count: 1,
        }
    }
}

/// Finds the page, keeping its buffers between frames.
#[derive(Debug)]
pub struct DocumentDetector {
    models: Models,
    thumbnail: Thumbnail,
    /// What the network says of the whole frame.
    coarse: Coarse,
    /// What it says of the part around the page, where it was looked at again.
    closer: Coarse,
    looked_closer: bool,
    bright: Bright,
    edges: EdgeSearch,
    /// The sides that were looked at in this frame, and what was found near each.
    searched: Vec<((Point, Point), Option<Line>)>,
    followed: Option<Followed>,
}

/// The page of the frame before.
#[derive(Clone, Copy, Debug)]
struct Followed {
    /// In pixels of the searched copy.
    page: Quad,
    /// Size of that copy.
    size: [u32; 2],
    /// Frames since the network saw it.
    frames: u32,
}

impl DocumentDetector {
    /// A detector that runs the document network.
    pub fn new(models: &Models) -> Self {
        Self {
            models: models.clone(),
            thumbnail: Thumbnail::default(),
            coarse: Coarse::default(),
            closer: Coarse::default(),
            looked_closer: false,
            bright: Bright::default(),
            edges: EdgeSearch::default(),
            searched: Vec::new(),
            followed: None,
        }
    }

    /// Finds the page in one frame.
    pub fn detect(&mut self, frame: &Frame<'_>) -> Document {
        self.detect_near(frame, None)
    }

    /// Finds the page in one frame, of which something is known: where it lay in the preview just
    /// before, in pixels of this frame. It is one more place to look at, and has to be supported by
    /// the pixels as any other. Not for a still that is signed: a server repeats its analysis without
    /// having seen the preview, and what differs counts against the phone.
    pub fn detect_near(&mut self, frame: &Frame<'_>, prior: Option<&Quad>) -> Document {
        self.followed = None;
        if !self.take(frame) {
            return Document::NONE;
        }
        let scale = 1.0 / self.thumbnail.factor as f32;
        let prior = prior.map(|quad| quad.scaled(scale));
        let page = if self.ask() { self.best(prior) } else { None };
        self.document(page)
    }

    /// Finds the page in the next frame of a preview. Where the page of the frame before was sure, its
    /// edges are looked for near where they were, which takes a third of the time. Every few frames the
    /// network is asked whether it agrees; where it does not, or the edges are no longer there, the
    /// whole search is made again.
    pub fn follow(&mut self, frame: &Frame<'_>) -> Document {
        let before = self.followed.take();
        if !self.take(frame) {
            return Document::NONE;
        }
        let size = [self.thumbnail.width, self.thumbnail.height];
        let before = before.filter(|before| before.size == size);
        let frames = before.map_or(0, |before| before.frames);
        let asked = before.is_none() || frames == FOLLOWED;
        if asked && !self.ask() {
            return Document::NONE;
        }
        // What the network sees now counts in this page's confidence, too.
        let moved = before.and_then(|before| self.moved(&before.page));
        let page = match moved {
            Some(page) => Some(page),
            None if asked || self.ask() => self.best(before.map(|before| before.page)),
            None => None,
        };
        let frames = if asked || moved.is_none() { 0 } else { frames + 1 };
        let sure = page.filter(|page| page.confidence() >= SURE);
        self.followed = sure.map(|page| Followed { page: page.quad, size, frames });
        self.document(page)
    }

    /// Takes the copy of a frame that is searched; false where the frame can show no page.
    fn take(&mut self, frame: &Frame<'_>) -> bool {
        let (width, height) = (frame.width(), frame.height());
        let (longer, shorter) = (width.max(height), width.min(height));
        let shows = shorter >= SHORTEST_SIDE && longer / shorter <= LONGEST_ASPECT;
        if shows {
            self.thumbnail.fill(frame, SEARCH_SIDE);
        }
        shows
    }

    /// What is said of the best page, in pixels of the frame.
    fn document(&self, page: Option<Candidate>) -> Document {
        let Some(page) = page else { return Document::NONE };
        let confidence = page.confidence();
        if confidence < FOUND {
            return Document { confidence, ..Document::NONE };
        }
        Document {
            found: true,
            quad: Some(page.quad.scaled(self.thumbnail.factor as f32)),
            confidence,
            support: page.sides.map(|side| side.support),
            curl: page.sides.iter().map(|side| side.curl).fold(0.0, f32::max),
            count: 1 + self.coarse.others,
        }
    }

    /// A page near where it lay in the frame before, where its edges and what the network saw there
    /// leave no doubt.
    fn moved(&mut self, before: &Quad) -> Option<Candidate> {
        self.searched.clear();
        let lines = self.lines(before);
        let page = self.candidate(before, lines)?;
        let stride = STRIDE * self.thumbnail.width.max(self.thumbnail.height) as f32;
        let corners = page.quad.corners.iter().zip(before.corners);
        let near = corners.into_iter().all(|(now, then)| now.distance(then) < stride);
        (near && page.confidence() >= SURE).then_some(page)
    }

    /// Asks the network about the whole frame; false where it could not be run.
    fn ask(&mut self) -> bool {
        let whole = [0, 0, self.thumbnail.width, self.thumbnail.height];
        self.looked_closer = false;
        self.coarse.look(&mut self.models, &self.thumbnail, whole).is_ok()
    }

    /// The best page among those that the network saw, the brightest thing and the one known before.
    fn best(&mut self, prior: Option<Quad>) -> Option<Candidate> {
        let bright = self.bright.page(&self.coarse.view.planes);
        let bright = bright.map(|quad| self.coarse.in_thumbnail(&quad));
        let seen = [prior, self.coarse.corners, self.coarse.outline, bright];
        let mut best: Option<Candidate> = None;
        // Of each side the line that ranks highest, whichever page it was found for.
        let mut mixed: [Option<Line>; 4] = [None; 4];
        self.searched.clear();
        self.consider_all(&mut best, &mut mixed, &seen);
        let Some(unsure) = best.filter(|best| best.confidence() < SURE) else { return best };
        self.looked_closer = self.look_closer(&unsure.quad);
        if self.looked_closer {
            let (agreement, presence) = (self.agreement(&unsure.quad), self.presence());
            best = Some(Candidate { agreement, presence, ..unsure });
            let seen = [self.closer.corners, self.closer.outline];
            self.consider_all(&mut best, &mut mixed, &seen);
        }
        best
    }

    /// Width and height of the searched copy.
    fn size(&self) -> [f32; 2] {
        [self.thumbnail.width as f32, self.thumbnail.height as f32]
    }

    /// Asks the network again, of the part around a page; false where that is the whole frame.
    fn look_closer(&mut self, page: &Quad) -> bool {
        let [width, height] = [self.thumbnail.width, self.thumbnail.height];
        let [left, top, right, bottom] = page.bounds();
        let (across, down) = (MARGIN * (right - left), MARGIN * (bottom - top));
        let part = [
            ((left - across).max(0.0) as u32).min(width),
            ((top - down).max(0.0) as u32).min(height),
            ((right + across).max(0.0) as u32).min(width),
            ((bottom + down).max(0.0) as u32).min(height),
        ];
        let [left, top, right, bottom] = part;
        let small = right < left + SHORTEST_SIDE || bottom < top + SHORTEST_SIDE;
        let same = part == [0, 0, width, height];
        !small && !same && self.closer.look(&mut self.models, &self.thumbnail, part).is_ok()
    }

    /// Considers each of these pages with the edges near it, then the best of all with the best edges.
    fn consider_all(
        &mut self,
        best: &mut Option<Candidate>,
        mixed: &mut [Option<Line>; 4],
        pages: &[Option<Quad>],
    ) {
        for page in pages.iter().flatten() {
            if !self.is_a_page(page) {
                continue;
            }
            let lines = self.lines(page);
            for (mixed, line) in mixed.iter_mut().zip(lines) {
                if mixed.is_none_or(|mixed| line.is_some_and(|line| line.rank > mixed.rank)) {
                    *mixed = line.or(*mixed);
                }
            }
            self.consider(best, page, lines);
            // What no edge supports may still be a page, white on white.
            self.consider(best, page, [None; 4]);
        }
        if let Some(page) = best.map(|best| best.quad) {
            self.consider(best, &page, *mixed);
        }
        self.consider_beyond(best);
    }

    /// Of a page that the frame cuts off, print inside of it is easily taken for the side that is
    /// missing: considers it with its least supported side beyond the frame.
    fn consider_beyond(&self, best: &mut Option<Candidate>) {
        // Two sides at most: of a page with three outside of the frame nothing can be said.
        for _ in 0..2 {
            let Some(page) = *best else { return };
            let sides = page.sides.iter().enumerate();
            let weak = sides.filter(|(_, side)| side.visible && side.support < WEAK);
            let weakest = weak.min_by(|(_, a), (_, b)| a.support.total_cmp(&b.support));
            let Some((side, _)) = weakest else { return };
            let moved = beyond::moved_out(&page.quad, side, self.size());
            let moved = moved.and_then(|quad| self.candidate(&quad, [None; 4]));
            // The sides beside it go on to the frame's border, which those of a whole page do not.
            let goes_on = |moved: &Candidate| {
                [(side + 1) % 4, (side + 3) % 4].iter().all(|beside| {
                    let support =
                        |of: &Candidate| of.sides.get(*beside).map_or(0.0, |it| it.support);
                    support(moved) > support(&page) - SHORTER
                })
            };
            let agrees = |moved: &Candidate| moved.agreement > page.agreement - DOUBTED;
            match moved.filter(goes_on).filter(agrees) {
                Some(moved) if moved.rank() > page.rank() => *best = Some(moved),
                _ => return,
            }
        }
    }

    /// The edge near each side of a page.
    fn lines(&mut self, page: &Quad) -> [Option<Line>; 4] {
        let paper = paper(&self.thumbnail, page);
        page.sides().map(|side| {
            let is_same = |(other, _): &&((Point, Point), Option<Line>)| {
                other.0.distance(side.0) < SAME && other.1.distance(side.1) < SAME
            };
            if let Some((_, line)) = self.searched.iter().find(is_same) {
                return *line;
            }
            let line = self.edges.near(&self.thumbnail, page, side, paper);
            self.searched.push((side, line));
            line
        })
    }

    /// Keeps the page with these lines for sides, its own where there is none, if it is better.
    fn consider(&self, best: &mut Option<Candidate>, page: &Quad, lines: [Option<Line>; 4]) {
        if let Some(candidate) = self.candidate(page, lines)
            && best.is_none_or(|best| candidate.rank() > best.rank())
        {
            *best = Some(candidate);
        }
    }

    /// The page with these lines for sides, its own where there is none, fitted to the pixels.
    fn candidate(&self, page: &Quad, lines: [Option<Line>; 4]) -> Option<Candidate> {
        let mut sides = page.sides();
        for (side, line) in sides.iter_mut().zip(lines) {
            *side = line.map_or(*side, |line| line.ends);
        }
        let searched = enclosed(sides).filter(|quad| self.is_a_page(quad))?;
        let sides = searched.sides().map(|ends| fit::fit(&self.thumbnail, ends));
        let fitted = enclosed(sides.map(|side| side.ends)).filter(|quad| self.is_a_page(quad));
        let quad = fitted.unwrap_or(searched);
        let agreement = self.agreement(&quad);
        Some(Candidate { quad, sides, agreement, presence: self.presence() })
    }

    /// Whether the network thinks that there is a page; the mean of both looks.
    fn presence(&self) -> f32 {
        let first = self.coarse.presence;
        if self.looked_closer { first.midpoint(self.closer.presence) } else { first }
    }

    /// How well a quad covers what the network took for the page; the mean of both looks.
    fn agreement(&self, quad: &Quad) -> f32 {
        let first = self.coarse.agreement(quad);
        if self.looked_closer { first.midpoint(self.closer.agreement(quad)) } else { first }
    }

    /// Whether a quad can be a page in this frame: convex, clockwise, large enough, and not so far
    /// outside that hardly any of it is seen.
    fn is_a_page(&self, quad: &Quad) -> bool {
        let [width, height] = self.size();
        let [left, top, right, bottom] = quad.bounds();
        let near = left > -width && top > -height && right < 2.0 * width && bottom < 2.0 * height;
        let centre = Point { x: left.midpoint(right), y: top.midpoint(bottom) };
        near && quad.is_convex()
            && quad.area() > SMALLEST_SHARE * width * height
            && quad.contains(centre)
    }
}

/// The quad that four sides enclose, top first, clockwise.
fn enclosed(sides: [(Point, Point); 4]) -> Option<Quad> {
    let [top, right, bottom, left] = sides;
    let corner = |one, other| outline::intersection(one, other);
    let corners =
        [corner(left, top)?, corner(top, right)?, corner(right, bottom)?, corner(bottom, left)?];
    Some(Quad { corners })
}

/// The paper's colour: of the pixels on a page each channel's median.
fn paper(thumbnail: &Thumbnail, page: &Quad) -> [f32; 3] {
    const STEPS: usize = 12;
    let [a, b, c, d] = page.corners;
    let mut channels = [[0u8; STEPS * STEPS]; 3];
    for index in 0..STEPS * STEPS {
        let share = |step: usize| (step as f32 + 1.0) / (STEPS + 1) as f32;
        let (u, v) = (share(index % STEPS), share(index / STEPS));
        let between = |a: f32, b: f32, c: f32, d: f32| {
            (a * (1.0 - u) + b * u) * (1.0 - v) + (d * (1.0 - u) + c * u) * v
        };
        let pixel = thumbnail.at(between(a.x, b.x, c.x, d.x), between(a.y, b.y, c.y, d.y));
        for (channel, value) in channels.iter_mut().zip(pixel) {
            if let Some(entry) = channel.get_mut(index) {
                *entry = value;
            }
        }
    }
    channels.map(|mut channel| f32::from(*channel.select_nth_unstable(STEPS * STEPS / 2).1))
}
