//! Series of pictures with their truth, for training, testing and looking at.

mod chance;
mod condition;
mod document;
mod evidence;
mod photo;
mod recapture;
mod scene;
mod series;
mod shelf;
mod tamper;
mod voucher;

pub use condition::Condition;
pub use photo::Attack;
pub use series::{Order, Task, contact_sheet, render};
