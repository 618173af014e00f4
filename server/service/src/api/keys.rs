//! `POST /api/v1/keys`: a phone's key becomes known.

use axum::Json;
use axum::extract::State as Extract;
use axum::http::StatusCode;
use bailing_attestation::{Anchors, Challenge, Grade, Statement, Verdict, Verifier};
use bailing_evidence::key::PublicKey;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::decode;
use crate::clock;
use crate::problem::{Body, Problem};
use crate::state::Shared;

/// A key and the proof that came with it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Enrolment {
    /// `software`; `android` and `ios` are to come.
    platform: String,
    /// Android package or iOS bundle id.
    app_id: String,
    /// The bank's id of the merchant whose key it is.
    merchant_id: String,
    /// The challenge that the proof answers, base64url.
    challenge: String,
    /// Uncompressed P-256 point, 65 bytes, base64url.
    public_key: String,
    /// ES256 over the possession message, r ‖ s, base64url.
    proof: String,
}

/// A key that is known now.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct EnrolledKey {
    /// SHA-256 of the uncompressed point, hexadecimal.
    key_id: String,
    /// What its proof was worth: A to D.
    #[schema(value_type = String)]
    grade: Grade,
}

/// Enrols a key for a merchant. The challenge is used up whatever the outcome.
#[utoipa::path(
    post,
    path = "/api/v1/keys",
    request_body = Enrolment,
    responses(
        (status = 201, body = EnrolledKey),
        (status = 400, body = Problem),
        (status = 403, body = Problem),
        (status = 404, body = Problem),
        (status = 409, body = Problem)
    )
)]
pub(super) async fn enrol(
    Extract(state): Extract<Shared>,
    Body(enrolment): Body<Enrolment>,
) -> Result<(StatusCode, Json<EnrolledKey>), Problem> {
    let bad = |code: &str, detail: &str| Problem::new(StatusCode::BAD_REQUEST, code, detail);
    if enrolment.platform != "software" {
        return Err(bad("platform_unknown", "only the platform \"software\" is known so far"));
    }
    let app_id_fits = (1..=255).contains(&enrolment.app_id.len())
        && !enrolment.app_id.chars().any(char::is_control);
    if !app_id_fits {
        return Err(bad("request_malformed", "app_id has 1 to 255 printable characters"));
    }
    let challenge = decode("challenge", &enrolment.challenge)?;
    let public_key = decode("public_key", &enrolment.public_key)?;
    let proof = decode("proof", &enrolment.proof)?;
    let key = PublicKey::from_bytes(&public_key)
        .map_err(|error| bad(error.code(), &error.to_string()))?;
    if !state.store.take_challenge(&challenge, clock::seconds()).await? {
        return Err(Problem::new(
            StatusCode::FORBIDDEN,
            "challenge_unknown",
            "the challenge was used or has expired: ask for a new one",
        ));
    }
    let app_id = &enrolment.app_id;
    let statement = Statement::Software { public_key: &public_key, proof: &proof, app_id };
    let verifier = Verifier {
        anchors: &Anchors::default(),
        revocation: None,
        now: clock::seconds(),
        policy: &state.policy,
    };
    let grade = match verifier.verify(&statement, &Challenge::Plain(&challenge)) {
        Verdict::Accepted(key) => key.grade,
        Verdict::Rejected(rejection) => {
            return Err(Problem::new(
                StatusCode::FORBIDDEN,
                rejection.code(),
                rejection.to_string(),
            ));
        }
    };
    if !state.store.merchant_exists(&enrolment.merchant_id).await? {
        return Err(Problem::new(
            StatusCode::NOT_FOUND,
            "merchant_unknown",
            "no merchant of that id: the bank makes merchants known first",
        ));
    }
    let added = state
        .store
        .add_key(
            &key.id(),
            &public_key,
            grade,
            &enrolment.merchant_id,
            &enrolment.app_id,
            clock::seconds(),
        )
        .await?;
    if !added {
        return Err(Problem::new(
            StatusCode::CONFLICT,
            "key_known",
            "this key is enrolled already: use it, or make a new one",
        ));
    }
    Ok((StatusCode::CREATED, Json(EnrolledKey { key_id: hex::encode(key.id()), grade })))
}
