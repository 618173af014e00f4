//! What the server's answers change. Every answer is hostile until it is understood, and one that is not
//! understood is a failure that may pass: it never costs a bundle.

use bailing_evidence::limits;
use bailing_evidence::ticket::Ticket;

use super::errand::News;
use super::hexadecimal::Hexadecimal;
use super::line::{Purpose, Step, Upload};
use super::pause::Pause;
use super::plan::{FULL_TICKETS, LOW_TICKETS};
use super::state::{Stage, StoredTicket, decision_file};
use super::{Enrolment, Outbox, OutboxError};
use crate::upload::{self, Arrival, Challenge, EnrolledKey, Response, Tickets, UploadError, tus};

/// Statuses that, with a problem document, are the server's last word on a bundle or a key. With any other
/// status something else may be wrong: the network's login page, a proxy, a server that is being changed.
const LAST_WORDS: [u16; 7] = [400, 403, 409, 410, 413, 415, 422];

/// Codes that are no word on a bundle. What was stored is authentic and named by its hash, so bytes that do not match it were
/// changed or lost on their way; and a key may be unknown because the token is of whoever else uses this phone's app.
const NO_WORD_ON_IT: [&str; 4] =
    ["bundle_unreadable", "digest_mismatch", "key_unknown", "upload_offset_mismatch"];

/// Longest life of a ticket that is believed, seconds.
const TICKET_LIFE: i64 = 30 * 24 * 3_600;

/// Shortest time between two requests for tickets, seconds.
const TICKET_REST: i64 = 30;

impl Outbox {
    pub(super) fn understand(
        &mut self,
        purpose: &Purpose,
        response: &Response,
        now: i64,
    ) -> Result<Option<News>, OutboxError> {
        let understood = match purpose {
            Purpose::Challenge => self.challenged(response, now),
            Purpose::Enrol => self.enrolled(response),
            Purpose::Tickets => self.ticketed(response, now),
            Purpose::Policy => self.policed(response, now),
            Purpose::Put { bundle } | Purpose::Confirm { bundle } | Purpose::Poll { bundle } => {
                self.arrived(bundle, response, now)
            }
            Purpose::Create { bundle } => self.created(bundle, response),
            Purpose::Ask { bundle } => self.asked(bundle, response),
            Purpose::Piece { bundle, to, .. } => self.piece_arrived(bundle, response, *to),
        };
        match understood {
            Ok(news) => {
                self.change(|state| state.server = Pause::default())?;
                Ok(news)
            }
            Err(Misunderstood::Outbox(error)) => Err(error),
            Err(Misunderstood::Upload(error)) => self.refused(purpose, error, response, now),
        }
    }

    fn challenged(&mut self, response: &Response, now: i64) -> Understood {
        let challenge = Challenge::read(response)?;
        // An attestation holds at most so much.
        if !(1..=128).contains(&challenge.bytes.len()) {
            return Err(malformed(response));
        }
        self.line.challenged(challenge, now);
        Ok(None)
    }

    fn enrolled(&mut self, response: &Response) -> Understood {
        let key = EnrolledKey::read(response)?;
        let id = hex::decode(&key.key_id).ok().and_then(|id| <[u8; 32]>::try_from(id).ok());
        let grade = (key.grade.len() <= 16).then_some(key.grade);
        let (Some(id), Some(grade)) = (id, grade) else { return Err(malformed(response)) };
        if self.line.proof().and_then(|proof| proof.key).is_some_and(|own| own != id) {
            return Err(malformed(response));
        }
        self.enrol_key(id, Some(grade))
    }

    fn enrol_key(&mut self, key_id: [u8; 32], grade: Option<String>) -> Understood {
        let attestation = self.line.proof().and_then(|proof| proof.attestation);
        let merchant = self.state.wish.as_ref().map(|wish| wish.merchant_id.clone());
        let Some(merchant_id) = merchant else { return Ok(None) };
        let enrolment = Enrolment { key_id, grade, merchant_id, attestation };
        self.change(|state| state.enrol(enrolment))?;
        self.line.forget_enrolment();
        Ok(Some(News::Enrolled))
    }

