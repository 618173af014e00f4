//! `POST /api/v1/assistant/turns`: the assistant (提额小助手), one turn a request.

use axum::Json;
use axum::extract::State as Extract;
use bailing_credit::{Action, Answer, Conversation, Fact, Outcome, Situation, Slot};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::speaker::{Speaker, unknown};
use crate::body::Body;
use crate::case;
use crate::clock;
use crate::facts;
use crate::problem::Problem;
use crate::purpose::Purpose;
use crate::state::{Shared, State};
use crate::store::MerchantRow;
use crate::work::{BundleDecision, Ruling};

/// Longest text, characters: the understanding looks at the first 2,000.
const LONGEST: usize = 8 * 1024;

/// Uploads that the assistant knows of: the newest.
const UPLOADS: i64 = 20;

/// What the merchant says.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Said {
    /// As it was typed. Left out where the latest upload was decided and the assistant should say what came of it.
    #[serde(default)]
    #[schema(max_length = 8192, pattern = r"\S")]
    text: Option<String>,
}

/// What the assistant answers.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Turn {
    /// What to show.
    reply: String,
    /// `zh` or `en`.
    #[schema(value_type = String)]
    language: bailing_credit::Language,
    /// What was wanted.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    intent: Option<bailing_credit::Intent>,
    /// How sure that is, 0 to 1.
    confidence: f32,
    /// `name`, `value` and `text` of what was said along with it.
    #[schema(value_type = Vec<Object>)]
    slots: Vec<Slot>,
    /// What was learned: declared, not proven.
    #[schema(value_type = Vec<Object>)]
    facts: Vec<Fact>,
    /// The proofs that would help most, best first.
    #[schema(value_type = Vec<Object>)]
    suggested_tasks: Vec<bailing_credit::NextTask>,
    /// The quota, yuan.
    quota: u64,
    /// What the app should do besides.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    action: Option<Action>,
    /// Whether the next turn will know of this one: with the consent `assistant`.
    remembers: bool,
    /// How long it took, milliseconds.
    timing_ms: f64,
}

/// One turn. Without the consent `assistant` each turn stands alone.
#[utoipa::path(
    post,
    path = "/api/v1/assistant/turns",
    security(("merchant" = [])),
    request_body = Said,
    responses(
        (status = 200, body = Turn),
        (status = 400, body = Problem),
        (status = 401, body = Problem),
        (status = 404, body = Problem),
        (status = 413, body = Problem),
        (status = 422, body = Problem),
        (status = 503, body = Problem, description = "no host app is configured")
    )
)]
pub(super) async fn turn(
    Extract(state): Extract<Shared>,
    Speaker(merchant): Speaker,
    Body(said): Body<Said>,
) -> Result<Json<Turn>, Problem> {
    let began = clock::now();
    if said
        .text
        .as_ref()
        .is_some_and(|text| text.trim().is_empty() || text.chars().count() > LONGEST)
    {
        return Err(Problem::unusable("a text has 1 to 8,192 characters"));
    }
    let now = clock::seconds();
    let remembers =
        state.store.agreed(&merchant.id, Purpose::Assistant, None, now).await?.is_some();
    let mut conversation = match remembers {
        true => state.store.conversation(&merchant.id).await?.unwrap_or_default(),
        false => Conversation::default(),
    };
    let mut answer = answer(&state, &merchant, &mut conversation, said.text.as_deref()).await?;
    if let Some(model) = &state.language_model
        && let Some(worded) = model.wording(&answer, said.text.as_deref().unwrap_or_default()).await
    {
        answer.reply = worded;
    }
    if remembers {
        state.store.remember_conversation(&merchant.id, &conversation, now).await?;
    }
    let Answer {
        reply,
        language,
        intent,
        confidence,
        slots,
        facts,
        suggested_tasks,
        quota,
        action,
    } = answer;
    let timing_ms = (clock::now() - began).as_seconds_f64() * 1_000.0;
    Ok(Json(Turn {
        reply,
        language,
        intent,
        confidence,
        slots,
        facts,
        suggested_tasks,
        quota,
        action,
        remembers,
        timing_ms,
    }))
}

async fn answer(
    state: &State,
    merchant: &MerchantRow,
    conversation: &mut Conversation,
    text: Option<&str>,
) -> Result<Answer, Problem> {
    let case = case::of(state, &merchant.id).await?.ok_or_else(unknown)?;
    let mut uploads = Vec::new();
    for row in state.store.bundles_of(&merchant.id, UPLOADS).await?.into_iter().rev() {
        let Some(BundleDecision { images, review, .. }) = row.decided() else { continue };
        for image in images {
            let mut upload = facts::upload(&image.kind, &image.verdict);
            if let (Outcome::Waiting, Some(review)) = (upload.outcome, &review) {
                upload.outcome = match review.ruling {
                    Ruling::Accepted => Outcome::Accepted,
                    Ruling::Rejected | Ruling::Forged => Outcome::Returned,
                };
            }
            uploads.push(upload);
        }
    }
    let terms = merchant.loan()?.terms;
    let situation = Situation { case: &case, uploads: &uploads, terms };
    let (knowledge, assistant) = (&state.knowledge, &state.assistant);
    let answered = match text {
        None => assistant.uploaded(knowledge, situation, conversation),
        Some(text) => {
            let guess = match &state.language_model {
                Some(model) => model.intent(text).await,
                None => None,
            };
            let understood = match guess {
                Some((intent, sure)) => assistant.understand_as(text, intent, sure),
                None => assistant.understand(text),
            };
            assistant.answer_understood(knowledge, situation, conversation, text, understood)
        }
    };
    answered.map_err(Problem::internal)
}
