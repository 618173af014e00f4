//! Classes that an operator enrols from a few photos, told by the features of an installed network.
//!
//! A class is the mean direction of its photos' features; a picture is of the class whose direction is
//! nearest, if it is near enough (nearest class mean: Snell et al., NeurIPS 2017, without the training).

use std::ops::RangeInclusive;

use image::RgbImage;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::model::{ModelError, ObjectModel};
use super::taxonomy::Taxonomy;
use super::{KnownBy, Object};

/// Photos that a class is enrolled from.
pub const PHOTOS: RangeInclusive<usize> = 5..=20;

/// Most numbers that describe a picture.
pub(super) const FEATURES: usize = 4_096;

/// Longest label, bytes.
const LABEL: usize = 120;

/// A class as it was enrolled.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Prototype {
    /// Class of the taxonomy.
    pub class: String,
    /// What the operator calls it, which may be narrower: a make, a packet.
    pub label: String,
    /// The network whose features these are; others' cannot be compared with them.
    pub model: String,
    /// Mean direction, of length 1.
    pub features: Vec<f32>,
}

/// Why a class cannot be enrolled.
#[derive(Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum EnrolError {
    /// Another number of photos than [`PHOTOS`].
    #[error("a class is enrolled from 5 to 20 photos, not {0}")]
    Photos(usize),
    /// The taxonomy has no such class.
    #[error("there is no class {0}")]
    Class(String),
    /// No label, too long a one, or one with control characters.
    #[error("a label has 1 to 120 bytes, none of them a control character")]
    Label,
    /// The network failed on a photo, or the photos have nothing in common.
    #[error(transparent)]
    Model(#[from] ModelError),
}

impl EnrolError {
    /// Stable code, as listed in `CODES.md`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Photos(_) | Self::Class(_) | Self::Label => "prototype_unusable",
            Self::Model(error) => error.code(),
        }
    }
}

impl Prototype {
    /// Enrols a class from what [`ObjectModel::features`] made of each of its photos.
    pub fn enrol(
        taxonomy: &Taxonomy,
        model: &ObjectModel,
        class: &str,
        label: &str,
        photos: &[Vec<f32>],
    ) -> Result<Self, EnrolError> {
        if !PHOTOS.contains(&photos.len()) {
            return Err(EnrolError::Photos(photos.len()));
        }
        let label = named(taxonomy, class, label)?;
        let mut sum: Vec<f32> = Vec::new();
        for features in photos {
            sum.resize(features.len(), 0.0);
            for (all, value) in sum.iter_mut().zip(features) {
                *all += value;
            }
        }
        let length = sum.iter().map(|value| value * value).sum::<f32>().sqrt();
        if !(length.is_finite() && length > f32::EPSILON) {
            return Err(ModelError::Unusable("the photos have nothing in common".to_owned()).into());
        }
        Ok(Self {
            class: class.to_owned(),
            label: label.to_owned(),
            model: model.name().to_owned(),
            features: sum.iter().map(|value| value / length).collect(),
        })
    }

    /// Cosine of a picture's features to this class, -1..1; `None` where other features describe it.
    fn cosine(&self, model: &ObjectModel, features: &[f32]) -> Option<f32> {
        let comparable = self.model == model.name() && self.features.len() == features.len();
        comparable.then(|| self.features.iter().zip(features).map(|(a, b)| a * b).sum())
    }
}

/// The label without what surrounds it, where class and label will do.
pub(super) fn named<'a>(
    taxonomy: &Taxonomy,
    class: &str,
    label: &'a str,
) -> Result<&'a str, EnrolError> {
    if !taxonomy.contains(class) {
        return Err(EnrolError::Class(class.to_owned()));
    }
    let label = label.trim();
    if label.is_empty() || label.len() > LABEL || label.chars().any(char::is_control) {
        return Err(EnrolError::Label);
    }
    Ok(label)
}

/// What the picture is of, if it is near enough to an enrolled class.
pub(super) fn look(
    model: &ObjectModel,
    prototypes: &[Prototype],
    picture: &RgbImage,
) -> Result<Option<Object>, ModelError> {
    let features = model.features(picture)?;
    let nearest = prototypes
        .iter()
        .filter_map(|prototype| Some((prototype, prototype.cosine(model, &features)?)))
        .max_by(|(_, a), (_, b)| a.total_cmp(b));
    Ok(nearest.filter(|(_, cosine)| *cosine >= model.alike()).map(|(prototype, cosine)| Object {
        class: prototype.class.clone(),
        label: Some(prototype.label.clone()),
        confidence: cosine.clamp(0.0, 1.0),
        region: None,
        known_by: KnownBy::Prototypes { model: model.name().to_owned() },
    }))
}
