//! What whoever answers leaves of a request's body is read on and kept nowhere: a sender that is cut off while it sends does
//! not get to read why (RFC 9112, section 9.6).

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::http::header;
use bailing_evidence::limits;
use http_body_util::BodyExt;
use hyper::body::{Frame, SizeHint};
use tokio::sync::oneshot;
use tokio::time::timeout;

/// What a refused sender may still send, bytes, for how long in all, and how long it may pause.
const MOST: usize = 2 * limits::BUNDLE_BYTES;
const LONGEST: Duration = Duration::from_secs(120);
const PAUSE: Duration = Duration::from_secs(5);

/// Lends a request's body to whoever answers; what is left of it comes back.
pub(super) fn lend(request: Request) -> (Request, Remainder) {
    let (parts, body) = request.into_parts();
    let awaits_leave = parts.headers.contains_key(header::EXPECT);
    let (back, remainder) = oneshot::channel();
    let lent = Lent { body, back: Some(back), awaits_leave };
    (Request::from_parts(parts, Body::new(lent)), Remainder(remainder))
}

/// What comes back.
pub(super) struct Remainder(oneshot::Receiver<Body>);

impl Remainder {
    /// Reads to the end. False where the sender does not come to one, and the connection has to be closed.
    pub(super) async fn read(mut self) -> bool {
        let Ok(mut body) = self.0.try_recv() else { return true };
        let read = async {
            let mut length = 0;
            while length <= MOST {
                match timeout(PAUSE, body.frame()).await {
                    Ok(Some(Ok(frame))) => length += frame.data_ref().map_or(0, Bytes::len),
                    Ok(Some(Err(_)) | None) => return true,
                    Err(_) => return false,
                }
            }
            false
        };
        timeout(LONGEST, read).await.unwrap_or(false)
    }
}

struct Lent {
    body: Body,
    back: Option<oneshot::Sender<Body>>,
    /// Whether its sender sends nothing until it is asked to (`Expect: 100-continue`), and was not.
    awaits_leave: bool,
}

impl HttpBody for Lent {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        self.awaits_leave = false;
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        if let Some(back) = self.back.take()
            && !self.awaits_leave
            && !self.body.is_end_stream()
        {
            // Nobody takes it back where the whole request was given up.
            let _ = back.send(std::mem::take(&mut self.body));
        }
    }
}
