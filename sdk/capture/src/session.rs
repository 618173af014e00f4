//! A live session: preview frames to hints, stills to pages, pages to one sealed bundle.

use std::borrow::Cow;

use bailing_evidence::limits;
use bailing_evidence::policy::Policy;
use bailing_vision::{Action, Analysis, Frame, Models, Quad, Severity, Subject};

use crate::budget::Budget;
use crate::guidance::{Debounce, Guidance, hint};
use crate::sealer::{Capture, CaptureError, Config, Record, Sealer};
use crate::tracker::Tracker;
use crate::{Clock, DeviceKey, Outbox, OutboxError};

/// What the merchant is to prove, and how it is photographed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    /// The kind of proof, for example `business_licence`.
    pub kind: String,
    /// How it is photographed.
    pub mode: Mode,
}

/// How a proof is photographed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums, reason = "an app shows each of them differently")]
pub enum Mode {
    /// One page, found in the frame and outlined.
    Document,
    /// A shop front, a shelf, a truck: no outline; level, light and coverage instead.
    Scene,
    /// Pages of one paper, one photo after another.
    Pages {
        /// So many at most; 1 to 16.
        most: u32,
    },
}

impl Mode {
    /// Pages in one bundle at most: each may have a second photo.
    const MOST_PAGES: u32 = limits::IMAGES as u32 / 2;

    fn subject(self) -> Subject {
        match self {
            Self::Document | Self::Pages { .. } => Subject::Page,
            Self::Scene => Subject::Scene,
        }
    }

    fn most(self) -> usize {
        match self {
            Self::Document | Self::Scene => 1,
            Self::Pages { most } => most.clamp(1, Self::MOST_PAGES) as usize,
        }
    }
}

/// What one preview frame led to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FrameResult {
    /// The hint to show.
    pub guidance: Guidance,
    /// The page's outline, in pixels of the upright frame.
    pub quad: Option<Quad>,
    /// Width and height of the upright frame, pixels.
    pub size: [u32; 2],
    /// 0..1: how long it has held still of the time it has to.
    pub steadiness: f32,
    /// Take the still now: said once, and again only after [`Session::photograph`] or when the merchant
    /// has moved on.
    pub capture: bool,
    /// Whether this very frame was looked at, or skipped because the phone is slow.
    pub analysed: bool,
}

/// What became of a still.
#[derive(Clone, Debug, PartialEq)]
pub struct Photograph {
    /// What follows.
    pub outcome: Outcome,
    /// Codes of the reasons for it; empty where nothing objects.
    pub reasons: Vec<Cow<'static, str>>,
    /// The page's corners, in pixels of the upright still.
    pub quad: Option<Quad>,
    /// Width and height of the upright still, pixels.
    pub size: [u32; 2],
}

/// What follows from a still.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums, reason = "sealed on purpose: an app must handle every outcome")]
pub enum Outcome {
    /// It is a page of the bundle now.
    Kept,
    /// It is kept, and whether it shows a screen is open: the same is wanted once more, from a third
    /// nearer or farther.
    Again,
    /// It is not kept: take it anew.
    Retake,
}

/// How long everything must be good before the still is taken, nanoseconds.
const STILL_AFTER_NS: u64 = 500_000_000;

/// After so long without the still that was asked for, it is asked for anew, nanoseconds.
const ASK_AGAIN_NS: u64 = 4_000_000_000;

/// How much larger or smaller a page must be for a second photo, as a factor: patterns of the page and of
/// a screen's raster are then apart by more than what blurs them (`recapture::second`).
const NEARER: f32 = 1.25;

/// A page of the bundle: its photo, and a second one where the first left something open.
#[derive(Debug)]
struct Page {
    photos: Vec<(Vec<u8>, Record)>,
}

/// A first photo, while the second is waited for.
#[derive(Debug)]
struct First {
    analysis: Analysis,
    /// The page's longer side as a share of the frame's.
    share: Option<f32>,
}

/// A running session for one task.
#[derive(Debug)]
pub struct Session {
    sealer: Sealer,
    task: Task,
    budget: Budget,
    tracker: Tracker,
    debounce: Debounce,
    last: Option<FrameResult>,
    ready_since_ns: Option<u64>,
    asked_ns: Option<u64>,
    pages: Vec<Page>,
    first: Option<First>,
}

