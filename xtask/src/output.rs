//! What goes to stdout and what to stderr.

use std::io::Write;
use std::time::{Duration, Instant};

use serde::Serialize;

use crate::failure::Failure;

/// Answers on stdout, as JSON lines or for reading; progress on stderr.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Output {
    json: bool,
}

impl Output {
    pub(crate) fn new(json: bool) -> Self {
        Self { json }
    }

    /// One answer: a JSON line, or the text that `readable` makes of it.
    pub(crate) fn answer<T: Serialize>(
        &self,
        answer: &T,
        readable: impl FnOnce(&T) -> String,
    ) -> Result<(), Failure> {
        let mut line = if self.json {
            serde_json::to_string(answer).map_err(|error| Failure::Stdout(error.into()))?
        } else {
            readable(answer)
        };
        line.push('\n');
        let mut stdout = std::io::stdout().lock();
        stdout.write_all(line.as_bytes()).and_then(|()| stdout.flush()).map_err(Failure::Stdout)
    }

    /// A message for the person; lost if stderr is closed.
    pub(crate) fn message(&self, text: &str) {
        let _ = writeln!(std::io::stderr(), "{text}");
    }
}

/// How long `work` took.
#[expect(clippy::disallowed_methods, reason = "a task's edge: builds say how long they took")]
pub(crate) fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let started = Instant::now();
    let done = work();
    (done, started.elapsed())
}
