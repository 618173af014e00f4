//! How far an upload has come, and its three ends: taken in, refused, expired.

use std::io::Seek;

use axum::http::StatusCode;
use bailing_evidence::bundle;
use ring::digest::{Context, Digest, SHA256};

use super::blocking;
use super::speaker::Sender;
use super::taking_in::{self, Signed};
use crate::archive;
use crate::clock;
use crate::content::Content;
use crate::incoming::{Part, Turn};
use crate::item::Item;
use crate::problem::Problem;
use crate::state::Shared;
use crate::store::UploadRow;

/// Bytes that are hashed at once.
const CHUNK: usize = 256 * 1024;

/// How far an upload has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Standing {
    /// Bytes that are there.
    pub(super) offset: u64,
    /// Bytes of the whole bundle.
    pub(super) length: u64,
    /// When the bytes are forgotten, seconds since 1970; `None` where the bundle was taken in.
    pub(super) expires: Option<i64>,
}

impl Standing {
    pub(super) fn of(upload: &UploadRow, offset: u64) -> Self {
        let length = u64::try_from(upload.length).unwrap_or_default();
        Self { offset, length, expires: Some(upload.expires_at) }
    }
}

/// How far a bundle of the sender's has come; `None` where its upload was not begun or has expired. One that is all there
/// and was not taken in, because the server went down between the two, is taken in now.
pub(super) async fn of(
    state: &Shared,
    sha256: &[u8; 32],
    sender: &Sender,
) -> Result<Option<Standing>, Problem> {
    let upload = match found(state, sha256, sender).await? {
        Found::TakenIn(standing) => return Ok(Some(standing)),
        Found::Begun(upload) => upload,
        Found::Nothing => return Ok(None),
    };
    let offset = state.incoming.length(sha256).await.map_err(Problem::internal)?;
    let standing = Standing::of(&upload, offset);
    if offset < standing.length {
        return Ok(Some(standing));
    }
    let turn = state.incoming.turn(sha256).await.ok_or_else(locked)?;
    // Whoever had the turn may have completed it, or ended it.
    match found(state, sha256, sender).await? {
        Found::TakenIn(standing) => Ok(Some(standing)),
        Found::Begun(upload) => {
            let part = Part::open(turn).await.map_err(Problem::internal)?;
            complete(state, sha256, &upload, part, Checked::Not(sender)).await.map(Some)
        }
        Found::Nothing => Ok(None),
    }
}

/// What there is of a bundle of the sender's.
pub(super) enum Found {
    /// It was taken in, and has come to its end.
    TakenIn(Standing),
    /// Its upload was begun, and has not expired.
    Begun(UploadRow),
    Nothing,
}

pub(super) async fn found(
    state: &Shared,
    sha256: &[u8; 32],
    sender: &Sender,
) -> Result<Found, Problem> {
    // In this order: what is taken in and what ends its upload is one step.
    let upload = own(state, sha256, sender).await?;
    if let Some(standing) = taken_in(state, sha256, sender).await? {
        return Ok(Found::TakenIn(standing));
    }
    Ok(upload.map_or(Found::Nothing, Found::Begun))
}

/// An upload that the sender began; another's is as unknown as one that was never begun.
pub(super) async fn own(
    state: &Shared,
    sha256: &[u8; 32],
    sender: &Sender,
) -> Result<Option<UploadRow>, Problem> {
    let Some(upload) = state.store.upload(sha256, clock::seconds()).await? else {
        return Ok(None);
    };
    let Some(id) = sender.id() else { return Ok(Some(upload)) };
    let owner = state.store.upload_owner(sha256).await?;
    Ok((owner.as_deref() == Some(id)).then_some(upload))
}

/// Makes room for an upload that the sender wants to begin, where another merchant has begun one of that name. Only whose
/// signature held keeps it: to everybody else it is a bundle of a key that is not theirs.
pub(super) async fn make_way(state: &Shared, sha256: &[u8; 32]) -> Result<(), Problem> {
    let Some(upload) = state.store.upload(sha256, clock::seconds()).await? else { return Ok(()) };
    if upload.key_id.is_some() {
        return Err(taking_in::key_unknown());
    }
    let turn = state.incoming.turn(sha256).await.ok_or_else(locked)?;
    free(state, sha256, turn).await.map(|_| ())
}

/// Whether the signed part was just verified.
pub(super) enum Checked<'a> {
    /// It was, and this is what it says.
    As(Box<Signed>),
    /// It is verified again, for this sender: the key may have been revoked in the meantime.
    Not(&'a Sender),
}

