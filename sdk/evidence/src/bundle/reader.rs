//! Reads a bundle, as hostile bytes, from wherever they come.
//!
//! Memory does not follow what a bundle promises: the signed part and each picture grow with what has
//! arrived, and a picture that is only copied on never lies in memory as a whole.

use std::io::{self, BufRead, BufReader, ErrorKind, Read, Take, Write};

use ring::digest::{Context, SHA256};

use super::{BundleError, MAGIC, PICTURE, VERSION, ZSTD};
use crate::limits;
use crate::manifest::{ImageClaim, Manifest};

/// Bytes that are copied at once.
const CHUNK: usize = 64 * 1024;

/// A bundle whose outer form is sound so far; nothing in it is verified yet.
#[derive(Debug)]
pub struct Reader<R> {
    cose: Vec<u8>,
    /// What follows the signed part, up to one byte more than a bundle may have.
    source: Take<R>,
}

impl<R: Read> Reader<R> {
    /// Reads the signed part. The pictures are not looked at.
    pub fn open(source: R) -> Result<Self, BundleError> {
        let mut source = source.take(limits::BUNDLE_BYTES as u64 + 1);
        if array::<8, R>(&mut source)? != MAGIC {
            return Err(BundleError::Malformed("it does not begin like one"));
        }
        if array::<1, R>(&mut source)? != [VERSION] {
            return Err(BundleError::Malformed("a version that is not read here"));
        }
        let length = u32::from_be_bytes(array::<4, R>(&mut source)?);
        if length as usize > limits::SIGNED_BYTES {
            return Err(BundleError::Limit("length of the signed part"));
        }
        let mut cose = Vec::new();
        let read = source.by_ref().take(u64::from(length)).read_to_end(&mut cose);
        if read.map_err(failed)? < length as usize {
            return Err(early_end(&source));
        }
        Ok(Self { cose, source })
    }

    /// The signed part: a COSE_Sign1, for [`crate::signature::verify`].
    pub fn cose(&self) -> &[u8] {
        &self.cose
    }

    /// The pictures that a verified manifest names, one after another, each only if its length and
    /// hash are the signed ones. Missing and additional records are errors.
    pub fn blobs(self, verified: &Manifest) -> Blobs<'_, R> {
        Blobs {
            source: self.source,
            images: verified.images.iter().enumerate(),
            raw: 0,
            chunk: Vec::new(),
            done: false,
        }
    }
}

/// A bundle's pictures, each verified; ends after its first error. As an iterator it collects each
/// picture in memory; [`Blobs::copy_next`] does not.
#[derive(Debug)]
pub struct Blobs<'m, R> {
    source: Take<R>,
    images: std::iter::Enumerate<std::slice::Iter<'m, ImageClaim>>,
    raw: u64,
    chunk: Vec<u8>,
    done: bool,
}

impl<R: Read> Iterator for Blobs<'_, R> {
    type Item = Result<Vec<u8>, BundleError>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut picture = Vec::new();
        let copied = self.copy_next(&mut picture)?;
        Some(copied.map(|()| picture))
    }
}

