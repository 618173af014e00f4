//! Draws in a process of its own: what a hostile picture does to that one, it does to no request.

use std::io::{self, BufRead, Read, Write};
use std::process::Stdio;
use std::time::Duration;

use bailing_evidence::limits;
use thiserror::Error;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::Command;

use super::Order;
use crate::workers::limit_memory;

/// How long a drawing may take: one of 64 MP takes some seconds.
const PATIENCE: Duration = Duration::from_secs(20);

/// Longest drawing, bytes: no picture of 64 MP comes to as many.
const LONGEST: u64 = 256 * 1024 * 1024;

/// Why nothing was drawn.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DrawingError {
    /// The process was not started, or could not be spoken to.
    #[error("the process that draws: {0}")]
    Process(#[from] io::Error),
    /// What is to be drawn is not as it was sent.
    #[error("what is to be drawn: {0}")]
    Order(#[from] serde_json::Error),
    /// The process ended before it was done: the picture wanted more memory than it may, or worse.
    #[error("the process that draws ended early")]
    Ended,
    /// It took too long.
    #[error("the drawing took longer than 20 s")]
    Slow,
}

/// The drawing, by a process that may have so much memory, bytes; none where there is nothing to draw.
pub(in crate::console) async fn drawn(
    order: &Order,
    encoded: &[u8],
    memory: u64,
) -> Result<Option<Vec<u8>>, DrawingError> {
    let mut asked = serde_json::to_vec(order)?;
    asked.push(b'\n');
    let mut process = Command::new(std::env::current_exe()?)
        .args(["draw", "--memory", &memory.to_string()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let (Some(mut input), Some(output)) = (process.stdin.take(), process.stdout.take()) else {
        return Err(DrawingError::Ended);
    };
    let work = async {
        let send = async {
            // One that has ended says so by its status.
            let _ = input.write_all(&asked).await;
            let _ = input.write_all(encoded).await;
            drop(input);
        };
        let mut bytes = Vec::new();
        let mut output = output.take(LONGEST);
        let ((), read) = tokio::join!(send, output.read_to_end(&mut bytes));
        read?;
        let status = process.wait().await?;
        if status.success() { Ok(bytes) } else { Err(DrawingError::Ended) }
    };
    let bytes = tokio::time::timeout(PATIENCE, work).await.map_err(|_| DrawingError::Slow)??;
    Ok((!bytes.is_empty()).then_some(bytes))
}

/// What such a process does: reads what is to be drawn, and of which picture, from the standard input, and writes the drawing,
/// or nothing, to the standard output.
///
/// # Errors
///
/// Where either does not work, or the order is none.
pub fn draw_standard_input(memory: u64) -> Result<(), DrawingError> {
    limit_memory(memory)?;
    let (mut input, mut order) = (io::stdin().lock(), Vec::new());
    input.by_ref().take(limits::RAW_BYTES).read_until(b'\n', &mut order)?;
    let order: Order = serde_json::from_slice(&order)?;
    let mut encoded = Vec::new();
    input.take(limits::RAW_BYTES).read_to_end(&mut encoded)?;
    if let Some(drawn) = order.draw(&encoded) {
        io::stdout().lock().write_all(&drawn)?;
    }
    Ok(())
}
