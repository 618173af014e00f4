//! The one way in for a bundle, however it came: the signed part first, then all of it.

use axum::http::StatusCode;
use bailing_evidence::bundle::{BundleError, Reader};
use bailing_evidence::digest;
use bailing_evidence::manifest::Manifest;
use bailing_evidence::signature::{self, SignatureError};
use bailing_evidence::ticket::Ticket;

use super::blocking;
use super::speaker::Sender;
use crate::archive;
use crate::clock;
use crate::content::Content;
use crate::item::Item;
use crate::problem::Problem;
use crate::state::{Shared, State};
use crate::store::{Arrival, ArrivalError, BundleRow, KeyRow};

/// An upload that is being read when it expires is still completed by then, seconds.
const GRACE: i64 = 600;

/// What a signed part that holds says.
pub(super) struct Signed {
    pub(super) manifest: Manifest,
    /// SHA-256 of the signed part.
    sha256: [u8; 32],
    counter: Option<u32>,
    ticket: Ticket,
    merchant_id: String,
}

/// Signature, device and ticket, in that order. `head` is a bundle's beginning, as long as
/// `bundle::head_length` asks; its key must be the sender's, and the ticket must have held at `named_at`, when the bundle was there to be
/// named: what comes in pieces may take longer than its ticket.
pub(super) async fn signed_part(
    state: &Shared,
    head: &[u8],
    named_at: i64,
    sender: &Sender,
) -> Result<Signed, Problem> {
    let reader =
        Reader::open(head).map_err(|error| unprocessable(error.code(), &error.to_string()))?;
    let cose = reader.cose().to_vec();
    let claimed = signature::claimed_key(&cose).map_err(refused_signature)?;
    let key = state.store.key(&claimed).await?;
    let key = key.filter(|key| sender.is(&key.merchant_id)).ok_or_else(key_unknown)?;
    let shared = state.clone();
    let signed = blocking(move || verify(&shared, &cose, key, named_at)).await?;
    // Only its holder takes of a key's share.
    state.count(("key", signed.manifest.key_id))?;
    Ok(signed)
}

fn verify(state: &State, cose: &[u8], key: KeyRow, named_at: i64) -> Result<Signed, Problem> {
    let (manifest, counter) =
        state.devices.claims(cose, &key, &state.origin).map_err(refused_signature)?;
    state.devices.check_still(&key, &manifest, clock::seconds())?;
    let forbidden = |code: &str, detail: &str| Problem::new(StatusCode::FORBIDDEN, code, detail);
    let ticket = state
        .issuer
        .open(&manifest.ticket, &manifest.key_id, named_at)
        .map_err(|error| forbidden(error.code(), &error.to_string()))?;
    let kind_fits = |kind: &str| manifest.images.iter().all(|image| image.kind == kind);
    if manifest.nonce != ticket.nonce || !ticket.kind.as_deref().is_none_or(kind_fits) {
        return Err(forbidden("ticket_invalid", "the claims are not those that the ticket is for"));
    }
    let sha256 = digest::sha256(cose);
    Ok(Signed { manifest, sha256, counter, ticket, merchant_id: key.merchant_id })
}

/// The same whether it is another merchant's key or nobody's.
pub(super) fn key_unknown() -> Problem {
    Problem::new(
        StatusCode::FORBIDDEN,
        "key_unknown",
        "this key is not enrolled for the merchant: enrol it, then seal anew",
    )
}

/// Whether bytes are those that their name says: SHA-256 of what came, and the name.
pub(super) fn check_name(found: &[u8], named: &[u8; 32]) -> Result<(), Problem> {
    if found == named {
        return Ok(());
    }
    Err(unprocessable("digest_mismatch", "the body's SHA-256 is not the name that was given"))
}

