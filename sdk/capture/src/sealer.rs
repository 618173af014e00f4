//! Stills to a sealed bundle: each analysed, recorded by the session's key, and all signed by the phone's.

use std::borrow::Cow;

use bailing_evidence::bundle::{self, BundleError};
use bailing_evidence::digest;
use bailing_evidence::frame::SessionKey;
use bailing_evidence::manifest::{ImageClaim, Manifest, ModelClaim, SignalClaim};
use bailing_evidence::policy::Policy;
use bailing_evidence::signature::{self, Context, SignatureError};
use bailing_evidence::ticket::{Ticket, TicketError};
use bailing_vision::quality::Thresholds;
use bailing_vision::still::{Still, StillError};
use bailing_vision::{Analyser, Analysis, Frame, Models, Severity, Signal, Subject};
use thiserror::Error;

use crate::{DeviceKey, OutboxError, Slot};

/// What a session needs to know of the app and the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// Scheme, host and port of the server as it names itself: part of what is signed.
    pub server_origin: String,
    /// The host app's id: Android package or iOS bundle id.
    pub app_id: String,
    /// The host app's version.
    pub app_version: String,
    /// Whether a picture that should be taken again may not be sealed. On a phone, yes.
    pub refuse_retake: bool,
}

/// Analyses stills and seals them, whoever took them. [`Session`](crate::Session) does so with a camera
/// running.
#[derive(Debug)]
pub struct Sealer {
    config: Config,
    boot_id: [u8; 16],
    started_ns: Option<u64>,
    key: SessionKey,
    analyser: Analyser,
    /// Which of the bank's policies set its thresholds.
    policy: Option<Cow<'static, str>>,
}

/// One still to be sealed.
#[derive(Clone, Copy, Debug)]
pub struct Capture<'a> {
    /// The encoded picture, as the camera gave it.
    pub encoded: &'a [u8],
    /// The kind of proof that was asked for, for example `business_licence`.
    pub kind: &'a str,
    /// Monotonic clock at capture, nanoseconds.
    pub monotonic_ns: u64,
    /// Whether it shows the same as the picture before it, from nearer or farther: so is settled whether
    /// that one was of a screen.
    pub again: bool,
}

/// What the phone knows of a still.
#[derive(Debug)]
pub struct Inspection {
    /// The picture, decoded and upright.
    pub still: Still,
    /// What it shows.
    pub analysis: Analysis,
}

/// What is claimed of an analysed still, the session's signature among it.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    claim: ImageClaim,
    /// What measured its signals.
    models: Vec<Cow<'static, str>>,
}

/// A bundle, ready to be sent, and what its chain has to know of it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs, reason = "a test may make one")]
pub struct SealedBundle {
    /// The bundle.
    pub bytes: Vec<u8>,
    /// SHA-256 of its signed part (the COSE_Sign1 bytes).
    pub signed_sha256: [u8; 32],
    /// The kinds of proof that were photographed, in order.
    pub kinds: Vec<String>,
}

impl SealedBundle {
    /// SHA-256 of the bytes: the bundle's name at the server.
    pub fn sha256(&self) -> [u8; 32] {
        digest::sha256(&self.bytes)
    }
}

