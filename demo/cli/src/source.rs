//! Files that the user names.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use bailing_recognition::{Kinds, ObjectFinder, PaddleOcr, Recogniser, Taxonomy, ocr};

use crate::failure::Failure;

/// Largest file taken: a bundle's own limit.
const MAX_FILE_BYTES: u64 = 64 * 1024 * 1024;

/// Reads a whole file, refusing one that is longer than a bundle may be.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let failed = |source| Failure::Read { path: path.to_owned(), source };
    let file = File::open(path).map_err(failed)?;
    let mut bytes = Vec::new();
    // Read one byte past the limit rather than trust the length that the file system gives.
    file.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes).map_err(failed)?;
    let length = bytes.len() as u64;
    if length > MAX_FILE_BYTES {
        return Err(Failure::TooLong { path: path.to_owned(), length, limit: MAX_FILE_BYTES });
    }
    Ok(bytes)
}

/// A recogniser with the OCR package of `folder`.
pub(crate) fn recogniser(folder: &Path) -> Result<Recogniser, Failure> {
    let mut files = Vec::new();
    for (name, _) in ocr::FILES {
        let path = folder.join(name);
        if !path.exists() {
            return Err(Failure::NoOcr { path: folder.to_owned() });
        }
        files.push(read(&path)?);
    }
    let [detection, recognition] = files.as_slice() else {
        return Err(Failure::NoOcr { path: folder.to_owned() });
    };
    let engine = PaddleOcr::from_bytes(detection, recognition)
        .map_err(|source| Failure::Ocr { path: folder.to_owned(), source })?;
    let finder = ObjectFinder::new(Taxonomy::built_in()?, Vec::new())?;
    Ok(Recogniser::new(Some(Box::new(engine)), Kinds::built_in()?).with_objects(finder))
}