/// Pictures, object and row, in that order. `content` is all of the bundle, `sha256` its hash.
pub(super) async fn whole(
    state: &Shared,
    sha256: [u8; 32],
    mut content: Content,
    signed: Signed,
) -> Result<(StatusCode, BundleRow), Problem> {
    let (content, signed) = blocking(move || {
        check_pictures(&mut content, &signed.manifest)?;
        Ok((content, signed))
    })
    .await?;
    // The object first: a row without its object could not be decided, an object without a row
    // is only space.
    let item = Item::Bundle(sha256);
    archive::keep(state, &signed.merchant_id, &item, content).await.map_err(Problem::internal)?;
    let arrival = signed.arrival(sha256, state.retention_seconds);
    match state.store.take_in(&arrival, clock::seconds()).await {
        Ok(row) => {
            metrics::counter!("bailing_bundles_total").increment(1);
            state.bell.notify_one();
            Ok((StatusCode::CREATED, row))
        }
        Err(error) => {
            // The same bytes may have come twice at once: then one of them was taken in.
            if let Some(row) = state.store.bundle(&sha256).await? {
                return Ok((StatusCode::OK, row));
            }
            let conflict = |code| Problem::new(StatusCode::CONFLICT, code, error.to_string());
            Err(match &error {
                ArrivalError::TicketUsed => conflict("ticket_used"),
                ArrivalError::SequenceReplayed => conflict("sequence_replayed"),
                ArrivalError::CounterReplayed => conflict("counter_not_increasing"),
                ArrivalError::ObjectGone | ArrivalError::Database(_) => Problem::internal(&error),
            })
        }
    }
}

/// Forgets the used tickets that expired so long ago that nothing that is still arriving was named under them.
pub(crate) async fn forget_tickets(state: &State) -> Result<(), sqlx::Error> {
    let oldest = clock::seconds().saturating_sub(state.upload_seconds + GRACE);
    state.store.forget_tickets(oldest).await
}

/// Counts a refusal, and remembers it for the console.
pub(super) async fn remember_refusal(state: &Shared, sha256: &[u8; 32], problem: &Problem) {
    metrics::counter!("bailing_refusals_total", "code" => problem.code.clone()).increment(1);
    let (code, detail) = (&problem.code, &problem.detail);
    let remembered = state.store.refuse(clock::seconds(), code, detail, &hex::encode(sha256)).await;
    if let Err(error) = remembered {
        tracing::warn!(%error, "a refusal was not remembered");
    }
}

/// Every picture's length and hash, and that nothing follows the last.
fn check_pictures(content: &mut Content, manifest: &Manifest) -> Result<(), Problem> {
    let refused = |error: BundleError| match error {
        // From our own disk.
        BundleError::Unreadable(_) => Problem::internal(error),
        error => unprocessable(error.code(), &error.to_string()),
    };
    let all = content.reader().map_err(Problem::internal)?;
    let reader = Reader::open(all).map_err(refused)?;
    let mut blobs = reader.blobs(manifest);
    while let Some(blob) = blobs.copy_next(&mut std::io::sink()) {
        blob.map_err(refused)?;
    }
    Ok(())
}

impl Signed {
    fn arrival(self, sha256: [u8; 32], kept_for: i64) -> Arrival {
        let Self { manifest, ticket, .. } = self;
        Arrival {
            sha256,
            key_id: manifest.key_id,
            merchant_id: self.merchant_id,
            sequence: manifest.sequence,
            previous: manifest.previous,
            counter: self.counter,
            signed_sha256: self.sha256,
            ticket_id: ticket.id,
            ticket_issued_at: ticket.issued_at,
            ticket_expires_at: ticket.expires_at,
            pictures: manifest.images.iter().map(|image| image.blob_sha256).collect(),
            kept_for,
        }
    }
}

fn unprocessable(code: &str, detail: &str) -> Problem {
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, code, detail)
}

fn refused_signature(error: SignatureError) -> Problem {
    let status = match error {
        SignatureError::Invalid => StatusCode::FORBIDDEN,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    Problem::new(status, error.code(), error.to_string())
}
