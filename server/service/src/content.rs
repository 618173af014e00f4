//! All bytes of what came: in memory where they are few, else in a file without a name.

use std::fs::File;
use std::io::{self, Cursor, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use bytes::{Bytes, BytesMut};

/// So much is kept in memory, bytes; of what is longer so much is written at once. A bundle of one page has 0.2 to 1.5 MB, and
/// 64 are taken in at once.
const IN_MEMORY: usize = 2 * 1024 * 1024;

/// Bytes to be read, more than once.
#[derive(Debug)]
pub(crate) enum Content {
    Memory(Cursor<Bytes>),
    File(File),
}

impl Content {
    /// All of it from its beginning, read from a file in large pieces.
    pub(crate) fn reader(&mut self) -> io::Result<Box<dyn Read + '_>> {
        self.rewind()?;
        Ok(match self {
            Self::Memory(bytes) => Box::new(bytes),
            Self::File(file) => Box::new(io::BufReader::with_capacity(256 * 1024, file)),
        })
    }

    /// Adds the next bytes, at most so many: their number.
    pub(crate) fn read_on(&mut self, most: u64, into: &mut Vec<u8>) -> io::Result<usize> {
        match self {
            Self::Memory(bytes) => bytes.take(most).read_to_end(into),
            Self::File(file) => file.take(most).read_to_end(into),
        }
    }
}

impl From<Bytes> for Content {
    fn from(bytes: Bytes) -> Self {
        Self::Memory(Cursor::new(bytes))
    }
}

impl Seek for Content {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        match self {
            Self::Memory(bytes) => bytes.seek(to),
            Self::File(file) => file.seek(to),
        }
    }
}

/// Takes in what comes piece by piece.
pub(crate) struct Spool {
    folder: PathBuf,
    /// What is not written yet.
    ahead: BytesMut,
    file: Option<File>,
}

impl Spool {
    /// What is too long for memory goes into a file of this folder.
    pub(crate) fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), ahead: BytesMut::new(), file: None }
    }

    /// So many bytes are to come, as far as is known.
    pub(crate) fn expect(&mut self, length: u64) {
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        self.ahead.reserve(length.min(IN_MEMORY));
    }

    pub(crate) async fn add(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.ahead.extend_from_slice(bytes);
        if self.ahead.len() > IN_MEMORY { self.write().await } else { Ok(()) }
    }

    /// All that came.
    pub(crate) async fn finish(mut self) -> io::Result<Content> {
        if self.file.is_some() {
            self.write().await?;
        }
        Ok(match self.file {
            Some(file) => Content::File(file),
            None => self.ahead.freeze().into(),
        })
    }

    async fn write(&mut self) -> io::Result<()> {
        let (folder, file, bytes) = (self.folder.clone(), self.file.take(), self.ahead.split());
        let written = tokio::task::spawn_blocking(move || {
            let mut file = file.map_or_else(|| tempfile::tempfile_in(folder), Ok)?;
            file.write_all(&bytes)?;
            Ok::<_, io::Error>(file)
        });
        self.file = Some(written.await??);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_came_is_read_as_often_as_wanted() {
        let folder = tempfile::tempdir().expect("a folder");
        for (length, is_written) in
            [(0, false), (IN_MEMORY, false), (IN_MEMORY + 1, true), (5 * IN_MEMORY, true)]
        {
            let bytes: Vec<u8> = (0..length).map(|at| (at % 251) as u8).collect();
            let mut spool = Spool::new(folder.path());
            for piece in bytes.chunks(70_001) {
                spool.add(piece).await.expect("taken");
            }
            let mut content = spool.finish().await.expect("finished");
            assert_eq!(matches!(content, Content::File(_)), is_written, "{length}");
            for _ in 0..2 {
                let mut read = Vec::new();
                content.reader().and_then(|mut all| all.read_to_end(&mut read)).expect("read");
                assert!(read == bytes, "{length}");
            }
        }
        assert_eq!(std::fs::read_dir(folder.path()).expect("there").count(), 0);
    }
}
