//! `GET /api/v1/bundles/{sha256}/events`: what becomes of a bundle, told as it happens (server-sent events).

use std::time::Duration;

use axum::body::Body;
use axum::extract::{Path, State as Extract};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
use tokio::time::{Instant, timeout};
use tokio_util::io::ReaderStream;

use super::bundles::{own, progress};
use super::decode_hash;
use super::speaker::Sender;
use crate::problem::Problem;
use crate::state::Shared;
use crate::streams::TooMany;

/// A stream ends by then; its client asks again, and says what it has heard.
const LONGEST: Duration = Duration::from_secs(600);

/// A proxy cuts what is silent for longer than a minute, as a rule.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// How often it is looked for news: another process may have them.
const LOOK: Duration = Duration::from_millis(500);

/// … and how often when a person has to decide, or nothing has come for a while.
const LOOK_LATER: Duration = Duration::from_secs(3);

/// A decision takes a few seconds where workers keep up.
const SOON: Duration = Duration::from_secs(60);

/// Bytes that wait for a slow reader.
const BUFFER: usize = 16 * 1024;

/// How far a bundle has come, in the order in which it goes on; the events' ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    Received = 1,
    Decided = 2,
    Reviewed = 3,
    Erased = 4,
}

impl Stage {
    fn name(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Decided => "decided",
            Self::Reviewed => "reviewed",
            Self::Erased => "erased",
        }
    }
}

/// Tells what becomes of a bundle: `received`, `decided`, and `reviewed` where a person had to decide, or `erased`; each with
/// what `GET /api/v1/bundles/{sha256}` answers then. Ends when nothing more is to come, or after ten minutes. Whoever asks
/// again with `Last-Event-ID` hears what has come since, and 204 where that was all.
#[utoipa::path(
    get,
    path = "/api/v1/bundles/{sha256}/events",
    security(("merchant" = [])),
    params(
        ("sha256" = String, Path, description = "SHA-256 of the bundle, hexadecimal", pattern = "^[0-9a-fA-F]{64}$"),
        ("Last-Event-ID" = Option<String>, Header, description = "the last event that was heard")
    ),
    responses(
        (status = 200, body = String, content_type = "text/event-stream"),
        (status = 204, description = "nothing more is to come"),
        (status = 400, body = Problem),
        (status = 401, body = Problem),
        (status = 404, body = Problem),
        (status = 429, body = Problem, description = "this merchant has too many streams open"),
        (status = 503, body = Problem, description = "too many streams are open")
    )
)]
pub(super) async fn follow(
    Extract(state): Extract<Shared>,
    sender: Sender,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let sha256 = decode_hash("the bundle's name", &name)?;
    let row = own(&state, &sender, &sha256).await?;
    let heard = headers.get("last-event-id").and_then(|id| id.to_str().ok());
    let heard = heard.and_then(|id| id.parse::<u8>().ok()).unwrap_or_default();
    let (stage, is_last) = stage(&state, &sha256).await?;
    if is_last && heard >= stage as u8 {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    let open = state.streams.open(&row.merchant_id).map_err(|too_many| {
        let (status, detail) = match too_many {
            TooMany::OfOne => {
                (StatusCode::TOO_MANY_REQUESTS, "8 streams of this merchant are open: close one")
            }
            TooMany::InAll => (
                StatusCode::SERVICE_UNAVAILABLE,
                "too many streams are open: ask GET /api/v1/bundles/{sha256} now and then",
            ),
        };
        Problem::new(status, "streams_full", detail)
    })?;
    let (writer, reader) = tokio::io::duplex(BUFFER);
    tokio::spawn(async move {
        let _open = open;
        // Whoever left, or reads nothing, is told nothing more.
        let _ = timeout(LONGEST, tell(&state, &sha256, heard, writer)).await;
    });
    let headers = [
        (header::CONTENT_TYPE.as_str(), "text/event-stream"),
        (header::CACHE_CONTROL.as_str(), "no-store"),
        ("x-accel-buffering", "no"),
    ];
    Ok((headers, Body::from_stream(ReaderStream::new(reader))).into_response())
}

/// How far it has come, and whether nothing more is to come.
async fn stage(state: &Shared, sha256: &[u8; 32]) -> Result<(Stage, bool), sqlx::Error> {
    let Some((verdict, reviewed, erased)) = state.store.bundle_stage(sha256).await? else {
        return Ok((Stage::Erased, true));
    };
    Ok(match (verdict.as_deref(), reviewed, erased) {
        (_, _, true) => (Stage::Erased, true),
        (_, true, _) => (Stage::Reviewed, true),
        (Some(verdict), ..) => (Stage::Decided, verdict != "review"),
        (None, ..) => (Stage::Received, false),
    })
}

/// Writes what is new until nothing more is to come, the process ends, or the reader has left.
async fn tell(
    state: &Shared,
    sha256: &[u8; 32],
    mut heard: u8,
    mut writer: DuplexStream,
) -> Result<(), Problem> {
    let mut stopped = state.stopped.clone();
    let (began, mut spoke) = (Instant::now(), Instant::now());
    writer.write_all(b"retry: 2000\n\n").await.map_err(gone)?;
    loop {
        let (stage, is_last) = stage(state, sha256).await?;
        if stage as u8 > heard {
            let Some(row) = state.store.bundle(sha256).await? else { return Ok(()) };
            let data = serde_json::to_string(&progress(row)?).map_err(Problem::internal)?;
            let (id, name) = (stage as u8, stage.name());
            let event = format!("id: {id}\nevent: {name}\ndata: {data}\n\n");
            writer.write_all(event.as_bytes()).await.map_err(gone)?;
            (heard, spoke) = (id, Instant::now());
        }
        if is_last {
            return Ok(());
        }
        if spoke.elapsed() >= KEEP_ALIVE {
            writer.write_all(b":\n\n").await.map_err(gone)?;
            spoke = Instant::now();
        }
        let soon = stage == Stage::Received && began.elapsed() < SOON;
        tokio::select! {
            () = tokio::time::sleep(if soon { LOOK } else { LOOK_LATER }) => {}
            // Nothing ever comes from there but the end.
            _ = writer.read_u8() => return Ok(()),
            _ = stopped.wait_for(|stop| *stop) => return Ok(()),
        }
    }
}

fn gone(_: std::io::Error) -> Problem {
    Problem::new(StatusCode::GONE, "unreachable", "the reader has left")
}
