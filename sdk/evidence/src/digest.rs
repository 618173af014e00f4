//! SHA-256, over bytes and over pixels.

use ring::digest::{Context, SHA256};

/// SHA-256 of some bytes.
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut context = Context::new(&SHA256);
    context.update(bytes);
    finish(context)
}

/// SHA-256 that binds pixels to their size: `width` and `height` as big-endian `u32`, then RGB,
/// `u8`, row-major, `3 * width` bytes a row.
pub fn pixels(width: u32, height: u32, rgb: &[u8]) -> [u8; 32] {
    let mut context = Context::new(&SHA256);
    context.update(&width.to_be_bytes());
    context.update(&height.to_be_bytes());
    context.update(rgb);
    finish(context)
}

fn finish(context: Context) -> [u8; 32] {
    let mut out = [0; 32];
    for (to, from) in out.iter_mut().zip(context.finish().as_ref()) {
        *to = *from;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_fips_180() {
        assert_eq!(
            crate::hexadecimal::encode(&sha256(b"abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }

    #[test]
    fn the_same_bytes_in_another_shape_differ() {
        assert_ne!(pixels(2, 1, &[0; 6]), pixels(1, 2, &[0; 6]));
    }
}
