//! `/api/v1/data`: all that is kept of a merchant, to be seen, taken along, and taken back.

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State as Extract};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use bailing_credit::{Decision, Fact};
use serde::Serialize;
use serde_json::json;
use tokio_util::io::ReaderStream;
use utoipa::ToSchema;

use super::consents::{Agreement, item_unknown};
use super::quota::decided;
use super::speaker::Speaker;
use crate::clock;
use crate::export;
use crate::item::Item;
use crate::problem::Problem;
use crate::purpose::{Ended, Purpose};
use crate::state::{Shared, State};
use crate::store::{Entry, Scope};

/// Most bundles that are listed and exported: a photo every hour for a year.
pub(crate) const MOST_BUNDLES: i64 = 10_000;

/// All that is kept of a merchant.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Kept {
    /// Pictures and files, the newest first.
    pub(crate) items: Vec<KeptItem>,
    /// What the assistant remembers: facts that were said, no transcript.
    #[schema(value_type = Vec<Object>)]
    said: Vec<Fact>,
    /// What was agreed to.
    agreements: Vec<Agreement>,
    /// What was done, the oldest first.
    log: Vec<LogLine>,
}

/// One thing that is kept.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct KeptItem {
    /// `bundle:` or `import:` and the SHA-256 of its bytes.
    pub(crate) item: String,
    /// What each picture was asked for, or what the file is.
    kinds: Vec<String>,
    /// RFC 3339.
    received_at: String,
    /// What the server made of it: a verdict, `received` where it is looked at still, `imported` of a file, or `erased`.
    state: String,
    /// What was read of it and counts.
    #[schema(value_type = Vec<Object>)]
    facts: Vec<Fact>,
}

/// Something that was done with the data.
#[derive(Debug, Serialize, ToSchema)]
struct LogLine {
    /// RFC 3339.
    at: String,
    actor: String,
    action: String,
    subject: String,
}

/// What became of taking something back.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Withdrawn {
    /// What was erased.
    erased: Vec<String>,
    /// The quota before, yuan.
    quota_before: u64,
    /// The quota now, yuan.
    quota: u64,
    /// Why, Chinese.
    zh: String,
    /// Why, English.
    en: String,
    /// The decision now.
    #[schema(value_type = Object)]
    decision: Decision,
}

/// All that is kept of the merchant, what for, until when, and what was done with it.
#[utoipa::path(
    get,
    path = "/api/v1/data",
    security(("merchant" = [])),
    responses(
        (status = 200, body = Kept),
        (status = 401, body = Problem),
        (status = 404, body = Problem),
        (status = 503, body = Problem, description = "no host app is configured")
    )
)]
pub(super) async fn show(
    Extract(state): Extract<Shared>,
    Speaker(merchant): Speaker,
) -> Result<Json<Kept>, Problem> {
    kept(&state, &merchant.id).await.map(Json)
}

/// The same as a ZIP archive with every picture and file as it came.
#[utoipa::path(
    get,
    path = "/api/v1/data/export",
    security(("merchant" = [])),
    responses(
        (status = 200, body = Vec<u8>, content_type = "application/zip"),
        (status = 401, body = Problem),
        (status = 404, body = Problem),
        (status = 503, body = Problem, description = "no host app is configured")
    )
)]
pub(super) async fn export(
    Extract(state): Extract<Shared>,
    Speaker(merchant): Speaker,
) -> Result<Response, Problem> {
    // Making an archive takes disk and time as taking in an upload does.
    let _place = state.uploads.acquire().await.map_err(Problem::internal)?;
    let entry = Entry {
        at: clock::seconds(),
        actor: &format!("merchant:{}", merchant.id),
        action: "data.exported",
        subject: &format!("merchant:{}", merchant.id),
        detail: json!({}),
    };
    state.store.log(entry).await?;
    let kept = kept(&state, &merchant.id).await?;
    let decision = decided(&state, &merchant.id).await?;
    let archive = export::archive(&state, &merchant.id, &kept, &decision).await?;
    let archive = ReaderStream::new(tokio::fs::File::from_std(archive));
    let headers = [
        (header::CONTENT_TYPE, "application/zip"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"bailing-data.zip\""),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, Body::from_stream(archive)).into_response())
}

/// Takes one picture's bundle or one file back: it is erased, with what was read of it, and the quota is decided anew.
#[utoipa::path(
    delete,
    path = "/api/v1/data/{item}",
    params((
        "item" = String,
        Path,
        description = "`bundle:` or `import:` and a hash, as listed",
        pattern = "^(bundle|import):[0-9a-fA-F]{64}$"
    )),
    security(("merchant" = [])),
    responses(
        (status = 200, body = Withdrawn),
        (status = 401, body = Problem),
        (status = 404, body = Problem),
        (status = 503, body = Problem, description = "no host app is configured")
    )
)]
pub(super) async fn take_back(
    Extract(state): Extract<Shared>,
    Speaker(merchant): Speaker,
    Path(item): Path<String>,
) -> Result<Json<Withdrawn>, Problem> {
    let item: Item = item.parse().map_err(|()| item_unknown())?;
    let consents = state.store.consents(&merchant.id).await?;
    let name = item.to_string();
    let is_kept =
        consents.iter().any(|row| row.ended_at.is_none() && row.item.as_ref() == Some(&name));
    if !is_kept {
        return Err(item_unknown());
    }
    withdraw(&state, &merchant.id, &[Scope::One(item)]).await.map(Json)
}

