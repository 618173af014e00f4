//! Writes a bundle.

use super::{BundleError, MAGIC, PICTURE, VERSION, ZSTD};
use crate::{digest, limits};

/// zstd's own default level: pictures that shrink at all do so at any level.
const LEVEL: i32 = 3;

/// Puts a signed manifest and its pictures, in the manifest's order, into one bundle. A picture is
/// compressed where that saves at least one part in thirty-two.
pub fn write(cose: &[u8], pictures: &[&[u8]]) -> Result<Vec<u8>, BundleError> {
    if cose.len() > limits::SIGNED_BYTES {
        return Err(BundleError::Limit("length of the signed part"));
    }
    if pictures.len() > limits::IMAGES {
        return Err(BundleError::Limit("number of pictures"));
    }
    let length = u32::try_from(cose.len()).unwrap_or(u32::MAX);
    let mut bundle = Vec::new();
    bundle.extend_from_slice(&MAGIC);
    bundle.push(VERSION);
    bundle.extend_from_slice(&length.to_be_bytes());
    bundle.extend_from_slice(cose);
    for (index, picture) in (0u32..).zip(pictures) {
        let compressed = compress(picture)?;
        let (kind, encoded) = match &compressed {
            Some(compressed) => (PICTURE | ZSTD, compressed.as_slice()),
            None => (PICTURE, *picture),
        };
        bundle.push(kind);
        bundle.extend_from_slice(&index.to_be_bytes());
        bundle.extend_from_slice(&(picture.len() as u64).to_be_bytes());
        bundle.extend_from_slice(&(encoded.len() as u64).to_be_bytes());
        bundle.extend_from_slice(&digest::sha256(picture));
        bundle.extend_from_slice(encoded);
        if bundle.len() > limits::BUNDLE_BYTES {
            return Err(BundleError::Limit("length of the bundle"));
        }
    }
    Ok(bundle)
}

/// One zstd frame, where it is worth it and within the ratio that a reader accepts.
fn compress(picture: &[u8]) -> Result<Option<Vec<u8>>, BundleError> {
    // JPEG and WebP do not shrink: not tried.
    if picture.starts_with(&[0xff, 0xd8]) || picture.starts_with(b"RIFF") {
        return Ok(None);
    }
    let compressed = zstd::bulk::compress(picture, LEVEL)
        .map_err(|_| BundleError::Malformed("a picture could not be compressed"))?;
    let worth = compressed.len() < picture.len() - picture.len() / 32;
    let allowed = picture.len() as u64 <= compressed.len() as u64 * limits::COMPRESSION_RATIO;
    Ok((worth && allowed).then_some(compressed))
}
