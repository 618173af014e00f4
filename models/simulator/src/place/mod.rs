//! Places where a camera finds something: a desk, a screen, a yard.

mod desk;
mod facade;
mod ground;
mod interface;
mod pose;
mod prop;
mod relief;
mod room;
mod screen;
mod shelves;
mod solid;
mod truck;
mod window;
mod yard;

pub use desk::{Desk, Glare, Lamp, Light, Shadow};
pub use facade::{Facade, Subject};
pub use ground::{Ground, Pattern, Screening};
pub(crate) use interface::interface;
pub use pose::Pose;
pub use prop::Prop;
pub use relief::Bend;
pub use screen::{Bands, Display, Fringes, Grid, Reflection, Screen, Surround};
pub use window::Window;
pub use yard::Yard;
