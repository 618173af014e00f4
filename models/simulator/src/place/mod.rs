//! Places where a camera finds something: a desk, a screen, a yard.

mod desk;
mod ground;
mod pose;
mod prop;
mod screen;
mod solid;
mod truck;
mod yard;

pub use desk::{Desk, Glare, Light};
pub use ground::Ground;
pub use pose::Pose;
pub use prop::Prop;
pub use screen::Screen;
pub use yard::Yard;
