//! Looks at one picture in a process of its own: what a hostile picture does to that one, it does to no request.

use std::io::{self, BufRead, Read, Write};
use std::process::Stdio;
use std::time::Duration;

use bailing_evidence::limits;
use serde::Serialize;
use serde::de::DeserializeOwned;
use thiserror::Error;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::Command;

use crate::workers::limit_memory;

/// How long a look may take: one at 64 MP takes some seconds.
const PATIENCE: Duration = Duration::from_secs(20);

/// Longest answer, bytes: no drawing of 64 MP comes to as many.
const LONGEST: u64 = 256 * 1024 * 1024;

/// Why there is no answer.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ApartError {
    /// The process was not started, or could not be spoken to.
    #[error("the process that looks at a picture: {0}")]
    Process(#[from] io::Error),
    /// What is asked, or the answer, is not as it was sent.
    #[error("what a process is asked of a picture: {0}")]
    Message(#[from] serde_json::Error),
    /// The process ended before it was done: the picture wanted more memory than it may, or worse.
    #[error("the process that looks at a picture ended early")]
    Ended,
    /// It took too long.
    #[error("the look at a picture took longer than 20 s")]
    Slow,
}

/// What this program's `command` answers of a picture, in a process that may have so much memory, bytes.
pub(crate) async fn ask(
    command: &str,
    asked: &impl Serialize,
    picture: &[u8],
    memory: u64,
) -> Result<Vec<u8>, ApartError> {
    let mut asked = serde_json::to_vec(asked)?;
    asked.push(b'\n');
    let mut process = Command::new(std::env::current_exe()?)
        .args([command, "--memory", &memory.to_string()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let (Some(mut input), Some(output)) = (process.stdin.take(), process.stdout.take()) else {
        return Err(ApartError::Ended);
    };
    let work = async {
        let send = async {
            // One that has ended says so by its status.
            let _ = input.write_all(&asked).await;
            let _ = input.write_all(picture).await;
            drop(input);
        };
        let mut answer = Vec::new();
        let mut output = output.take(LONGEST);
        let ((), read) = tokio::join!(send, output.read_to_end(&mut answer));
        read?;
        let status = process.wait().await?;
        if status.success() { Ok(answer) } else { Err(ApartError::Ended) }
    };
    tokio::time::timeout(PATIENCE, work).await.map_err(|_| ApartError::Slow)?
}

/// What such a process does: reads what is asked, and of which picture, from the standard input, and writes the answer to the
/// standard output.
pub(crate) fn answer<T: DeserializeOwned>(
    memory: u64,
    look: impl FnOnce(T, &[u8]) -> Result<Vec<u8>, ApartError>,
) -> Result<(), ApartError> {
    limit_memory(memory)?;
    let (mut input, mut asked) = (io::stdin().lock(), Vec::new());
    input.by_ref().take(limits::RAW_BYTES).read_until(b'\n', &mut asked)?;
    let asked = serde_json::from_slice(&asked)?;
    let mut picture = Vec::new();
    input.take(limits::RAW_BYTES).read_to_end(&mut picture)?;
    io::stdout().lock().write_all(&look(asked, &picture)?)?;
    Ok(())
}
