//! Workers as processes of their own: what a hostile picture does to one, it does to no request.

use std::ffi::OsString;
use std::io;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};
use tokio::sync::watch;

use crate::metering;
use crate::state::Shared;

/// How long the first one that ended by itself is waited for before it is started anew, and the longest.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// A worker that has lived so long was no false start.
const LIVED: Duration = Duration::from_secs(60);

/// How long a worker may take to finish the bundle in hand.
const FINISHING: Duration = Duration::from_secs(60);

/// By this variable rayon, and with it the recogniser, knows how many threads to compute with.
const THREADS: &str = "RAYON_NUM_THREADS";

/// Keeps one worker of so many until the server stops.
pub(crate) async fn keep(
    state: Shared,
    arguments: Vec<OsString>,
    of: u32,
    mut stopped: watch::Receiver<bool>,
) {
    let mut pause = FIRST_PAUSE;
    while !*stopped.borrow() {
        let began = tokio::time::Instant::now();
        match start(&arguments, of) {
            Ok(child) => accompany(&state, child, &mut stopped).await,
            Err(error) => tracing::error!(%error, "a worker did not start"),
        }
        pause = if began.elapsed() >= LIVED { FIRST_PAUSE } else { pause };
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            _ = stopped.changed() => {}
        }
        pause = (2 * pause).min(LONGEST_PAUSE);
    }
}

/// Workers beside each other decide more where each has its share of the cores than where each wants all.
fn start(arguments: &[OsString], of: u32) -> io::Result<Child> {
    let mut command = Command::new(std::env::current_exe()?);
    if std::env::var_os(THREADS).is_none() {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        command.env(THREADS, cores.div_ceil(of.max(1) as usize).to_string());
    }
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true).spawn()
}

/// Wakes a worker when a job has come, until it ends or is to finish.
async fn accompany(state: &Shared, mut child: Child, stopped: &mut watch::Receiver<bool>) {
    let mut input = child.stdin.take();
    let mut told = child.stdout.take().map(|output| BufReader::new(output).lines());
    loop {
        tokio::select! {
            () = state.bell.notified() => {
                if let Some(input) = &mut input {
                    // One that has just ended is seen in the next round.
                    let _ = input.write_all(b"\n").await;
                }
            }
            line = next(&mut told) => match line {
                Some(line) => {
                    if let Ok(measured) = serde_json::from_str(&line) {
                        metering::count(&measured);
                    }
                }
                None => told = None,
            },
            ended = child.wait() => {
                metrics::counter!("bailing_worker_restarts_total").increment(1);
                match ended {
                    Ok(status) => tracing::error!(%status, "a worker ended: another is started"),
                    Err(error) => tracing::error!(%error, "a worker was lost: another is started"),
                }
                return;
            }
            () = stop_told(stopped) => {
                drop(input.take());
                if tokio::time::timeout(FINISHING, child.wait()).await.is_err() {
                    tracing::warn!("a worker was ended with a bundle in hand: another decides it");
                }
                return;
            }
        }
    }
}

/// What a worker says next; nothing for ever, once it has said all.
async fn next(told: &mut Option<Lines<BufReader<ChildStdout>>>) -> Option<String> {
    match told {
        Some(lines) => lines.next_line().await.ok().flatten(),
        None => std::future::pending().await,
    }
}

/// Returns when the server stops.
async fn stop_told(stopped: &mut watch::Receiver<bool>) {
    let _ = stopped.wait_for(|stop| *stop).await;
}

/// Lets this process have no more memory of its own than that many bytes: a picture that wants more ends it, and no other.
pub fn limit_memory(bytes: u64) -> io::Result<()> {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};
        setrlimit(Resource::Data, Rlimit { current: Some(bytes), maximum: Some(bytes) })?;
    }
    #[cfg(not(unix))]
    let _ = bytes;
    Ok(())
}
