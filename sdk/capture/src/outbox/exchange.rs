//! Requests out, answers in.

use super::errand::{Errand, News};
use super::line::{Proof, Purpose, Step, Upload};
use super::plan::{FULL_TICKETS, Plan};
use super::{Outbox, OutboxError};
use crate::upload::{self, Request, Response, Unreachable, UploadError, tus};
use crate::{Attestation, DeviceKey};

impl Outbox {
    /// What the host does next. An exchange that was handed out and not answered is waited for, three minutes
    /// at most, and then handed out again under a new number.
    pub fn next(&mut self, now: i64) -> Result<Errand, OutboxError> {
        self.refresh()?;
        if let Some(until) = self.line.busy(now) {
            return Ok(Errand::WaitUntil(until));
        }
        loop {
            let purpose = match self.plan(now) {
                Plan::Exchange(purpose) => purpose,
                Plan::Wait(Some(until)) => return Ok(Errand::WaitUntil(until)),
                Plan::Wait(None) => return Ok(Errand::Nothing),
                Plan::Attest => {
                    let challenge = self.line.challenge(now);
                    let challenge = challenge.map(|challenge| challenge.bytes.clone());
                    return Ok(
                        challenge.map_or(Errand::Nothing, |challenge| Errand::Attest { challenge })
                    );
                }
            };
            match self.request(&purpose, now) {
                Ok(request) => {
                    let exchange = self.line.begin(purpose, now);
                    return Ok(Errand::Send { exchange, request });
                }
                // That bundle is lost, and waits no longer: on to the next.
                Err(OutboxError::Damaged) => match purpose.bundle() {
                    Some(bundle) => self.lose(&bundle, now)?,
                    None => return Err(OutboxError::Damaged),
                },
                Err(error) => return Err(error),
            }
        }
    }

    /// The platform has made a key and attested it over [`Errand::Attest`]'s challenge. Too late, it is asked
    /// again.
    pub fn attested(&mut self, attestation: &Attestation, now: i64) -> Result<(), OutboxError> {
        self.refresh()?;
        let (Some(wish), Some(challenge)) = (&self.state.wish, self.line.challenge(now)) else {
            return Ok(());
        };
        let app_id = &self.service.app_id;
        let request = upload::enrol(challenge, attestation, app_id, &wish.merchant_id);
        let attestation = Some(attestation.sha256());
        self.line.proved(Proof { request, key: None, sent_before: false, attestation });
        Ok(())
    }

    /// The same with a key that nothing attests, where the server takes such keys.
    pub fn attested_by_software(
        &mut self,
        key: &dyn DeviceKey,
        now: i64,
    ) -> Result<(), OutboxError> {
        self.refresh()?;
        let (Some(wish), Some(challenge)) = (&self.state.wish, self.line.challenge(now)) else {
            return Ok(());
        };
        let app_id = &self.service.app_id;
        let request = upload::enrol_software(challenge, key, app_id, &wish.merchant_id);
        let request = request.map_err(|error| match error {
            UploadError::Key(error) => OutboxError::Key(error),
            _ => OutboxError::NotEnrolled,
        })?;
        let id = key.public_key().id();
        let sent_before = wish.sent.is_some_and(|sent| sent.0 == id);
        // Stored before it is sent: if the answer is lost, the server knows the key and says so.
        self.change(|state| {
            state.wish.iter_mut().for_each(|wish| wish.sent = Some(super::Hexadecimal(id)));
        })?;
        self.line.proved(Proof { request, key: Some(id), sent_before, attestation: None });
        Ok(())
    }

    /// Takes what came back for an exchange. An answer to an exchange that was given up changes nothing.
    pub fn answer(
        &mut self,
        exchange: u64,
        answer: Result<Response, Unreachable>,
        now: i64,
    ) -> Result<Option<News>, OutboxError> {
        let Some(purpose) = self.line.end(exchange) else { return Ok(None) };
        let news = self.refresh().and_then(|()| match answer {
            Ok(response) => self.understand(&purpose, &response, now),
            Err(Unreachable) => {
                self.failed(&purpose, &UploadError::Unreachable, None, now).map(|()| None)
            }
        });
        match &news {
            // The exchange will be repeated, but not at once.
            Err(_) => {
                let jitter = self.jitter();
                self.line.rest.fail(now, None, jitter);
            }
            Ok(_) => self.line.rest = super::Pause::default(),
        }
        news
    }

