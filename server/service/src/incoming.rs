//! The bundles that are arriving.
//!
//! One that comes in one request is a file without a name, gone with its request. One that comes in pieces is kept by its
//! hash, so that what arrived is still there after a cut connection, a killed server or a restart: in a file of this
//! machine, or in the bucket where processes share one.

mod bucket;
mod folder;

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, OwnedMutexGuard};

use crate::objects::Objects;
use bucket::Pieces;

/// How long a request waits for the one before it, which has been told to leave: what it has read, it
/// still writes.
const PATIENCE: Duration = Duration::from_secs(5);

/// Where they are kept, and whose turn it is to write which.
pub(crate) struct Incoming {
    folder: PathBuf,
    /// Where pieces are kept that any process may be sent the next of.
    bucket: Option<Objects>,
    places: Mutex<HashMap<[u8; 32], Arc<Place>>>,
}

#[derive(Default)]
struct Place {
    turn: Arc<tokio::sync::Mutex<()>>,
    waiting: AtomicUsize,
    wanted: Notify,
}

/// The right to write one of them, until its last copy is gone. The newest request gets it: a phone that comes again has
/// lost its older connection, even where this side has not noticed yet.
#[derive(Clone)]
pub(crate) struct Turn {
    place: Arc<Place>,
    keeping: Keeping,
    _guard: Arc<OwnedMutexGuard<()>>,
}

/// Where one of them is kept.
#[derive(Clone)]
enum Keeping {
    Folder(PathBuf),
    Bucket { objects: Objects, sha256: [u8; 32], folder: PathBuf },
}

/// One of them, whose turn it is.
pub(crate) struct Part {
    kept: Kept,
    turn: Turn,
}

enum Kept {
    Folder { file: File, length: u64 },
    Bucket(Pieces),
}

impl Incoming {
    /// Of a folder that exists; pieces are kept in the bucket where there is one.
    pub(crate) fn new(folder: PathBuf, bucket: Option<Objects>) -> Self {
        Self { folder, bucket, places: Mutex::default() }
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Tells whoever writes this bundle to leave, and waits for it; `None` where it does not in 5 s.
    pub(crate) async fn turn(&self, sha256: &[u8; 32]) -> Option<Turn> {
        let place = self.place(sha256);
        let waiting = Waiting::announce(&place);
        let turn = Arc::clone(&place.turn).lock_owned();
        let guard = tokio::time::timeout(PATIENCE, turn).await.ok()?;
        drop(waiting);
        Some(Turn { place, keeping: self.keeping(sha256), _guard: Arc::new(guard) })
    }

    /// The turn, where nobody has it.
    pub(crate) fn idle_turn(&self, sha256: &[u8; 32]) -> Option<Turn> {
        let place = self.place(sha256);
        let guard = Arc::clone(&place.turn).try_lock_owned().ok()?;
        Some(Turn { place, keeping: self.keeping(sha256), _guard: Arc::new(guard) })
    }

    /// How far a bundle has come, bytes that outlast a power cut. Blocks.
    pub(crate) fn length(&self, sha256: &[u8; 32]) -> io::Result<u64> {
        match self.keeping(sha256) {
            Keeping::Folder(path) => folder::length(&path),
            Keeping::Bucket { objects, sha256, .. } => bucket::length(&objects, &sha256),
        }
    }

    /// The bundles of which something is there. Blocks.
    pub(crate) fn names(&self) -> io::Result<Vec<[u8; 32]>> {
        match &self.bucket {
            None => folder::names(&self.folder),
            Some(objects) => bucket::names(objects),
        }
    }

    fn keeping(&self, sha256: &[u8; 32]) -> Keeping {
        match &self.bucket {
            None => Keeping::Folder(self.folder.join(hex::encode(sha256))),
            Some(objects) => Keeping::Bucket {
                objects: objects.clone(),
                sha256: *sha256,
                folder: self.folder.clone(),
            },
        }
    }

    fn place(&self, sha256: &[u8; 32]) -> Arc<Place> {
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        // What only the map holds, nobody waits for.
        places.retain(|_, place| Arc::strong_count(place) > 1);
        Arc::clone(places.entry(*sha256).or_default())
    }
}

impl Turn {
    /// Returns when somebody else wants the turn.
    async fn wanted(&self) {
        while self.place.waiting.load(Ordering::SeqCst) == 0 {
            self.place.wanted.notified().await;
        }
    }

    /// Opens it, made as needed; `WouldBlock` where another process writes the file. Blocks.
    pub(crate) fn open(self) -> io::Result<Part> {
        let kept = match &self.keeping {
            Keeping::Folder(path) => {
                let (file, length) = folder::open(path)?;
                Kept::Folder { file, length }
            }
            Keeping::Bucket { objects, sha256, folder } => {
                Kept::Bucket(Pieces::open(objects.clone(), *sha256, folder)?)
            }
        };
        Ok(Part { kept, turn: self })
    }

    /// Removes what is there, if anything. Blocks.
    pub(crate) fn remove(self) -> io::Result<Self> {
        match &self.keeping {
            Keeping::Folder(path) => folder::remove(path)?,
            Keeping::Bucket { objects, sha256, .. } => bucket::remove(objects, sha256)?,
        }
        Ok(self)
    }
}

/// All of these block, [`Part::wanted`] and [`Part::length`] excepted.
impl Part {
    /// Returns when somebody else wants the turn.
    pub(crate) async fn wanted(&self) {
        self.turn.wanted().await;
    }

