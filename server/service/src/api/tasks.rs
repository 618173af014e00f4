//! `GET /api/v1/tasks` and `/promotions`: what a merchant could prove next, and what is offered.

use axum::Json;
use axum::extract::State as Extract;
use bailing_credit::{NextTask, Promotion, Text};
use serde::Serialize;
use utoipa::ToSchema;

use super::quota::decided;
use super::speaker::Speaker;
use crate::problem::Problem;
use crate::state::Shared;

/// What would help most, the best first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Tasks {
    /// The quota now, yuan.
    quota: u64,
    tasks: Vec<Task>,
}

/// A proof that the merchant could give next.
#[derive(Debug, Serialize, ToSchema)]
struct Task {
    /// Id of the knowledge base's tasks.
    task: String,
    /// Kind of voucher to photograph, or `class:` or `import:` with a name: the first that does.
    kind: String,
    /// What it adds on average, yuan, with how likely it is that the merchant has it.
    expected_gain: u64,
    /// What it adds where it is there: a small one, yuan.
    low: u64,
    /// The same of a large one, yuan.
    high: u64,
    /// What it takes, minutes.
    effort: u32,
    /// Its title.
    text: Words,
    /// What it proves.
    why: Words,
}

/// What the merchant may take now.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Promotions {
    promotions: Vec<Offer>,
}

/// An offer.
#[derive(Debug, Serialize, ToSchema)]
struct Offer {
    /// Stable code, as listed in `CODES.md`.
    code: String,
    /// Yuan that bear no interest.
    amount: u64,
    /// For so many days.
    days: u32,
    /// Last day of the offer, `YYYY-MM-DD`.
    until: String,
    text: Words,
}

/// A text in the merchant's languages.
#[derive(Debug, Serialize, ToSchema)]
struct Words {
    /// Chinese.
    zh: String,
    /// English.
    en: String,
}

impl From<Text> for Words {
    fn from(Text { zh, en }: Text) -> Self {
        Self { zh, en }
    }
}

impl From<NextTask> for Task {
    fn from(task: NextTask) -> Self {
        let NextTask { task, kind, expected_gain, low, high, effort, text, why } = task;
        Self { task, kind, expected_gain, low, high, effort, text: text.into(), why: why.into() }
    }
}

impl From<Promotion> for Offer {
    fn from(promotion: Promotion) -> Self {
        let Promotion { code, amount, days, until, text } = promotion;
        Self { code, amount, days, until, text: text.into() }
    }
}

/// The proofs that would raise the quota most for the least effort, the best first.
#[utoipa::path(
    get,
    path = "/api/v1/tasks",
    security(("merchant" = [])),
    responses(
        (status = 200, body = Tasks),
        (status = 401, body = Problem),
        (status = 404, body = Problem),
        (status = 503, body = Problem, description = "no host app is configured")
    )
)]
pub(super) async fn list(
    Extract(state): Extract<Shared>,
    Speaker(merchant): Speaker,
) -> Result<Json<Tasks>, Problem> {
    let decision = decided(&state, &merchant.id).await?;
    let tasks = decision.next_tasks.into_iter().map(Task::from).collect();
    Ok(Json(Tasks { quota: decision.quota, tasks }))
}

/// Offers that the merchant may take now.
#[utoipa::path(
    get,
    path = "/api/v1/promotions",
    security(("merchant" = [])),
    responses(
        (status = 200, body = Promotions),
        (status = 401, body = Problem),
        (status = 404, body = Problem),
        (status = 503, body = Problem, description = "no host app is configured")
    )
)]
pub(super) async fn promotions(
    Extract(state): Extract<Shared>,
    Speaker(merchant): Speaker,
) -> Result<Json<Promotions>, Problem> {
    let promotions = decided(&state, &merchant.id).await?.promotions;
    Ok(Json(Promotions { promotions: promotions.into_iter().map(Offer::from).collect() }))
}
