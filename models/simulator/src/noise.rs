//! Repeatable noise over the plane: the same point and seed always give the same value.

/// 0..1 for a lattice point.
pub(crate) fn lattice(x: i32, y: i32, seed: u32) -> f32 {
    let mut hash = seed ^ 0x9e37_79b9;
    for part in [x, y] {
        hash = (hash ^ part as u32).wrapping_mul(0x85eb_ca6b);
        hash ^= hash >> 13;
        hash = hash.wrapping_mul(0xc2b2_ae35);
        hash ^= hash >> 16;
    }
    (hash >> 8) as f32 / (1u32 << 24) as f32
}

/// Value noise, 0..1, smooth, one feature a unit.
pub(crate) fn value(x: f32, y: f32, seed: u32) -> f32 {
    let (left, top) = (x.floor(), y.floor());
    let ease = |share: f32| share * share * (3.0 - 2.0 * share);
    let (across, down) = (ease(x - left), ease(y - top));
    let (column, row) = (left as i32, top as i32);
    let corner = |dx: i32, dy: i32| lattice(column.wrapping_add(dx), row.wrapping_add(dy), seed);
    let upper = corner(0, 0) + (corner(1, 0) - corner(0, 0)) * across;
    let lower = corner(0, 1) + (corner(1, 1) - corner(0, 1)) * across;
    upper + (lower - upper) * down
}

/// Fractal noise, 0..1 around 0.5: `octaves` layers, each twice as fine and half as strong.
pub(crate) fn fractal(x: f32, y: f32, octaves: u32, seed: u32) -> f32 {
    let (mut sum, mut weight, mut total, mut frequency) = (0.0, 1.0, 0.0, 1.0);
    for octave in 0..octaves {
        sum += weight * value(x * frequency, y * frequency, seed.wrapping_add(octave * 7919));
        total += weight;
        weight *= 0.5;
        frequency *= 2.03;
    }
    sum / total
}
