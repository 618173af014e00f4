//! Series of pictures with their truth, for training, testing and looking at.

mod chance;
mod condition;
mod document;
mod recapture;
mod scene;
mod series;
mod voucher;

pub use condition::Condition;
pub use series::{Order, Task, contact_sheet, render};
