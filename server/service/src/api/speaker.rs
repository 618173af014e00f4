//! For whom a request speaks: its token says so.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{StatusCode, header};

use crate::clock;
use crate::problem::Problem;
use crate::state::Shared;
use crate::store::MerchantRow;
use crate::tokens::{Bearer, TokenError, Tokens};

/// The merchant for whom a request speaks. There is no other way to name one on the public listener.
#[derive(Debug)]
pub(super) struct Speaker(pub(super) MerchantRow);

/// Who of the bank decides on bundles that a person must look at: their name, for the log.
#[derive(Debug)]
pub(super) struct Reviewer(pub(super) String);

/// Who of the bank's people or systems makes merchants and classes known.
#[derive(Debug)]
pub(super) struct Operator(pub(super) String);

/// Who of the bank reads the log.
#[derive(Debug)]
pub(super) struct Auditor;

impl FromRequestParts<Shared> for Speaker {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &Shared) -> Result<Self, Problem> {
        let tokens = state.merchants.as_ref().ok_or_else(|| {
            Problem::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "host_app_not_configured",
                "no host app is configured, so nobody speaks for a merchant: set host_app",
            )
        })?;
        let id = bearer(tokens, parts)?.sub;
        let row = state.store.merchant(&id).await?.ok_or_else(unknown)?;
        Ok(Self(row))
    }
}

impl FromRequestParts<Shared> for Reviewer {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &Shared) -> Result<Self, Problem> {
        staff(parts, state, "reviewer").map(Self)
    }
}

impl FromRequestParts<Shared> for Operator {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &Shared) -> Result<Self, Problem> {
        staff(parts, state, "operator").map(Self)
    }
}

impl FromRequestParts<Shared> for Auditor {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &Shared) -> Result<Self, Problem> {
        staff(parts, state, "auditor").map(|_| Self)
    }
}

/// Who of the staff it is, as the log has it. Where no login is configured, whoever reaches the listener.
fn staff(parts: &Parts, state: &Shared, role: &'static str) -> Result<String, Problem> {
    let Some(tokens) = &state.staff else { return Ok("staff".to_owned()) };
    let Bearer { sub, roles, .. } = bearer(tokens, parts)?;
    if roles.iter().any(|has| has == role) {
        return Ok(format!("staff:{sub}"));
    }
    let detail = format!("the token has not the role {role}");
    Err(Problem::new(StatusCode::FORBIDDEN, "role_missing", detail))
}

fn bearer(tokens: &Tokens, parts: &Parts) -> Result<Bearer, TokenError> {
    let header = parts.headers.get(header::AUTHORIZATION);
    let authorization = header.and_then(|value| value.to_str().ok());
    tokens.bearer(authorization, u64::try_from(clock::seconds()).unwrap_or_default())
}

/// A token of the host app for somebody whom the bank does not know yet.
pub(super) fn unknown() -> Problem {
    Problem::new(
        StatusCode::NOT_FOUND,
        "merchant_unknown",
        "no merchant of that id: the bank makes merchants known first",
    )
}

impl From<TokenError> for Problem {
    fn from(error: TokenError) -> Self {
        let code = match &error {
            TokenError::Missing => "token_missing",
            TokenError::Expired => "token_expired",
            TokenError::Invalid => "token_invalid",
            TokenError::Keys(_) => return Self::internal(error),
        };
        Self::new(StatusCode::UNAUTHORIZED, code, error.to_string())
    }
}
