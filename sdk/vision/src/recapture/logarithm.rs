//! A logarithm that the compiler can take of several values at once.

/// Natural logarithm of a positive, normal number, to 0.00002.
pub(super) fn natural(value: f32) -> f32 {
    let bits = value.to_bits();
    let exponent = (bits >> 23) as f32 - 127.0;
    let mantissa = f32::from_bits(bits & 0x007f_ffff | 0x3f80_0000);
    // Least squares over 1..2, the ends exact so that nothing jumps from one octave to the next.
    let t = mantissa - 1.0;
    let fraction = t
        * (1.441_917 + t * (-0.709_096_4 + t * (0.415_605_9 + t * (-0.193_575_5 + t * 0.045_149))));
    (exponent + fraction) * std::f32::consts::LN_2
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_is_the_natural_logarithm(exponent in -30.0f32..60.0) {
            let value = exponent.exp();
            prop_assert!((natural(value) - value.ln()).abs() < 2e-5 * (1.0 + exponent.abs()));
        }
    }
}
