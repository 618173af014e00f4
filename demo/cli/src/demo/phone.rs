//! A merchant's phone: the SDK with a software key, over real HTTP.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use bailing_capture::danger::SoftwareKey;
use bailing_capture::upload::{self, BundleState, Challenge, EnrolledKey, Tickets};
use bailing_capture::{
    Capture, Chain, Config, DeviceKey, Models, SealedBundle, Sealer, Subject, UploadError,
};
use bailing_credit::Decision;
use bailing_evidence::digest;
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
    chain: Chain,
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
    /// The fields that were read.
    pub(super) fields: BTreeMap<String, String>,
    /// Quota before and after, yuan.
    pub(super) quota: Option<(u64, u64)>,
    /// What the merchant's quota is made of now.
    pub(super) credit: Option<Decision>,
}

impl Phone {
    /// A new phone with a new key, enrolled for a merchant.
    pub(super) fn enrol(server: &str, origin: &str, merchant: &str) -> Result<Self, Failure> {
        let transport = Transport::new(server.to_owned());
        let key = SoftwareKey::generate(clock::randomness()).map_err(UploadError::from)?;
        let challenge = Challenge::read(&transport.send(&upload::challenge())?)?;
        let request = upload::enrol_software(&challenge, &key, APP_ID, merchant)?;
        EnrolledKey::read(&transport.send(&request)?)?;
        let config = Config {
            server_origin: origin.to_owned(),
            app_id: APP_ID.to_owned(),
            app_version: env!("CARGO_PKG_VERSION").to_owned(),
            // The demo sends what a phone would keep back, to show that the server refuses it too.
            refuse_retake: false,
        };
        let inner = Inner {
            transport,
            key,
            sealer: Sealer::new(config, &Models::load()?, random()?, &random()?),
            chain: Chain::default(),
            watch: Stopwatch::start(),
        };
        Ok(Self { inner: Rc::new(RefCell::new(inner)) })
    }

    /// Seals a photo, sends it, and waits for the decision.
    pub(super) fn send(&self, picture: &[u8], kind: &str) -> Result<Outcome, Failure> {
        let mut inner = self.inner.borrow_mut();
        let (sealed, verdict) = inner.seal(picture, kind)?;
        let outcome = Outcome { phone: verdict, ..Outcome::default() };
        match inner.upload(&sealed) {
            Ok(decision) => Ok(decided(outcome, &decision)),
            Err(Failure::Upload(UploadError::Refused { code, .. })) => Ok(refused(outcome, code)),
            Err(failure) => Err(failure),
        }
    }

    /// Seals a photo, changes one byte of the bundle, and sends that under its own, true hash. The
    /// phone has never sealed it, as far as its chain knows.
    pub(super) fn send_forged(
        &self,
        picture: &[u8],
        kind: &str,
        forgery: Forgery,
    ) -> Result<Outcome, Failure> {
        let mut inner = self.inner.borrow_mut();
        let chain = inner.chain.clone();
        let (mut sealed, verdict) = inner.seal(picture, kind)?;
        inner.chain = chain;
        let length = sealed.bytes.len();
        // The picture ends the bundle; the signature ends the signed part, before the blob's head.
        let at = match forgery {
            Forgery::Picture => length - 1 - picture.len() / 2,
            Forgery::Signature => length - picture.len() - BLOB_HEAD - 1,
        };
        if let Some(byte) = sealed.bytes.get_mut(at) {
            *byte ^= 1;
        }
        sealed.sha256 = digest::sha256(&sealed.bytes);
        let outcome = Outcome { phone: verdict, ..Outcome::default() };
        match inner.upload(&sealed) {
            Ok(decision) => Ok(decided(outcome, &decision)),
            Err(Failure::Upload(UploadError::Refused { code, .. })) => Ok(refused(outcome, code)),
            Err(failure) => Err(failure),
        }
    }
}

/// Bytes of a blob record before the blob: kind, index, two lengths, hash.
const BLOB_HEAD: usize = 1 + 4 + 8 + 8 + 32;

impl Inner {
    /// A sealed bundle under a fresh ticket, and the phone's own verdict.
    fn seal(&mut self, picture: &[u8], kind: &str) -> Result<(SealedBundle, String), Failure> {
        let request = upload::tickets(&self.key.public_key().id(), 1);
        let tickets = Tickets::read(&self.transport.send(&request)?)?;
        let ticket = tickets.tickets.first().ok_or(UploadError::Malformed { status: 201 })?;
        let inspection = self.sealer.inspect(picture, Subject::of_kind(kind))?;
        let verdict = inspection.analysis.verdict.name().to_owned();
        let now = self.watch.nanoseconds();
        let capture = Capture { encoded: picture, kind, monotonic_ns: now, again: false };
        let sealed = self.sealer.seal(
            &[capture],
            ticket,
            &mut self.chain,
            &self.key,
            clock::seconds_since_1970(),
            self.watch.nanoseconds(),
        )?;
        Ok((sealed, verdict))
    }

    /// The server's decision on a bundle.
    fn upload(&self, sealed: &SealedBundle) -> Result<Value, Failure> {
        let mut answer = upload::Bundle::read(&self.transport.send(&upload::put(sealed))?)?;
        let watch = Stopwatch::start();
        loop {
            if let (BundleState::Decided, Some(decision)) = (answer.state, answer.decision.take()) {
                return Ok(decision);
            }
            if watch.elapsed().as_secs() >= PATIENCE {
                let bundle = hex::encode(sealed.sha256);
                return Err(Failure::Undecided { bundle, seconds: PATIENCE });
            }
            std::thread::sleep(Duration::from_millis(100));
            let poll = upload::poll(&sealed.sha256);
            answer = upload::Bundle::read(&self.transport.send(&poll)?)?;
        }
    }
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
        fields: fields
            .filter_map(|(name, field)| Some((name.clone(), text(&field["value"])?)))
            .collect(),
        quota: decision["quota_before"].as_u64().zip(decision["quota"]["quota"].as_u64()),
        credit: Decision::deserialize(&decision["quota"]).ok(),
        ..outcome
    }
}
