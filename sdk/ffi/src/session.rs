//! The capture session, as the platforms see it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};

use bailing_capture::{
    Chain, Config, Frame, FrameResult, Mode, Models, Outcome, PixelFormat, Session, Task, Turn,
};

use crate::clock::SystemClock;
use crate::key::PlatformKey;
use crate::{Guidance, SdkError, SigningKey};

/// What a session needs to know of the app and the server.
#[derive(Clone, Debug, uniffi::Record)]
pub struct CaptureConfig {
    /// Scheme, host and port of the server, as it names itself.
    pub server_origin: String,
    /// Android package or iOS bundle id.
    pub app_id: String,
    /// The app's version.
    pub app_version: String,
    /// 16 random bytes, the same until the phone boots again.
    pub boot_id: Vec<u8>,
    /// 32 random bytes, new for each session: its own key, kept in memory only.
    pub seed: Vec<u8>,
}

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

/// A bundle, ready to be sent.
#[derive(Clone, Debug, uniffi::Record)]
pub struct SealedEvidence {
    /// SHA-256 of the bytes, hexadecimal: the bundle's name at the server.
    pub sha256: String,
    /// The bundle.
    pub bytes: Vec<u8>,
    /// The chain to store before uploading, and to hand in next time.
    pub chain: String,
}

/// A running capture session.
#[derive(Debug, uniffi::Object)]
pub struct CaptureSession {
    session: Mutex<Session>,
}

#[uniffi::export]
impl CaptureSession {
    /// A session; plans the networks, some 50 ms.
    #[uniffi::constructor]
    pub fn new(config: CaptureConfig, task: CaptureTask) -> Result<Arc<Self>, SdkError> {
        let boot_id = config
            .boot_id
            .try_into()
            .map_err(|_| SdkError::new("request_malformed", "boot_id has 16 bytes"))?;
        let seed = config
            .seed
            .try_into()
            .map_err(|_| SdkError::new("request_malformed", "seed has 32 bytes"))?;
        let config = Config {
            server_origin: config.server_origin,
            app_id: config.app_id,
            app_version: config.app_version,
            refuse_retake: true,
        };
        let task = Task { kind: task.kind, mode: task.mode.into() };
        let session = Session::new(config, &Models::load()?, task, boot_id, &seed);
        Ok(Arc::new(Self { session: Mutex::new(session) }))
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
        let now = bailing_capture::Clock::monotonic_ns(&SystemClock);
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

    /// Seals all pages under one ticket. `chain` is what the last call gave, or empty.
    pub fn seal(
        &self,
        ticket: Vec<u8>,
        chain: String,
        key: Arc<dyn SigningKey>,
    ) -> Result<SealedEvidence, SdkError> {
        let mut chain: Chain = if chain.is_empty() {
            Chain::default()
        } else {
            serde_json::from_str(&chain)
                .map_err(|_| SdkError::new("request_malformed", "not a chain of this SDK"))?
        };
        let key = PlatformKey::new(key)?;
        let sealed = self.lock().seal(&ticket, &mut chain, &key, &SystemClock)?;
        let chain = serde_json::to_string(&chain)
            .map_err(|error| SdkError::new("request_malformed", error))?;
        Ok(SealedEvidence { sha256: hex::encode(sealed.sha256), bytes: sealed.bytes, chain })
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
