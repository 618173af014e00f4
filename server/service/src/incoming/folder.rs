//! Kept in a folder: one file a bundle, as long as what has come.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Read, Seek};
use std::path::Path;

pub(super) fn length(path: &Path) -> io::Result<u64> {
    match File::open(path) {
        Ok(file) => {
            file.sync_data()?;
            Ok(file.metadata()?.len())
        }
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(0),
        Err(error) => Err(error),
    }
}

pub(super) fn names(folder: &Path) -> io::Result<Vec<[u8; 32]>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let name = entry?.file_name();
        let bytes = name.to_str().and_then(|name| hex::decode(name).ok());
        names.extend(bytes.and_then(|bytes| <[u8; 32]>::try_from(bytes).ok()));
    }
    Ok(names)
}

/// The file, made as needed, and its length; `WouldBlock` where another process has it.
pub(super) fn open(path: &Path) -> io::Result<(File, u64)> {
    let file = OpenOptions::new().read(true).append(true).create(true).open(path)?;
    file.try_lock()?;
    let length = file.metadata()?.len();
    Ok((file, length))
}

pub(super) fn start(file: &mut File, most: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.rewind()?;
    Read::by_ref(file).take(most as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

pub(super) fn remove(path: &Path) -> io::Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