/// Takes in what is all there.
pub(super) async fn complete(
    state: &Shared,
    sha256: &[u8; 32],
    upload: &UploadRow,
    part: Part,
    signed: Checked<'_>,
) -> Result<Standing, Problem> {
    let taken = async {
        let signed = match signed {
            Checked::As(signed) => *signed,
            Checked::Not(sender) => {
                let head = start_of(&part).await.map_err(Problem::internal)?;
                taking_in::signed_part(state, &head, upload.created_at, sender).await?
            }
        };
        let _place = state.uploads.acquire().await.map_err(Problem::internal)?;
        let mut content = part.whole(&state.spool).await.map_err(Problem::internal)?;
        let (content, hash) = blocking(move || {
            let hash = hash(&mut content).map_err(Problem::internal)?;
            Ok((content, hash))
        })
        .await?;
        taking_in::check_name(hash.as_ref(), sha256)?;
        taking_in::whole(state, *sha256, content, signed).await
    }
    .await;
    match taken {
        Ok(_) => {
            part.into_turn().remove().await.map_err(Problem::internal)?;
            let length = Standing::of(upload, 0).length;
            Ok(Standing { offset: length, length, expires: None })
        }
        Err(problem) => Err(refuse(state, sha256, part, problem).await),
    }
}

/// Frees what a refused upload takes, unless it may yet be taken.
pub(super) async fn refuse(
    state: &Shared,
    sha256: &[u8; 32],
    part: Part,
    problem: Problem,
) -> Problem {
    taking_in::remember_refusal(state, sha256, &problem).await;
    if problem.may_pass() {
        return problem;
    }
    match free(state, sha256, part.into_turn()).await {
        Ok(_) => problem,
        Err(failed) => failed,
    }
}

/// Frees what an upload takes. False where there was none.
pub(super) async fn free(state: &Shared, sha256: &[u8; 32], turn: Turn) -> Result<bool, Problem> {
    turn.remove().await.map_err(Problem::internal)?;
    let was_there = state.store.forget_upload(sha256).await?;
    // Kept until the row is gone as well.
    drop(turn);
    Ok(was_there)
}

/// Frees what expired uploads take, and pieces that belong to none.
pub(crate) async fn sweep(state: &Shared) -> Result<(), Problem> {
    let now = clock::seconds();
    let mut names = state.incoming.names().await.map_err(Problem::internal)?;
    let expired = state.store.expired_uploads(now).await?;
    names.extend(expired.into_iter().filter_map(|name| <[u8; 32]>::try_from(name).ok()));
    for sha256 in names {
        let Some(turn) = state.incoming.idle_turn(&sha256) else { continue };
        if state.store.upload(&sha256, now).await?.is_none() {
            turn.remove().await.map_err(Problem::internal)?;
            state.store.forget_expired_upload(&sha256, now).await?;
        }
    }
    Ok(())
}

async fn taken_in(
    state: &Shared,
    sha256: &[u8; 32],
    sender: &Sender,
) -> Result<Option<Standing>, Problem> {
    let row = state.store.bundle(sha256).await?;
    let Some(row) = row.filter(|row| sender.is(&row.merchant_id)) else { return Ok(None) };
    if row.erased_at.is_some() {
        // How long it was is not known any more, and nobody needs to send it again.
        return Ok(Some(Standing { offset: 0, length: 0, expires: None }));
    }
    let item = Item::Bundle(*sha256);
    let length =
        archive::length(state, &row.merchant_id, &item).await.map_err(Problem::internal)?;
    Ok(Some(Standing { offset: length, length, expires: None }))
}

/// As much of a bundle's beginning as is there of its signed part.
pub(super) async fn start_of(part: &Part) -> std::io::Result<Vec<u8>> {
    let start = part.start(bundle::head_length(&[])).await?;
    part.start(bundle::head_length(&start)).await
}

fn hash(content: &mut Content) -> std::io::Result<Digest> {
    content.rewind()?;
    let mut context = Context::new(&SHA256);
    let mut chunk = Vec::with_capacity(CHUNK);
    loop {
        chunk.clear();
        if content.read_on(CHUNK as u64, &mut chunk)? == 0 {
            return Ok(context.finish());
        }
        context.update(&chunk);
    }
}

pub(super) fn unknown() -> Problem {
    Problem::new(
        StatusCode::NOT_FOUND,
        "upload_unknown",
        "no such upload was begun, or it has expired: begin it with POST /api/v1/uploads",
    )
}

pub(super) fn locked() -> Problem {
    Problem::new(
        StatusCode::LOCKED,
        "upload_locked",
        "another request has this upload: ask with HEAD how far it has come, and go on",
    )
}
