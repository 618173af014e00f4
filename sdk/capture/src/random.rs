//! Where random bytes come from.

use ring::rand::{SecureRandom, SystemRandom};
use thiserror::Error;

/// A cryptographic random generator. The platform gives it; on a phone and on a desktop alike
/// [`ring`'s `SystemRandom`](ring::rand::SystemRandom) is one.
pub trait Random: Send {
    /// Fills all of `bytes`.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), RandomError>;
}

/// No randomness was to be had.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("the system gives no random bytes: nothing can be stored safely until it does")]
pub struct RandomError;

impl RandomError {
    /// Stable code, as listed in `CODES.md`.
    pub fn code(&self) -> &'static str {
        "randomness_failed"
    }
}

impl Random for SystemRandom {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), RandomError> {
        SecureRandom::fill(self, bytes).map_err(|_| RandomError)
    }
}
