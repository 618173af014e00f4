//! The folder of the bundles that are arriving.
//!
//! One that comes in one request has no name there and is gone with its request. One that comes in pieces
//! is a file named by its hash: the file's length is how far it has come, so that what arrived is still
//! there after a cut connection, a killed server or a restart.

use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, OwnedMutexGuard};

/// How long a request waits for the one before it, which has been told to leave: what it has read, it
/// still writes.
const PATIENCE: Duration = Duration::from_secs(5);

/// The folder, and whose turn it is to write which file.
pub(crate) struct Incoming {
    folder: PathBuf,
    places: Mutex<HashMap<[u8; 32], Arc<Place>>>,
}

#[derive(Default)]
struct Place {
    turn: Arc<tokio::sync::Mutex<()>>,
    waiting: AtomicUsize,
    wanted: Notify,
}

/// The right to write one file. The newest request gets it: a phone that comes again has lost its older
/// connection, even where this side has not noticed yet.
pub(crate) struct Turn {
    place: Arc<Place>,
    path: PathBuf,
    _guard: OwnedMutexGuard<()>,
}

/// A file whose turn it is.
pub(crate) struct Part {
    file: File,
    length: u64,
    turn: Turn,
}

impl Incoming {
    /// Of a folder that exists.
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self { folder, places: Mutex::default() }
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Tells whoever writes this file to leave, and waits for it; `None` where it does not in 5 s.
    pub(crate) async fn turn(&self, sha256: &[u8; 32]) -> Option<Turn> {
        let place = self.place(sha256);
        let waiting = Waiting::announce(&place);
        let turn = Arc::clone(&place.turn).lock_owned();
        let guard = tokio::time::timeout(PATIENCE, turn).await.ok()?;
        drop(waiting);
        Some(Turn { place, path: self.path(sha256), _guard: guard })
    }

    /// The turn, where nobody has it.
    pub(crate) fn idle_turn(&self, sha256: &[u8; 32]) -> Option<Turn> {
        let place = self.place(sha256);
        let guard = Arc::clone(&place.turn).try_lock_owned().ok()?;
        Some(Turn { place, path: self.path(sha256), _guard: guard })
    }

    /// How far a bundle has come, bytes that outlast a power cut. Blocks.
    pub(crate) fn length(&self, sha256: &[u8; 32]) -> io::Result<u64> {
        match File::open(self.path(sha256)) {
            Ok(file) => {
                file.sync_data()?;
                Ok(file.metadata()?.len())
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(0),
            Err(error) => Err(error),
        }
    }

    /// The bundles of which a file is there. Blocks.
    pub(crate) fn names(&self) -> io::Result<Vec<[u8; 32]>> {
        let mut names = Vec::new();
        for entry in std::fs::read_dir(&self.folder)? {
            let name = entry?.file_name();
            let bytes = name.to_str().and_then(|name| hex::decode(name).ok());
            names.extend(bytes.and_then(|bytes| <[u8; 32]>::try_from(bytes).ok()));
        }
        Ok(names)
    }

    fn path(&self, sha256: &[u8; 32]) -> PathBuf {
        self.folder.join(hex::encode(sha256))
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

    /// Opens the file, made as needed; `WouldBlock` where another process writes it. Blocks.
    pub(crate) fn open(self) -> io::Result<Part> {
        let file = OpenOptions::new().read(true).append(true).create(true).open(&self.path)?;
        file.try_lock()?;
        let length = file.metadata()?.len();
        Ok(Part { file, length, turn: self })
    }

    /// Removes the file, where there is one. Blocks.
    pub(crate) fn remove(self) -> io::Result<Self> {
        match std::fs::remove_file(&self.path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(self),
        }
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
        self.length
    }

    pub(crate) fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)?;
        self.length = self.length.saturating_add(bytes.len() as u64);
        Ok(())
    }

    /// Forgets what came after the first `length` bytes.
    pub(crate) fn cut(&mut self, length: u64) -> io::Result<()> {
        self.file.set_len(length)?;
        self.length = length;
        Ok(())
    }

    pub(crate) fn sync(&self) -> io::Result<()> {
        self.file.sync_data()
    }

    /// The first bytes, `most` or as many as there are.
    pub(crate) fn start(&mut self, most: usize) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.file.rewind()?;
        Read::by_ref(&mut self.file).take(most as u64).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// The file, to be read from its beginning; the turn stays.
    pub(crate) fn file(&self) -> io::Result<File> {
        let mut file = self.file.try_clone()?;
        file.rewind()?;
        Ok(file)
    }

    pub(crate) fn into_turn(self) -> Turn {
        self.turn
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
        let incoming = Incoming::new(folder.path().to_owned());
        assert_eq!(incoming.length(&NAME).expect("readable"), 0);
        let mut part = incoming.idle_turn(&NAME).expect("idle").open().expect("opened");
        part.append(b"abc").and_then(|()| part.append(b"def")).expect("written");
        part.cut(4).expect("cut");
        assert_eq!(part.start(3).expect("read"), b"abc");
        assert!(incoming.idle_turn(&NAME).is_none());
        drop(part);
        let incoming = Incoming::new(folder.path().to_owned());
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
        let [here, there] = [0; 2].map(|_| Incoming::new(folder.path().to_owned()));
        let part = here.idle_turn(&NAME).expect("idle").open().expect("opened");
        let refused = there.idle_turn(&NAME).expect("idle").open().err().expect("locked");
        assert_eq!(refused.kind(), io::ErrorKind::WouldBlock);
        drop(part);
        assert!(there.idle_turn(&NAME).expect("idle").open().is_ok());
    }

    #[tokio::test]
    async fn the_newest_gets_the_turn() {
        let folder = tempfile::tempdir().expect("a folder");
        let incoming = Incoming::new(folder.path().to_owned());
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
