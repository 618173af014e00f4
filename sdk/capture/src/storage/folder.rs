//! Storage in a folder of the file system: the one part of this crate that touches files.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::{Storage, StorageError, is_name};

/// Held for as long as a [`Folder`] lives. Its name is none that [`Storage`] allows.
const LOCK: &str = ".lock";

/// A folder that is the SDK's alone: on Android below `noBackupFilesDir`, on iOS below Application Support
/// and kept out of backups, for a restored phone must not sign a sequence number twice.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    // The lock goes with the file, also when the process dies.
    _lock: File,
}

impl Folder {
    /// Opens a folder, making it where it is missing, and keeps others from opening it.
    pub fn open(path: impl Into<PathBuf>) -> Result<Self, StorageError> {
        let path = path.into();
        fs::create_dir_all(&path).map_err(failed)?;
        let lock = File::options().write(true).create(true).truncate(false).open(path.join(LOCK));
        let lock = lock.map_err(failed)?;
        if !try_lock(&lock).map_err(failed)? {
            return Err(StorageError::InUse);
        }
        Ok(Self { path, _lock: lock })
    }

    fn file(&self, name: &str) -> Result<PathBuf, StorageError> {
        if !is_name(name) {
            return Err(StorageError::failed("not a name"));
        }
        Ok(self.path.join(name))
    }
}

impl Storage for Folder {
    fn read_at(&self, name: &str, offset: u64, buffer: &mut [u8]) -> Result<usize, StorageError> {
        let Some(mut file) = existing(File::open(self.file(name)?))? else { return Ok(0) };
        file.seek(SeekFrom::Start(offset)).map_err(failed)?;
        loop {
            match file.read(buffer) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                read => return read.map_err(failed),
            }
        }
    }

    fn length(&self, name: &str) -> Result<Option<u64>, StorageError> {
        Ok(existing(fs::metadata(self.file(name)?))?.map(|file| file.len()))
    }

    fn append(&mut self, name: &str, bytes: &[u8]) -> Result<(), StorageError> {
        let file = File::options().append(true).create(true).open(self.file(name)?);
        file.and_then(|mut file| file.write_all(bytes)).map_err(failed)
    }

    fn sync(&mut self, name: &str) -> Result<(), StorageError> {
        let file = File::options().append(true).open(self.file(name)?);
        file.and_then(|file| file.sync_all()).map_err(failed)
    }

    fn rename(&mut self, from: &str, to: &str) -> Result<(), StorageError> {
        fs::rename(self.file(from)?, self.file(to)?).map_err(failed)?;
        sync_folder(&self.path).map_err(failed)
    }

    fn remove(&mut self, name: &str) -> Result<(), StorageError> {
        existing(fs::remove_file(self.file(name)?)).map(|_| ())
    }

    fn list(&self) -> Result<Vec<String>, StorageError> {
        let mut names = Vec::new();
        for entry in fs::read_dir(&self.path).map_err(failed)? {
            let name = entry.map_err(failed)?.file_name();
            // What others have put there is none of ours.
            names.extend(name.to_str().filter(|name| is_name(name)).map(str::to_owned));
        }
        Ok(names)
    }
}

/// Whether nobody else has the file locked, who now does. The standard library's lock answers on Android
/// that there is none.
#[cfg(unix)]
fn try_lock(file: &File) -> io::Result<bool> {
    use rustix::fs::{FlockOperation, flock};
    use rustix::io::Errno;

    match flock(file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(true),
        Err(Errno::WOULDBLOCK) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

#[cfg(not(unix))]
fn try_lock(file: &File) -> io::Result<bool> {
    match file.try_lock() {
        Ok(()) => Ok(true),
        Err(fs::TryLockError::WouldBlock) => Ok(false),
        Err(fs::TryLockError::Error(error)) => Err(error),
    }
}

/// A new name lasts once its folder is on the disk as well.
#[cfg(unix)]
fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

/// Elsewhere a folder cannot be opened; the file system's journal has to do.
#[cfg(not(unix))]
fn sync_folder(_path: &Path) -> io::Result<()> {
    Ok(())
}

fn existing<T>(found: io::Result<T>) -> Result<Option<T>, StorageError> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(failed(error)),
    }
}

/// The kind alone: a message could carry a path, and so a name.
fn failed(error: io::Error) -> StorageError {
    StorageError::failed(error.kind())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_files_and_itself_to_one() {
        let scratch = tempfile::tempdir().expect("a folder");
        let mut folder = Folder::open(scratch.path().join("of/its/own")).expect("made");
        folder.append("a.part", b"one").expect("appended");
        folder.append("a.part", b"two").expect("appended");
        folder.sync("a.part").expect("synced");
        folder.rename("a.part", "a").expect("renamed");
        assert_eq!(folder.read("a"), Ok(Some(b"onetwo".to_vec())));
        let mut middle = [0; 2];
        assert_eq!(folder.read_at("a", 2, &mut middle), Ok(2));
        assert_eq!((&middle, folder.list()), (b"et", Ok(vec!["a".to_owned()])));
        assert_eq!(
            Folder::open(scratch.path().join("of/its/own")).err(),
            Some(StorageError::InUse)
        );
        folder.remove("a").expect("removed");
        folder.remove("a").expect("and gone");
        assert_eq!((folder.length("a"), folder.read("a")), (Ok(None), Ok(None)));
        for name in ["", "..", "../a", "A", "a/b", ".lock", "ä"] {
            assert!(folder.append(name, b"x").is_err(), "{name}");
        }
        drop(folder);
        assert!(Folder::open(scratch.path().join("of/its/own")).is_ok());
    }
}