/// Takes everything back. With nothing left to open the merchant's key is destroyed too.
#[utoipa::path(
    delete,
    path = "/api/v1/data",
    security(("merchant" = [])),
    responses(
        (status = 200, body = Withdrawn),
        (status = 401, body = Problem),
        (status = 404, body = Problem),
        (status = 503, body = Problem, description = "no host app is configured")
    )
)]
pub(super) async fn take_all_back(
    Extract(state): Extract<Shared>,
    Speaker(merchant): Speaker,
) -> Result<Json<Withdrawn>, Problem> {
    let scopes = Purpose::ALL.map(Scope::Whole);
    withdraw(&state, &merchant.id, &scopes).await.map(Json)
}

/// Ends what was agreed to, erases what it was for, and says what that comes to.
pub(super) async fn withdraw(
    state: &Shared,
    merchant_id: &str,
    scopes: &[Scope],
) -> Result<Withdrawn, Problem> {
    let before = decided(state, merchant_id).await?;
    let mut erased = Vec::new();
    for scope in scopes {
        erased.extend(erase(state, merchant_id, *scope, Ended::Withdrawn).await?);
    }
    let decision = decided(state, merchant_id).await?;
    let (was, is, count) = (before.quota, decision.quota, erased.len());
    let (zh, en) = if was == is {
        (
            format!("已删除{count}份材料。额度不变，仍为{is}元。"),
            format!("{count} erased. Your quota stays at {is} yuan."),
        )
    } else {
        (
            format!("已删除{count}份材料，它们所证明的内容不再计入，额度由{was}元变为{is}元。"),
            format!(
                "{count} erased; what they proved no longer counts, and your quota goes from {was} to {is} yuan."
            ),
        )
    };
    let erased = erased.iter().map(Item::to_string).collect();
    Ok(Withdrawn { erased, quota_before: was, quota: is, zh, en, decision })
}

/// Ends what was agreed to and erases what it was for.
async fn erase(
    state: &State,
    merchant_id: &str,
    scope: Scope,
    by: Ended,
) -> Result<Vec<Item>, sqlx::Error> {
    let erased = state.store.withdraw(merchant_id, scope, by, clock::seconds()).await?;
    for item in &erased {
        // Its key is destroyed: what should stay behind is noise that takes up space.
        if let Err(error) = state.objects.remove(item).await {
            tracing::warn!(%error, "an erased object still takes up space");
        }
    }
    state.store.overwrite_log().await?;
    Ok(erased)
}

/// Ends agreements whose time is over.
pub(crate) async fn sweep(state: &State) -> Result<(), sqlx::Error> {
    for row in state.store.expired_consents(clock::seconds()).await? {
        let item = row.item.as_deref().and_then(|item| item.parse().ok());
        let scope = item.map_or(Scope::Whole(row.purpose), Scope::One);
        erase(state, &row.merchant_id, scope, Ended::Expired).await?;
    }
    Ok(())
}

/// All that is kept of a merchant.
async fn kept(state: &State, merchant_id: &str) -> Result<Kept, Problem> {
    let mut facts = state.store.facts_by_item(merchant_id).await?;
    let mut items = Vec::new();
    for row in state.store.bundles_of(merchant_id, MOST_BUNDLES).await? {
        let decision = row.decided();
        let kinds = decision.iter().flat_map(|decision| &decision.images);
        let state = match (&decision, row.erased_at) {
            (_, Some(_)) => "erased",
            (Some(decision), None) => decision.outcome(),
            (None, None) => "received",
        };
        let item = Item::Bundle(row.sha256.try_into().unwrap_or_default()).to_string();
        items.push(KeptItem {
            kinds: kinds.map(|image| image.kind.clone()).collect(),
            received_at: clock::rfc3339(row.received_at),
            state: state.to_owned(),
            facts: facts.remove(&item).unwrap_or_default(),
            item,
        });
    }
    for row in state.store.imports(merchant_id).await? {
        let item = Item::Import(row.sha256.try_into().unwrap_or_default()).to_string();
        items.push(KeptItem {
            kinds: vec![row.kind],
            received_at: clock::rfc3339(row.received_at),
            state: "imported".to_owned(),
            facts: facts.remove(&item).unwrap_or_default(),
            item,
        });
    }
    items.sort_by(|a, b| b.received_at.cmp(&a.received_at));
    let conversation = state.store.conversation(merchant_id).await?;
    let said = conversation.map(|of| of.facts().to_vec()).unwrap_or_default();
    let agreements: Vec<Agreement> =
        state.store.consents(merchant_id).await?.into_iter().map(Agreement::from).collect();
    let log = state.store.audit_of(merchant_id).await?;
    let log = log.into_iter().map(|row| LogLine {
        at: clock::rfc3339(row.at),
        actor: row.actor,
        action: row.action,
        subject: row.subject,
    });
    Ok(Kept { items, said, agreements, log: log.collect() })
}
