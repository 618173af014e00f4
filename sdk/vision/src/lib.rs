//! What a frame shows: where the document lies, whether it can be read, and whether it is the thing
//! itself or a picture of it.
//!
//! The same code runs on the phone, for the merchant's benefit, and on the server, where it counts.
//! Pixels in, values out: no file, no network, no clock, no global.
//!
//! Start at [`Analyser`], which turns a [`Frame`] into an [`Analysis`] made of [`Signal`]s and a
//! [`Verdict`].
#![forbid(unsafe_code)]
#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

mod analysis;
pub mod document;
mod frame;
mod geometry;
mod model;
mod pixels;
pub mod quality;
pub mod recapture;
mod signal;
pub mod still;
mod turn;
mod verdict;

pub use analysis::{Analyser, Analysis, Subject};
pub use frame::{Frame, FrameError, PixelFormat};
pub use geometry::{Homography, Point, Quad};
pub use model::{ModelError, Models};
pub use signal::{Action, Class, Severity, Signal};
pub use turn::Turn;
pub use verdict::Verdict;

/// Every signal and error code this crate can produce, as listed in `CODES.md`.
pub const CODES: &[&str] = &[
    "blurred",
    "colour_cast",
    "curled",
    "cut_off",
    "featureless",
    "frame_unusable",
    "glare",
    "glare_on_text",
    "image_damaged",
    "image_format_unknown",
    "image_too_large",
    "low_dpi",
    "low_resolution",
    "model_unusable",
    "moire_moved",
    "motion_blurred",
    "near_edge",
    "noisy",
    "not_level",
    "occluded",
    "printed_copy",
    "recaptured",
    "screen_in_view",
    "screen_moire",
    "screen_raster",
    "several_documents",
    "shadow",
    "small_print",
    "tilted",
    "too_bright",
    "too_dark",
    "too_far",
    "wrinkled",
];
