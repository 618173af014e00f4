//! Whether what the frame shows can be read.
//!
//! A page is judged by itself, not by what lies around it: sampled once through its corners into a
//! small view (`page_view`) for light, colour and what lies on it, and read at the frame's own pixels
//! in a bounded number of places for focus, noise and the height of its print. A scene is judged by
//! the whole frame.

mod edge;
mod focus;
mod framing;
mod glare;
mod grid;
mod light;
mod occlusion;
mod page_view;
mod paper;
mod print;
mod report;
mod scene;
mod thresholds;

use serde::{Deserialize, Serialize};

pub use focus::Blur;
pub use grid::Grid;
pub use thresholds::{Strictness, Thresholds};

use self::focus::Focus;
use self::glare::Glare;
use self::light::Light;
use self::occlusion::Occlusion;
use self::page_view::PageView;
use self::paper::{CELL, Paper};
use self::print::Print;
use self::report::Report;
use crate::document::Document;
use crate::{Action, Frame, Quad, Signal, Subject, Verdict};

/// Least area of a page that is judged by itself, square pixels.
const LEAST_AREA: f32 = 400.0;

/// What was measured on one frame.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Quality {
    /// One signal a check, those first whose mending helps most: a page that is framed anew gets
    /// other light, in better light the camera focuses, and what lies on a page is moved last.
    pub signals: Vec<Signal>,
    /// What follows from them alone; its reasons are in the same order.
    pub verdict: Verdict,
}

/// Assesses frames one after another, keeping its buffers between them.
#[derive(Debug, Default)]
pub struct QualityAssessor {
    paper_size: Option<[f32; 2]>,
    view: PageView,
    paper: Paper,
    glare: Glare,
    occlusion: Occlusion,
    focus: Focus,
    print: Print,
    spare: Vec<f32>,
    blur: Option<Blur>,
}

impl QualityAssessor {
    /// Assesses one frame: the page in it, or all of it where a page was asked for and none was
    /// found, or where it shows a scene.
    pub fn assess(
        &mut self,
        frame: &Frame<'_>,
        document: &Document,
        subject: Subject,
        thresholds: &Thresholds,
    ) -> Quality {
        let mut quality = Quality { signals: Vec::new(), verdict: Verdict::Accepted };
        self.assess_into(frame, document, subject, thresholds, &mut quality);
        quality
    }

    /// The same into an assessment whose memory is used again: nothing is allocated for a frame of
    /// the size of the last one that nothing objects to.
    pub fn assess_into(
        &mut self,
        frame: &Frame<'_>,
        document: &Document,
        subject: Subject,
        thresholds: &Thresholds,
        quality: &mut Quality,
    ) {
        quality.signals.clear();
        let mut report = Report::new(thresholds, &mut quality.signals);
        match subject {
            Subject::Page => self.assess_page(frame, document, &mut report),
            Subject::Scene => self.assess_scene(frame, &mut report),
        }
        quality.verdict = Verdict::merge(&quality.signals);
    }

    /// Tells the size of the pages to come, millimetres in either order: their resolution is then
    /// judged in dots an inch as well. `None` where it is not known.
    pub fn expect_size(&mut self, millimetres: Option<[f32; 2]>) {
        self.paper_size = millimetres.filter(|size| size.iter().all(|side| *side > 0.0));
    }

    /// Share of each cell of the last page that lies under reflections, 0..1. The grid covers the
    /// page from the corner that its quad names first.
    pub fn glare_mask(&self) -> &Grid {
        &self.glare.mask
    }

    /// Share of each cell of the last page that something covers, 0..1; the same grid.
    pub fn occlusion_mask(&self) -> &Grid {
        &self.occlusion.mask
    }

    /// Luma of the last page's paper, 0..255, print bridged; the same grid.
    pub fn illumination(&self) -> &Grid {
        &self.paper.level
    }

    /// Width of edges in each part of the last page, pixels of the frame; zero where there are none.
    /// A coarser grid over the same page.
    pub fn focus_map(&self) -> &Grid {
        &self.focus.map
    }

    /// How and in which direction the last frame is blurred; `None` where nothing has edges.
    pub fn blur(&self) -> Option<Blur> {
        self.blur
    }

