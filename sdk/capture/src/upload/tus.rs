//! Long bundles in pieces: tus 1.0 with creation. An upload's id is the bundle's own SHA-256, so creating one
//! again finds the same, and a lost answer costs a question.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::answer::problem;
use super::{Method, Request, Response, UploadError};

/// Longest piece, bytes: at 50 kbit/s it takes 40 s, and no more than it is lost with a connection.
pub const PIECE_BYTES: u64 = 256 * 1024;

/// Begins an upload, or finds the one that was begun; answered by [`created`].
pub fn create(sha256: &[u8; 32], length: u64) -> Request {
    let metadata = format!("sha256 {}", STANDARD.encode(hex::encode(sha256)));
    Request {
        method: Method::Post,
        path: "/api/v1/uploads".to_owned(),
        headers: vec![
            ("tus-resumable", "1.0.0".to_owned()),
            ("upload-length", length.to_string()),
            ("upload-metadata", metadata),
        ],
        body: Vec::new(),
    }
}

/// Asks how much has arrived; answered by [`offset`].
pub fn ask(sha256: &[u8; 32]) -> Request {
    Request {
        method: Method::Head,
        path: upload_path(sha256),
        headers: vec![("tus-resumable", "1.0.0".to_owned())],
        body: Vec::new(),
    }
}

/// Sends the bytes from `offset` on; answered by [`offset`]. The piece that completes a bundle is answered
/// once the server has verified all of it.
pub fn piece(sha256: &[u8; 32], offset: u64, bytes: Vec<u8>) -> Request {
    Request {
        method: Method::Patch,
        path: upload_path(sha256),
        headers: vec![
            ("tus-resumable", "1.0.0".to_owned()),
            ("upload-offset", offset.to_string()),
            ("content-type", "application/offset+octet-stream".to_owned()),
        ],
        body: bytes,
    }
}

/// How much has arrived of an upload of `length` bytes that was just created or found; never more than
/// `length`.
pub fn created(response: &Response, length: u64) -> Result<u64, UploadError> {
    match response.header("upload-offset") {
        // A new upload need not say that it is empty.
        None if response.status == 201 => Ok(0),
        _ => offset(response, length),
    }
}

/// How much has arrived of an upload of `length` bytes; never more than `length`.
pub fn offset(response: &Response, length: u64) -> Result<u64, UploadError> {
    let status = response.status;
    if !(200..300).contains(&status) {
        return Err(problem(response));
    }
    let offset = response.number("upload-offset").filter(|offset| *offset <= length);
    let same = response
        .header("upload-length")
        .is_none_or(|_| response.number("upload-length") == Some(length));
    offset.filter(|_| same).ok_or(UploadError::Malformed { status })
}

fn upload_path(sha256: &[u8; 32]) -> String {
    format!("/api/v1/uploads/{}", hex::encode(sha256))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn response(status: u16, headers: &[(&str, &str)]) -> Response {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Response { status, headers: headers.collect(), body: Vec::new() }
    }

    #[test]
    fn metadata_is_the_name_in_base64() {
        let request = create(&[0xab; 32], 7);
        let (_, metadata) = request.headers.last().expect("metadata");
        let encoded = metadata.strip_prefix("sha256 ").expect("of the name");
        assert_eq!(STANDARD.decode(encoded), Ok("ab".repeat(32).into_bytes()));
    }

    #[test]
    fn an_offset_lies_within_its_upload() {
        let at = |offset: &str| offset_of(&response(204, &[("Upload-Offset", offset)]));
        assert_eq!((at("0"), at("10")), (Some(0), Some(10)));
        for wrong in ["11", "-1", "", "1e1", "18446744073709551616"] {
            assert_eq!(at(wrong), None, "{wrong}");
        }
        assert_eq!(offset_of(&response(204, &[])), None);
        let longer = [("upload-offset", "3"), ("upload-length", "11")];
        assert_eq!(offset_of(&response(200, &longer)), None);
        assert_eq!(created(&response(201, &[]), 10), Ok(0));
        assert_eq!(created(&response(200, &[]), 10), Err(UploadError::Malformed { status: 200 }));
        assert_eq!(created(&response(404, &[]), 10), Err(UploadError::Malformed { status: 404 }));
    }

    fn offset_of(response: &Response) -> Option<u64> {
        offset(response, 10).ok()
    }
}
