//! What tus 1.0.0 (<https://tus.io/protocols/resumable-upload>) says in headers.

use axum::extract::{FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use bailing_evidence::limits;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::digest::{Algorithm, Context, SHA1_FOR_LEGACY_USE_ONLY, SHA256};
use time::OffsetDateTime;
use time::macros::format_description;

use super::arriving::too_long;
use crate::problem::Problem;

const VERSION: &str = "1.0.0";

pub(super) const TUS_RESUMABLE: HeaderName = HeaderName::from_static("tus-resumable");
pub(super) const TUS_VERSION: HeaderName = HeaderName::from_static("tus-version");
pub(super) const UPLOAD_LENGTH: HeaderName = HeaderName::from_static("upload-length");
pub(super) const UPLOAD_OFFSET: HeaderName = HeaderName::from_static("upload-offset");
pub(super) const UPLOAD_EXPIRES: HeaderName = HeaderName::from_static("upload-expires");
pub(super) const UPLOAD_METADATA: HeaderName = HeaderName::from_static("upload-metadata");
pub(super) const UPLOAD_CHECKSUM: HeaderName = HeaderName::from_static("upload-checksum");
pub(super) const METHOD_OVERRIDE: HeaderName = HeaderName::from_static("x-http-method-override");

/// Media type of a piece.
const PIECE: &str = "application/offset+octet-stream";

/// A request of this version; all but `OPTIONS` have to be.
pub(super) struct Tus;

impl<S: Sync> FromRequestParts<S> for Tus {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        if parts.headers.get(TUS_RESUMABLE).is_some_and(|version| version == VERSION) {
            return Ok(Self);
        }
        let detail = "uploads speak tus 1.0.0: send tus-resumable: 1.0.0";
        Err(Problem::new(StatusCode::PRECONDITION_FAILED, "upload_version_unsupported", detail))
    }
}

/// Wraps the uploads' routes: puts on every answer what the protocol asks for.
pub(super) async fn speak(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    if response.status() == StatusCode::PRECONDITION_FAILED {
        response.headers_mut().insert(TUS_VERSION, HeaderValue::from_static(VERSION));
    }
    let headers = response.headers_mut();
    headers.insert(TUS_RESUMABLE, HeaderValue::from_static(VERSION));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// What this server can, for `OPTIONS`.
pub(super) fn abilities() -> [(HeaderName, String); 4] {
    [
        (TUS_VERSION, VERSION.to_owned()),
        (
            HeaderName::from_static("tus-extension"),
            "creation,expiration,termination,checksum".to_owned(),
        ),
        (HeaderName::from_static("tus-max-size"), limits::BUNDLE_BYTES.to_string()),
        (HeaderName::from_static("tus-checksum-algorithm"), "sha256,sha1".to_owned()),
    ]
}

/// `Upload-Length`: bytes of the whole bundle, 1 to 64 MiB.
pub(super) fn upload_length(headers: &HeaderMap) -> Result<u64, Problem> {
    match number(headers, &UPLOAD_LENGTH) {
        Some(length) if length > limits::BUNDLE_BYTES as u64 => Err(too_long()),
        Some(length) if length > 0 => Ok(length),
        _ => Err(malformed("upload-length is the bundle's length, bytes: at least 1")),
    }
}

/// `Upload-Offset`: where a piece begins.
pub(super) fn upload_offset(headers: &HeaderMap) -> Result<u64, Problem> {
    number(headers, &UPLOAD_OFFSET).ok_or_else(|| {
        malformed("upload-offset is where the piece begins, bytes: ask for it with HEAD")
    })
}

/// Only digits: no sign, no space, one header.
fn number(headers: &HeaderMap, name: &HeaderName) -> Option<u64> {
    let text = only(headers, name)?;
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

/// A header that is there once, as text.
fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?.to_str().ok()?;
    values.next().is_none().then_some(value)
}

/// `Upload-Metadata`: pairs of a key and a base64 value; `sha256` must be among them, the 64 hexadecimal
/// digits of the bundle's hash.
pub(super) fn announced_hash(headers: &HeaderMap) -> Result<[u8; 32], Problem> {
    let wrong = || {
        Problem::unusable(
            "upload-metadata has sha256 and, in base64, the 64 hexadecimal digits of the bundle's hash",
        )
    };
    let pairs = only(headers, &UPLOAD_METADATA)
        .ok_or_else(|| malformed("send upload-metadata once, with sha256 in it"))?;
    let mut found = None;
    for pair in pairs.split(',') {
        let (key, value) = pair.trim().split_once(' ').unwrap_or((pair.trim(), ""));
        let value = STANDARD.decode(value).map_err(|_| wrong())?;
        if key.is_empty() || (key == "sha256" && found.replace(value).is_some()) {
            return Err(wrong());
        }
    }
    let digits = found.ok_or_else(wrong)?;
    let hash = hex::decode(digits).ok().and_then(|hash| hash.try_into().ok());
    hash.ok_or_else(wrong)
}

/// Refuses what is not sent as a piece.
pub(super) fn check_piece(headers: &HeaderMap) -> Result<(), Problem> {
    if headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind == PIECE) {
        return Ok(());
    }
    Err(Problem::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "content_type_wrong",
        format!("send content-type: {PIECE}"),
    ))
}

