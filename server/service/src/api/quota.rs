//! `GET /api/v1/quota` and `/profile`: what a merchant may borrow and why, and what is known of the business.

use axum::Json;
use axum::extract::State as Extract;
use bailing_credit::{Decision, Profile};

use super::speaker::{Speaker, unknown};
use crate::case;
use crate::clock;
use crate::problem::Problem;
use crate::state::Shared;
use crate::state::State;

/// The quota now, its reasons, what the merchant has to know, and the next best proofs. Reductions that are to come count
/// as told from the first time that they are in the answer.
#[utoipa::path(
    get,
    path = "/api/v1/quota",
    security(("merchant" = [])),
    responses(
        (status = 200, body = Object, description = "as the case's schema calls it: a decision"),
        (status = 401, body = Problem),
        (status = 404, body = Problem),
        (status = 503, body = Problem, description = "no host app is configured")
    )
)]
pub(super) async fn show(
    Extract(state): Extract<Shared>,
    Speaker(merchant): Speaker,
) -> Result<Json<Decision>, Problem> {
    let decision = decided(&state, &merchant.id).await?;
    remember_told(&state, &merchant.id, &decision).await?;
    Ok(Json(decision))
}

/// What is known of the business: what was said, what was shown, and where the two or any two papers disagree.
#[utoipa::path(
    get,
    path = "/api/v1/profile",
    security(("merchant" = [])),
    responses(
        (status = 200, body = Object),
        (status = 401, body = Problem),
        (status = 404, body = Problem),
        (status = 503, body = Problem, description = "no host app is configured")
    )
)]
pub(super) async fn profile(
    Extract(state): Extract<Shared>,
    Speaker(merchant): Speaker,
) -> Result<Json<Profile>, Problem> {
    let mut case = case::of(&state, &merchant.id).await?.ok_or_else(unknown)?;
    if let Some(conversation) = state.store.conversation(&merchant.id).await? {
        case.facts.extend(conversation.facts().iter().cloned());
    }
    Ok(Json(Profile::of(&state.knowledge, &case)))
}

/// Remembers which reductions the merchant is told of with a decision; those that have been taken stay told.
async fn remember_told(
    state: &State,
    merchant_id: &str,
    decision: &Decision,
) -> Result<(), sqlx::Error> {
    let known = state.store.told(merchant_id).await?;
    let is_known = |code: &str| known.iter().any(|(told, _)| told == code);
    let announced = decision.notices.iter().filter(|notice| notice.takes.is_some());
    let announced = announced.map(|notice| notice.code.as_str());
    let reasons = decision.reasons.iter().map(|reason| reason.code.as_str());
    let codes: Vec<&str> = announced.chain(reasons.filter(|code| is_known(code))).collect();
    if codes.len() == known.len() && codes.iter().all(|code| is_known(code)) {
        return Ok(());
    }
    let day = case::today(state).to_string();
    state.store.tell(merchant_id, &codes, &day, clock::seconds()).await
}

/// A merchant's decision as it stands.
pub(super) async fn decided(state: &State, merchant_id: &str) -> Result<Decision, Problem> {
    let case = case::of(state, merchant_id).await?.ok_or_else(unknown)?;
    bailing_credit::decide(&state.knowledge, &case).map_err(Problem::internal)
}
