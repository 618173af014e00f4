//! For whom a request speaks: its token says so.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{StatusCode, header};

use crate::clock;
use crate::problem::Problem;
use crate::state::{Shared, State};
use crate::store::MerchantRow;
use crate::tokens::{Bearer, TokenError, Tokens};

/// The merchant for whom a request speaks. There is no other way to name one on the public listener.
#[derive(Debug)]
pub(super) struct Speaker(pub(super) MerchantRow);

/// The merchant for whom a phone sends, by the host app's token. Nobody in particular where no host app is configured: then a
/// key's signature is all that speaks for anybody.
#[derive(Debug)]
pub(super) struct Sender(Option<String>);

impl Sender {
    /// Whether this is the merchant's to use or to read.
    pub(super) fn is(&self, merchant_id: &str) -> bool {
        self.0.as_ref().is_none_or(|id| id == merchant_id)
    }

    /// The bank's id of the merchant, where a token names one.
    pub(super) fn id(&self) -> Option<&str> {
        self.0.as_deref()
    }
}

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
        let id = bearer(state, tokens, parts).await?.sub;
        let row = state.store.merchant(&id).await?.ok_or_else(unknown)?;
        Ok(Self(row))
    }
}

impl FromRequestParts<Shared> for Sender {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &Shared) -> Result<Self, Problem> {
        let Some(tokens) = &state.merchants else { return Ok(Self(None)) };
        Ok(Self(Some(bearer(state, tokens, parts).await?.sub)))
    }
}

impl FromRequestParts<Shared> for Reviewer {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &Shared) -> Result<Self, Problem> {
        staff(parts, state, "reviewer").await.map(Self)
    }
}

impl FromRequestParts<Shared> for Operator {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &Shared) -> Result<Self, Problem> {
        staff(parts, state, "operator").await.map(Self)
    }
}

impl FromRequestParts<Shared> for Auditor {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &Shared) -> Result<Self, Problem> {
        staff(parts, state, "auditor").await.map(|_| Self)
    }
}

/// Who of the staff it is, as the log has it. Where no login is configured, whoever reaches the listener.
async fn staff(parts: &Parts, state: &Shared, role: &'static str) -> Result<String, Problem> {
    let Some(tokens) = &state.staff else { return Ok("staff".to_owned()) };
    let Bearer { sub, roles, .. } = bearer(state, tokens, parts).await?;
    if roles.iter().any(|has| has == role) {
        return Ok(format!("staff:{sub}"));
    }
    let detail = format!("the token has not the role {role}");
    Err(Problem::new(StatusCode::FORBIDDEN, "role_missing", detail))
}

/// Whom a token speaks for, who has not asked too often.
async fn bearer(state: &State, tokens: &Tokens, parts: &Parts) -> Result<Bearer, Problem> {
    let header = parts.headers.get(header::AUTHORIZATION);
    let authorization = header.and_then(|value| value.to_str().ok());
    let now = u64::try_from(clock::seconds()).unwrap_or_default();
    let bearer = tokens.bearer(authorization, now).await?;
    state.count(("token", &bearer.sub))?;
    Ok(bearer)
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
            TokenError::NoKeys => {
                let status = StatusCode::SERVICE_UNAVAILABLE;
                return Self::new(status, "token_keys_missing", error.to_string());
            }
            TokenError::Keys(_) => return Self::internal(error),
        };
        Self::new(StatusCode::UNAUTHORIZED, code, error.to_string())
    }
}