/// Why nothing was sealed.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CaptureError {
    /// No picture was given.
    #[error("no picture to seal: capture one first")]
    Nothing,
    /// The session holds as many pictures as its task or one bundle takes.
    #[error("the bundle is full: seal it, or take a page out")]
    Full,
    /// A picture could not be decoded.
    #[error(transparent)]
    Picture(#[from] StillError),
    /// A picture should be taken again, for these codes, and the session refuses such pictures.
    #[error("the picture should be taken again: {}", codes.join(", "))]
    Retake {
        /// Codes of the signals that ask for it.
        codes: Vec<String>,
    },
    /// The ticket is not one.
    #[error(transparent)]
    Ticket(#[from] TicketError),
    /// The claims could not be signed.
    #[error(transparent)]
    Signature(#[from] SignatureError),
    /// The outbox has no ticket or no room, or could not store the bundle.
    #[error(transparent)]
    Outbox(#[from] OutboxError),
    /// The pictures do not fit a bundle.
    #[error(transparent)]
    Bundle(#[from] BundleError),
}

impl CaptureError {
    /// Stable code, as listed in `CODES.md`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Nothing => "nothing_captured",
            Self::Full => "session_full",
            Self::Picture(error) => error.code(),
            Self::Retake { .. } => "retake_needed",
            Self::Ticket(error) => error.code(),
            Self::Signature(error) => error.code(),
            Self::Outbox(error) => error.code(),
            Self::Bundle(error) => error.code(),
        }
    }
}

impl Sealer {
    /// Runs `models`; `boot_id` is random for each boot of the phone, `seed` for each session.
    pub fn new(config: Config, models: &Models, boot_id: [u8; 16], seed: &[u8; 32]) -> Self {
        Self {
            config,
            boot_id,
            started_ns: None,
            key: SessionKey::from_seed(seed),
            analyser: Analyser::new(models),
            policy: None,
        }
    }

    /// The same under a policy of the bank's: its thresholds are held against, and its revision is claimed.
    #[must_use]
    pub fn under(self, policy: &Policy) -> Self {
        let thresholds = policy.thresholds.iter().map(|(code, value)| (code.as_str(), *value));
        let thresholds = Thresholds::default().tuned(thresholds);
        let analyser = self.analyser.with_thresholds(thresholds);
        let name = format!("policy-{}", policy.revision);
        Self { analyser, policy: Some(name.into()), ..self }
    }

    /// The camera has run since this moment at the latest.
    pub(crate) fn started(&mut self, monotonic_ns: u64) {
        self.started_ns.get_or_insert(monotonic_ns);
    }

    /// What the next preview frame shows.
    pub(crate) fn preview(&mut self, frame: &Frame<'_>, subject: Subject) -> &Analysis {
        self.analyser.preview(frame, subject)
    }

    /// Decodes and analyses a still, as [`Self::seal`] will.
    pub fn inspect(
        &mut self,
        encoded: &[u8],
        subject: Subject,
    ) -> Result<Inspection, CaptureError> {
        self.inspect_after(None, encoded, subject)
    }

    /// The same; `first` of a still that showed the same from nearer or farther, and of which it was left
    /// open whether it was of a screen ([`Action::PhotographAgain`](bailing_vision::Action)).
    pub fn inspect_after(
        &mut self,
        first: Option<&Analysis>,
        encoded: &[u8],
        subject: Subject,
    ) -> Result<Inspection, CaptureError> {
        let still = Still::decode(encoded)?;
        let analysis = self.analyser.analyse_after(first, &still.frame(), subject);
        Ok(Inspection { still, analysis })
    }

    /// What is claimed of a still that was inspected, signed by the session's key.
    pub(crate) fn record(&self, capture: &Capture<'_>, inspection: &Inspection) -> Record {
        let mut claim = claim(capture, inspection);
        claim.record = self.key.sign(&claim.frame(&self.boot_id));
        let mut models: Vec<Cow<'static, str>> = Vec::new();
        for signal in inspection.analysis.signals() {
            if !models.contains(&signal.model) {
                models.push(signal.model.clone());
            }
        }
        Record { claim, models }
    }

    /// Analyses, signs and bundles stills under one ticket, at the end of a chain, which then has to take
    /// in [`SealedBundle::signed_sha256`].
    ///
    /// `wall_clock` is seconds since 1970, `monotonic_ns` the monotonic clock now.
    pub fn seal(
        &mut self,
        captures: &[Capture<'_>],
        slot: Slot<'_>,
        key: &dyn DeviceKey,
        wall_clock: i64,
        monotonic_ns: u64,
    ) -> Result<SealedBundle, CaptureError> {
        Ticket::peek(slot.ticket)?;
        let mut records = Vec::with_capacity(captures.len());
        let mut before: Option<Analysis> = None;
        for capture in captures {
            let subject = Subject::of_kind(capture.kind);
            let first = before.as_ref().filter(|_| capture.again);
            let inspection = self.inspect_after(first, capture.encoded, subject)?;
            let verdict = &inspection.analysis.verdict;
            if self.config.refuse_retake && verdict.severity() >= Severity::Retake {
                let codes = verdict.reasons().iter().map(ToString::to_string).collect();
                return Err(CaptureError::Retake { codes });
            }
            records.push(self.record(capture, &inspection));
            before = Some(inspection.analysis);
        }
        let encoded = captures.iter().map(|capture| capture.encoded);
        let photos: Vec<_> = encoded.zip(&records).collect();
        self.assemble(&photos, slot, key, wall_clock, monotonic_ns)
    }

    /// Signs and bundles stills and what was recorded of each.
    pub(crate) fn assemble(
        &self,
        photos: &[(&[u8], &Record)],
        slot: Slot<'_>,
        key: &dyn DeviceKey,
        wall_clock: i64,
        monotonic_ns: u64,
    ) -> Result<SealedBundle, CaptureError> {
        let (_, first) = photos.first().ok_or(CaptureError::Nothing)?;
        let manifest = Manifest {
            nonce: Ticket::peek(slot.ticket)?.nonce.to_vec(),
            issued_at: wall_clock,
            ticket: slot.ticket.to_vec(),
            boot_id: self.boot_id,
            monotonic_start_ns: self.started_ns.unwrap_or(first.claim.monotonic_ns),
            monotonic_end_ns: monotonic_ns,
            sequence: slot.chain.next_sequence,
            previous: slot.chain.previous,
            app_id: self.config.app_id.clone(),
            app_version: self.config.app_version.clone(),
            key_id: key.public_key().id(),
            models: models(
                photos.iter().flat_map(|(_, record)| &record.models).chain(&self.policy),
            ),
            images: photos.iter().map(|(_, record)| record.claim.clone()).collect(),
            session_key: self.key.public_key(),
            attestation: key.attestation(),
        };
        let context =
            Context { server_origin: &self.config.server_origin, app_id: &self.config.app_id };
        let cose =
            signature::sign(&manifest, &context, key.algorithm(), |message| key.sign(message))?;
        let pictures: Vec<&[u8]> = photos.iter().map(|(encoded, _)| *encoded).collect();
        Ok(SealedBundle {
            bytes: bundle::write(&cose, &pictures)?,
            signed_sha256: digest::sha256(&cose),
            kinds: manifest.images.into_iter().map(|image| image.kind).collect(),
        })
    }
}

/// The networks by their weights, then whatever else measured something, or set its thresholds, by its name.
fn models<'a>(named: impl Iterator<Item = &'a Cow<'static, str>>) -> Vec<ModelClaim> {
    let mut models: Vec<ModelClaim> = Models::hashes()
        .map(|(name, sha256)| ModelClaim { name: name.to_owned(), sha256 })
        .collect();
    for name in named {
        if !models.iter().any(|model| model.name == *name) {
            let sha256 = digest::sha256(name.as_bytes());
            models.push(ModelClaim { name: name.to_string(), sha256 });
        }
    }
    models
}

fn claim(capture: &Capture<'_>, inspection: &Inspection) -> ImageClaim {
    let Inspection { still, analysis } = inspection;
    ImageClaim {
        monotonic_ns: capture.monotonic_ns,
        pixels_sha256: digest::pixels(still.width(), still.height(), still.rgb()),
        blob_sha256: digest::sha256(capture.encoded),
        blob_len: capture.encoded.len() as u64,
        width: still.width(),
        height: still.height(),
        media_type: still.media_type().to_owned(),
        kind: capture.kind.to_owned(),
        signals: analysis.signals().map(signal_claim).collect(),
        verdict: analysis.verdict.name().to_owned(),
        // Signed by the caller.
        record: [0; 64],
    }
}

fn signal_claim(signal: &Signal) -> SignalClaim {
    SignalClaim { code: signal.code.to_string(), score: signal.score, threshold: signal.threshold }
}