    fn ticketed(&mut self, response: &Response, now: i64) -> Understood {
        let Tickets { tickets } = Tickets::read(response)?;
        let Some(key_id) = self.state.enrolment.as_ref().map(|enrolment| enrolment.key_id) else {
            return Ok(None);
        };
        let jitter = self.jitter();
        let left = self.state.tickets_left(now);
        let missing = FULL_TICKETS.saturating_sub(left);
        let mut fresh: Vec<StoredTicket> = Vec::new();
        for bytes in tickets.into_iter().take(missing) {
            let Ok(ticket) = Ticket::peek(&bytes) else { continue };
            let known = self.state.knows_ticket(&ticket.id)
                || fresh.iter().any(|other| other.id.0 == ticket.id);
            let life = ticket.expires_at.saturating_sub(ticket.issued_at).clamp(0, TICKET_LIFE);
            let stored = StoredTicket {
                id: Hexadecimal(ticket.id),
                until: now.saturating_add(life),
                bytes: Hexadecimal(bytes),
            };
            let fits = ticket.key_id == key_id
                && ticket.kind.is_none()
                && stored.bytes.0.len() <= limits::TICKET_BYTES;
            if fits && !known && stored.counts_until() > now {
                fresh.push(stored);
            }
        }
        let none = fresh.is_empty();
        self.change(|state| {
            state.tickets.retain(|ticket| ticket.counts_until() > now);
            state.tickets.append(&mut fresh);
            if state.tickets.len() < LOW_TICKETS {
                state.ticketing.fail(now, None, jitter);
            } else {
                state.ticketing.rest(now, TICKET_REST);
            }
        })?;
        Ok((!none).then(|| News::Tickets(self.state.tickets_left(now))))
    }

    /// The bank has a policy, or none. One that is not newer than the last changes nothing: whoever can make a server give
    /// an old one gains nothing by it.
    fn policed(&mut self, response: &Response, now: i64) -> Understood {
        let Some(key) = self.service.policy_key else { return Ok(None) };
        let news = if response.status == 404 {
            None
        } else {
            let policy = upload::read_policy(response, &key, &self.service.origin)?;
            let before = self.stored_policy().map(|before| before.revision);
            before.is_none_or(|before| policy.revision > before).then_some(policy.revision)
        };
        self.change(|state| {
            state.policing.sleep(now);
            if news.is_some() {
                state.policy = Some(Hexadecimal(response.body.clone()));
            }
        })?;
        Ok(news.map(News::Policy))
    }

    /// The server has a bundle, and may have decided on it.
    fn arrived(&mut self, bundle: &[u8; 32], response: &Response, now: i64) -> Understood {
        let arrival = Arrival::read(response)?;
        if arrival.bundle != hex::encode(bundle) {
            return Err(malformed(response));
        }
        let Some(entry) = self.state.entry(bundle) else { return Ok(None) };
        if arrival.decided {
            let file = decision_file(bundle);
            let (storage, random) = (self.storage.as_mut(), self.random.as_ref());
            self.vault.write(storage, random, &file, &response.body).map_err(OutboxError::from)?;
            let kept = Some(response.body.len() as u64);
            self.change(|state| state.settle(bundle, Stage::Decided { at: now, kept }))?;
            self.line.settle(bundle);
            return Ok(Some(News::Decided { bundle: *bundle }));
        }
        match entry.stage {
            Stage::Received { at } => {
                // Asked again after half the time that it has taken so far.
                let rest = now.saturating_sub(at) / 2;
                self.change(|state| {
                    state
                        .entry_mut(bundle)
                        .into_iter()
                        .for_each(|entry| entry.pause.rest(now, rest));
                })?;
                Ok(None)
            }
            Stage::Waiting => {
                self.change(|state| {
                    state.settle(bundle, Stage::Received { at: now });
                    state.entry_mut(bundle).into_iter().for_each(|entry| entry.pause.rest(now, 1));
                })?;
                self.line.settle(bundle);
                Ok(Some(News::Received { bundle: *bundle }))
            }
            Stage::Decided { .. } | Stage::Refused { .. } => Ok(None),
        }
    }

    fn created(&mut self, bundle: &[u8; 32], response: &Response) -> Understood {
        if matches!(response.status, 404 | 405 | 501) {
            // A server that takes no pieces takes it whole.
            self.step(bundle, Step::Whole);
            return Ok(None);
        }
        let length = self.length(bundle)?;
        let offset = tus::created(response, length)?;
        self.found(bundle, offset, length, response)
    }

    fn asked(&mut self, bundle: &[u8; 32], response: &Response) -> Understood {
        if matches!(response.status, 404 | 410) {
            self.step(bundle, Step::Create);
            return Err(malformed(response));
        }
        let length = self.length(bundle)?;
        let offset = tus::offset(response, length)?;
        self.found(bundle, offset, length, response)
    }

