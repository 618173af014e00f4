//! `/api/v1/merchants`, on the operator's listener: what the bank knows of a merchant, and who is around it.

use axum::Json;
use axum::extract::{Path, State as Extract};
use axum::http::StatusCode;
use bailing_credit::Case;
use bailing_credit::graph::Neighbourhood;
use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa::openapi::{RefOr, Schema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::imports;
use super::quota::decided;
use super::speaker::{Operator, Reviewer, unknown};
use crate::body::Body;
use crate::clock;
use crate::config::MerchantSeed;
use crate::problem::Problem;
use crate::relations;
use crate::state::Shared;
use crate::store::{Changed, Loan};

/// Longest text of a merchant, bytes: as long as a case takes.
const LONGEST: usize = 512;

pub(crate) fn routes_and_document() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(put))
        .routes(routes!(relations))
        .routes(routes!(imports::of_partner))
}

/// A merchant as the bank knows it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Described {
    /// Registered name.
    #[serde(default)]
    name: Option<String>,
    /// Whose business it is.
    #[serde(default)]
    person: Option<String>,
    /// Unified social credit code.
    #[serde(default)]
    code: Option<String>,
    /// Id of the knowledge base's industries, `road_freight` for example.
    #[serde(default)]
    industry: Option<String>,
    /// Whether it is in its first year.
    #[serde(default)]
    starting: bool,
    /// Quota without any proof, yuan; at most 100 million.
    #[schema(maximum = 100_000_000)]
    base_quota: u32,
    #[serde(default)]
    #[schema(schema_with = loan)]
    loan: Loan,
}

/// As the credit engine describes it.
fn loan() -> RefOr<Schema> {
    let settings = SchemaSettings::draft2020_12()
        .with(|settings| settings.inline_subschemas = true)
        .with_transform(RecursiveTransform(|schema: &mut schemars::Schema| {
            let most = match schema.get("format").and_then(|format| format.as_str()) {
                Some("uint32") => u64::from(u32::MAX),
                Some("uint64") => Case::MOST_YUAN,
                _ => return,
            };
            schema.insert("maximum".to_owned(), most.into());
        }));
    let described = settings.into_generator().into_root_schema_for::<Loan>().to_value();
    serde_json::from_value(described).unwrap_or_default()
}

/// What the change comes to.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Known {
    /// The quota now, yuan.
    quota: u64,
}

/// Makes a merchant known, or changes all that the bank knows of it.
#[utoipa::path(
    put,
    path = "/api/v1/merchants/{id}",
    tag = "operator",
    params((
        "id" = String,
        Path,
        description = "the bank's own id, 1 to 128 characters of ASCII without a space",
        pattern = "^[!-~]{1,128}$"
    )),
    security(("staff" = ["operator"])),
    request_body = Described,
    responses(
        (status = 200, body = Known, description = "it was known"),
        (status = 201, body = Known),
        (status = 400, body = Problem),
        (status = 401, body = Problem),
        (status = 403, body = Problem),
        (status = 413, body = Problem),
        (status = 422, body = Problem)
    )
)]
pub(super) async fn put(
    Extract(state): Extract<Shared>,
    Operator(by): Operator,
    Path(id): Path<String>,
    Body(described): Body<Described>,
) -> Result<(StatusCode, Json<Known>), Problem> {
    let Described { name, person, code, industry, starting, base_quota, loan } = described;
    let texts = [&name, &person, &code, &industry];
    let is_short = texts.into_iter().flatten().all(|text| text.len() <= LONGEST);
    let fits =
        (1..=128).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_graphic()) && is_short;
    if !fits {
        return Err(Problem::new(
            StatusCode::BAD_REQUEST,
            "request_malformed",
            "an id has 1 to 128 characters of ASCII without a space, a text at most 512 bytes",
        ));
    }
    let most = u64::from(base_quota).max(loan.conduct.monthly_repayment);
    if most > Case::MOST_YUAN || !loan.conduct.told.is_empty() {
        return Err(Problem::unusable(
            "an amount is at most 100,000,000 yuan, and what a merchant was told is not set",
        ));
    }
    if industry.as_ref().is_some_and(|id| !state.knowledge.industries().contains_key(id)) {
        return Err(Problem::unusable(
            "the knowledge base has no such industry: see knowledge/industries.toml",
        ));
    }
    let merchant = MerchantSeed { id, name, person, industry, starting, base_quota };
    let changed = Changed { merchant: &merchant, code: code.as_deref(), loan: &loan, by: &by };
    let is_new = state.store.put_merchant(&changed, clock::seconds()).await?;
    let quota = decided(&state, &merchant.id).await?.quota;
    let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, Json(Known { quota })))
}

/// Who and what is around a merchant, within two steps, each relation with the fact that says so.
#[utoipa::path(
    get,
    path = "/api/v1/merchants/{id}/relations",
    tag = "operator",
    params(("id" = String, Path, description = "the bank's id of the merchant", min_length = 1)),
    security(("staff" = ["reviewer"])),
    responses(
        (status = 200, body = Object),
        (status = 401, body = Problem),
        (status = 403, body = Problem),
        (status = 404, body = Problem)
    )
)]
pub(super) async fn relations(
    Extract(state): Extract<Shared>,
    _: Reviewer,
    Path(id): Path<String>,
) -> Result<Json<Neighbourhood>, Problem> {
    state.store.merchant(&id).await?.ok_or_else(unknown)?;
    Ok(Json(relations::neighbourhood(&state, &id).await?))
}
