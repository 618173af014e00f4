//! The capture session, as the platforms see it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bailing_capture::{
    Capture, Chain, Config, Frame, Guidance, Models, PixelFormat, Session, Subject,
};

use crate::key::PlatformKey;
use crate::{ForeignDeviceKey, SdkError};

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

/// How a pixel's bytes lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum FrameFormat {
    /// A camera's Y plane.
    Luma8,
    /// Red, green, blue.
    Rgb8,
    /// Red, green, blue, and one byte that is ignored.
    Rgba8,
}

/// What the picture is meant to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum Target {
    /// A page, a card, a receipt.
    Page,
    /// A shop front, a shelf, a truck.
    Scene,
}

/// One hint for the merchant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
#[allow(missing_docs, reason = "each is documented at bailing_capture::Guidance")]
pub enum Hint {
    FindDocument,
    FrameDocument,
    MoveCloser,
    AdjustLight,
    AvoidGlare,
    HoldStill,
    PhotographOriginal,
    Ready,
}

/// One check's answer.
#[derive(Clone, Debug, uniffi::Record)]
pub struct SignalRecord {
    /// Stable code, as listed in `CODES.md`.
    pub code: String,
    /// Measured value.
    pub score: f32,
    /// The value at which the check starts to object.
    pub threshold: f32,
}

/// What the phone knows of a still.
#[derive(Clone, Debug, uniffi::Record)]
pub struct StillInspection {
    /// Width in pixels, upright.
    pub width: u32,
    /// Height in pixels, upright.
    pub height: u32,
    /// `accepted`, `review`, `retake` or `rejected`.
    pub verdict: String,
    /// Codes of the reasons.
    pub reasons: Vec<String>,
    /// x and y of top left, top right, bottom right, bottom left; empty without a page.
    pub corners: Vec<f32>,
    /// Every check's answer.
    pub signals: Vec<SignalRecord>,
}

/// One still to be sealed.
#[derive(Clone, Debug, uniffi::Record)]
pub struct Picture {
    /// The encoded picture, as the camera gave it.
    pub encoded: Vec<u8>,
    /// The kind of proof, for example `business_licence`.
    pub kind: String,
    /// Monotonic clock at capture, nanoseconds.
    pub monotonic_ns: u64,
    /// Whether it shows the same as the picture before it, from nearer or farther.
    #[uniffi(default = false)]
    pub again: bool,
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
    pub fn new(config: CaptureConfig) -> Result<Arc<Self>, SdkError> {
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
        let models = Models::load()?;
        Ok(Arc::new(Self { session: Mutex::new(Session::new(config, &models, boot_id, &seed)) }))
    }

    /// One preview frame: `height` rows, `stride` bytes apart; the last may lack its padding.
    #[allow(clippy::too_many_arguments, reason = "a frame is these; a record would be copied")]
    pub fn process(
        &self,
        pixels: &[u8],
        width: u32,
        height: u32,
        stride: u32,
        format: FrameFormat,
        target: Target,
        now_ns: u64,
    ) -> Result<Hint, SdkError> {
        let frame = Frame::new(pixels, width, height, stride as usize, format.into())?;
        Ok(self.guide(&frame, target.into(), now_ns).into())
    }

    /// What the phone knows of a still.
    pub fn inspect(&self, encoded: Vec<u8>, target: Target) -> Result<StillInspection, SdkError> {
        let inspection = self.lock().inspect(&encoded, target.into())?;
        let verdict = &inspection.analysis.verdict;
        let quad = inspection.analysis.document.quad;
        Ok(StillInspection {
            width: inspection.still.width(),
            height: inspection.still.height(),
            verdict: verdict.name().to_owned(),
            reasons: verdict.reasons().iter().map(ToString::to_string).collect(),
            corners: quad.iter().flat_map(|quad| quad.corners).flat_map(<[f32; 2]>::from).collect(),
            signals: inspection
                .analysis
                .signals()
                .map(|signal| SignalRecord {
                    code: signal.code.to_string(),
                    score: signal.score,
                    threshold: signal.threshold,
                })
                .collect(),
        })
    }

    /// Analyses, signs and bundles stills under one ticket. `chain` is what the last call gave, or
    /// empty; `wall_clock` is seconds since 1970.
    pub fn seal(
        &self,
        pictures: Vec<Picture>,
        ticket: Vec<u8>,
        chain: String,
        key: Arc<dyn ForeignDeviceKey>,
        wall_clock: i64,
        now_ns: u64,
    ) -> Result<SealedEvidence, SdkError> {
        let mut chain: Chain = if chain.is_empty() {
            Chain::default()
        } else {
            serde_json::from_str(&chain)
                .map_err(|_| SdkError::new("request_malformed", "not a chain of this SDK"))?
        };
        let captures: Vec<Capture<'_>> = pictures
            .iter()
            .map(|picture| Capture {
                encoded: &picture.encoded,
                kind: &picture.kind,
                monotonic_ns: picture.monotonic_ns,
                again: picture.again,
            })
            .collect();
        let key = PlatformKey::new(key)?;
        let sealed = self.lock().seal(&captures, &ticket, &mut chain, &key, wall_clock, now_ns)?;
        let chain = serde_json::to_string(&chain)
            .map_err(|error| SdkError::new("request_malformed", error))?;
        Ok(SealedEvidence { sha256: hex::encode(sealed.sha256), bytes: sealed.bytes, chain })
    }
}

impl CaptureSession {
    pub(crate) fn guide(&self, frame: &Frame<'_>, subject: Subject, now_ns: u64) -> Guidance {
        self.lock().process(frame, subject, now_ns)
    }

    /// A session that a panic left behind still works: it holds buffers and a debounced hint.
    fn lock(&self) -> MutexGuard<'_, Session> {
        self.session.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl From<FrameFormat> for PixelFormat {
    fn from(format: FrameFormat) -> Self {
        match format {
            FrameFormat::Luma8 => Self::Luma8,
            FrameFormat::Rgb8 => Self::Rgb8,
            FrameFormat::Rgba8 => Self::Rgba8,
        }
    }
}

impl From<Target> for Subject {
    fn from(target: Target) -> Self {
        match target {
            Target::Page => Self::Page,
            Target::Scene => Self::Scene,
        }
    }
}

impl From<Guidance> for Hint {
    fn from(guidance: Guidance) -> Self {
        match guidance {
            Guidance::FindDocument => Self::FindDocument,
            Guidance::FrameDocument => Self::FrameDocument,
            Guidance::MoveCloser => Self::MoveCloser,
            Guidance::AdjustLight => Self::AdjustLight,
            Guidance::AvoidGlare => Self::AvoidGlare,
            Guidance::HoldStill => Self::HoldStill,
            Guidance::PhotographOriginal => Self::PhotographOriginal,
            Guidance::Ready => Self::Ready,
        }
    }
}
