//! `POST /api/v1/imports/{kind}`: files that say what no photo says, from the merchant, and on the operator's listener
//! from the bank's other systems.

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State as Extract};
use axum::http::StatusCode;
use bailing_credit::{Fact, ImportError, import};
use bailing_evidence::digest;
use serde::Serialize;
use utoipa::ToSchema;

use super::blocking;
use super::quota::decided;
use super::speaker::{Operator, Speaker, unknown};
use crate::archive;
use crate::body;
use crate::clock;
use crate::item::Item;
use crate::problem::Problem;
use crate::purpose::Purpose;
use crate::state::{Shared, State};
use crate::store::{Consent, Import, MerchantRow};

/// Longest file, bytes: as long as the credit engine reads.
const LONGEST: usize = 10 * 1024 * 1024;

/// What a file came to.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Imported {
    /// `import:` and the SHA-256 of the file.
    item: String,
    /// What it says.
    #[schema(value_type = Vec<Object>)]
    facts: Vec<Fact>,
    /// The quota before, yuan.
    quota_before: u64,
    /// The quota with it, yuan.
    quota: u64,
}

/// What files say, by who sends them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Statement,
    Form,
    Orders,
    Parcels,
}

impl Kind {
    const ALL: [Self; 4] = [Self::Statement, Self::Form, Self::Orders, Self::Parcels];

    fn name(self) -> &'static str {
        match self {
            Self::Statement => "statement",
            Self::Form => "form",
            Self::Orders => "orders",
            Self::Parcels => "parcels",
        }
    }

    /// What it is kept for. What a merchant sends is agreed to by sending it.
    fn purpose(self) -> Purpose {
        match self {
            Self::Statement | Self::Form => Purpose::Quota,
            Self::Orders | Self::Parcels => Purpose::Partners,
        }
    }

    fn named(name: &str, purpose: Purpose) -> Result<Self, Problem> {
        let known = Self::ALL.into_iter().filter(|kind| kind.purpose() == purpose);
        known.into_iter().find(|kind| kind.name() == name).ok_or_else(|| {
            let detail = match purpose {
                Purpose::Partners => "an import is orders or parcels",
                Purpose::Quota | Purpose::Assistant => "an import is statement or form",
            };
            Problem::new(StatusCode::BAD_REQUEST, "request_malformed", detail)
        })
    }

    fn read(
        self,
        state: &State,
        merchant: &MerchantRow,
        bytes: &[u8],
    ) -> Result<Vec<Fact>, ImportError> {
        let owner = merchant.owner();
        match self {
            Self::Statement => import::statement(bytes, &owner),
            Self::Form => import::form(bytes, &state.knowledge),
            Self::Orders => import::orders(bytes, owner.name),
            Self::Parcels => import::parcels(bytes, &state.knowledge),
        }
    }
}

/// Takes a merchant's file: a bank's or a platform's statement (CSV, XLSX) as it was downloaded, or a form (JSON). The same
/// file again changes nothing.
#[utoipa::path(
    post,
    path = "/api/v1/imports/{kind}",
    params((
        "kind" = String,
        Path,
        description = "`statement` or `form`",
        pattern = "^(statement|form)$"
    )),
    security(("merchant" = [])),
    request_body(content_type = "application/octet-stream", content = Vec<u8>),
    responses(
        (status = 200, body = Imported, description = "it was there already"),
        (status = 201, body = Imported),
        (status = 400, body = Problem),
        (status = 401, body = Problem),
        (status = 404, body = Problem),
        (status = 413, body = Problem),
        (status = 422, body = Problem),
        (status = 503, body = Problem, description = "no host app is configured")
    )
)]
pub(super) async fn own(
    Extract(state): Extract<Shared>,
    Speaker(merchant): Speaker,
    Path(kind): Path<String>,
    body: Body,
) -> Result<(StatusCode, Json<Imported>), Problem> {
    let kind = Kind::named(&kind, Purpose::Quota)?;
    let until = clock::seconds().saturating_add(state.retention_seconds);
    let actor = format!("merchant:{}", merchant.id);
    take(&state, &merchant, kind, until, &actor, body).await
}

/// Takes what another system of the bank knows of a merchant: orders and receivables (JSON), or parcels (GeoJSON). The
/// merchant must have agreed to it.
#[utoipa::path(
    post,
    path = "/api/v1/merchants/{id}/imports/{kind}",
    tag = "operator",
    security(("staff" = ["operator"])),
    params(
        ("id" = String, Path, description = "the bank's id of the merchant", min_length = 1),
        ("kind" = String, Path, description = "`orders` or `parcels`", pattern = "^(orders|parcels)$")
    ),
    request_body(content_type = "application/octet-stream", content = Vec<u8>),
    responses(
        (status = 200, body = Imported, description = "it was there already"),
        (status = 201, body = Imported),
        (status = 400, body = Problem),
        (status = 401, body = Problem),
        (status = 403, body = Problem),
        (status = 404, body = Problem),
        (status = 413, body = Problem),
        (status = 422, body = Problem)
    )
)]
pub(super) async fn of_partner(
    Extract(state): Extract<Shared>,
    Operator(by): Operator,
    Path((id, kind)): Path<(String, String)>,
    body: Body,
) -> Result<(StatusCode, Json<Imported>), Problem> {
    let kind = Kind::named(&kind, Purpose::Partners)?;
    let merchant = state.store.merchant(&id).await?.ok_or_else(unknown)?;
    let agreed = state.store.agreed(&id, Purpose::Partners, None, clock::seconds()).await?;
    let until = agreed.ok_or_else(|| {
        Problem::new(
            StatusCode::FORBIDDEN,
            "consent_missing",
            "the merchant has not agreed to records of other systems: ask in the app first",
        )
    })?;
    take(&state, &merchant, kind, until, &by, body).await
}

async fn take(
    state: &Shared,
    merchant: &MerchantRow,
    kind: Kind,
    until: i64,
    actor: &str,
    body: Body,
) -> Result<(StatusCode, Json<Imported>), Problem> {
    let _place = state.uploads.acquire().await.map_err(Problem::internal)?;
    let bytes =
        body::whole(body, LONGEST, "a file has at most 10 MiB: export a shorter period").await?;
    let (shared, owner) = (state.clone(), merchant.clone());
    let (bytes, facts) = blocking(move || {
        let facts = kind.read(&shared, &owner, &bytes).map_err(refused)?;
        Ok((bytes, facts))
    })
    .await?;
    let sha256 = digest::sha256(&bytes);
    let item = Item::Import(sha256);
    let quota_before = decided(state, &merchant.id).await?.quota;
    archive::keep(state, &merchant.id, &item, bytes.into()).await.map_err(Problem::internal)?;
    let merchant_id = &merchant.id;
    let (purpose, given_at) = (kind.purpose(), clock::seconds());
    let consent = Consent { merchant_id, purpose, item: Some(item), given_at, until };
    let import = Import { sha256, kind: kind.name(), consent, facts: &facts, actor };
    let is_new = state.store.import(&import).await?;
    let quota = decided(state, merchant_id).await?.quota;
    let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, Json(Imported { item: item.to_string(), facts, quota_before, quota })))
}

fn refused(error: ImportError) -> Problem {
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, error.code(), error.to_string())
}