impl Session {
    /// A session that runs `models`; `boot_id` is random for each boot of the phone, `seed` for each
    /// session. Whether a page or a scene is looked for follows from the task's kind, whatever its mode
    /// says: the server goes by the kind as well, and would find other signals than the phone's.
    pub fn new(
        config: Config,
        models: &Models,
        task: Task,
        boot_id: [u8; 16],
        seed: &[u8; 32],
    ) -> Self {
        let mode = match (Subject::of_kind(&task.kind), task.mode) {
            (Subject::Scene, _) => Mode::Scene,
            (Subject::Page, Mode::Scene) => Mode::Document,
            (Subject::Page, mode) => mode,
        };
        let task = Task { mode, ..task };
        Self {
            sealer: Sealer::new(config, models, boot_id, seed),
            task,
            budget: Budget::default(),
            tracker: Tracker::default(),
            debounce: Debounce::default(),
            last: None,
            ready_since_ns: None,
            asked_ns: None,
            pages: Vec::new(),
            first: None,
        }
    }

    /// The same under a policy of the bank's: its thresholds, and no more pages than it takes of this kind.
    #[must_use]
    pub fn under(mut self, policy: &Policy) -> Self {
        let taken = policy.tasks.iter().find(|task| task.kind == self.task.kind);
        if let (Some(taken), Mode::Pages { most }) = (taken, &mut self.task.mode) {
            *most = taken.pages.min(*most);
        }
        Self { sealer: self.sealer.under(policy), ..self }
    }

    /// One preview frame. On a phone that is too slow for all of them some are not looked at; none is
    /// kept.
    pub fn process(&mut self, frame: &Frame<'_>, clock: &dyn Clock) -> FrameResult {
        let now = clock.monotonic_ns();
        self.sealer.started(now);
        if let Some(last) = self.last.filter(|_| !self.budget.allows(now)) {
            return FrameResult { capture: false, analysed: false, ..last };
        }
        let subject = self.task.mode.subject();
        let (turn, lying) = (frame.turn(), [frame.width(), frame.height()]);
        let size = turn.size(lying);
        let analysis = self.sealer.preview(frame, subject);
        let upright = |quad: &Quad| turn.quad(quad, lying);
        let found = analysis.document.quad.as_ref().map(upright);
        let objection = hint(analysis, subject, found.as_ref(), size, upright);
        let quad = self.tracker.follow(found.as_ref(), now);
        let hint = objection.unwrap_or_else(|| self.without_objection(found.as_ref(), size));
        let guidance = self.debounce.show(hint, now);
        let is_ready = guidance == Guidance::Ready && hint == Guidance::Ready;
        let (steadiness, capture) = self.release(is_ready, now);
        let result = FrameResult { guidance, quad, size, steadiness, capture, analysed: true };
        self.last = Some(result);
        self.budget.spend(now, clock.monotonic_ns());
        result
    }

    /// What is left to do where nothing objects.
    fn without_objection(&self, page: Option<&Quad>, size: [u32; 2]) -> Guidance {
        let first = self.first.as_ref().and_then(|first| first.share);
        let distances = first.zip(page.map(|page| share(page, size)));
        if distances.is_some_and(|(first, now)| (first / NEARER..first * NEARER).contains(&now)) {
            return Guidance::ChangeDistance;
        }
        let is_steady = self.tracker.is_steady() || self.task.mode == Mode::Scene;
        if is_steady { Guidance::Ready } else { Guidance::HoldStill }
    }

    /// How far the time is gone that everything must be good, and whether the still is to be taken.
    fn release(&mut self, is_ready: bool, now: u64) -> (f32, bool) {
        let is_done = self.first.is_none() && self.pages.len() >= self.task.mode.most();
        if !is_ready || is_done {
            self.ready_since_ns = None;
            return (0.0, false);
        }
        let since = *self.ready_since_ns.get_or_insert(now);
        let held = now.saturating_sub(since);
        let was_asked = self.asked_ns.is_some_and(|at| now.saturating_sub(at) < ASK_AGAIN_NS);
        let capture = held >= STILL_AFTER_NS && !was_asked;
        if capture {
            self.asked_ns = Some(now);
        }
        ((held as f32 / STILL_AFTER_NS as f32).min(1.0), capture)
    }

