//! `POST /api/v1/keys`: a phone's key becomes known.

use axum::Json;
use axum::extract::State as Extract;
use axum::http::StatusCode;
use bailing_attestation::{AttestedKey, Grade, Rejection, Statement, android};
use bailing_evidence::digest;
use bailing_evidence::key::PublicKey;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::speaker::{Sender, unknown};
use super::{blocking, decode};
use crate::body::Body;
use crate::clock;
use crate::device::{DeviceRefusal, Platform};
use crate::problem::Problem;
use crate::state::{Shared, State};
use crate::store::Enrolled;

/// A key and what vouches for it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Enrolment {
    /// `android`, `ios`, or `software` where the server takes such keys.
    #[schema(pattern = "^(android|ios|software)$")]
    platform: String,
    /// Android package or iOS bundle id.
    #[schema(pattern = "^[!-~]{1,255}$")]
    app_id: String,
    /// The bank's id of the merchant whose key it is.
    merchant_id: String,
    /// The challenge that the attestation or the proof answers, base64url.
    #[schema(
        pattern = r"^(?:[A-Za-z0-9_-]{4})*(?:[A-Za-z0-9_-][AQgw]|[A-Za-z0-9_-]{2}[AEIMQUYcgkosw048])?$"
    )]
    challenge: String,
    /// Android: the certificates in DER, one after another, leaf first; iOS: the attestation object.
    /// base64url.
    #[schema(
        pattern = r"^(?:[A-Za-z0-9_-]{4})*(?:[A-Za-z0-9_-][AQgw]|[A-Za-z0-9_-]{2}[AEIMQUYcgkosw048])?$"
    )]
    attestation: Option<String>,
    /// Software: uncompressed P-256 point, 65 bytes, base64url.
    #[schema(
        pattern = r"^(?:[A-Za-z0-9_-]{4})*(?:[A-Za-z0-9_-][AQgw]|[A-Za-z0-9_-]{2}[AEIMQUYcgkosw048])?$"
    )]
    public_key: Option<String>,
    /// Software: ES256 over the possession message, r ‖ s, base64url.
    #[schema(
        pattern = r"^(?:[A-Za-z0-9_-]{4})*(?:[A-Za-z0-9_-][AQgw]|[A-Za-z0-9_-]{2}[AEIMQUYcgkosw048])?$"
    )]
    proof: Option<String>,
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

/// Enrols a key for the merchant that the token names. The challenge is used up whatever the outcome.
#[utoipa::path(
    post,
    path = "/api/v1/keys",
    security(("merchant" = [])),
    request_body = Enrolment,
    responses(
        (status = 201, body = EnrolledKey),
        (status = 400, body = Problem),
        (status = 401, body = Problem),
        (status = 403, body = Problem),
        (status = 404, body = Problem),
        (status = 409, body = Problem),
        (status = 413, body = Problem),
        (status = 422, body = Problem),
        (status = 503, body = Problem, description = "the revocation list is too old")
    )
)]
pub(super) async fn enrol(
    Extract(state): Extract<Shared>,
    sender: Sender,
    Body(enrolment): Body<Enrolment>,
) -> Result<(StatusCode, Json<EnrolledKey>), Problem> {
    let app_id_fits = (1..=255).contains(&enrolment.app_id.len())
        && enrolment.app_id.bytes().all(|byte| byte.is_ascii_graphic());
    if !app_id_fits {
        return Err(bad(
            "request_malformed",
            "app_id has 1 to 255 characters of ASCII without a space",
        ));
    }
    let challenge = decode("challenge", &enrolment.challenge)?;
    let proof = Proof::read(&enrolment)?;
    if !state.store.take_challenge(&challenge, clock::seconds()).await? {
        return Err(Problem::new(
            StatusCode::FORBIDDEN,
            "challenge_unknown",
            "the challenge was used or has expired: ask for a new one",
        ));
    }
    let (proof, key) = {
        let (state, app_id) = (state.clone(), enrolment.app_id.clone());
        // A dozen signatures and perhaps a new revocation list.
        blocking(move || {
            let key = proof.judge(&state, &challenge, &app_id)?;
            Ok((proof, key))
        })
        .await?
    };
    let public_key = key.public_key.ok_or_else(|| {
        unusable("public_key_malformed", "evidence is signed with P-256: make a key of that curve")
    })?;
    let merchant_id = &enrolment.merchant_id;
    if !sender.is(merchant_id) || !state.store.merchant_exists(merchant_id).await? {
        return Err(unknown());
    }
    let key_id = digest::sha256(&public_key);
    let enrolled = Enrolled {
        key_id,
        public_key: &public_key,
        grade: key.grade,
        merchant_id: &enrolment.merchant_id,
        app_id: &enrolment.app_id,
        platform: proof.platform(),
        attestation: proof.attestation(),
    };
    if !state.store.add_key(&enrolled, clock::seconds()).await? {
        return Err(Problem::new(
            StatusCode::CONFLICT,
            "key_known",
            "this key is enrolled already: use it, or make a new one",
        ));
    }
    let grade = format!("{:?}", key.grade);
    metrics::counter!("bailing_keys_enrolled_total", "grade" => grade).increment(1);
    Ok((StatusCode::CREATED, Json(EnrolledKey { key_id: hex::encode(key_id), grade: key.grade })))
}

