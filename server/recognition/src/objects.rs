//! What a picture of a business shows: goods, machines, vehicles, premises.

mod taxonomy;

pub use taxonomy::{LabelSet, Taxonomy, TaxonomyError};