    /// A still, as the camera gave it: analysed, recorded by the session's key, and kept as a page unless
    /// it should be taken anew. These very bytes are what is sealed.
    ///
    /// # Errors
    ///
    /// [`CaptureError::Full`] where the bundle takes no more, and what is no picture.
    pub fn photograph(
        &mut self,
        encoded: Vec<u8>,
        monotonic_ns: u64,
    ) -> Result<Photograph, CaptureError> {
        (self.asked_ns, self.ready_since_ns) = (None, None);
        let is_second = self.first.is_some();
        let held: usize = self.photos().map(|(encoded, _)| encoded.len()).sum();
        let too_many = !is_second && self.pages.len() >= self.task.mode.most();
        if too_many || (held + encoded.len()) as u64 > limits::RAW_BYTES {
            return Err(CaptureError::Full);
        }
        let subject = self.task.mode.subject();
        let first = self.first.as_ref().map(|first| &first.analysis);
        let inspection = self.sealer.inspect_after(first, &encoded, subject)?;
        let analysis = &inspection.analysis;
        let size = [inspection.still.width(), inspection.still.height()];
        let is_refused = analysis.verdict.severity() >= Severity::Retake;
        // A second photo settles it, or a person does: nobody is asked a third time.
        let is_open = !is_second
            && analysis.signals().any(|signal| signal.action == Some(Action::PhotographAgain));
        let outcome = match is_refused {
            true => Outcome::Retake,
            false if is_open && subject == Subject::Page => Outcome::Again,
            false => Outcome::Kept,
        };
        let reasons = analysis.verdict.reasons().to_vec();
        let quad = analysis.document.quad;
        if outcome != Outcome::Retake {
            let capture = Capture {
                encoded: &encoded,
                kind: &self.task.kind,
                monotonic_ns,
                again: is_second,
            };
            let record = self.sealer.record(&capture, &inspection);
            match self.pages.last_mut().filter(|_| is_second) {
                Some(page) => page.photos.push((encoded, record)),
                None => self.pages.push(Page { photos: vec![(encoded, record)] }),
            }
            self.first = (outcome == Outcome::Again).then(|| First {
                share: quad.as_ref().map(|quad| share(quad, size)),
                analysis: inspection.analysis,
            });
        }
        Ok(Photograph { outcome, reasons, quad, size })
    }

    /// The merchant takes no second photo: a person will look at the first.
    pub fn skip_second(&mut self) {
        self.first = None;
    }

    /// Takes the last page out again, with its second photo.
    pub fn drop_last(&mut self) {
        self.pages.pop();
        self.first = None;
    }

    /// Pages kept so far.
    pub fn pages(&self) -> usize {
        self.pages.len()
    }

    /// What the session is for.
    pub fn task(&self) -> &Task {
        &self.task
    }

    /// Seals all pages with the phone's key and stores the bundle in the outbox: its name there, once it
    /// survives whatever happens to the process. The pages are gone only when that worked.
    ///
    /// # Errors
    ///
    /// `not_enrolled` for another key than the outbox's enrolled one: the server would refuse the bundle for
    /// good.
    pub fn seal(
        &mut self,
        outbox: &mut Outbox,
        key: &dyn DeviceKey,
        clock: &dyn Clock,
    ) -> Result<[u8; 32], CaptureError> {
        let enrolled = outbox.enrolment().map(|enrolment| enrolment.key_id);
        if enrolled != Some(key.public_key().id()) {
            return Err(OutboxError::NotEnrolled.into());
        }
        let (wall, now) = (clock.unix_seconds(), clock.monotonic_ns());
        let photos: Vec<(&[u8], &Record)> =
            self.photos().map(|(encoded, record)| (encoded.as_slice(), record)).collect();
        let bundle =
            outbox.seal(wall, |slot| self.sealer.assemble(&photos, slot, key, wall, now))?;
        self.pages.clear();
        self.first = None;
        Ok(bundle)
    }

    fn photos(&self) -> impl Iterator<Item = &(Vec<u8>, Record)> {
        self.pages.iter().flat_map(|page| &page.photos)
    }
}

/// A page's longer side as a share of its frame's.
fn share(page: &Quad, size: [u32; 2]) -> f32 {
    let longest = page.sides().iter().map(|(from, to)| from.distance(*to)).fold(0.0, f32::max);
    longest / size.iter().copied().max().unwrap_or(1).max(1) as f32
}
