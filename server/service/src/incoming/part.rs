//! One bundle that is arriving: pieces that are stored, and what has come since.
//!
//! A piece is named by where it begins and how long it is. Any process may be sent the next one. Two that were sent the same
//! one at once store the same bytes, or whoever sent them finds out by the bundle's hash; so pieces may overlap, and how far
//! they reach together shrinks only where a checksum does not hold.

use std::io;
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use tokio::runtime::Handle;

use super::Turn;
use crate::content::{Content, Spool};
use crate::objects::{Objects, Piece};

/// What has come is stored at the latest when it is so much, bytes: a server that is killed loses no more, and phones send as
/// much at once.
const AT_ONCE: usize = 256 * 1024;

/// Pieces of which fewer are made: whoever sends single bytes does not get an object for each. The longest bundle has no more
/// of [`AT_ONCE`].
const MOST_PIECES: usize = 257;

/// Bytes of a piece that is made of others.
const MADE: usize = 4 * 1024 * 1024;

/// One of them, whose turn it is.
pub(crate) struct Part {
    /// What is stored, each from where the one before ends.
    stored: Vec<Stretch>,
    /// What came since.
    fresh: Vec<u8>,
    turn: Turn,
}

/// The bytes of a stored piece that go on where the ones before it end.
struct Stretch {
    piece: Piece,
    /// How many of its bytes the ones before it have already.
    skipped: u64,
}

/// How far what is stored reaches without a gap.
pub(super) async fn length(objects: &Objects, sha256: &[u8; 32]) -> io::Result<u64> {
    Ok(end(&in_a_row(objects.pieces(sha256).await?)))
}

impl Part {
    /// Opens what is there.
    pub(crate) async fn open(turn: Turn) -> io::Result<Self> {
        let stored = in_a_row(turn.objects.pieces(&turn.sha256).await?);
        let mut part = Self { stored, fresh: Vec::new(), turn };
        if part.stored.len() >= MOST_PIECES {
            part.make_fewer().await?;
        }
        Ok(part)
    }

    /// Returns when somebody else wants the turn.
    pub(crate) async fn wanted(&self) {
        self.turn.wanted().await;
    }

    /// How far the bundle has come, bytes.
    pub(crate) fn length(&self) -> u64 {
        end(&self.stored).saturating_add(self.fresh.len() as u64)
    }

    /// Adds what came, and stores it once there is enough.
    pub(crate) async fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.fresh.extend_from_slice(bytes);
        if self.fresh.len() >= AT_ONCE { self.store().await } else { Ok(()) }
    }

    /// Forgets what came after the first `to` bytes, which were there when it was opened.
    pub(crate) async fn cut(&mut self, to: u64) -> io::Result<()> {
        self.fresh.clear();
        while let Some(last) = self.stored.pop_if(|stretch| stretch.piece.end() > to) {
            self.turn.objects.remove_piece(&self.turn.sha256, &last.piece).await?;
        }
        Ok(())
    }

    /// From here on what came outlasts a power cut.
    pub(crate) async fn store(&mut self) -> io::Result<()> {
        let Some(piece) = self.fresh_piece() else { return Ok(()) };
        self.turn.put(&piece, Bytes::copy_from_slice(&self.fresh)).await?;
        self.stored.push(Stretch { piece, skipped: 0 });
        self.fresh.clear();
        Ok(())
    }

    /// The first bytes, `most` or as many as there are.
    pub(crate) async fn start(&self, most: usize) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        for stretch in &self.stored {
            let missing = most.saturating_sub(bytes.len());
            if missing == 0 {
                return Ok(bytes);
            }
            bytes.extend_from_slice(&self.turn.get(stretch, missing).await?);
        }
        let missing = self.fresh.len().min(most.saturating_sub(bytes.len()));
        bytes.extend_from_slice(self.fresh.get(..missing).unwrap_or_default());
        Ok(bytes)
    }

    /// All that is there; what is too long for memory in a file without a name of this folder.
    pub(crate) async fn whole(&self, folder: &Path) -> io::Result<Content> {
        let mut spool = Spool::new(folder);
        for stretch in &self.stored {
            spool.add(&self.turn.get(stretch, usize::MAX).await?).await?;
        }
        spool.add(&self.fresh).await?;
        spool.finish().await
    }

    /// Gives the right back without storing what is not stored yet.
    pub(crate) fn into_turn(mut self) -> Turn {
        self.fresh.clear();
        self.turn.clone()
    }

    /// The same in longer pieces. Whoever looks meanwhile finds them and those that they are made of.
    async fn make_fewer(&mut self) -> io::Result<()> {
        let (mut row, mut made) = (Vec::new(), Vec::new());
        let mut stored = self.stored.iter().peekable();
        while let Some(stretch) = stored.next() {
            made.extend_from_slice(&self.turn.get(stretch, usize::MAX).await?);
            if made.len() >= MADE || stored.peek().is_none() {
                let piece = Piece { offset: end(&row), length: made.len() as u64 };
                self.turn.put(&piece, std::mem::take(&mut made).into()).await?;
                row.push(Stretch { piece, skipped: 0 });
            }
        }
        self.stored = row;
        let is_made = |part: &Piece| self.stored.iter().any(|stretch| stretch.piece == *part);
        for part in self.turn.objects.pieces(&self.turn.sha256).await? {
            if part.end() <= end(&self.stored) && !is_made(&part) {
                self.turn.objects.remove_piece(&self.turn.sha256, &part).await?;
            }
        }
        Ok(())
    }

    fn fresh_piece(&self) -> Option<Piece> {
        let piece = Piece { offset: end(&self.stored), length: self.fresh.len() as u64 };
        (piece.length > 0).then_some(piece)
    }
}

