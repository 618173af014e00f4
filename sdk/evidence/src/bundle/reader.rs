//! Reads a bundle, as hostile bytes.

use std::borrow::Cow;
use std::io::Read;

use super::{BundleError, MAGIC, PICTURE, VERSION, ZSTD};
use crate::manifest::{ImageClaim, Manifest};
use crate::{digest, limits};

/// A bundle whose outer form is sound; nothing in it is verified yet.
#[derive(Clone, Copy, Debug)]
pub struct Reader<'a> {
    cose: &'a [u8],
    records: &'a [u8],
}

impl<'a> Reader<'a> {
    /// Finds the signed part. The pictures are not looked at.
    pub fn open(bundle: &'a [u8]) -> Result<Self, BundleError> {
        if bundle.len() > limits::BUNDLE_BYTES {
            return Err(BundleError::Limit("length of the bundle"));
        }
        let mut rest = bundle;
        if take::<8>(&mut rest)? != MAGIC {
            return Err(BundleError::Malformed("it does not begin like one"));
        }
        if take::<1>(&mut rest)? != [VERSION] {
            return Err(BundleError::Malformed("a version that is not read here"));
        }
        let length = u32::from_be_bytes(take::<4>(&mut rest)?) as usize;
        if length > limits::SIGNED_BYTES {
            return Err(BundleError::Limit("length of the signed part"));
        }
        let (cose, records) =
            rest.split_at_checked(length).ok_or(BundleError::Malformed("an early end"))?;
        Ok(Self { cose, records })
    }

    /// The signed part: a COSE_Sign1, for [`crate::signature::verify`].
    pub fn cose(&self) -> &'a [u8] {
        self.cose
    }

    /// The pictures that a verified manifest names, one after another, each only if its length and
    /// hash are the signed ones. Missing and additional records are errors.
    pub fn blobs<'m>(&self, verified: &'m Manifest) -> Blobs<'a, 'm> {
        Blobs {
            rest: self.records,
            images: verified.images.iter().enumerate(),
            raw: 0,
            done: false,
        }
    }
}

/// Iterator over a bundle's verified pictures; ends after its first error.
#[derive(Debug)]
pub struct Blobs<'a, 'm> {
    rest: &'a [u8],
    images: std::iter::Enumerate<std::slice::Iter<'m, ImageClaim>>,
    raw: u64,
    done: bool,
}

impl<'a> Iterator for Blobs<'a, '_> {
    type Item = Result<Cow<'a, [u8]>, BundleError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.done {
            return None;
        }
        let blob = match self.images.next() {
            Some((index, claim)) => self.record(index, claim),
            None if self.rest.is_empty() => {
                self.done = true;
                return None;
            }
            None => Err(BundleError::Malformed("bytes after the last picture")),
        };
        self.done = blob.is_err();
        Some(blob)
    }
}

impl<'a> Blobs<'a, '_> {
    fn record(&mut self, index: usize, claim: &ImageClaim) -> Result<Cow<'a, [u8]>, BundleError> {
        let [kind] = take::<1>(&mut self.rest)?;
        let position = u32::from_be_bytes(take::<4>(&mut self.rest)?);
        let raw_length = u64::from_be_bytes(take::<8>(&mut self.rest)?);
        let encoded_length = u64::from_be_bytes(take::<8>(&mut self.rest)?);
        let sha256 = take::<32>(&mut self.rest)?;
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
        let encoded_length = usize::try_from(encoded_length).unwrap_or(usize::MAX);
        let (encoded, rest) = self
            .rest
            .split_at_checked(encoded_length)
            .ok_or(BundleError::Malformed("an early end"))?;
        self.rest = rest;
        let raw = if kind & ZSTD == 0 {
            Cow::Borrowed(encoded)
        } else {
            Cow::Owned(decompress(encoded, raw_length)?)
        };
        if raw.len() as u64 != raw_length {
            return Err(BundleError::Digest { index, what: "length" });
        }
        if digest::sha256(&raw) != sha256 {
            return Err(BundleError::Digest { index, what: "hash" });
        }
        Ok(raw)
    }
}

/// One zstd frame of at most `raw_length` bytes. The buffer grows with what really comes out.
fn decompress(encoded: &[u8], raw_length: u64) -> Result<Vec<u8>, BundleError> {
    if raw_length > (encoded.len() as u64).saturating_mul(limits::COMPRESSION_RATIO) {
        return Err(BundleError::Limit("compression ratio"));
    }
    let broken = |_| BundleError::Malformed("a picture could not be decompressed");
    let mut decoder = zstd::Decoder::with_buffer(encoded).map_err(broken)?.single_frame();
    decoder.window_log_max(limits::WINDOW_LOG).map_err(broken)?;
    let mut raw = Vec::new();
    // One byte more than promised is enough to know that the promise was broken.
    decoder.by_ref().take(raw_length.saturating_add(1)).read_to_end(&mut raw).map_err(broken)?;
    if raw.len() as u64 <= raw_length && !decoder.finish().is_empty() {
        return Err(BundleError::Malformed("bytes after a picture's zstd frame"));
    }
    Ok(raw)
}

fn take<const N: usize>(rest: &mut &[u8]) -> Result<[u8; N], BundleError> {
    let (taken, after) =
        rest.split_first_chunk::<N>().ok_or(BundleError::Malformed("an early end"))?;
    *rest = after;
    Ok(*taken)
}
