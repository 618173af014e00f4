//! Kept in the bucket: what one request brought is one object, named by where it begins and how long it is.
//!
//! Any process may be sent the next piece. Two that were sent the same one at once store the same bytes, or whoever sent
//! them finds out by the bundle's hash; so pieces may overlap, and how far they reach together never shrinks.

use std::fs::File;
use std::io::{self, ErrorKind, Seek, Write};
use std::path::{Path, PathBuf};

use tokio::runtime::Handle;

use super::{Turn, folder};
use crate::objects::{Objects, Piece};

/// Pieces after which they are made one: whoever sends single bytes does not get an object for each.
const MOST_PIECES: usize = 256;

/// A bundle's pieces.
pub(super) struct Pieces {
    objects: Objects,
    sha256: [u8; 32],
    folder: PathBuf,
    /// What is stored, each from where the one before ends.
    stored: Vec<Stretch>,
    /// What came since.
    fresh: File,
    fresh_length: u64,
}

/// The bytes of a stored piece that go on where the ones before it end.
struct Stretch {
    piece: Piece,
    /// How many of its bytes the ones before it have already.
    skipped: u64,
}

pub(super) fn length(objects: &Objects, sha256: &[u8; 32]) -> io::Result<u64> {
    Ok(end(&in_a_row(wait(objects.pieces(sha256))?)))
}

pub(super) fn names(objects: &Objects) -> io::Result<Vec<[u8; 32]>> {
    wait(objects.names_of_pieces())
}

pub(super) fn remove(objects: &Objects, sha256: &[u8; 32]) -> io::Result<()> {
    wait(objects.remove_pieces(sha256))
}

impl Pieces {
    pub(super) fn open(objects: Objects, sha256: [u8; 32], folder: &Path) -> io::Result<Self> {
        let stored = in_a_row(wait(objects.pieces(&sha256))?);
        let fresh = tempfile::tempfile_in(folder)?;
        Ok(Self { objects, sha256, folder: folder.to_owned(), stored, fresh, fresh_length: 0 })
    }

    pub(super) fn length(&self) -> u64 {
        end(&self.stored).saturating_add(self.fresh_length)
    }

    pub(super) fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.fresh.write_all(bytes)?;
        self.fresh_length = self.fresh_length.saturating_add(bytes.len() as u64);
        Ok(())
    }

    pub(super) fn cut(&mut self, to: u64) -> io::Result<()> {
        let keep = to.checked_sub(end(&self.stored)).ok_or(ErrorKind::InvalidInput)?;
        self.fresh.set_len(keep)?;
        self.fresh.seek(io::SeekFrom::Start(keep))?;
        self.fresh_length = keep;
        Ok(())
    }

    /// Stores what came since the last time.
    pub(super) fn store(&mut self) -> io::Result<()> {
        let Some(piece) = self.fresh_piece() else { return Ok(()) };
        self.put(&piece, self.fresh.try_clone()?)?;
        self.stored.push(Stretch { piece, skipped: 0 });
        self.cut(end(&self.stored))?;
        if self.stored.len() >= MOST_PIECES { self.make_one() } else { Ok(()) }
    }

    /// Stores what came of a request that was cut off. Nobody else has the turn before it is stored: they would go on from
    /// where it begins.
    pub(super) fn store_behind(&mut self, turn: Turn) {
        let Some(piece) = self.fresh_piece() else { return };
        let Ok(runtime) = Handle::try_current() else { return };
        let Ok(mut file) = self.fresh.try_clone() else { return };
        let (objects, sha256) = (self.objects.clone(), self.sha256);
        runtime.spawn(async move {
            let stored = match file.rewind() {
                Ok(()) => objects.put_piece(&sha256, &piece, file).await,
                Err(error) => Err(error),
            };
            if let Err(error) = stored {
                tracing::warn!(%error, "what came of a piece is not kept");
            }
            drop(turn);
        });
    }

    /// What is not stored yet need not be.
    pub(super) fn forget_fresh(&mut self) {
        self.fresh_length = 0;
    }

    /// The first bytes.
    pub(super) fn start(&mut self, most: usize) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        for Stretch { piece, skipped } in &self.stored {
            let missing = most.saturating_sub(bytes.len());
            if missing == 0 {
                return Ok(bytes);
            }
            let to = piece.length.min(skipped.saturating_add(missing as u64));
            bytes.extend(wait(self.objects.piece(&self.sha256, piece, *skipped..to))?);
        }
        bytes.extend(folder::start(&mut self.fresh, most.saturating_sub(bytes.len()))?);
        self.fresh.seek(io::SeekFrom::End(0))?;
        Ok(bytes)
    }

    /// All of them, in a file without a name.
    pub(super) fn file(&mut self) -> io::Result<File> {
        let mut file = tempfile::tempfile_in(&self.folder)?;
        for Stretch { piece, skipped } in &self.stored {
            let bytes = wait(self.objects.piece(&self.sha256, piece, *skipped..piece.length))?;
            file.write_all(&bytes)?;
        }
        self.fresh.rewind()?;
        io::copy(&mut self.fresh, &mut file)?;
        file.rewind()?;
        Ok(file)
    }

    /// What is stored already, as one piece. Whoever looks meanwhile finds it and those that it is made of.
    fn make_one(&mut self) -> io::Result<()> {
        let piece = Piece { offset: 0, length: end(&self.stored) };
        let file = self.file()?;
        self.put(&piece, file)?;
        self.stored = vec![Stretch { piece, skipped: 0 }];
        for part in wait(self.objects.pieces(&self.sha256))? {
            if part != piece && part.end() <= piece.length {
                wait(self.objects.remove_piece(&self.sha256, &part))?;
            }
        }
        Ok(())
    }

    fn fresh_piece(&self) -> Option<Piece> {
        let piece = Piece { offset: end(&self.stored), length: self.fresh_length };
        (piece.length > 0).then_some(piece)
    }

    fn put(&self, piece: &Piece, mut file: File) -> io::Result<()> {
        file.rewind()?;
        wait(self.objects.put_piece(&self.sha256, piece, file))
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

/// These run where they may block.
fn wait<T>(work: impl Future<Output = io::Result<T>>) -> io::Result<T> {
    Handle::try_current().map_err(io::Error::other)?.block_on(work)
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