    /// Height of a row of print on the last page, pixels of the frame; `None` where no rows were
    /// seen.
    fn print_height(&mut self, frame: &Frame<'_>) -> Option<f32> {
        self.print.height(frame, &self.view)
    }

    fn assess_page(&mut self, frame: &Frame<'_>, document: &Document, report: &mut Report<'_>) {
        let quad = document.quad.filter(is_usable);
        let page = quad.unwrap_or_else(|| whole(frame));
        self.look(frame, &page);
        self.glare.measure(&self.view, &self.paper);
        self.occlusion.measure(&self.view, &self.paper);
        self.measure_focus(frame, true);
        let print = self.print_height(frame);
        let framing = framing::measure(frame, &page);
        let light = light::measure(&self.view, &self.paper, &mut self.spare);
        let limits = report.thresholds;

        if quad.is_some() {
            report.above("cut_off", framing.outside, limits.cut_off, Action::FrameDocument);
            report.below("near_edge", framing.margin, limits.near_edge, Action::FrameDocument);
            report.below("too_far", framing.coverage, limits.too_far, Action::MoveCloser);
        }
        report.below("low_resolution", framing.longer, limits.low_resolution, Action::MoveCloser);
        if let Some([a, b]) = self.paper_size {
            let dpi = framing.longer / a.max(b) * 25.4;
            report.below("low_dpi", dpi, limits.low_dpi, Action::MoveCloser);
        }
        if let Some(height) = print {
            report.below("small_print", height, limits.small_print, Action::MoveCloser);
        }
        if quad.is_some() {
            report.above("tilted", framing.tilt, limits.tilted, Action::HoldParallel);
        }
        self.report_light(&light, report);
        self.report_blur(print, framing.longer, report);
        let glare = &self.glare;
        let region = glare.largest.and_then(|bounds| self.view.region(bounds));
        report.above("glare", glare.share, limits.glare, Action::AvoidGlare).at(region);
        report
            .above("glare_on_text", glare.on_text, limits.glare_on_text, Action::AvoidGlare)
            .at(region.filter(|_| glare.on_text > 0.0));
        let region = light.shaded.and_then(|cells| {
            let [left, top, right, bottom] = cells.map(|cell| (cell * CELL) as f32);
            let (width, height) = (self.view.width as f32, self.view.height as f32);
            self.view.region([left, top, right.min(width), bottom.min(height)])
        });
        report.above("shadow", light.shadow, limits.shadow, Action::AvoidShadow).at(region);
        if quad.is_some() {
            let region = self.occlusion.largest.and_then(|bounds| self.view.region(bounds));
            report
                .above("occluded", self.occlusion.share, limits.occluded, Action::ClearPage)
                .at(region);
            report.above("curled", document.curl, limits.curled, Action::FlattenPage);
        }
        self.report_noise(report);
        report.above("colour_cast", light.cast, limits.colour_cast, Action::AdjustLight);
        report.above("wrinkled", light.wrinkles, limits.wrinkled, Action::FlattenPage);
        if quad.is_some() {
            let count = document.count as f32;
            report.doubt(
                "several_documents",
                count,
                limits.several_documents,
                Action::FrameDocument,
            );
        }
    }

    fn assess_scene(&mut self, frame: &Frame<'_>, report: &mut Report<'_>) {
        self.look(frame, &whole(frame));
        self.glare.mask.reset(self.paper.level.width(), self.paper.level.height(), 0.0);
        self.occlusion.mask.reset(self.paper.level.width(), self.paper.level.height(), 0.0);
        self.measure_focus(frame, false);
        let light = light::measure(&self.view, &self.paper, &mut self.spare);
        let stand = scene::measure(&self.view);
        let limits = report.thresholds;
        report.below("featureless", stand.coverage, limits.featureless, Action::MoveCloser);
        self.report_light(&light, report);
        let longer = frame.width().max(frame.height()) as f32;
        self.report_blur(None, longer, report);
        self.report_noise(report);
        report.above("not_level", stand.roll.abs(), limits.not_level, Action::HoldLevel);
    }

    /// Samples what is judged, and tells its paper from its ink.
    fn look(&mut self, frame: &Frame<'_>, page: &Quad) {
        self.view.fill(frame, page);
        self.paper.measure(&self.view);
    }

