//! Invented numbers that pass the check digits of real ones.

pub mod money;
pub mod uscc;
pub mod vin;
