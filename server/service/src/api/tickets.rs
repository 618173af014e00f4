//! `POST /api/v1/tickets`: leave to send bundles, one each.

use axum::Json;
use axum::extract::State as Extract;
use axum::http::StatusCode;
use bailing_evidence::ticket::Ticket;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::speaker::Sender;
use super::taking_in::key_unknown;
use super::{decode_hash, encode};
use crate::body::Body;
use crate::clock;
use crate::problem::Problem;
use crate::state::Shared;

/// Tickets given out at once: a day of pictures taken offline.
const MOST: u32 = 16;

/// Who wants how many.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WantedTickets {
    /// SHA-256 of the public key, hexadecimal.
    #[schema(pattern = "^[0-9a-fA-F]{64}$")]
    key_id: String,
    /// 1 to 16.
    #[schema(minimum = 1, maximum = 16)]
    count: u32,
    /// The kind of proof that they are for; any where it is left out.
    #[serde(default)]
    #[schema(pattern = "^[a-z_]{1,64}$")]
    kind: Option<String>,
}

/// Tickets.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Tickets {
    /// Each base64url; opaque to the phone.
    tickets: Vec<String>,
    /// RFC 3339.
    expires_at: String,
}

/// Gives out tickets for a key that was enrolled for the merchant. They are stored only when used, so asking costs nothing.
#[utoipa::path(
    post,
    path = "/api/v1/tickets",
    security(("merchant" = [])),
    request_body = WantedTickets,
    responses(
        (status = 201, body = Tickets),
        (status = 400, body = Problem),
        (status = 401, body = Problem),
        (status = 403, body = Problem),
        (status = 413, body = Problem)
    )
)]
pub(super) async fn issue(
    Extract(state): Extract<Shared>,
    sender: Sender,
    Body(wanted): Body<WantedTickets>,
) -> Result<(StatusCode, Json<Tickets>), Problem> {
    let key_id = decode_hash("key_id", &wanted.key_id)?;
    let kind_fits = wanted.kind.as_ref().is_none_or(|kind| {
        (1..=64).contains(&kind.len())
            && kind.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
    });
    if !(1..=MOST).contains(&wanted.count) || !kind_fits {
        return Err(Problem::new(
            StatusCode::BAD_REQUEST,
            "request_malformed",
            "count is 1 to 16; kind is a word such as business_licence",
        ));
    }
    let key = state.store.key(&key_id).await?;
    key.filter(|key| sender.is(&key.merchant_id)).ok_or_else(key_unknown)?;
    state.count(("key", key_id))?;
    let now = clock::seconds();
    let expires_at = now.saturating_add(state.ticket_seconds);
    let tickets: Option<Vec<String>> = (0..wanted.count)
        .map(|_| {
            let ticket = Ticket {
                id: clock::random()?,
                nonce: clock::random()?,
                key_id,
                issued_at: now,
                expires_at,
                kind: wanted.kind.clone(),
            };
            Some(encode(&state.issuer.issue(&ticket)))
        })
        .collect();
    let tickets = tickets.ok_or_else(|| Problem::internal("no randomness"))?;
    Ok((StatusCode::CREATED, Json(Tickets { tickets, expires_at: clock::rfc3339(expires_at) })))
}
