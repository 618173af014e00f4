//! An app with an outbox: runs its errands against a [`Bank`], seals, dies and is started again.

use bailing_capture::upload::{Request, Response, Unreachable};
use bailing_capture::{Attestation, Errand, News, Outbox, OutboxError, SealedBundle, Service};

use super::bank::{Bank, Claims};
use super::disk::{Disk, Seeded};

/// The day on which tests begin, seconds since 1970.
pub(crate) const TODAY: i64 = 1_763_900_000;

/// The storage's key.
pub(crate) const KEY: [u8; 32] = [7; 32];

/// A running app.
pub(crate) struct App {
    pub(crate) outbox: Outbox,
    pub(crate) now: i64,
    keys: u8,
}

/// What an app is told by hand.
pub(crate) fn service() -> Service {
    Service {
        origin: "https://bank.example".to_owned(),
        app_id: "org.bailing.example".to_owned(),
        app_version: "1.0.0".to_owned(),
        policy_key: None,
    }
}

impl App {
    /// Starts on a disk; `seed` differs between starts, as real randomness would.
    pub(crate) fn start(disk: &Disk, seed: u64, now: i64) -> Result<Self, OutboxError> {
        let random = Box::new(Seeded::new(seed));
        let outbox = Outbox::open(Box::new(disk.clone()), random, &KEY, service(), now)?;
        Ok(Self { outbox, now, keys: u8::try_from(seed % 250).expect("small") })
    }

    /// An app with an outbox that is open.
    pub(crate) fn with(outbox: Outbox, now: i64) -> Self {
        Self { outbox, now, keys: 0 }
    }

    /// Seals a bundle of some length.
    pub(crate) fn seal(&mut self, length: usize) -> Result<[u8; 32], OutboxError> {
        let key_id = self.outbox.enrolment().map(|key| key.key_id).unwrap_or_default();
        self.outbox.seal(self.now, |place| {
            let claims = Claims {
                key_id,
                ticket: place.ticket.to_vec(),
                sequence: place.chain.next_sequence,
                previous: place.chain.previous,
            };
            Ok(SealedBundle {
                bytes: claims.write(length, u64::from(length as u32)),
                signed_sha256: claims.signed_sha256(),
                kinds: vec!["waybill".to_owned()],
            })
        })
    }

    /// One errand; `carry` is the network. `None` where there is none but to wait.
    pub(crate) fn step(
        &mut self,
        carry: &mut dyn FnMut(&Request) -> Result<Response, Unreachable>,
    ) -> Result<Option<Option<News>>, OutboxError> {
        match self.outbox.next(self.now)? {
            Errand::Send { exchange, request } => {
                let answer = carry(&request);
                self.outbox.answer(exchange, answer, self.now).map(Some)
            }
            Errand::Attest { challenge } => {
                self.keys = self.keys.wrapping_add(1);
                let attestation = Attestation::Android(vec![vec![self.keys; 40], challenge]);
                self.outbox.attested(&attestation, self.now)?;
                Ok(Some(None))
            }
            Errand::WaitUntil(_) | Errand::Nothing => Ok(None),
        }
    }

    /// Runs errands, and waits where it has to, until `done` or for a week.
    pub(crate) fn run_until(
        &mut self,
        bank: &mut Bank,
        lose: &mut dyn FnMut() -> bool,
        done: &mut dyn FnMut(&Outbox, i64) -> bool,
    ) -> Result<Vec<News>, OutboxError> {
        let (mut news, end) = (Vec::new(), self.now + 7 * 86_400);
        while !done(&self.outbox, self.now) {
            assert!(
                self.now < end,
                "a week was not enough: {:?}",
                self.outbox.entries().collect::<Vec<_>>()
            );
            bank.now = self.now;
            let mut carry = |request: &Request| {
                let answer = bank.answer(request);
                if lose() { Err(Unreachable) } else { Ok(answer) }
            };
            match self.step(&mut carry)? {
                Some(more) => news.extend(more),
                None => match self.outbox.next(self.now)? {
                    Errand::WaitUntil(until) => {
                        assert!(until > self.now, "a wait of no time");
                        self.now = until;
                    }
                    _ => return Ok(news),
                },
            }
        }
        Ok(news)
    }
}
