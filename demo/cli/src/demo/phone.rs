//! A merchant's phone: the SDK with a software key, over real HTTP.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use bailing_capture::danger::SoftwareKey;
use bailing_capture::{
    Capture, Config, EntryState, Errand, KeyError, Memory, Models, News, Outbox, OutboxError,
    Sealer, Service, Subject,
};
use bailing_credit::Decision;
use serde::Deserialize;
use serde_json::Value;

use super::Forgery;
use crate::capture::{APP_ID, random};
use crate::clock::{self, Stopwatch};
use crate::failure::Failure;
use crate::transport::Transport;

/// How long a decision may take, seconds: reading a page takes a few on two cores.
const PATIENCE: u64 = 120;

/// One phone; clones are the same phone.
#[derive(Clone, Debug)]
pub(super) struct Phone {
    inner: Rc<RefCell<Inner>>,
}

#[derive(Debug)]
struct Inner {
    transport: Transport,
    key: SoftwareKey,
    sealer: Sealer,
    outbox: Outbox,
    watch: Stopwatch,
}

/// What became of one photo.
#[derive(Clone, Debug, Default)]
pub(super) struct Outcome {
    /// The phone's verdict.
    pub(super) phone: String,
    /// The server's verdict, or `refused`.
    pub(super) server: String,
    /// Codes of the reasons.
    pub(super) reasons: Vec<String>,
    /// The kind that was read.
    pub(super) kind: Option<String>,
    /// What the kind counts as for a quota.
    pub(super) family: Option<String>,
    /// The fields that were read.
    pub(super) fields: BTreeMap<String, String>,
    /// Quota before and after, yuan.
    pub(super) quota: Option<(u64, u64)>,
    /// What the merchant's quota is made of now.
    pub(super) credit: Option<Decision>,
}

impl Phone {
    /// A new phone with a new key, enrolled for a merchant. What it keeps it keeps in memory.
    pub(super) fn enrol(server: &str, origin: &str, merchant: &str) -> Result<Self, Failure> {
        let service = Service {
            origin: origin.to_owned(),
            app_id: APP_ID.to_owned(),
            app_version: env!("CARGO_PKG_VERSION").to_owned(),
            policy_key: None,
        };
        let config = Config {
            server_origin: service.origin.clone(),
            app_id: service.app_id.clone(),
            app_version: service.app_version.clone(),
            // The demo sends what a phone would keep back, to show that the server refuses it too.
            refuse_retake: false,
        };
        let mut outbox = Outbox::open(
            Box::new(Memory::default()),
            Box::new(clock::randomness()),
            &random()?,
            service,
            clock::seconds_since_1970(),
        )?;
        outbox.enrol(merchant)?;
        let boot_id = outbox.boot_id("this run of the demo")?;
        let mut inner = Inner {
            transport: Transport::new(server.to_owned()),
            key: SoftwareKey::generate(clock::randomness()).map_err(key_failed)?,
            sealer: Sealer::new(config, &Models::load()?, boot_id, &random()?),
            outbox,
            watch: Stopwatch::start(),
        };
        inner.run_errands_until(|outbox| outbox.enrolment().is_some())?;
        Ok(Self { inner: Rc::new(RefCell::new(inner)) })
    }

    /// Seals a photo, sends it, and waits for the decision.
    pub(super) fn send(&self, picture: &[u8], kind: &str) -> Result<Outcome, Failure> {
        self.inner.borrow_mut().send(picture, kind, None)
    }

    /// The same from a phone whose app was tampered with: one byte of the bundle is changed, and it goes under its
    /// own, true hash.
    pub(super) fn send_forged(
        &self,
        picture: &[u8],
        kind: &str,
        forgery: Forgery,
    ) -> Result<Outcome, Failure> {
        self.inner.borrow_mut().send(picture, kind, Some(forgery))
    }
}

/// Bytes of a blob record before the blob: kind, index, two lengths, hash.
const BLOB_HEAD: usize = 1 + 4 + 8 + 8 + 32;