    fn measure_focus(&mut self, frame: &Frame<'_>, strokes_only: bool) {
        let (glare, covered) = (&self.glare.mask, &self.occlusion.mask);
        let set = |mask: &Grid, x: usize, y: usize| {
            mask.at(x / CELL, y / CELL).is_some_and(|share| share > 0.0)
        };
        // A reflection's skirt is a soft edge of its own.
        let skirt = |x: usize, y: usize| {
            [(0, 0), (CELL, 0), (0, CELL), (2 * CELL, 2 * CELL)].iter().any(|(dx, dy)| {
                set(glare, x + dx, y + dy)
                    || set(glare, x.saturating_sub(*dx), y.saturating_sub(*dy))
            })
        };
        let avoid = |x: usize, y: usize| skirt(x, y) || set(covered, x, y);
        self.blur = self.focus.measure(frame, &self.view, strokes_only, avoid);
    }

    fn report_light(&self, light: &Light, report: &mut Report<'_>) {
        let limits = report.thresholds;
        report.below("too_dark", light.brightest, limits.too_dark, Action::AdjustLight);
        // A scan's paper is clipped too, but its ink is black.
        let washed = light.clipped * self.focus.ink.unwrap_or(255.0) / 255.0;
        report.above("too_bright", washed, limits.too_bright, Action::AdjustLight);
    }

    /// A blur is told by its widest direction; that it comes from motion is told beside it, and
    /// only where it objects.
    fn report_blur(&self, print: Option<f32>, longer: f32, report: &mut Report<'_>) {
        let limits = report.thresholds;
        let blur = self.blur.unwrap_or_default();
        // Where no rows are seen, print is taken to be as high as on a page of eighty rows, and never
        // higher than on one of forty: a blur that joins rows must not excuse itself.
        let height = print.unwrap_or(longer / 100.0).min(longer / 50.0);
        let limit = (limits.blurred * height).max(limits.blurred_pixels);
        let ratio = if blur.narrowest > 0.0 { blur.widest / blur.narrowest } else { 1.0 };
        let is_motion = ratio > limits.motion_blurred && blur.widest > limit;
        let action = if is_motion { Action::HoldStill } else { Action::Refocus };
        let region = self.blurriest(limit);
        report.above("blurred", blur.widest, limit, action).at(region);
        let ratio = if is_motion { ratio } else { ratio.min(limits.motion_blurred) };
        report.above("motion_blurred", ratio, limits.motion_blurred, Action::HoldStill);
    }

    /// The parts of the page whose edges are wider than a limit.
    fn blurriest(&self, limit: f32) -> Option<Quad> {
        let map = &self.focus.map;
        let mut bounds: Option<[usize; 4]> = None;
        for row in 0..map.height() {
            for column in 0..map.width() {
                if map.at(column, row).is_some_and(|width| width > limit) {
                    let cell = [column, row, column + 1, row + 1];
                    let [left, top, right, bottom] = bounds.unwrap_or(cell);
                    bounds = Some([
                        left.min(column),
                        top.min(row),
                        right.max(column + 1),
                        bottom.max(row + 1),
                    ]);
                }
            }
        }
        let [left, top, right, bottom] = bounds?.map(|cell| cell as f32);
        let across = self.view.width as f32 / map.width().max(1) as f32;
        let down = self.view.height as f32 / map.height().max(1) as f32;
        self.view.region([left * across, top * down, right * across, bottom * down])
    }

    fn report_noise(&self, report: &mut Report<'_>) {
        // A twentieth at least: a bare page has no ink to be lost in noise.
        let contrast = self.paper.median.max(1.0) * (1.0 - self.paper.darkest).max(0.05);
        let noise = self.focus.noise / contrast;
        report.above("noisy", noise, report.thresholds.noisy, Action::AdjustLight);
    }
}

fn whole(frame: &Frame<'_>) -> Quad {
    Quad::rectangle(0.0, 0.0, frame.width() as f32, frame.height() as f32)
}

/// Whether a page can be sampled through its corners: somebody may have set them by hand.
fn is_usable(quad: &Quad) -> bool {
    let finite = quad.corners.iter().all(|corner| corner.x.abs() < 1e6 && corner.y.abs() < 1e6);
    finite && quad.is_convex() && quad.area() >= LEAST_AREA
}