impl Drop for Part {
    /// Whoever was cut off finds what had come. Nobody else has the turn before it is stored: they would go on from where it
    /// begins.
    fn drop(&mut self) {
        let Some(piece) = self.fresh_piece() else { return };
        let Ok(runtime) = Handle::try_current() else { return };
        let (turn, bytes) = (self.turn.clone(), std::mem::take(&mut self.fresh).into());
        runtime.spawn(async move {
            if let Err(error) = turn.put(&piece, bytes).await {
                tracing::warn!(%error, "what came of a piece is not kept");
            }
        });
    }
}

impl Turn {
    async fn put(&self, piece: &Piece, bytes: Bytes) -> io::Result<()> {
        let name = piece.name(&self.sha256);
        let sealing = self.vault.seal_piece(&name, bytes).map_err(io::Error::other)?;
        self.objects.put_piece(&self.sha256, piece, sealing).await
    }

    /// The first `most` bytes of a stretch.
    async fn get(&self, stretch: &Stretch, most: usize) -> io::Result<Bytes> {
        let Stretch { piece, skipped } = stretch;
        let to = piece.length.min(skipped.saturating_add(most as u64));
        let (stored, is_whole) = self.objects.piece(&self.sha256, piece, to).await?;
        let (vault, name) = (Arc::clone(&self.vault), piece.name(&self.sha256));
        let opened = tokio::task::spawn_blocking(move || vault.open_piece(&name, stored, is_whole));
        let opened = opened.await?.map_err(io::Error::other)?;
        let place = |at: u64| usize::try_from(at).unwrap_or(usize::MAX).min(opened.len());
        Ok(opened.slice(place(*skipped)..place(to)))
    }
}

/// Those that reach from the beginning without a gap, as few as do.
fn in_a_row(mut pieces: Vec<Piece>) -> Vec<Stretch> {
    pieces.sort_by_key(|piece| piece.offset);
    let mut pieces = pieces.into_iter().peekable();
    let mut row = Vec::new();
    loop {
        let at = end(&row);
        let mut furthest: Option<Piece> = None;
        while let Some(piece) = pieces.next_if(|piece| piece.offset <= at) {
            if piece.end() > furthest.map_or(at, |piece| piece.end()) {
                furthest = Some(piece);
            }
        }
        let Some(piece) = furthest else { return row };
        row.push(Stretch { piece, skipped: at.saturating_sub(piece.offset) });
    }
}

fn end(stored: &[Stretch]) -> u64 {
    stored.last().map_or(0, |stretch| stretch.piece.end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_that_overlap_reach_as_far_as_they_do() {
        let row = |pieces: &[(u64, u64)]| {
            let pieces = pieces.iter().map(|&(offset, length)| Piece { offset, length }).collect();
            let stretches = in_a_row(pieces);
            stretches.iter().map(|of| (of.piece.offset, of.skipped, of.piece.end())).collect()
        };
        let none: Vec<(u64, u64, u64)> = row(&[]);
        assert!(none.is_empty());
        for (pieces, expected) in [
            // One behind the other, in any order.
            (&[(5, 5), (0, 5)][..], &[(0, 0, 5), (5, 0, 10)][..]),
            // A shorter one that came late.
            (&[(0, 5), (5, 5), (5, 2), (10, 1)], &[(0, 0, 5), (5, 0, 10), (10, 0, 11)]),
            // One that begins within another.
            (&[(0, 5), (3, 9), (4, 2)], &[(0, 0, 5), (3, 2, 12)]),
            // One that holds all the others.
            (&[(0, 5), (5, 5), (0, 10)], &[(0, 0, 10)]),
            // Nothing behind a gap.
            (&[(0, 5), (6, 5)], &[(0, 0, 5)]),
            (&[(1, 5)], &[]),
            (&[(0, 0), (0, u64::MAX)], &[(0, 0, u64::MAX)]),
        ] {
            assert_eq!(row(pieces), expected, "{pieces:?}");
        }
    }
}