    /// How far the bundle has come, bytes.
    pub(crate) fn length(&self) -> u64 {
        match &self.kept {
            Kept::Folder { length, .. } => *length,
            Kept::Bucket(pieces) => pieces.length(),
        }
    }

    pub(crate) fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        match &mut self.kept {
            Kept::Folder { file, length } => {
                file.write_all(bytes)?;
                *length = length.saturating_add(bytes.len() as u64);
                Ok(())
            }
            Kept::Bucket(pieces) => pieces.append(bytes),
        }
    }

    /// Forgets what came after the first `length` bytes, which were there when it was opened.
    pub(crate) fn cut(&mut self, to: u64) -> io::Result<()> {
        match &mut self.kept {
            Kept::Folder { file, length } => {
                file.set_len(to)?;
                *length = to;
                Ok(())
            }
            Kept::Bucket(pieces) => pieces.cut(to),
        }
    }

    /// From here on what came outlasts a power cut.
    pub(crate) fn sync(&mut self) -> io::Result<()> {
        match &mut self.kept {
            Kept::Folder { file, .. } => file.sync_data(),
            Kept::Bucket(pieces) => pieces.store(),
        }
    }

    /// The first bytes, `most` or as many as there are.
    pub(crate) fn start(&mut self, most: usize) -> io::Result<Vec<u8>> {
        match &mut self.kept {
            Kept::Folder { file, .. } => folder::start(file, most),
            Kept::Bucket(pieces) => pieces.start(most),
        }
    }

    /// All that is there, to be read from its beginning; the turn stays.
    pub(crate) fn file(&mut self) -> io::Result<File> {
        match &mut self.kept {
            Kept::Folder { file, .. } => {
                let mut file = file.try_clone()?;
                file.rewind()?;
                Ok(file)
            }
            Kept::Bucket(pieces) => pieces.file(),
        }
    }

    /// Gives the right back without storing what is not stored yet.
    pub(crate) fn into_turn(mut self) -> Turn {
        if let Kept::Bucket(pieces) = &mut self.kept {
            pieces.forget_fresh();
        }
        self.turn.clone()
    }
}

impl Drop for Part {
    /// Whoever was cut off finds what had come.
    fn drop(&mut self) {
        if let Kept::Bucket(pieces) = &mut self.kept {
            pieces.store_behind(self.turn.clone());
        }
    }
}

/// Counted among those who wait, for as long as it lives.
struct Waiting<'a>(&'a Place);

impl<'a> Waiting<'a> {
    fn announce(place: &'a Place) -> Self {
        place.waiting.fetch_add(1, Ordering::SeqCst);
        place.wanted.notify_one();
        Self(place)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAME: [u8; 32] = [7; 32];

    #[test]
    fn what_was_appended_is_still_there() {
        let folder = tempfile::tempdir().expect("a folder");
        let incoming = Incoming::new(folder.path().to_owned(), None);
        assert_eq!(incoming.length(&NAME).expect("readable"), 0);
        let mut part = incoming.idle_turn(&NAME).expect("idle").open().expect("opened");
        part.append(b"abc").and_then(|()| part.append(b"def")).expect("written");
        part.cut(4).expect("cut");
        assert_eq!(part.start(3).expect("read"), b"abc");
        assert!(incoming.idle_turn(&NAME).is_none());
        drop(part);
        let incoming = Incoming::new(folder.path().to_owned(), None);
        assert_eq!(incoming.length(&NAME).expect("readable"), 4);
        assert_eq!(incoming.names().expect("listed"), [NAME]);
        let part = incoming.idle_turn(&NAME).expect("idle").open().expect("opened");
        assert_eq!(part.length(), 4);
        part.into_turn().remove().expect("removed").remove().expect("removed twice");
        assert!(incoming.names().expect("listed").is_empty());
    }

    #[test]
    fn another_process_keeps_its_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let [here, there] = [0; 2].map(|_| Incoming::new(folder.path().to_owned(), None));
        let part = here.idle_turn(&NAME).expect("idle").open().expect("opened");
        let refused = there.idle_turn(&NAME).expect("idle").open().err().expect("locked");
        assert_eq!(refused.kind(), io::ErrorKind::WouldBlock);
        drop(part);
        assert!(there.idle_turn(&NAME).expect("idle").open().is_ok());
    }

    #[tokio::test]
    async fn the_newest_gets_the_turn() {
        let folder = tempfile::tempdir().expect("a folder");
        let incoming = Incoming::new(folder.path().to_owned(), None);
        let first = incoming.turn(&NAME).await.expect("idle");
        let leaving = async {
            first.wanted().await;
            drop(first);
        };
        let (second, ()) = tokio::join!(incoming.turn(&NAME), leaving);
        let second = second.expect("the first left");
        // A wish that was granted does not count against who has the turn now.
        let wish = tokio::time::timeout(Duration::from_millis(50), second.wanted()).await;
        assert!(wish.is_err());
    }
}