/// What came with a key, decoded and not yet judged.
enum Proof {
    Software { public_key: Vec<u8>, proof: Vec<u8> },
    Android { certificates: Vec<u8> },
    Ios { object: Vec<u8> },
}

impl Proof {
    fn read(enrolment: &Enrolment) -> Result<Self, Problem> {
        let Enrolment { attestation, public_key, proof, .. } = enrolment;
        match (enrolment.platform.as_str(), attestation, public_key, proof) {
            ("software", None, Some(public_key), Some(proof)) => {
                let public_key = decode("public_key", public_key)?;
                PublicKey::from_bytes(&public_key)
                    .map_err(|error| unusable(error.code(), &error.to_string()))?;
                Ok(Self::Software { public_key, proof: decode("proof", proof)? })
            }
            ("android", Some(attestation), None, None) => {
                Ok(Self::Android { certificates: decode("attestation", attestation)? })
            }
            ("ios", Some(attestation), None, None) => {
                Ok(Self::Ios { object: decode("attestation", attestation)? })
            }
            ("software" | "android" | "ios", ..) => Err(Problem::unusable(
                "android and ios come with attestation, software with public_key and proof, and \
                 nothing else",
            )),
            ("harmonyos", ..) => Err(DeviceRefusal::from(Rejection::HuksUnsupported).into()),
            _ => Err(bad("platform_unknown", "the platform is android, ios or software")),
        }
    }

    fn judge(
        &self,
        state: &State,
        challenge: &[u8],
        app_id: &str,
    ) -> Result<AttestedKey, DeviceRefusal> {
        let chain;
        let statement = match self {
            Self::Software { public_key, proof } => {
                Statement::Software { public_key, proof, app_id }
            }
            Self::Android { certificates } => {
                chain = android::certificates(certificates)?;
                Statement::Android { chain: &chain }
            }
            Self::Ios { object } => Statement::AppAttest { object },
        };
        state.devices.judge(&statement, challenge, app_id, clock::seconds())
    }

    fn platform(&self) -> Platform {
        match self {
            Self::Software { .. } => Platform::Software,
            Self::Android { .. } => Platform::Android,
            Self::Ios { .. } => Platform::Ios,
        }
    }

    fn attestation(&self) -> Option<&[u8]> {
        match self {
            Self::Software { .. } => None,
            Self::Android { certificates } => Some(certificates),
            Self::Ios { object } => Some(object),
        }
    }
}

fn unusable(code: &str, detail: &str) -> Problem {
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, code, detail)
}

fn bad(code: &str, detail: &str) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, code, detail)
}
