//! Kept in the bucket: what one request brought is one object, named by where it begins.
//!
//! Any process may be sent the next piece. Two that were sent the same one at once store the same bytes, or whoever sent
//! them finds out by the bundle's hash.

use std::fs::File;
use std::io::{self, ErrorKind, Seek, Write};
use std::path::{Path, PathBuf};

use tokio::runtime::Handle;

use super::folder;
use crate::objects::{Objects, Piece};

/// Pieces after which they are made one: whoever sends single bytes does not get an object for each.
const MOST_PIECES: usize = 256;

/// A bundle's pieces.
pub(super) struct Pieces {
    objects: Objects,
    sha256: [u8; 32],
    folder: PathBuf,
    /// Those that are stored, each from where the one before ends.
    stored: Vec<Piece>,
    /// What came since.
    fresh: File,
    fresh_length: u64,
}

pub(super) fn length(objects: &Objects, sha256: &[u8; 32]) -> io::Result<u64> {
    Ok(end(&in_a_row(wait(objects.pieces(sha256))?)))
}

pub(super) fn names(objects: &Objects) -> io::Result<Vec<[u8; 32]>> {
    wait(objects.names_of_pieces())
}

pub(super) fn remove(objects: &Objects, sha256: &[u8; 32]) -> io::Result<()> {
    for piece in wait(objects.pieces(sha256))? {
        wait(objects.remove_piece(sha256, &piece))?;
    }
    Ok(())
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
        if self.fresh_length == 0 {
            return Ok(());
        }
        let piece = Piece { offset: end(&self.stored), length: self.fresh_length };
        self.put(&piece, self.fresh.try_clone()?)?;
        self.stored.push(piece);
        self.cut(end(&self.stored))?;
        if self.stored.len() >= MOST_PIECES { self.make_one() } else { Ok(()) }
    }

    /// What is not stored yet need not be.
    pub(super) fn forget_fresh(&mut self) {
        self.fresh_length = 0;
    }

    /// The first bytes.
    pub(super) fn start(&mut self, most: usize) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        for piece in &self.stored {
            let missing = most.saturating_sub(bytes.len());
            if missing == 0 {
                return Ok(bytes);
            }
            bytes.extend(wait(self.objects.start_of_piece(&self.sha256, piece, missing))?);
        }
        bytes.extend(folder::start(&mut self.fresh, most.saturating_sub(bytes.len()))?);
        self.fresh.seek(io::SeekFrom::End(0))?;
        Ok(bytes)
    }

    /// All of them, in a file without a name.
    pub(super) fn file(&mut self) -> io::Result<File> {
        let mut file = tempfile::tempfile_in(&self.folder)?;
        for piece in &self.stored {
            file.write_all(&wait(self.objects.piece(&self.sha256, piece))?)?;
        }
        self.fresh.rewind()?;
        io::copy(&mut self.fresh, &mut file)?;
        file.rewind()?;
        Ok(file)
    }

    /// What is stored already, as one piece. Whoever looks meanwhile finds the longer first piece and those behind it.
    fn make_one(&mut self) -> io::Result<()> {
        let whole = Piece { offset: 0, length: end(&self.stored) };
        let file = self.file()?;
        self.put(&whole, file)?;
        for piece in self.stored.drain(..).filter(|piece| piece.offset > 0) {
            wait(self.objects.remove_piece(&self.sha256, &piece))?;
        }
        self.stored.push(whole);
        Ok(())
    }

    fn put(&self, piece: &Piece, mut file: File) -> io::Result<()> {
        file.rewind()?;
        wait(self.objects.put_piece(&self.sha256, piece, file))
    }
}

impl Drop for Pieces {
    /// Whoever was cut off finds what had come.
    fn drop(&mut self) {
        let Ok(runtime) = Handle::try_current() else { return };
        let Ok(mut file) = self.fresh.try_clone() else { return };
        if self.fresh_length == 0 || file.rewind().is_err() {
            return;
        }
        let (objects, sha256) = (self.objects.clone(), self.sha256);
        let piece = Piece { offset: end(&self.stored), length: self.fresh_length };
        runtime.spawn(async move {
            if let Err(error) = objects.put_piece(&sha256, &piece, file).await {
                tracing::warn!(%error, "what came of a piece is not kept");
            }
        });
    }
}

/// Those that follow each other from the beginning.
fn in_a_row(mut pieces: Vec<Piece>) -> Vec<Piece> {
    pieces.sort_by_key(|piece| piece.offset);
    let mut at = 0;
    pieces.retain(|piece| {
        let follows = piece.offset == at && piece.length > 0;
        at += if follows { piece.length } else { 0 };
        follows
    });
    pieces
}

fn end(pieces: &[Piece]) -> u64 {
    pieces.last().map_or(0, |piece| piece.offset.saturating_add(piece.length))
}

/// These run where they may block.
fn wait<T>(work: impl Future<Output = io::Result<T>>) -> io::Result<T> {
    Handle::try_current().map_err(io::Error::other)?.block_on(work)
}
