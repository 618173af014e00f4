//! Storage that ends with the process: for tests, and for a demo that keeps nothing.

use std::collections::BTreeMap;

use super::{Storage, StorageError, is_name};

/// Files in memory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Memory {
    files: BTreeMap<String, Vec<u8>>,
}

impl Storage for Memory {
    fn read_at(&self, name: &str, offset: u64, buffer: &mut [u8]) -> Result<usize, StorageError> {
        let offset = usize::try_from(offset).unwrap_or(usize::MAX);
        let rest = self.files.get(name).and_then(|file| file.get(offset..)).unwrap_or_default();
        let mut read = 0;
        for (to, from) in buffer.iter_mut().zip(rest) {
            *to = *from;
            read += 1;
        }
        Ok(read)
    }

    fn length(&self, name: &str) -> Result<Option<u64>, StorageError> {
        Ok(self.files.get(name).map(|file| file.len() as u64))
    }

    fn append(&mut self, name: &str, bytes: &[u8]) -> Result<(), StorageError> {
        if !is_name(name) {
            return Err(StorageError::failed("not a name"));
        }
        self.files.entry(name.to_owned()).or_default().extend_from_slice(bytes);
        Ok(())
    }

    fn sync(&mut self, _name: &str) -> Result<(), StorageError> {
        Ok(())
    }

    fn rename(&mut self, from: &str, to: &str) -> Result<(), StorageError> {
        let file = self.files.remove(from).ok_or_else(|| StorageError::failed("no such file"))?;
        self.files.insert(to.to_owned(), file);
        Ok(())
    }

    fn remove(&mut self, name: &str) -> Result<(), StorageError> {
        self.files.remove(name);
        Ok(())
    }

    fn list(&self) -> Result<Vec<String>, StorageError> {
        Ok(self.files.keys().cloned().collect())
    }
}