    fn request(&self, purpose: &Purpose, now: i64) -> Result<Request, OutboxError> {
        Ok(match purpose {
            Purpose::Challenge => upload::challenge(),
            Purpose::Enrol => {
                self.line.proof().map_or_else(upload::challenge, |proof| proof.request.clone())
            }
            Purpose::Tickets => {
                let key = self.state.enrolment.as_ref().ok_or(OutboxError::NotEnrolled)?;
                let missing = FULL_TICKETS.saturating_sub(self.state.tickets_left(now));
                upload::tickets(&key.key_id, u32::try_from(missing).unwrap_or(1))
            }
            Purpose::Policy => upload::policy(),
            Purpose::Put { bundle } => upload::put(bundle, self.content(bundle, 0, None)?),
            Purpose::Create { bundle } => tus::create(bundle, self.length(bundle)?),
            Purpose::Ask { bundle } => tus::ask(bundle),
            Purpose::Piece { bundle, from, to } => {
                tus::piece(bundle, *from, self.content(bundle, *from, Some(*to))?)
            }
            Purpose::Confirm { bundle } | Purpose::Poll { bundle } => upload::poll(bundle),
        })
    }

    /// A stored bundle's bytes from `from` to `to`, or to its end.
    fn content(
        &self,
        bundle: &[u8; 32],
        from: u64,
        to: Option<u64>,
    ) -> Result<Vec<u8>, OutboxError> {
        let file = self.state.entry(bundle).and_then(|entry| entry.file());
        let file = file.ok_or(OutboxError::Damaged)?;
        let to = to.map_or_else(|| self.length(bundle), Ok)?;
        let length = to.checked_sub(from).ok_or(OutboxError::Damaged)?;
        match self.vault.read_at(self.storage.as_ref(), &file, from, length) {
            // The state was read with this key: a file that wants another is damaged.
            Err(super::vault::VaultError::Storage(error)) => Err(error.into()),
            read => read.map_err(|_| OutboxError::Damaged),
        }
    }

    pub(super) fn length(&self, bundle: &[u8; 32]) -> Result<u64, OutboxError> {
        self.state.entry(bundle).map(|entry| entry.bytes).ok_or(OutboxError::Damaged)
    }

    /// Something failed in a way that may pass: it is left alone for a while, and everything is where the
    /// server cannot be reached or asks for it.
    pub(super) fn failed(
        &mut self,
        purpose: &Purpose,
        error: &UploadError,
        retry_after: Option<i64>,
        now: i64,
    ) -> Result<(), OutboxError> {
        let jitter = self.jitter();
        let all = match error {
            UploadError::Unreachable => true,
            UploadError::Refused { status, .. } | UploadError::Malformed { status } => {
                matches!(status, 429 | 503)
            }
            UploadError::Key(_) => false,
        };
        if let Some(bundle) = purpose.bundle() {
            let upload = self.line.upload(&bundle);
            if let Purpose::Piece { .. } = purpose {
                self.line.set_upload(&bundle, Upload { next: Step::Ask, ..upload });
            }
        }
        self.change(|state| {
            if all {
                state.server.fail(now, retry_after, jitter);
            } else {
                state.server = super::Pause::default();
            }
            let own = match purpose {
                Purpose::Challenge | Purpose::Enrol => {
                    state.wish.as_mut().map(|wish| &mut wish.pause)
                }
                Purpose::Tickets => Some(&mut state.ticketing),
                Purpose::Policy => Some(&mut state.policing),
                Purpose::Put { bundle }
                | Purpose::Create { bundle }
                | Purpose::Ask { bundle }
                | Purpose::Piece { bundle, .. }
                | Purpose::Confirm { bundle }
                | Purpose::Poll { bundle } => state.entry_mut(bundle).map(|entry| &mut entry.pause),
            };
            own.into_iter().for_each(|pause| pause.fail(now, retry_after, jitter));
        })
    }

    /// A random number for a wait; without randomness a wait has none.
    pub(super) fn jitter(&self) -> u32 {
        let mut bytes = [0; 4];
        self.random.fill(&mut bytes).map_or(0, |()| u32::from_ne_bytes(bytes))
    }
}

impl Purpose {
    /// The bundle that it is about.
    pub(super) fn bundle(&self) -> Option<[u8; 32]> {
        match self {
            Self::Challenge | Self::Enrol | Self::Tickets | Self::Policy => None,
            Self::Put { bundle }
            | Self::Create { bundle }
            | Self::Ask { bundle }
            | Self::Piece { bundle, .. }
            | Self::Confirm { bundle }
            | Self::Poll { bundle } => Some(*bundle),
        }
    }
}
