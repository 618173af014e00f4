//! Accepts connections, bare or under TLS, and bounds what each may take.
//!
//! Whoever is slow on purpose (a head that comes byte by byte, a handshake that does not end) loses its connection; what a
//! body and an answer may take is bounded by the routes.

mod places;

use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};
use tower_service::Service;

use crate::client::Network;
use crate::tls::Tls;
use places::Places;

/// A request's head is there by then, or the connection goes; so does one that is kept alive and idle. 4 KiB take 0.3 s at
/// 128 kbit/s.
const HEAD: Duration = Duration::from_secs(15);

/// Longest head, bytes: a token has up to 4 KiB.
const HEAD_BYTES: usize = 64 * 1024;

/// A TLS handshake is done by then.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// No connection lives longer, so that one whose client reads no answer goes too.
const LONGEST: Duration = Duration::from_secs(3_600);

/// How long what is under way may go on when the process is told to end, or a connection's time is over.
const LEAVING: Duration = Duration::from_secs(150);

/// After a failure to accept (no more file descriptors) it is tried again.
const PAUSE: Duration = Duration::from_millis(100);

/// Serves until told to stop, and until what is under way is done.
pub(crate) fn serve(
    listener: TcpListener,
    router: Router,
    tls: Option<Tls>,
    proxies: &[Network],
    stopped: watch::Receiver<bool>,
) -> JoinHandle<()> {
    let places = Places::new(proxies.to_vec());
    tokio::spawn(accept(listener, router, tls.map(Arc::new), places, stopped))
}

async fn accept(
    listener: TcpListener,
    router: Router,
    tls: Option<Arc<Tls>>,
    places: Places,
    mut stopped: watch::Receiver<bool>,
) {
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            biased;
            _ = stopped.wait_for(|stop| *stop) => break,
            accepted = async {
                let free = places.free().await;
                (listener.accept().await, free)
            } => accepted,
        };
        while connections.try_join_next().is_some() {}
        match accepted {
            (Ok((stream, peer)), free) => {
                let Some(place) = free.and_then(|free| places.give(free, peer.ip())) else {
                    metrics::counter!("bailing_connections_refused_total").increment(1);
                    continue;
                };
                let (router, tls, stopped) = (router.clone(), tls.clone(), stopped.clone());
                connections.spawn(async move {
                    let _place = place;
                    connection(stream, peer, router, tls, stopped).await;
                });
            }
            (Err(error), _) => {
                tracing::warn!(%error, "a connection was not accepted");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
    drop(listener);
    let all = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(LEAVING, all).await.is_err() {
        tracing::warn!("connections were cut off that did not end");
    }
}

async fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
    tls: Option<Arc<Tls>>,
    stopped: watch::Receiver<bool>,
) {
    let _ = stream.set_nodelay(true);
    let Some(tls) = tls else { return exchange(stream, peer, router, stopped).await };
    match tokio::time::timeout(HANDSHAKE, tls.acceptor().accept(stream)).await {
        Ok(Ok(stream)) => exchange(stream, peer, router, stopped).await,
        // Scanners and clients that do not trust us: nobody's fault here.
        Ok(Err(error)) => tracing::debug!(%error, "no TLS"),
        Err(_) => tracing::debug!("a handshake did not end"),
    }
}

/// One request after another.
async fn exchange(
    io: impl AsyncRead + AsyncWrite + Unpin,
    peer: SocketAddr,
    router: Router,
    mut stopped: watch::Receiver<bool>,
) {
    let service = service_fn(move |request: Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        router.clone().call(request)
    });
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(HEAD).max_buf_size(HEAD_BYTES);
    let mut connection = pin!(builder.serve_connection(TokioIo::new(io), service));
    tokio::select! {
        _ = connection.as_mut() => return,
        _ = stopped.wait_for(|stop| *stop) => {}
        () = tokio::time::sleep(LONGEST) => {}
    }
    connection.as_mut().graceful_shutdown();
    let _ = tokio::time::timeout(LEAVING, connection).await;
}
