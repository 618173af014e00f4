//! How many answers may stay open: each takes a connection, and a look at the database every second.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Open streams in all.
const IN_ALL: usize = 1_024;

/// Open streams of one merchant: a few phones and a page each.
const OF_ONE: usize = 8;

/// Who has how many open.
#[derive(Clone, Debug, Default)]
pub(crate) struct Streams {
    open: Arc<Mutex<HashMap<String, usize>>>,
}

/// One open stream; it is closed when this is dropped.
#[derive(Debug)]
pub(crate) struct OpenStream {
    streams: Streams,
    merchant: String,
}

/// Why no further stream is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TooMany {
    /// All merchants together have too many.
    InAll,
    /// This one has.
    OfOne,
}

impl Streams {
    /// Opens one for a merchant.
    pub(crate) fn open(&self, merchant: &str) -> Result<OpenStream, TooMany> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if open.values().sum::<usize>() >= IN_ALL {
            return Err(TooMany::InAll);
        }
        let count = open.entry(merchant.to_owned()).or_default();
        if *count >= OF_ONE {
            return Err(TooMany::OfOne);
        }
        *count += 1;
        Ok(OpenStream { streams: self.clone(), merchant: merchant.to_owned() })
    }
}

impl Drop for OpenStream {
    fn drop(&mut self) {
        let mut open = self.streams.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = open.get_mut(&self.merchant) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                open.remove(&self.merchant);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closed_stream_makes_room() {
        let streams = Streams::default();
        let mut of_one: Vec<OpenStream> =
            (0..OF_ONE).map(|_| streams.open("one").expect("room")).collect();
        assert_eq!(streams.open("one").err(), Some(TooMany::OfOne));
        let others: Vec<OpenStream> = (OF_ONE..IN_ALL)
            .map(|at| streams.open(&format!("merchant {}", at / OF_ONE)).expect("room"))
            .collect();
        assert_eq!(streams.open("other").err(), Some(TooMany::InAll));
        of_one.pop();
        assert!(streams.open("one").is_ok());
        drop((of_one, others));
        assert!(streams.open.lock().expect("no panic").is_empty());
    }
}