impl<R: Read> Blobs<'_, R> {
    /// Copies the next picture's bytes as they arrive. What `sink` got is the signed picture only if
    /// this then succeeds. `None` when there is no further picture, and nothing after the last.
    pub fn copy_next(&mut self, sink: &mut impl Write) -> Option<Result<(), BundleError>> {
        if self.done {
            return None;
        }
        let copied = match self.images.next() {
            Some((index, claim)) => self.record(index, claim, sink),
            None => match self.at_end() {
                Ok(true) => {
                    self.done = true;
                    return None;
                }
                Ok(false) => Err(BundleError::Malformed("bytes after the last picture")),
                Err(error) => Err(error),
            },
        };
        self.done = copied.is_err();
        Some(copied)
    }

    fn at_end(&mut self) -> Result<bool, BundleError> {
        let mut one = [0];
        loop {
            match self.source.read(&mut one) {
                Ok(read) => return Ok(read == 0),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(failed(error)),
            }
        }
    }

    fn record(
        &mut self,
        index: usize,
        claim: &ImageClaim,
        sink: &mut impl Write,
    ) -> Result<(), BundleError> {
        let [kind] = array::<1, R>(&mut self.source)?;
        let position = u32::from_be_bytes(array::<4, R>(&mut self.source)?);
        let raw_length = u64::from_be_bytes(array::<8, R>(&mut self.source)?);
        let encoded_length = u64::from_be_bytes(array::<8, R>(&mut self.source)?);
        let sha256 = array::<32, R>(&mut self.source)?;
        if kind & !ZSTD != PICTURE {
            return Err(BundleError::Malformed("a blob of a kind that is not read here"));
        }
        if position as usize != index {
            return Err(BundleError::Malformed("pictures out of order"));
        }
        if raw_length != claim.blob_len {
            return Err(BundleError::Digest { index, what: "length" });
        }
        if sha256 != claim.blob_sha256 {
            return Err(BundleError::Digest { index, what: "hash" });
        }
        self.raw = self.raw.saturating_add(raw_length);
        if self.raw > limits::RAW_BYTES {
            return Err(BundleError::Limit("length of the pictures, decompressed"));
        }
        self.chunk.resize(CHUNK, 0);
        let mut copy =
            Copy { chunk: &mut self.chunk, hash: Context::new(&SHA256), sink, copied: 0 };
        if kind & ZSTD == 0 {
            if encoded_length != raw_length {
                return Err(BundleError::Digest { index, what: "length" });
            }
            copy.all(self.source.by_ref().take(raw_length)).map_err(failed)?;
            if copy.copied < raw_length {
                return Err(early_end(&self.source));
            }
        } else {
            if raw_length > encoded_length.saturating_mul(limits::COMPRESSION_RATIO) {
                return Err(BundleError::Limit("compression ratio"));
            }
            let left =
                decompress(self.source.by_ref().take(encoded_length), raw_length, &mut copy)?;
            if copy.copied != raw_length {
                return Err(BundleError::Digest { index, what: "length" });
            }
            if left > 0 {
                return Err(early_end(&self.source));
            }
        }
        let hash = copy.hash.finish();
        if self.source.limit() == 0 {
            return Err(BundleError::Limit("length of the bundle"));
        }
        if hash.as_ref() != sha256 {
            return Err(BundleError::Digest { index, what: "hash" });
        }
        Ok(())
    }
}

/// One zstd frame of at most `raw_length` bytes, and nothing after it; gives how many of the promised
/// encoded bytes never arrived.
fn decompress<W: Write>(
    encoded: Take<impl Read>,
    raw_length: u64,
    copy: &mut Copy<'_, W>,
) -> Result<u64, BundleError> {
    let broken = |error: io::Error| match error.kind() {
        // What zstd has to say comes as one of these.
        ErrorKind::Other | ErrorKind::UnexpectedEof | ErrorKind::InvalidData => {
            BundleError::Malformed("a picture could not be decompressed")
        }
        _ => failed(error),
    };
    let mut decoder = zstd::Decoder::with_buffer(BufReader::new(encoded)).map_err(broken)?;
    decoder.window_log_max(limits::WINDOW_LOG).map_err(broken)?;
    let mut decoder = decoder.single_frame();
    // One byte more than promised is enough to know that the promise was broken.
    copy.all(decoder.by_ref().take(raw_length.saturating_add(1))).map_err(broken)?;
    let mut rest = decoder.finish();
    if copy.copied <= raw_length && !rest.fill_buf().map_err(failed)?.is_empty() {
        return Err(BundleError::Malformed("bytes after a picture's zstd frame"));
    }
    Ok(rest.get_ref().limit())
}

/// Hands bytes on and hashes them on the way.
struct Copy<'a, W> {
    chunk: &'a mut [u8],
    hash: Context,
    sink: &'a mut W,
    copied: u64,
}

impl<W: Write> Copy<'_, W> {
    fn all(&mut self, mut source: impl Read) -> io::Result<()> {
        loop {
            let read = match source.read(self.chunk) {
                Ok(0) => return Ok(()),
                Ok(read) => read,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            let bytes = self.chunk.get(..read).unwrap_or_default();
            self.hash.update(bytes);
            self.sink.write_all(bytes)?;
            self.copied += read as u64;
        }
    }
}

fn array<const N: usize, R: Read>(source: &mut Take<R>) -> Result<[u8; N], BundleError> {
    let mut bytes = [0; N];
    match source.read_exact(&mut bytes) {
        Ok(()) => Ok(bytes),
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => Err(early_end(source)),
        Err(error) => Err(failed(error)),
    }
}

/// The bytes ended, or as many as a bundle may have were read and there are more.
fn early_end<R>(source: &Take<R>) -> BundleError {
    if source.limit() == 0 {
        BundleError::Limit("length of the bundle")
    } else {
        BundleError::Malformed("an early end")
    }
}

fn failed(error: io::Error) -> BundleError {
    BundleError::Unreadable(error.kind())
}
