//! Renders vouchers and photographs them: sample pictures and training data whose truth is known.
//!
//! Everything is computed in linear light, in the order in which it happens: print on paper, paper
//! on a desk (or on a screen), light on it, a lens, a sensor, what a phone does to the picture. The
//! same seed gives the same bytes on the same platform (other platforms may round sines and powers
//! differently).
//!
//! Start at [`Scene`], which a [`Camera`] turns into a [`Photograph`]:
//!
//! ```no_run
//! use bailing_simulator::{document, Camera, Desk, Fonts, Ground, Haulier, Light, Pose};
//!
//! # fn main() -> Result<(), bailing_simulator::SimulatorError> {
//! let fonts = Fonts::load(std::path::Path::new(bailing_simulator::FONTS_FOLDER))?;
//! let sheet = document::haulage_contract(&fonts, &Haulier::sample()?);
//! let pose = Pose { roll: 2.0, pitch: 6.0, yaw: -3.0, coverage: 0.7, offset: [0.0, 0.0] };
//! let desk = Desk::new(sheet, [1200, 1600], pose, Ground::wood(), Light::room());
//! let photograph = Camera::default().photograph(&desk, 7);
//! assert_eq!(photograph.truth.kind, "haulage_contract");
//! # Ok(())
//! # }
//! ```
#![forbid(unsafe_code)]

mod camera;
mod canvas;
mod colour;
pub mod document;
mod error;
mod fonts;
mod homography;
mod knobs;
mod marks;
mod noise;
pub mod numbers;
mod place;
mod raster;
pub mod samples;
mod scene;
mod stock;
mod story;
pub mod task;

pub use camera::{Blur, Camera, Chroma, Filter, Photograph, forwarded};
pub use colour::Rgb;
pub use error::SimulatorError;
pub use fonts::{FONTS_FOLDER, Face, Fonts};
pub use homography::Homography;
pub use knobs::knobs;
pub use place::{
    Bands, Bend, Desk, Display, Facade, Fringes, Glare, Grid, Ground, Lamp, Light, Pattern, Pose,
    Prop, Reflection, Screen, Screening, Shadow, Subject, Surround, Window, Yard,
};
pub use raster::Raster;
pub use scene::{Corners, Facing, Layers, Line, Row, Scene, Seal, Shelf, Signature, Table, Truth};
pub use stock::Stock;
pub use story::{Company, Haulier, Shopkeeper};
