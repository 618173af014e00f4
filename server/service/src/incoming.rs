//! The bundles that are arriving in pieces.
//!
//! Each is kept by its hash, in sealed pieces of the object store, so that what was stored is still there after a cut
//! connection, a killed server or a restart, for any process that shares the store.

mod part;

use std::collections::HashMap;
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, OwnedMutexGuard};

use crate::objects::Objects;
use crate::sealing::Vault;
pub(crate) use part::Part;

/// How long a request waits for the one before it, which has been told to leave: what it has read, it
/// still stores.
const PATIENCE: Duration = Duration::from_secs(5);

/// Where they are kept, and whose turn it is to write which.
pub(crate) struct Incoming {
    objects: Objects,
    vault: Arc<Vault>,
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
    sha256: [u8; 32],
    objects: Objects,
    vault: Arc<Vault>,
    place: Arc<Place>,
    _guard: Arc<OwnedMutexGuard<()>>,
}

impl Incoming {
    pub(crate) fn new(objects: Objects, vault: Arc<Vault>) -> Self {
        Self { objects, vault, places: Mutex::default() }
    }

    /// Tells whoever writes this bundle to leave, and waits for it; `None` where it does not in 5 s.
    pub(crate) async fn turn(&self, sha256: &[u8; 32]) -> Option<Turn> {
        let place = self.place(sha256);
        let waiting = Waiting::announce(&place);
        let turn = Arc::clone(&place.turn).lock_owned();
        let guard = tokio::time::timeout(PATIENCE, turn).await.ok()?;
        drop(waiting);
        Some(self.granted(sha256, place, guard))
    }

    /// The turn, where nobody has it.
    pub(crate) fn idle_turn(&self, sha256: &[u8; 32]) -> Option<Turn> {
        let place = self.place(sha256);
        let guard = Arc::clone(&place.turn).try_lock_owned().ok()?;
        Some(self.granted(sha256, place, guard))
    }

    /// How far a bundle has come, bytes that outlast a power cut.
    pub(crate) async fn length(&self, sha256: &[u8; 32]) -> io::Result<u64> {
        part::length(&self.objects, sha256).await
    }

    /// The bundles of which something is there.
    pub(crate) async fn names(&self) -> io::Result<Vec<[u8; 32]>> {
        self.objects.names_of_pieces().await
    }

    fn granted(&self, sha256: &[u8; 32], place: Arc<Place>, guard: OwnedMutexGuard<()>) -> Turn {
        let (objects, vault) = (self.objects.clone(), Arc::clone(&self.vault));
        Turn { sha256: *sha256, objects, vault, place, _guard: Arc::new(guard) }
    }

    fn place(&self, sha256: &[u8; 32]) -> Arc<Place> {
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        // What only the map holds, nobody waits for.
        places.retain(|_, place| Arc::strong_count(place) > 1);
        Arc::clone(places.entry(*sha256).or_default())
    }
}

impl Turn {
    /// Removes what is there, if anything.
    pub(crate) async fn remove(&self) -> io::Result<()> {
        self.objects.remove_pieces(&self.sha256).await
    }

    /// Returns when somebody else wants the turn.
    async fn wanted(&self) {
        while self.place.waiting.load(Ordering::SeqCst) == 0 {
            self.place.wanted.notified().await;
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

    fn incoming(folder: &std::path::Path) -> Incoming {
        let objects = folder.join("objects");
        std::fs::create_dir_all(&objects).expect("made");
        let vault = Vault::open(&folder.join("key"), &[]).expect("a key");
        Incoming::new(Objects::in_folder(&objects).expect("a store"), Arc::new(vault))
    }

    async fn opened(incoming: &Incoming) -> Part {
        Part::open(incoming.idle_turn(&NAME).expect("idle")).await.expect("opened")
    }

    #[tokio::test]
    async fn what_was_stored_is_still_there_and_sealed() {
        let folder = tempfile::tempdir().expect("a folder");
        let here = incoming(folder.path());
        assert_eq!(here.length(&NAME).await.expect("readable"), 0);
        let bytes: Vec<u8> = (0..1_000_000_u32).map(|at| (at % 251) as u8).collect();
        let mut part = opened(&here).await;
        for chunk in bytes.chunks(70_001) {
            part.append(chunk).await.expect("taken");
        }
        assert_eq!(part.length(), bytes.len() as u64);
        assert!(here.idle_turn(&NAME).is_none());
        // Of what came a little is not stored yet, unless it is asked for.
        let stored = here.length(&NAME).await.expect("readable");
        assert!((700_000..1_000_000).contains(&stored), "{stored}");
        part.store().await.expect("stored");
        drop(part);

        let there = incoming(folder.path());
        assert_eq!(there.length(&NAME).await.expect("readable"), bytes.len() as u64);
        assert_eq!(there.names().await.expect("listed"), [NAME]);
        let mut part = opened(&there).await;
        assert_eq!(part.start(300_000).await.expect("read"), bytes[..300_000]);
        // What this request brings can be taken back, stored or not.
        for chunk in bytes.chunks(200_000) {
            part.append(chunk).await.expect("taken");
        }
        part.cut(bytes.len() as u64).await.expect("cut");
        let mut content = part.whole(folder.path()).await.expect("whole");
        let mut read = Vec::new();
        content.read_on(u64::MAX, &mut read).expect("read");
        assert!(read == bytes);
        let objects = folder.path().join("objects/incoming").join(hex::encode(NAME));
        for piece in std::fs::read_dir(&objects).expect("pieces") {
            let piece = std::fs::read(piece.expect("one").path()).expect("read");
            assert!(!piece.windows(64).any(|part| part == &bytes[100..164]), "in the clear");
        }
        let turn = part.into_turn();
        turn.remove().await.expect("removed");
        turn.remove().await.expect("removed twice");
        assert!(there.names().await.expect("listed").is_empty() && !objects.exists());
    }

    #[tokio::test]
    async fn what_a_cut_off_request_brought_is_stored_before_the_next_turn() {
        let folder = tempfile::tempdir().expect("a folder");
        let incoming = incoming(folder.path());
        let mut part = opened(&incoming).await;
        part.append(b"abc").await.expect("taken");
        drop(part);
        let part = Part::open(incoming.turn(&NAME).await.expect("stored")).await.expect("opened");
        assert_eq!(part.length(), 3);
    }

    #[tokio::test]
    async fn many_short_pieces_become_one() {
        let folder = tempfile::tempdir().expect("a folder");
        let incoming = incoming(folder.path());
        for number in 0..300_u32 {
            let mut part = opened(&incoming).await;
            assert_eq!(part.length(), 4 * u64::from(number));
            part.append(&number.to_be_bytes()).await.expect("taken");
            part.store().await.expect("stored");
        }
        let objects = folder.path().join("objects/incoming").join(hex::encode(NAME));
        let pieces = std::fs::read_dir(objects).expect("pieces").count();
        assert!(pieces < 50, "{pieces}");
        let all: Vec<u8> = (0..300_u32).flat_map(u32::to_be_bytes).collect();
        assert_eq!(opened(&incoming).await.start(5_000).await.expect("read"), all);
    }

    #[tokio::test]
    async fn the_newest_gets_the_turn() {
        let folder = tempfile::tempdir().expect("a folder");
        let incoming = incoming(folder.path());
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
