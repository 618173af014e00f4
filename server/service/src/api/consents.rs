//! `/api/v1/consents`: what a merchant agrees to, for what and until when, and takes back.

use axum::Json;
use axum::extract::{Path, State as Extract};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use utoipa::ToSchema;

use super::data::{Withdrawn, withdraw};
use super::speaker::Speaker;
use crate::body::Body;
use crate::clock;
use crate::item::Item;
use crate::problem::Problem;
use crate::purpose::{Ended, Purpose};
use crate::state::Shared;
use crate::store::{Consent, ConsentRow, Scope};

/// Seconds of a day.
const DAY: i64 = 24 * 3_600;

/// What can be agreed to, and what was.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Consents {
    purposes: Vec<Offered>,
    /// The newest first, those that have ended too.
    agreements: Vec<Agreement>,
}

/// Something that can be agreed to.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Offered {
    purpose: Purpose,
    /// What it means, Chinese.
    zh: &'static str,
    /// The same in English.
    en: &'static str,
    /// Whether it is agreed to item by item, by sending.
    by_item: bool,
    /// RFC 3339: until when it is agreed to as a whole, where it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<String>,
}

/// What was agreed to.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Agreement {
    purpose: Purpose,
    /// `bundle:` or `import:` and a hash; none for the purpose as a whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    item: Option<String>,
    /// RFC 3339.
    given_at: String,
    /// RFC 3339.
    until: String,
    /// RFC 3339, once it has ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_by: Option<Ended>,
}

impl From<ConsentRow> for Agreement {
    fn from(row: ConsentRow) -> Self {
        Self {
            purpose: row.purpose,
            item: row.item,
            given_at: clock::rfc3339(row.given_at),
            until: clock::rfc3339(row.until),
            ended_at: row.ended_at.map(clock::rfc3339),
            ended_by: row.ended_by,
        }
    }
}

/// What is agreed to.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Agreeing {
    /// For `quota` the item of which it is agreed to; for the others none.
    #[serde(default)]
    item: Option<String>,
    /// RFC 3339, in the future; as long as may be where it is left out.
    #[serde(default)]
    until: Option<String>,
}

/// What can be agreed to, and what was.
#[utoipa::path(
    get,
    path = "/api/v1/consents",
    security(("merchant" = [])),
    responses(
        (status = 200, body = Consents),
        (status = 401, body = Problem),
        (status = 404, body = Problem),
        (status = 503, body = Problem, description = "no host app is configured")
    )
)]
pub(super) async fn list(
    Extract(state): Extract<Shared>,
    Speaker(merchant): Speaker,
) -> Result<Json<Consents>, Problem> {
    let rows = state.store.consents(&merchant.id).await?;
    let now = clock::seconds();
    let purposes = Purpose::ALL.map(|purpose| {
        let [zh, en] = purpose.text();
        let whole = rows.iter().find(|row| {
            row.purpose == purpose
                && row.item.is_none()
                && row.ended_at.is_none()
                && row.until > now
        });
        let until = whole.map(|row| clock::rfc3339(row.until));
        Offered { purpose, zh, en, by_item: purpose == Purpose::Quota, until }
    });
    let agreements = rows.into_iter().map(Agreement::from).collect();
    Ok(Json(Consents { purposes: purposes.into(), agreements }))
}

/// Agrees to a purpose, or changes until when an item may be kept.
#[utoipa::path(
    put,
    path = "/api/v1/consents/{purpose}",
    params(("purpose" = Purpose, Path)),
    security(("merchant" = [])),
    request_body = Agreeing,
    responses(
        (status = 204),
        (status = 400, body = Problem),
        (status = 401, body = Problem),
        (status = 404, body = Problem),
        (status = 413, body = Problem),
        (status = 422, body = Problem),
        (status = 503, body = Problem, description = "no host app is configured")
    )
)]
pub(super) async fn agree(
    Extract(state): Extract<Shared>,
    Speaker(merchant): Speaker,
    Path(purpose): Path<String>,
    Body(agreeing): Body<Agreeing>,
) -> Result<StatusCode, Problem> {
    let purpose = named(&purpose)?;
    let now = clock::seconds();
    let longest = now.saturating_add(purpose.longest_days().saturating_mul(DAY));
    let until = agreeing.until.as_deref().map_or(Some(longest), |text| {
        let until = OffsetDateTime::parse(text, &Rfc3339).ok()?.unix_timestamp();
        (now < until && until <= longest).then_some(until)
    });
    let until = until.ok_or_else(|| {
        Problem::unusable("until is RFC 3339, in the future, and no later than the purpose allows")
    })?;
    let item = match (purpose, agreeing.item.as_deref()) {
        (Purpose::Quota, Some(item)) => {
            let item: Item = item.parse().map_err(|()| item_unknown())?;
            let agreed = state.store.agreed(&merchant.id, purpose, Some(item), now).await?;
            agreed.ok_or_else(item_unknown)?;
            Some(item)
        }
        (Purpose::Quota, None) => {
            return Err(Problem::unusable("name the item: quota is agreed to by sending it"));
        }
        (_, Some(_)) => {
            return Err(Problem::unusable("this purpose is agreed to as a whole: name no item"));
        }
        (_, None) => None,
    };
    let consent = Consent { merchant_id: &merchant.id, purpose, item, given_at: now, until };
    state.store.agree(&consent).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes a purpose back, and with it all that is kept for it: pictures, files, what was read of them, what was said.
#[utoipa::path(
    delete,
    path = "/api/v1/consents/{purpose}",
    params(("purpose" = Purpose, Path)),
    security(("merchant" = [])),
    responses(
        (status = 200, body = Withdrawn),
        (status = 400, body = Problem),
        (status = 401, body = Problem),
        (status = 404, body = Problem),
        (status = 503, body = Problem, description = "no host app is configured")
    )
)]
pub(super) async fn take_back(
    Extract(state): Extract<Shared>,
    Speaker(merchant): Speaker,
    Path(purpose): Path<String>,
) -> Result<Json<Withdrawn>, Problem> {
    let scope = Scope::Whole(named(&purpose)?);
    withdraw(&state, &merchant.id, &[scope]).await.map(Json)
}

fn named(purpose: &str) -> Result<Purpose, Problem> {
    Purpose::ALL
        .into_iter()
        .find(|known| known.name() == purpose)
        .ok_or_else(|| malformed("a purpose is quota, assistant or partners"))
}

fn malformed(detail: &str) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "request_malformed", detail)
}

/// The same whether it is another merchant's or nobody's.
pub(super) fn item_unknown() -> Problem {
    Problem::new(
        StatusCode::NOT_FOUND,
        "item_unknown",
        "no such item is kept of this merchant: see /api/v1/data",
    )
}
