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
mod consistency;
mod facts;
mod fields;
mod handwriting;
mod items;
mod kinds;
mod marks;
pub mod objects;
pub mod ocr;
mod page;
mod recogniser;
mod seals;
mod sign;
mod subsequence;
mod tables;
pub mod tampering;

pub use consistency::{Contradiction, Document, Place, contradictions};
pub use facts::{Fact, Part};
pub use handwriting::Signature;
pub use kinds::{KindError, Kinds, Named};
pub use objects::{Object, ObjectFinder, ObjectModel, Prototype, Shelf, Taxonomy};
pub use ocr::{OcrEngine, OcrError, PaddleOcr, TextLine};
pub use recogniser::{Field, Recogniser, Recognition};
pub use seals::{Agreement, Colour, NameCheck, Seal, Shape};
pub use tables::{Cell, Table};

/// Every code this crate can produce, as listed in `CODES.md`.
pub const CODES: &[&str] = &[
    "account_check_failed",
    "amount_words_mismatch",
    "balance_broken",
    "dated_before_establishment",
    "field_missing",
    "holder_conflict",
    "invoice_code_check_failed",
    "invoice_number_check_failed",
    "invoice_sum_mismatch",
    "invoice_tax_mismatch",
    "invoiced_before_contract",
    "invoices_exceed_contract",
    "kind_mismatch",
    "kind_unknown",
    "line_amount_mismatch",
    "line_sum_mismatch",
    "line_tax_mismatch",
    "metadata_contradicts",
    "number_conflict",
    "object_model_unusable",
    "ocr_failed",
    "ocr_model_unexpected",
    "organisation_code_check_failed",
    "party_absent",
    "party_code_conflict",
    "party_name_conflict",
    "plate_check_failed",
    "plate_conflict",
    "prototype_unusable",
    "recognition_unavailable",
    "recompressed",
    "region_mismatch",
    "seal_copied",
    "seal_flat",
    "seal_missing",
    "seal_name_mismatch",
    "sign_differs",
    "signature_missing",
    "tampering_copy_move",
    "tampering_double_compression",
    "tampering_noise",
    "taxpayer_number_check_failed",
    "uscc_check_failed",
    "validity_inverted",
    "vehicle_conflict",
    "vin_check_failed",
];
