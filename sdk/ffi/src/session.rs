//! The capture session, as the platforms see it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};

use bailing_capture::{
    Clock, Config, Frame, FrameResult, Mode, Models, Outcome, PixelFormat, Session, Task, Turn,
};

use crate::clock::SystemClock;
use crate::key::PlatformKey;
use crate::outbox::randomness;
use crate::{Guidance, Outbox, SdkError, SigningKey};

/// What the merchant is to prove, and how it is photographed.
#[derive(Clone, Debug, uniffi::Record)]
pub struct CaptureTask {
    /// The kind of proof, for example `business_licence`.
    pub kind: String,
    /// How it is photographed.
    pub mode: CaptureMode,
}

/// How a proof is photographed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum CaptureMode {
    /// One page, found in the frame and outlined.
    Document,
    /// A shop front, a shelf, a truck.
    Scene,
    /// Pages of one paper.
    Pages {
        /// So many at most; 1 to 16.
        most: u32,
    },
}

/// What one preview frame led to, where it went the slow way.
#[derive(Clone, Debug, uniffi::Record)]
pub struct FrameOutcome {
    /// The hint to show.
    pub guidance: Guidance,
    /// x and y of top left, top right, bottom right, bottom left, shares of the upright frame; empty
    /// without a page.
    pub corners: Vec<f32>,
    /// 0..1: how long it has held still of the time it has to.
    pub steadiness: f32,
    /// Take the still now.
    pub capture: bool,
    /// Whether this very frame was looked at.
    pub analysed: bool,
}

/// What became of a still.
#[derive(Clone, Debug, uniffi::Record)]
pub struct Photograph {
    /// What follows.
    pub outcome: PhotographOutcome,
    /// Codes of the reasons for it.
    pub reasons: Vec<String>,
    /// x and y of top left, top right, bottom right, bottom left, shares of the upright still; empty
    /// without a page.
    pub corners: Vec<f32>,
    /// Width in pixels, upright.
    pub width: u32,
    /// Height in pixels, upright.
    pub height: u32,
}

/// What follows from a still.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum PhotographOutcome {
    /// It is a page of the bundle now.
    Kept,
    /// It is kept, and the same is wanted once more, from a third nearer or farther.
    Again,
    /// It is not kept: take it anew.
    Retake,
}

/// A running capture session.
#[derive(Debug, uniffi::Object)]
pub struct CaptureSession {
    session: Mutex<Session>,
    outbox: Arc<Outbox>,
}

#[uniffi::export]
impl CaptureSession {
    /// A session whose bundle goes into an outbox, under the policy that the outbox has; unpacks the networks.
    #[uniffi::constructor]
    pub fn new(outbox: Arc<Outbox>, task: CaptureTask) -> Result<Arc<Self>, SdkError> {
        let mut seed = [0; 32];
        bailing_capture::Random::fill(&randomness(), &mut seed)?;
        let (service, policy) = {
            let outbox = outbox.lock();
            (outbox.service().clone(), outbox.policy(SystemClock.unix_seconds()))
        };
        let config = Config {
            server_origin: service.origin,
            app_id: service.app_id,
            app_version: service.app_version,
            refuse_retake: true,
        };
        let task = Task { kind: task.kind, mode: task.mode.into() };
        let session = Session::new(config, &Models::load()?, task, outbox.boot_id(), &seed);
        let session = match &policy {
            Some(policy) => session.under(policy),
            None => session,
        };
        Ok(Arc::new(Self { session: Mutex::new(session), outbox }))
    }

    /// One preview frame of luma, the slow way: for tests, and for languages without a frame path of their
    /// own. `height` rows, `stride` bytes apart; the last may lack its padding.
    pub fn process(
        &self,
        luma: &[u8],
        width: u32,
        height: u32,
        stride: u32,
        rotation_degrees: i32,
    ) -> Result<FrameOutcome, SdkError> {
        let turn = Turn::clockwise(rotation_degrees)
            .ok_or_else(|| SdkError::new("frame_unusable", "frames turn by quarters"))?;
        let frame = Frame::new(luma, width, height, stride as usize, PixelFormat::Luma8)?;
        let result = self.lock().process(&frame.with_turn(turn), &SystemClock);
        Ok(FrameOutcome {
            guidance: result.guidance.into(),
            corners: shares(result.quad.as_ref(), result.size),
            steadiness: result.steadiness,
            capture: result.capture,
            analysed: result.analysed,
        })
    }

    /// A still, the very bytes that the camera gave: hand it in as soon as it is there. Analysed, recorded,
    /// and kept as a page unless it should be taken anew.
    pub fn photograph(&self, encoded: Vec<u8>) -> Result<Photograph, SdkError> {
        let now = SystemClock.monotonic_ns();
        let photograph = self.lock().photograph(encoded, now)?;
        let [width, height] = photograph.size;
        Ok(Photograph {
            outcome: match photograph.outcome {
                Outcome::Kept => PhotographOutcome::Kept,
                Outcome::Again => PhotographOutcome::Again,
                Outcome::Retake => PhotographOutcome::Retake,
            },
            reasons: photograph.reasons.iter().map(ToString::to_string).collect(),
            corners: shares(photograph.quad.as_ref(), photograph.size),
            width,
            height,
        })
    }

    /// The merchant takes no second photo: a person will look at the first.
    pub fn skip_second(&self) {
        self.lock().skip_second();
    }

    /// Takes the last page out again.
    pub fn drop_last(&self) {
        self.lock().drop_last();
    }

    /// Pages kept so far.
    pub fn pages(&self) -> u32 {
        u32::try_from(self.lock().pages()).unwrap_or(u32::MAX)
    }

    /// Seals all pages with the phone's key and stores the bundle in the outbox, which uses up one ticket:
    /// its name, once it survives whatever happens to the process. Asks for no network.
    pub fn seal(&self, key: Arc<dyn SigningKey>) -> Result<String, SdkError> {
        let key = PlatformKey::new(key)?;
        let mut session = self.lock();
        let bundle = session.seal(&mut self.outbox.lock(), &key, &SystemClock)?;
        Ok(hex::encode(bundle))
    }
}

impl CaptureSession {
    /// One frame, unless another thread is in the session.
    pub(crate) fn guide(&self, frame: &Frame<'_>) -> Option<FrameResult> {
        let mut session = match self.session.try_lock() {
            Ok(session) => session,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return None,
        };
        Some(session.process(frame, &SystemClock))
    }

    /// A session that a panic left behind still works: it holds buffers, pages and a debounced hint.
    fn lock(&self) -> MutexGuard<'_, Session> {
        self.session.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A quad's corners as shares of its picture.
fn shares(quad: Option<&bailing_capture::Quad>, size: [u32; 2]) -> Vec<f32> {
    let [width, height] = size.map(|side| side.max(1) as f32);
    let corners = quad.iter().flat_map(|quad| quad.corners).collect::<Vec<_>>();
    corners.iter().flat_map(|corner| [corner.x / width, corner.y / height]).collect()
}

impl From<CaptureMode> for Mode {
    fn from(mode: CaptureMode) -> Self {
        match mode {
            CaptureMode::Document => Self::Document,
            CaptureMode::Scene => Self::Scene,
            CaptureMode::Pages { most } => Self::Pages { most },
        }
    }
}