/// `Upload-Checksum`: what a piece must come to.
pub(super) struct Checksum {
    context: Context,
    expected: Vec<u8>,
}

impl Checksum {
    /// `None` where no checksum was sent.
    pub(super) fn of(headers: &HeaderMap) -> Result<Option<Self>, Problem> {
        if !headers.contains_key(UPLOAD_CHECKSUM) {
            return Ok(None);
        }
        let checksum = only(headers, &UPLOAD_CHECKSUM).and_then(Self::read);
        let wrong =
            || malformed("upload-checksum is sha256 or sha1, a space, and the hash in base64");
        checksum.ok_or_else(wrong).map(Some)
    }

    fn read(text: &str) -> Option<Self> {
        let (name, hash) = text.split_once(' ')?;
        let algorithm: &'static Algorithm = match name {
            "sha256" => &SHA256,
            "sha1" => &SHA1_FOR_LEGACY_USE_ONLY,
            _ => return None,
        };
        let expected = STANDARD.decode(hash).ok()?;
        (expected.len() == algorithm.output_len())
            .then(|| Self { context: Context::new(algorithm), expected })
    }

    pub(super) fn update(&mut self, bytes: &[u8]) {
        self.context.update(bytes);
    }

    /// Whether all bytes together are those that were meant.
    pub(super) fn holds(&self) -> bool {
        self.context.clone().finish().as_ref() == self.expected
    }
}

/// `Upload-Expires`, an RFC 9110 date.
pub(super) fn expires(seconds: i64) -> (HeaderName, String) {
    let format = format_description!(
        "[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT"
    );
    let date = OffsetDateTime::from_unix_timestamp(seconds).ok();
    (UPLOAD_EXPIRES, date.and_then(|date| date.format(format).ok()).unwrap_or_default())
}

fn malformed(detail: &str) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "request_malformed", detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: &HeaderName, values: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for value in values {
            let value = HeaderValue::from_bytes(value.as_bytes()).expect("a value");
            headers.append(name, value);
        }
        headers
    }

    #[test]
    fn lengths() {
        let read = |values: &[&str]| upload_length(&headers(&UPLOAD_LENGTH, values));
        assert_eq!(read(&["1"]), Ok(1));
        assert_eq!(read(&["67108864"]), Ok(67_108_864));
        assert_eq!(read(&["67108865"]).map_err(|problem| problem.code), Err(too_long().code));
        for wrong in ["", "0", "-1", "+1", " 1", "1.0", "0x10", "ten", "99999999999999999999", "é"]
        {
            let problem = read(&[wrong]).expect_err(wrong);
            assert_eq!(problem.code, "request_malformed", "{wrong}");
        }
        assert!(read(&[]).is_err());
        assert!(read(&["1", "1"]).is_err());
    }

    #[test]
    fn metadata() {
        let read = |text: &str| announced_hash(&headers(&UPLOAD_METADATA, &[text])).ok();
        let digits = "0a".repeat(32);
        let sha256 = format!("sha256 {}", STANDARD.encode(&digits));
        assert_eq!(read(&sha256), Some([10; 32]));
        assert_eq!(read(&format!("filename YQ==,empty, {sha256}")), Some([10; 32]));
        for wrong in [
            "",
            ",",
            "sha256",
            "sha256 ",
            "sha256 ***",
            "sha256 MDA=",
            &format!("{sha256},"),
            &format!("{sha256},{sha256}"),
            &format!("sha256  {}", STANDARD.encode(&digits)),
            &format!("sha256 {digits}"),
            &sha256.replace("sha256", "SHA256"),
        ] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn checksums() {
        let read = |text: &str| Checksum::of(&headers(&UPLOAD_CHECKSUM, &[text]));
        for (name, algorithm) in [("sha256", &SHA256), ("sha1", &SHA1_FOR_LEGACY_USE_ONLY)] {
            let hash = STANDARD.encode(ring::digest::digest(algorithm, b"piece"));
            let mut checksum = read(&format!("{name} {hash}")).ok().flatten().expect("readable");
            checksum.update(b"pie");
            assert!(!checksum.holds());
            checksum.update(b"ce");
            assert!(checksum.holds());
        }
        for wrong in ["", "sha256", "sha256 ", "sha256 AAAA", "md5 AAAA", "sha1 ***"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
        assert!(Checksum::of(&HeaderMap::new()).is_ok_and(|none| none.is_none()));
    }

    #[test]
    fn dates() {
        assert_eq!(expires(784_111_777).1, "Sun, 06 Nov 1994 08:49:37 GMT");
    }
}
