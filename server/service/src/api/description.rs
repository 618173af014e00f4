//! The interface's description (OpenAPI 3.1), as committed in `openapi.json`: the routes', and what holds for every one.

use utoipa::openapi::path::Operation;
use utoipa::openapi::schema::{SchemaType, Type};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{Content, OpenApi as Described, PathItem, Ref, RefOr, Response, Schema};
use utoipa::{Modify, OpenApi};

/// Where a problem's schema is.
const PROBLEM: &str = "#/components/schemas/Problem";

/// Media type of a problem (RFC 9457).
const PROBLEM_TYPE: &str = "application/problem+json";

#[derive(OpenApi)]
#[openapi(info(
    title = "Bailing",
    description = "Takes signed evidence bundles from phones and answers with a decision. \
                   Refusals are problem documents (RFC 9457) with a stable code. \
                   What is tagged operator is on the operator's listener."
), modifiers(&Securities))]
pub(super) struct Document;

/// How a merchant is known, and how the bank's staff.
struct Securities;

impl Modify for Securities {
    fn modify(&self, document: &mut Described) {
        let components = document.components.get_or_insert_default();
        for (name, description) in [
            (
                "merchant",
                "of the host app: `sub` is the bank's id of the merchant, `aud` this server's origin; where no host app is \
                 configured, a phone's routes ask for none, and those that only a merchant uses answer 503",
            ),
            (
                "staff",
                "of the bank's login, with `roles`: `reviewer`, `operator`, `auditor`; not asked for where no login \
                 is configured",
            ),
        ] {
            let token = HttpBuilder::new()
                .scheme(HttpAuthScheme::Bearer)
                .bearer_format("JWT")
                .description(Some(description));
            components.add_security_scheme(name, SecurityScheme::Http(token.build()));
        }
    }
}

/// Says of every operation what any may be refused for, and that a refusal is a problem.
pub(super) fn complete(document: &mut Described) {
    for (path, item) in &mut document.paths.paths {
        for (method, operation) in operations(item) {
            complete_one(path, method, operation);
        }
    }
}

fn complete_one(path: &str, method: &str, operation: &mut Operation) {
    let is_secured = operation.security.is_some();
    let is_operators = operation.tags.iter().flatten().any(|tag| tag == "operator");
    for parameter in operation.parameters.iter_mut().flatten() {
        if let RefOr::T(parameter) = parameter
            && let Some(RefOr::T(Schema::Object(schema))) = &mut parameter.schema
            && let SchemaType::Array(types) = &schema.schema_type
            && let [of, Type::Null] | [Type::Null, of] = types.as_slice()
        {
            // A header or a query that is left out is not null.
            schema.schema_type = SchemaType::Type(of.clone());
        }
    }
    let mut refusals = vec![("408", "the request was not done in time")];
    if path.contains('{') {
        refusals.push(("400", "the path cannot be read"));
    }
    if is_secured {
        refusals.push(("401", "no token, or none for this server"));
        refusals.push(("503", "the server has not got the keys of tokens yet"));
    }
    if is_secured || !is_operators {
        refusals.push(("429", "too many requests from this address, or for whom they are"));
    }
    if is_secured && is_operators {
        refusals.push(("403", "the token has not the role"));
    }
    for (status, description) in refusals {
        operation.responses.responses.entry(status.to_owned()).or_insert_with(|| {
            let mut response = Response::new(description);
            let schema = Ref::new(PROBLEM);
            response.content.insert(PROBLEM_TYPE.to_owned(), Content::new(Some(schema)).into());
            RefOr::T(response)
        });
    }
    for (status, response) in &mut operation.responses.responses {
        let RefOr::T(response) = response else { continue };
        let is_refusal = status.starts_with(['4', '5']);
        // An answer to HEAD has no body.
        if method == "HEAD" {
            response.content.clear();
        } else if is_refusal
            && response.content.len() == 1
            && path != "/readyz"
            && let Some(content) = response.content.shift_remove("application/json")
        {
            response.content.insert(PROBLEM_TYPE.to_owned(), content);
        }
    }
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = (&'static str, &mut Operation)> {
    let PathItem { get, put, post, delete, options, head, patch, .. } = item;
    [
        ("GET", get),
        ("PUT", put),
        ("POST", post),
        ("DELETE", delete),
        ("OPTIONS", options),
        ("HEAD", head),
        ("PATCH", patch),
    ]
    .into_iter()
    .filter_map(|(method, operation)| Some((method, operation.as_mut()?)))
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    #[test]
    fn the_committed_description_is_fresh() {
        let committed = include_str!("../../openapi.json");
        assert_eq!(
            committed,
            super::super::openapi(),
            "renew it: bailing-server openapi > server/service/openapi.json"
        );
    }

    #[test]
    fn every_refusal_is_a_problem() {
        let document: Value = serde_json::from_str(&super::super::openapi()).expect("JSON");
        for (path, methods) in document["paths"].as_object().expect("paths") {
            for (method, operation) in methods.as_object().expect("methods") {
                for (status, response) in operation["responses"].as_object().expect("responses") {
                    if status.starts_with('2') || method == "head" || path == "/readyz" {
                        continue;
                    }
                    let schema = &response["content"]["application/problem+json"]["schema"]["$ref"];
                    assert_eq!(schema, super::PROBLEM, "{method} {path} {status}");
                }
            }
        }
    }
}
