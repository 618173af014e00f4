//! What a camera of 1280 × 720 gives of a printed page on a dark table.

/// Luma, and Cb and Cr in turn at half the width and height; the page so many pixels to the left.
pub(crate) fn planes(shift: u32) -> (Vec<u8>, Vec<u8>) {
    let noise = |index: u32| {
        let state = index.wrapping_mul(0x9e37_79b9) ^ 0x85eb_ca6b;
        let state = (state ^ (state >> 15)).wrapping_mul(0x2c1b_3c6d);
        (state ^ (state >> 12)).wrapping_mul(0x297a_2d39) >> 16
    };
    let luma = (0..1_280 * 720).map(|index: u32| {
        let (x, y) = (index % 1_280 + shift, index / 1_280);
        let on_page = (200..1_080).contains(&x) && (60..660).contains(&y);
        let in_text = (260..1_020).contains(&x) && (110..610).contains(&y);
        let is_ink = in_text && y % 22 < 10 && noise((y / 22) * 977 + x / 9) % 3 > 0;
        let base = match (on_page, is_ink) {
            (false, _) => 60,
            (true, true) => 44,
            (true, false) => 208,
        };
        (base + noise(index ^ shift << 20) % 7) as u8
    });
    (luma.collect(), vec![128; 640 * 360 * 2])
}
