//! A bundle's pieces: each is kept as it comes, and verified as soon as there is something to verify.
//!
//! Until the signed part holds, no byte after it is kept. What is refused is gone from the disk.

use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode, header};
use bailing_evidence::bundle;

use super::arriving::{Arriving, HEAD_DEADLINE};
use super::speaker::Sender;
use super::standing::{
    Checked, Found, Standing, complete, found, locked, refuse, start_of, unknown,
};
use super::taking_in::{self, Signed};
use super::tus;
use crate::incoming::Part;
use crate::problem::Problem;
use crate::state::Shared;
use crate::store::{UploadRoom, UploadRow, Vouched};

/// Uploads that one key may have begun: a phone sends one bundle after the other, and what its user threw
/// away takes up a place until it expires.
const OF_ONE_KEY: i64 = 8;

/// What a request says of its piece.
pub(super) struct Piece {
    offset: u64,
    length: Option<u64>,
    checksum: Option<tus::Checksum>,
}

impl Piece {
    pub(super) fn of(headers: &HeaderMap) -> Result<Self, Problem> {
        tus::check_piece(headers)?;
        let length = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok());
        Ok(Self {
            offset: tus::upload_offset(headers)?,
            length: length.and_then(|text| text.parse().ok()),
            checksum: tus::Checksum::of(headers)?,
        })
    }
}

/// Adds a piece to an upload.
pub(super) async fn receive(
    state: &Shared,
    sha256: &[u8; 32],
    sender: &Sender,
    piece: Piece,
    arriving: &mut Arriving,
) -> Result<Standing, Problem> {
    // Before anybody else's turn is asked for.
    if let Found::Nothing = found(state, sha256, sender).await? {
        return Err(unknown());
    }
    let turn = state.incoming.turn(sha256).await.ok_or_else(locked)?;
    let upload = match found(state, sha256, sender).await? {
        // It may have come whole in the meantime.
        Found::TakenIn(standing) => return Ok(standing),
        Found::Begun(upload) => upload,
        Found::Nothing => return Err(unknown()),
    };
    let mut part = Part::open(turn).await.map_err(Problem::internal)?;
    let total = Standing::of(&upload, 0).length;
    if part.length() != piece.offset {
        return Err(Problem::new(
            StatusCode::CONFLICT,
            "upload_offset_mismatch",
            format!("the piece must begin at {}: ask with HEAD, and go on there", part.length()),
        ));
    }
    if piece.length.is_some_and(|length| length > total.saturating_sub(piece.offset)) {
        return Err(beyond());
    }
    let (start, expected) = (piece.offset, piece.checksum);
    let mut receiving =
        Receiving { state, sha256, sender, upload, total, arriving, expected, signed: None };
    let gathered = receiving.gather(&mut part).await;
    if gathered.is_err() {
        // Who asks how far the upload has come is told of all that came.
        part.store().await.map_err(Problem::internal)?;
    }
    if let Gathered::Refused(problem) = gathered? {
        // A piece that was damaged on its way says nothing of the bundle.
        if receiving.is_damaged().await {
            return Err(damaged(part, start).await);
        }
        return Err(refuse(state, sha256, part, problem).await);
    }
    if receiving.is_damaged().await {
        return Err(damaged(part, start).await);
    }
    let Receiving { upload, signed, .. } = receiving;
    if part.length() < total {
        part.store().await.map_err(Problem::internal)?;
        return Ok(Standing::of(&upload, part.length()));
    }
    let signed = signed.map_or(Checked::Not(sender), |signed| Checked::As(Box::new(signed)));
    complete(state, sha256, &upload, part, signed).await
}

/// One piece under way.
struct Receiving<'a> {
    state: &'a Shared,
    sha256: &'a [u8; 32],
    sender: &'a Sender,
    upload: UploadRow,
    /// Bytes of the whole bundle.
    total: u64,
    arriving: &'a mut Arriving,
    expected: Option<tus::Checksum>,
    /// What the signed part says, where this piece brought its end.
    signed: Option<Signed>,
}

enum Gathered {
    All,
    /// The signed part does not hold.
    Refused(Problem),
}

