//! For whom a request speaks: its token says so.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{StatusCode, header};

use crate::clock;
use crate::merchant_token::TokenError;
use crate::problem::Problem;
use crate::state::Shared;
use crate::store::MerchantRow;

/// The merchant for whom a request speaks. There is no other way to name one on the public listener.
#[derive(Debug)]
pub(super) struct Speaker(pub(super) MerchantRow);

impl FromRequestParts<Shared> for Speaker {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &Shared) -> Result<Self, Problem> {
        let header = parts.headers.get(header::AUTHORIZATION);
        let authorization = header.and_then(|value| value.to_str().ok());
        let now = u64::try_from(clock::seconds()).unwrap_or_default();
        let id = state.tokens.merchant(authorization, now)?;
        let row = state.store.merchant(&id).await?.ok_or_else(unknown)?;
        Ok(Self(row))
    }
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
        let (status, code) = match &error {
            TokenError::Missing => (StatusCode::UNAUTHORIZED, "token_missing"),
            TokenError::Expired => (StatusCode::UNAUTHORIZED, "token_expired"),
            TokenError::Invalid => (StatusCode::UNAUTHORIZED, "token_invalid"),
            TokenError::NotConfigured => {
                (StatusCode::SERVICE_UNAVAILABLE, "host_app_not_configured")
            }
            TokenError::Keys(_) => return Self::internal(error),
        };
        Self::new(status, code, error.to_string())
    }
}
