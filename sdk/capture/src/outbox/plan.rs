//! What comes next: enrolment, tickets, bundles, the policy, decisions, in that order, each as soon as it may.

use super::Outbox;
use super::line::{Purpose, Step};
use super::state::{Stage, State, StoredEntry};
use crate::upload::WHOLE_BYTES;

/// Tickets below which more are fetched: a day's captures without a network.
pub(super) const LOW_TICKETS: usize = 8;

/// Tickets that are fetched up to; a server gives at most 16 at once.
pub(super) const FULL_TICKETS: usize = 16;

/// How long a bundle that was received is asked for, seconds: a person may have to look at it.
const POLLED: i64 = 30 * 24 * 3_600;

/// What comes next.
pub(super) enum Plan {
    /// This exchange.
    Exchange(Purpose),
    /// The platform attests a key over the challenge.
    Attest,
    /// Nothing before then; nothing at all.
    Wait(Option<i64>),
}

impl Outbox {
    /// What comes next at `now`.
    pub(super) fn plan(&self, now: i64) -> Plan {
        let holds = [&self.state.server, &self.line.rest].map(|pause| pause.holds(now));
        if let Some(until) = holds.into_iter().flatten().max() {
            return Plan::Wait(Some(until));
        }
        let mut later: Option<i64> = None;
        let mut wait = |until: i64| later = Some(later.map_or(until, |other| other.min(until)));
        let mut attest = false;
        if let Some(wish) = &self.state.wish {
            match (wish.pause.holds(now), self.line.challenge(now), self.line.proof()) {
                (Some(until), ..) => wait(until),
                (None, None, _) => return Plan::Exchange(Purpose::Challenge),
                (None, Some(_), Some(_)) => return Plan::Exchange(Purpose::Enrol),
                (None, Some(_), None) => attest = true,
            }
        }
        if self.state.enrolment.is_some() {
            match (self.state.ticketing.holds(now), tickets_run_low(&self.state, now)) {
                (Some(until), None) => wait(until),
                (None, None) => return Plan::Exchange(Purpose::Tickets),
                (_, Some(until)) => wait(until),
            }
        }
        // In their order, and so the first alone.
        if let Some(entry) = self.state.waiting().next() {
            match entry.pause.holds(now) {
                Some(until) => wait(until),
                None => return Plan::Exchange(self.sending(entry)),
            }
        }
        // Nobody comes back for the policy alone: phones would wake for it, all of them, several times a day.
        if self.state.enrolment.is_some()
            && self.service.policy_key.is_some()
            && self.state.policing.holds(now).is_none()
        {
            return Plan::Exchange(Purpose::Policy);
        }
        let polled = self.state.entries.iter().filter(|entry| match entry.stage {
            Stage::Received { at } => now.saturating_sub(at) < POLLED,
            _ => false,
        });
        if let Some(entry) = polled.min_by_key(|entry| entry.pause.not_before) {
            match entry.pause.holds(now) {
                Some(until) => wait(until),
                None => return Plan::Exchange(Purpose::Poll { bundle: entry.bundle.0 }),
            }
        }
        if attest { Plan::Attest } else { Plan::Wait(later) }
    }

    /// The next exchange of a bundle that waits.
    fn sending(&self, entry: &StoredEntry) -> Purpose {
        let bundle = entry.bundle.0;
        if entry.bytes <= WHOLE_BYTES {
            return Purpose::Put { bundle };
        }
        match self.line.upload(&bundle).next {
            Step::Create => Purpose::Create { bundle },
            Step::Ask => Purpose::Ask { bundle },
            Step::From(from) => {
                let to = from.saturating_add(crate::upload::tus::PIECE_BYTES).min(entry.bytes);
                Purpose::Piece { bundle, from, to }
            }
            Step::Confirm => Purpose::Confirm { bundle },
            Step::Whole => Purpose::Put { bundle },
        }
    }
}

/// When the tickets run low; `None` where they have.
fn tickets_run_low(state: &State, now: i64) -> Option<i64> {
    let mut ends: Vec<i64> = state.tickets.iter().map(|ticket| ticket.counts_until()).collect();
    ends.sort_unstable_by(|one, other| other.cmp(one));
    ends.get(LOW_TICKETS - 1).copied().filter(|end| *end > now)
}