impl Inner {
    fn send(
        &mut self,
        picture: &[u8],
        kind: &str,
        forgery: Option<Forgery>,
    ) -> Result<Outcome, Failure> {
        let inspection = self.sealer.inspect(picture, Subject::of_kind(kind))?;
        let phone = inspection.analysis.verdict.name().to_owned();
        let outcome = Outcome { phone, ..Outcome::default() };
        let bundle = self.seal(picture, kind, forgery)?;
        self.run_errands_until(|outbox| {
            outbox.entries().any(|entry| {
                let settled =
                    matches!(entry.state, EntryState::Decided | EntryState::Refused { .. });
                entry.bundle == bundle && settled
            })
        })
        .map_err(|failure| match failure {
            Failure::Silence { seconds } => {
                Failure::Undecided { bundle: hex::encode(bundle), seconds }
            }
            failure => failure,
        })?;
        let state = self.outbox.entries().find(|entry| entry.bundle == bundle);
        Ok(match state.map(|entry| entry.state) {
            Some(EntryState::Refused { code, .. }) => refused(outcome, code),
            _ => decided(outcome, &self.outbox.decision(&bundle)?.unwrap_or_default()),
        })
    }

    /// Seals a picture into the outbox: the bundle's hash.
    fn seal(
        &mut self,
        picture: &[u8],
        kind: &str,
        forgery: Option<Forgery>,
    ) -> Result<[u8; 32], Failure> {
        self.run_errands_until(|outbox| outbox.tickets_left(clock::seconds_since_1970()) > 0)?;
        let Self { sealer, outbox, key, watch, .. } = self;
        let now = clock::seconds_since_1970();
        outbox.seal(now, |slot| {
            let at = watch.nanoseconds();
            let capture = Capture { encoded: picture, kind, monotonic_ns: at, again: false };
            let mut sealed = sealer.seal(&[capture], slot, key, now, watch.nanoseconds())?;
            if let Some(forgery) = forgery {
                forge(&mut sealed.bytes, picture.len(), forgery);
            }
            Ok(sealed)
        })
    }

    /// Does what the outbox asks for, over HTTP, until `done`.
    fn run_errands_until(&mut self, done: impl Fn(&Outbox) -> bool) -> Result<(), Failure> {
        let watch = Stopwatch::start();
        while !done(&self.outbox) {
            if watch.elapsed().as_secs() >= PATIENCE {
                return Err(Failure::Silence { seconds: PATIENCE });
            }
            let now = clock::seconds_since_1970();
            match self.outbox.next(now)? {
                Errand::Send { exchange, request } => {
                    let answer = self.transport.send(&request);
                    let now = clock::seconds_since_1970();
                    let news = self.outbox.answer(exchange, answer, now)?;
                    if let Some(News::EnrolmentRefused { code, detail }) = news {
                        return Err(Failure::NotEnrolled { code, detail });
                    }
                }
                Errand::Attest { .. } => self.outbox.attested_by_software(&self.key, now)?,
                Errand::WaitUntil(_) | Errand::Nothing => {
                    std::thread::sleep(Duration::from_millis(100));
                }
            }
        }
        Ok(())
    }
}

/// Changes one byte.
fn forge(bundle: &mut [u8], picture: usize, forgery: Forgery) {
    // The picture ends the bundle; the signature ends the signed part, before the blob's head.
    let from_the_end = match forgery {
        Forgery::Picture => 1 + picture / 2,
        Forgery::Signature => picture + BLOB_HEAD + 1,
    };
    let at = bundle.len().saturating_sub(from_the_end);
    if let Some(byte) = bundle.get_mut(at) {
        *byte ^= 1;
    }
}

fn key_failed(error: KeyError) -> Failure {
    Failure::Outbox(OutboxError::Key(error))
}

fn refused(outcome: Outcome, code: String) -> Outcome {
    Outcome { server: "refused".to_owned(), reasons: vec![code], ..outcome }
}

fn decided(outcome: Outcome, decision: &Value) -> Outcome {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let read = &decision["images"][0]["recognition"];
    let fields = read["fields"].as_object().into_iter().flatten();
    Outcome {
        server: text(&decision["verdict"]["outcome"]).unwrap_or_default(),
        reasons: decision["verdict"]["reasons"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(text)
            .collect(),
        kind: text(&read["kind"]),
        family: text(&read["family"]),
        fields: fields
            .filter_map(|(name, field)| Some((name.clone(), text(&field["value"])?)))
            .collect(),
        quota: decision["quota_before"].as_u64().zip(decision["quota"]["quota"].as_u64()),
        credit: Decision::deserialize(&decision["quota"]).ok(),
        ..outcome
    }
}