    fn piece_arrived(&mut self, bundle: &[u8; 32], response: &Response, to: u64) -> Understood {
        let length = self.length(bundle)?;
        let offset = tus::offset(response, length)?;
        let furthest = offset > self.line.upload(bundle).most;
        self.go_on(bundle, offset, length);
        if offset != to {
            return Err(malformed(response));
        }
        if furthest {
            self.change(|state| {
                let entry = state.entry_mut(bundle);
                entry.into_iter().for_each(|entry| entry.pause = Pause::default());
            })?;
        }
        Ok(Some(News::Progress { bundle: *bundle, sent: offset, total: length }))
    }

    /// The server says how much of a bundle it has. Less than before is a failure: else a server that forgets
    /// would be sent the same again without end.
    fn found(
        &mut self,
        bundle: &[u8; 32],
        offset: u64,
        length: u64,
        response: &Response,
    ) -> Understood {
        let fewer = offset < self.line.upload(bundle).most;
        self.go_on(bundle, offset, length);
        if fewer { Err(malformed(response)) } else { Ok(None) }
    }

    /// So much of a bundle has arrived.
    fn go_on(&mut self, bundle: &[u8; 32], offset: u64, length: u64) {
        let most = self.line.upload(bundle).most.max(offset);
        let next = if offset == length { Step::Confirm } else { Step::From(offset) };
        self.line.set_upload(bundle, Upload { next, most });
    }

    fn step(&mut self, bundle: &[u8; 32], next: Step) {
        let upload = self.line.upload(bundle);
        self.line.set_upload(bundle, Upload { next, ..upload });
    }

    /// An answer that was no success.
    fn refused(
        &mut self,
        purpose: &Purpose,
        error: UploadError,
        response: &Response,
        now: i64,
    ) -> Result<Option<News>, OutboxError> {
        let retry_after = response.retry_after();
        let last_word = match &error {
            UploadError::Refused { status, code, detail }
                if LAST_WORDS.contains(status)
                    && (purpose.bundle().is_none() || !NO_WORD_ON_IT.contains(&code.as_str())) =>
            {
                Some((code.clone(), detail.clone()))
            }
            _ => None,
        };
        match (purpose, last_word) {
            (Purpose::Enrol, Some((code, _))) if code == "challenge_unknown" => {
                // It came too late, or its first answer was lost: with another challenge.
                self.line.forget_enrolment();
            }
            (Purpose::Enrol, Some((code, _))) if code == "key_known" && self.was_us() => {
                let key = self.line.proof().and_then(|proof| proof.key).unwrap_or_default();
                return self.enrol_key(key, None).map_err(|error| match error {
                    Misunderstood::Outbox(error) => error,
                    Misunderstood::Upload(_) => OutboxError::NotEnrolled,
                });
            }
            (Purpose::Challenge | Purpose::Enrol, Some((code, detail))) => {
                self.change(|state| {
                    state.wish = None;
                    state.server = Pause::default();
                })?;
                self.line.forget_enrolment();
                return Ok(Some(News::EnrolmentRefused { code, detail }));
            }
            (Purpose::Tickets, Some((code, detail))) => {
                self.failed(purpose, &error, retry_after, now)?;
                return Ok(Some(News::EnrolmentRefused { code, detail }));
            }
            (
                Purpose::Put { bundle }
                | Purpose::Create { bundle }
                | Purpose::Piece { bundle, .. },
                Some((code, detail)),
            ) => {
                self.line.settle(bundle);
                let stage = Stage::Refused { at: now, code: code.clone(), detail: detail.clone() };
                self.change(|state| {
                    state.settle(bundle, stage);
                    state.server = Pause::default();
                })?;
                return Ok(Some(News::Refused { bundle: *bundle, code, detail }));
            }
            // All had arrived and was not taken in: once more, in one piece.
            (Purpose::Confirm { bundle }, _) if response.status == 404 => {
                self.step(bundle, Step::Whole);
            }
            _ => {}
        }
        self.failed(purpose, &error, retry_after, now)?;
        Ok(None)
    }

    /// Whether it was this phone that made the server know the key, in an enrolment whose answer was lost.
    fn was_us(&self) -> bool {
        self.line.proof().is_some_and(|proof| proof.sent_before && proof.key.is_some())
    }
}

/// News, or why there is none.
type Understood = Result<Option<News>, Misunderstood>;

/// Why an answer changed nothing.
enum Misunderstood {
    /// The answer's fault.
    Upload(UploadError),
    /// Our own.
    Outbox(OutboxError),
}

fn malformed(response: &Response) -> Misunderstood {
    Misunderstood::Upload(UploadError::Malformed { status: response.status })
}

impl From<UploadError> for Misunderstood {
    fn from(error: UploadError) -> Self {
        Self::Upload(error)
    }
}

impl From<OutboxError> for Misunderstood {
    fn from(error: OutboxError) -> Self {
        Self::Outbox(error)
    }
}
