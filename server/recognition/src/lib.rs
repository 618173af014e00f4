//! Reads a voucher: text, kind, fields, and whether they make sense.
//!
//! Start at [`Recogniser`]. The text models stand behind [`OcrEngine`]; without them every voucher
//! is sent to review. No IO: models come in as bytes.
#![forbid(unsafe_code)]
#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

mod agreement;
pub mod checks;
mod facts;
mod fields;
mod kinds;
pub mod ocr;
mod page;
mod recogniser;
mod seals;

pub use facts::{Fact, Part};
pub use kinds::{KindError, Kinds, Named};
pub use ocr::{OcrEngine, OcrError, PaddleOcr, TextLine};
pub use recogniser::{Field, Recogniser, Recognition, Region};

/// Every code this crate can produce, as listed in `CODES.md`.
pub const CODES: &[&str] = &[
    "account_check_failed",
    "amount_words_mismatch",
    "field_missing",
    "invoice_code_check_failed",
    "invoice_number_check_failed",
    "invoice_sum_mismatch",
    "invoice_tax_mismatch",
    "kind_mismatch",
    "kind_unknown",
    "ocr_failed",
    "ocr_model_unexpected",
    "organisation_code_check_failed",
    "plate_check_failed",
    "recognition_unavailable",
    "region_mismatch",
    "taxpayer_number_check_failed",
    "uscc_check_failed",
    "validity_inverted",
    "vin_check_failed",
];