impl Receiving<'_> {
    /// Keeps what comes until the body ends.
    async fn gather(&mut self, part: &mut Part) -> Result<Gathered, Problem> {
        let start = part.start(bundle::head_length(&[])).await.map_err(Problem::internal)?;
        let mut rest = None;
        let vouched_for = self.upload.key_id.is_some();
        // A damaged piece may have been cut off again, with the signed part in it.
        if !vouched_for || part.length() < bundle::head_length(&start) as u64 {
            let _place = self.state.heads.acquire().await.map_err(Problem::internal)?;
            let head = tokio::time::timeout(HEAD_DEADLINE, self.head(part)).await;
            let head = head.map_err(|_| {
                Problem::new(
                    StatusCode::REQUEST_TIMEOUT,
                    "bundle_unreadable",
                    "the signed part did not arrive within 20 s: ask with HEAD, and go on",
                )
            })?;
            let Head { bytes, rest: left } = head?;
            rest = left;
            if bytes.len() >= bundle::head_length(&bytes) {
                let named_at = self.upload.created_at;
                match taking_in::signed_part(self.state, &bytes, named_at, self.sender).await {
                    Ok(signed) => self.vouch(signed).await?,
                    Err(problem) => return Ok(Gathered::Refused(problem)),
                }
            }
        }
        loop {
            let chunk = match rest.take() {
                Some(chunk) => Some(chunk),
                None => self.next(part).await?,
            };
            let Some(chunk) = chunk else { return Ok(Gathered::All) };
            part.append(&chunk).await.map_err(Problem::internal)?;
        }
    }

    /// Keeps what comes until the signed part is whole, and nothing after it.
    async fn head(&mut self, part: &mut Part) -> Result<Head, Problem> {
        let mut bytes = start_of(part).await.map_err(Problem::internal)?;
        let mut rest: Option<Bytes> = None;
        loop {
            let wanted = bundle::head_length(&bytes).saturating_sub(bytes.len());
            if wanted == 0 {
                return Ok(Head { bytes, rest });
            }
            let chunk = match rest.take() {
                Some(chunk) => Some(chunk),
                None => self.next(part).await?,
            };
            let Some(mut chunk) = chunk else { return Ok(Head { bytes, rest }) };
            if chunk.len() > wanted {
                rest = Some(chunk.split_off(wanted));
            }
            bytes.extend_from_slice(&chunk);
            part.append(&chunk).await.map_err(Problem::internal)?;
        }
    }

    /// The next bytes; where none are there yet, unless somebody else wants to send theirs. What is there is kept first, or
    /// many who want to at once would keep nothing.
    async fn next(&mut self, part: &Part) -> Result<Option<Bytes>, Problem> {
        let chunk = tokio::select! {
            biased;
            chunk = self.arriving.chunk() => chunk?,
            () = part.wanted() => return Err(locked()),
        };
        if let Some(chunk) = &chunk {
            if chunk.len() as u64 > self.total.saturating_sub(part.length()) {
                return Err(beyond());
            }
            if let Some(expected) = &mut self.expected {
                expected.update(chunk);
            }
        }
        Ok(chunk)
    }

    /// From here on the upload counts whole.
    async fn vouch(&mut self, signed: Signed) -> Result<(), Problem> {
        let seconds = self.state.upload_seconds;
        let room = UploadRoom { bytes: self.state.upload_bytes, of_one_key: OF_ONE_KEY, seconds };
        let key_id = signed.manifest.key_id;
        let full = |status, detail| Err(Problem::new(status, "uploads_full", detail));
        match self.state.store.vouch_for_upload(self.sha256, &key_id, room).await? {
            Vouched::Yes => {}
            Vouched::NoRoom => {
                let detail = "the server has no room for more uploads: try again later";
                return full(StatusCode::SERVICE_UNAVAILABLE, detail);
            }
            Vouched::KeyHasTooMany => {
                let detail = "this key has begun too many uploads: complete or DELETE one";
                return full(StatusCode::TOO_MANY_REQUESTS, detail);
            }
        }
        self.upload.expires_at = self.upload.created_at.saturating_add(seconds);
        self.signed = Some(signed);
        Ok(())
    }

    /// Whether the piece is another than its checksum says, once all of it was read.
    async fn is_damaged(&mut self) -> bool {
        let Some(mut expected) = self.expected.take() else { return false };
        while let Ok(Some(chunk)) = self.arriving.chunk().await {
            expected.update(&chunk);
        }
        !expected.holds()
    }
}

/// A bundle's beginning.
struct Head {
    bytes: Vec<u8>,
    /// What came with it and is not kept yet.
    rest: Option<Bytes>,
}

/// Cuts a damaged piece off again.
async fn damaged(mut part: Part, start: u64) -> Problem {
    match (part.cut(start).await, StatusCode::from_u16(460)) {
        (Ok(()), Ok(status)) => Problem::new(
            status,
            "upload_checksum_mismatch",
            "the piece is another than its checksum says: send it again",
        ),
        (Err(error), _) => Problem::internal(error),
        (_, Err(error)) => Problem::internal(error),
    }
}

fn beyond() -> Problem {
    Problem::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "request_too_large",
        "the piece goes beyond the upload-length that was given",
    )
}
