//! What a picture of a business shows: goods, machines, vehicles, premises.
//!
//! A class is known in one of three ways, and a result says in which: by the network of goods that this
//! crate brings, by a network that the operator installed ([`ObjectModel`]), or by photos that the operator
//! enrolled ([`Prototype`]). What nobody can tell is not looked for, and the result says so too:
//! `looked_for` lists the classes that would have been told, and of every other it says nothing.

mod boxes;
mod model;
mod network;
mod prototypes;
mod shelf;
mod taxonomy;

use std::collections::BTreeSet;
use std::sync::{Arc, PoisonError, RwLock};

use bailing_vision::document::{Rectified, rectify};
use bailing_vision::{Frame, Quad};
use image::RgbImage;
use serde::{Deserialize, Serialize};

pub use model::{ModelError, ObjectModel};
pub use prototypes::{EnrolError, PHOTOS, Prototype};
pub use shelf::{Facing, Shelf, ShelfRow, look as shelf};
pub use taxonomy::{LabelSet, Taxonomy, TaxonomyError};

/// Longer side of the picture that is looked at, pixels: no network takes more.
const SIDE: u32 = 1_280;

/// One thing seen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Object {
    /// Class of the [`Taxonomy`].
    pub class: String,
    /// What the network or the operator calls it, which may be narrower.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// 0..1: the share that a network gives the class, or the cosine to an enrolled one.
    pub confidence: f32,
    /// Where, in pixels of the upright still; `None` for the whole picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<Quad>,
    /// Who says so.
    pub known_by: KnownBy,
}

/// How a class was known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "way", rename_all = "snake_case")]
pub enum KnownBy {
    /// By a network of this project; its card in `models` has its figures.
    OwnClassifier {
        /// Name and version.
        model: String,
    },
    /// By a network that the operator installed; its figures are the operator's to know.
    Model {
        /// Name and version.
        model: String,
    },
    /// By photos that the operator enrolled.
    Prototypes {
        /// The network whose features tell them apart.
        model: String,
    },
}

/// What was seen, and what was looked for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Seen {
    /// The things seen, the surest first.
    pub objects: Vec<Object>,
    /// Ids of the classes that would have been told, sorted. Any other was not looked at.
    pub looked_for: Vec<String>,
}

/// Everything that can tell a class.
#[derive(Debug)]
pub struct ObjectFinder {
    taxonomy: Taxonomy,
    /// Those of the operator first: their features tell prototypes.
    models: Vec<ObjectModel>,
    prototypes: RwLock<Arc<Vec<Prototype>>>,
}

impl ObjectFinder {
    /// The networks that the operator installed, in the order of trust, and the one of goods.
    pub fn new(taxonomy: Taxonomy, installed: Vec<ObjectModel>) -> Result<Self, ModelError> {
        let mut models = installed;
        models.push(ObjectModel::goods(&taxonomy)?);
        Ok(Self { taxonomy, models, prototypes: RwLock::default() })
    }

    /// What there is to be known.
    pub fn taxonomy(&self) -> &Taxonomy {
        &self.taxonomy
    }

    /// The network whose features tell prototypes.
    pub fn describer(&self) -> Result<&ObjectModel, ModelError> {
        let found = self.models.iter().find(|model| model.describes());
        found.ok_or_else(|| ModelError::Unusable("no network gives features".to_owned()))
    }

    /// The label as it is kept, where a class may be enrolled under it.
    ///
    /// # Errors
    ///
    /// [`EnrolError::Class`] and [`EnrolError::Label`].
    pub fn label<'a>(&self, class: &str, label: &'a str) -> Result<&'a str, EnrolError> {
        prototypes::named(&self.taxonomy, class, label)
    }

    /// Enrols a class from what the [`ObjectFinder::describer`] made of its photos. It is told once it is
    /// among those of [`ObjectFinder::use_prototypes`].
    pub fn enrol(
        &self,
        class: &str,
        label: &str,
        photos: &[Vec<f32>],
    ) -> Result<Prototype, EnrolError> {
        Prototype::enrol(&self.taxonomy, self.describer()?, class, label, photos)
    }

    /// Tells these enrolled classes from now on, and no others.
    pub fn use_prototypes(&self, prototypes: Vec<Prototype>) {
        *self.prototypes.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(prototypes);
    }

    /// What describes a photo of a class that is being enrolled.
    pub fn describe(&self, photo: &Frame<'_>) -> Result<Vec<f32>, ModelError> {
        let small = small(photo).ok_or_else(|| ModelError::Unusable("no picture".to_owned()))?;
        self.describer()?.features(&small.picture)
    }

    /// What a picture shows, in its pixels. A network that fails on it has not looked.
    pub fn look(&self, picture: &Frame<'_>) -> Seen {
        let Some(Rectified { picture, to_frame, .. }) = small(picture) else {
            return Seen::default();
        };
        let mut seen = self.seen(&picture);
        for region in seen.objects.iter_mut().filter_map(|object| object.region.as_mut()) {
            *region = to_frame.map_quad(region);
        }
        seen
    }

    fn seen(&self, picture: &RgbImage) -> Seen {
        let mut objects = Vec::new();
        let mut looked_for: BTreeSet<String> = BTreeSet::new();
        for model in &self.models {
            if let Ok(found) = model.look(picture) {
                objects.extend(found);
                looked_for.extend(model.classes().into_iter().map(str::to_owned));
            }
        }
        let prototypes =
            Arc::clone(&self.prototypes.read().unwrap_or_else(PoisonError::into_inner));
        if let Ok(model) = self.describer()
            && !prototypes.is_empty()
            && let Ok(found) = prototypes::look(model, &prototypes, picture)
        {
            objects.extend(found);
            let told = prototypes.iter().filter(|prototype| prototype.model == model.name());
            looked_for.extend(told.map(|prototype| prototype.class.clone()));
        }
        objects.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
        Seen { objects, looked_for: looked_for.into_iter().collect() }
    }
}

/// The whole picture, no larger than networks need it.
fn small(picture: &Frame<'_>) -> Option<Rectified> {
    let whole = Quad::rectangle(0.0, 0.0, picture.width() as f32, picture.height() as f32);
    rectify(picture, &whole, SIDE)
}
