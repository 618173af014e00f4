//! Starts and stops the real processes for the end-to-end tests, and plays the phone over HTTP.
//!
//! The processes are the release binaries that `cargo build --release --workspace` made; nothing is
//! mocked.
#![forbid(unsafe_code)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test that cannot go on says so by panicking"
)]

mod host_app;
mod phone;
mod process;
mod scale;

pub use host_app::{HostApp, ISSUER, LOGIN, Merchant};
pub use phone::{APP_ID, Answer, Phone, exchange, operate, page, refused};
pub use process::{
    ORIGIN, Server, arriving, binary, is_stored, looked_at, objects_folder, ocr_folder, sample,
    samples_folder,
};
pub use scale::{Database, is_scaled};
