//! A network that somebody installed, and what its outputs mean.

use std::collections::{BTreeMap, BTreeSet};

use bailing_vision::{Point, Quad};
use image::imageops::{FilterType, crop_imm, overlay, resize};
use image::{Rgb, RgbImage};
use serde::Deserialize;
use thiserror::Error;

use super::boxes::{self, Boxes};
use super::network::{Network, Output};
use super::taxonomy::{LabelSet, Taxonomy};
use super::{KnownBy, Object};

/// Sides of the pictures that networks take, pixels.
const SIDES: std::ops::RangeInclusive<u32> = 16..=1_280;

/// Most labels of one network.
const LABELS: usize = 30_000;

/// Most things reported of one picture.
pub(super) const OBJECTS: usize = 200;

/// An ONNX classifier or detector with its description.
#[derive(Debug)]
pub struct ObjectModel {
    description: Description,
    network: Network,
    known_by: KnownBy,
    /// The class of each label; `None` for what is no business asset.
    classes: Vec<Option<String>>,
}

/// What the file beside a network says, as TOML.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Description {
    /// Name and version, as results carry it.
    name: String,
    /// What the network takes, pixels.
    width: u32,
    height: u32,
    #[serde(default)]
    channels: Channels,
    /// What white is before the mean is taken off: 1, or 255.
    #[serde(default = "one")]
    white: f32,
    #[serde(default)]
    mean: [f32; 3],
    #[serde(default = "ones")]
    deviation: [f32; 3],
    #[serde(default)]
    fit: Fit,
    output: Layout,
    /// What it tells apart, in the order of its outputs.
    labels: Vec<String>,
    /// The known set that the labels are of.
    label_set: Option<LabelSet>,
    /// Classes of labels that are of no known set.
    #[serde(default)]
    classes: BTreeMap<String, String>,
    /// Confidence from which a thing is reported, 0..1.
    threshold: f32,
    /// The output that describes a picture, for prototypes.
    features: Option<String>,
    /// Cosine from which a picture is of a prototype's class, where features are given.
    #[serde(default = "one")]
    alike: f32,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Channels {
    #[default]
    Rgb,
    Bgr,
}

/// How a picture of another shape becomes one of the network's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Fit {
    /// Each side by its own factor.
    #[default]
    Stretch,
    /// All of it at the top left, the rest grey.
    Letterbox,
    /// The middle of it.
    Crop,
}

/// What the outputs hold.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case", tag = "layout", deny_unknown_fields)]
enum Layout {
    /// One value a label.
    Classes {
        /// Which output.
        scores: String,
        /// Whether they are logits of a softmax, or shares already.
        softmax: bool,
    },
    /// Boxes, each with one value a label.
    Boxes(Boxes),
}

/// Why a network cannot be used.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum ModelError {
    /// Its description is not TOML, or not as the documentation of [`ObjectModel`] has it.
    #[error("the model's description: {0}")]
    Description(String),
    /// The file is longer, or its network larger, than a server runs.
    #[error("the model is too large: {0}")]
    TooLarge(&'static str),
    /// The file is no network that is run here, or its outputs are not what its description says.
    #[error("the model cannot be used: {0}")]
    Unusable(String),
}

impl ModelError {
    /// Stable code, as listed in `CODES.md`.
    pub fn code(&self) -> &'static str {
        "object_model_unusable"
    }
}

impl ObjectModel {
    /// The network of goods that this crate brings; `models/goods.md` is its card.
    pub fn goods(taxonomy: &Taxonomy) -> Result<Self, ModelError> {
        let model = Self::read(
            include_bytes!("../../../../models/goods.onnx"),
            include_str!("../../objects/goods.toml"),
            taxonomy,
        )?;
        let known_by = KnownBy::OwnClassifier { model: model.description.name.clone() };
        Ok(Self { known_by, ..model })
    }

    /// A network from its ONNX file and the TOML beside it, whose keys are:
    ///
    /// - `name`: name and version; `width`, `height`: what it takes, pixels
    /// - `channels`: `rgb` (default) or `bgr`; `white`: what white is, 1 (default) or 255; `mean` and
    ///   `deviation`: then taken off and divided by, a channel each
    /// - `fit`: `stretch` (default), `letterbox` (at the top left) or `crop` (the middle)
    /// - `output`: `{ layout = "classes", scores = OUTPUT, softmax = BOOL }`, or
    ///   `{ layout = "boxes", boxes = OUTPUT, … }` with rows of x, y, width, height and one value a label;
    ///   see `objects/README.md` for its other keys
    /// - `labels`: in the order of the outputs; `label_set`: `imagenet`, `coco`, `open_images` or
    ///   `grocery`; `classes`: `{ label = class }` for labels of no known set
    /// - `threshold`: confidence from which a thing is reported
    /// - `features`: the output that prototypes are told by; `alike`: cosine from which a picture is of a
    ///   prototype's class
    ///
    /// # Errors
    ///
    /// [`ModelError`], also where the network fails on an empty picture: what fails at all fails here.
    pub fn read(file: &[u8], description: &str, taxonomy: &Taxonomy) -> Result<Self, ModelError> {
        let description = Description::parse(description)?;
        let classes = description.labels.iter().map(|label| {
            let class = match description.classes.get(label) {
                Some(class) => Some(class.as_str()),
                None => description.label_set.and_then(|set| taxonomy.class_of(set, label)),
            };
            if class.is_some_and(|class| !taxonomy.contains(class)) {
                return Err(ModelError::Description(format!("{label}: there is no such class")));
            }
            Ok(class.map(str::to_owned))
        });
        let classes = classes.collect::<Result<_, _>>()?;
        let size = [description.height as usize, description.width as usize];
        let network = Network::read(file, size)?;
        let known_by = KnownBy::Model { model: description.name.clone() };
        let model = Self { description, network, known_by, classes };
        let empty = RgbImage::new(model.description.width, model.description.height);
        model.look(&empty)?;
        if model.description.features.is_some() {
            model.features(&empty)?;
        }
        Ok(model)
    }

    /// Name and version.
    pub fn name(&self) -> &str {
        &self.description.name
    }

    /// The ids of the classes that it tells.
    pub fn classes(&self) -> BTreeSet<&str> {
        self.classes.iter().flatten().map(String::as_str).collect()
    }

    /// Whether prototypes can be told by it.
    pub fn describes(&self) -> bool {
        self.description.features.is_some()
    }

    /// Cosine from which a picture is of a prototype's class.
    pub(super) fn alike(&self) -> f32 {
        self.description.alike
    }

    /// What it sees, the surest first, in pixels of the picture.
    pub fn look(&self, picture: &RgbImage) -> Result<Vec<Object>, ModelError> {
        let fitted = self.description.fitted(picture);
        let outputs = self.network.run(&fitted.values)?;
        let mut found = match &self.description.output {
            Layout::Classes { scores, softmax } => {
                let Output { values, .. } = self.network.output(scores, &outputs)?;
                if values.len() != self.classes.len() {
                    return Err(ModelError::Unusable(format!(
                        "{} scores for {} labels",
                        values.len(),
                        self.classes.len()
                    )));
                }
                self.classified(&if *softmax { shares(values) } else { values.clone() })
            }
            Layout::Boxes(layout) => {
                let boxes = self.network.output(&layout.boxes, &outputs)?;
                let apart = layout.scores.as_deref();
                let apart = apart.map(|name| self.network.output(name, &outputs)).transpose()?;
                let size = [self.description.width as f32, self.description.height as f32];
                let least = self.description.threshold;
                let found = boxes::read(layout, boxes, apart, self.classes.len(), size, least)?;
                found.into_iter().filter_map(|found| self.boxed(&found, &fitted)).collect()
            }
        };
        found.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
        found.truncate(OBJECTS);
        Ok(found)
    }

    /// What describes the picture, of length 1; pictures of one thing have a large cosine.
    pub fn features(&self, picture: &RgbImage) -> Result<Vec<f32>, ModelError> {
        let Some(name) = &self.description.features else {
            return Err(ModelError::Unusable("it gives no features".to_owned()));
        };
        let outputs = self.network.run(&self.description.fitted(picture).values)?;
        let Output { values, .. } = self.network.output(name, &outputs)?;
        let length = values.iter().map(|value| value * value).sum::<f32>().sqrt();
        if !length.is_finite() || values.is_empty() || values.len() > super::prototypes::FEATURES {
            return Err(ModelError::Unusable("its features are no direction".to_owned()));
        }
        Ok(values.iter().map(|value| value / length.max(f32::MIN_POSITIVE)).collect())
    }

    /// The likeliest class: labels of one class speak for it together.
    fn classified(&self, shares: &[f32]) -> Vec<Object> {
        let mut sums: BTreeMap<&str, (f32, usize)> = BTreeMap::new();
        for (index, (class, share)) in self.classes.iter().zip(shares).enumerate() {
            let Some(class) = class else { continue };
            let (sum, best) = sums.entry(class).or_insert((0.0, index));
            *sum += share;
            if shares.get(*best).is_some_and(|known| share > known) {
                *best = index;
            }
        }
        let best = sums.into_iter().max_by(|(_, (a, _)), (_, (b, _))| a.total_cmp(b));
        // Something else may be likelier than any business asset.
        let other = self.classes.iter().zip(shares).filter(|(class, _)| class.is_none());
        let other = other.map(|(_, share)| *share).fold(0.0, f32::max);
        best.filter(|(_, (sum, _))| *sum >= self.description.threshold && *sum > other)
            .map(|(class, (sum, label))| Object {
                class: class.to_owned(),
                label: self.description.labels.get(label).cloned(),
                confidence: sum.clamp(0.0, 1.0),
                region: None,
                known_by: self.known_by.clone(),
            })
            .into_iter()
            .collect()
    }

    fn boxed(&self, found: &boxes::Found, fitted: &Fitted) -> Option<Object> {
        let class = self.classes.get(found.label)?.as_ref()?;
        let [left, top, right, bottom] = found.sides;
        let (from, to) = (fitted.place([left, top]), fitted.place([right, bottom]));
        Some(Object {
            class: class.clone(),
            label: self.description.labels.get(found.label).cloned(),
            confidence: found.confidence,
            region: Some(Quad::rectangle(from.x, from.y, to.x, to.y)),
            known_by: self.known_by.clone(),
        })
    }
}

impl Description {
    fn parse(text: &str) -> Result<Self, ModelError> {
        let wrong = |reason: &str| Err(ModelError::Description(reason.to_owned()));
        let description: Self = toml::from_str(text)
            .map_err(|error| ModelError::Description(error.message().to_owned()))?;
        if !(SIDES.contains(&description.width) && SIDES.contains(&description.height)) {
            return wrong("width and height are 16 to 1,280");
        }
        if description.name.is_empty() || description.name.len() > 64 {
            return wrong("name has 1 to 64 bytes");
        }
        if !(1..=LABELS).contains(&description.labels.len()) {
            return wrong("1 to 30,000 labels");
        }
        let numbers = description.mean.iter().chain(&description.deviation);
        let finite = numbers.chain([&description.white]).all(|number| number.is_finite());
        if !finite || description.white <= 0.0 || description.deviation.iter().any(|d| *d <= 0.0) {
            return wrong("white and deviation are above zero");
        }
        if !(0.0..=1.0).contains(&description.threshold)
            || !(-1.0..=1.0).contains(&description.alike)
        {
            return wrong("threshold is 0 to 1, alike a cosine");
        }
        Ok(description)
    }

    /// The picture as the network takes it, planar.
    fn fitted(&self, picture: &RgbImage) -> Fitted {
        let (width, height) = (picture.width().max(1), picture.height().max(1));
        let (columns, rows) = (self.width, self.height);
        let ratios = [columns as f32 / width as f32, rows as f32 / height as f32];
        let [across, down] = ratios;
        let (small, scale, offset) = match self.fit {
            Fit::Stretch => {
                (resize(picture, columns, rows, FilterType::Triangle), ratios, [0.0, 0.0])
            }
            Fit::Letterbox => {
                let scale = across.min(down);
                let side = |length: u32, most: u32| ((length as f32 * scale) as u32).clamp(1, most);
                let inner =
                    resize(picture, side(width, columns), side(height, rows), FilterType::Triangle);
                let mut whole = RgbImage::from_pixel(columns, rows, Rgb([114; 3]));
                overlay(&mut whole, &inner, 0, 0);
                (whole, [scale; 2], [0.0, 0.0])
            }
            Fit::Crop => {
                let scale = across.max(down);
                let side = |length: u32, most: u32| ((length as f32 / scale) as u32).clamp(1, most);
                let (inner, tall) = (side(columns, width), side(rows, height));
                let (left, top) = ((width - inner) / 2, (height - tall) / 2);
                let middle = crop_imm(picture, left, top, inner, tall).to_image();
                let small = resize(&middle, columns, rows, FilterType::Triangle);
                (small, [scale; 2], [left as f32, top as f32])
            }
        };
        let order = match self.channels {
            Channels::Rgb => [0, 1, 2],
            Channels::Bgr => [2, 1, 0],
        };
        let mut values = Vec::with_capacity(3 * (columns * rows) as usize);
        for ((channel, mean), deviation) in order.into_iter().zip(self.mean).zip(self.deviation) {
            values.extend(small.pixels().map(|Rgb(pixel)| {
                let byte = pixel.get(channel).copied().unwrap_or_default();
                (f32::from(byte) / 255.0 * self.white - mean) / deviation
            }));
        }
        Fitted { values, scale, offset }
    }
}

/// A picture in a network's shape.
struct Fitted {
    values: Vec<f32>,
    /// Pixels of the network's picture for one of the picture's.
    scale: [f32; 2],
    /// Pixels of the picture left of and above the network's.
    offset: [f32; 2],
}

impl Fitted {
    /// A place of the network's picture, in pixels of the picture.
    fn place(&self, [x, y]: [f32; 2]) -> Point {
        let ([across, down], [left, top]) = (self.scale, self.offset);
        Point { x: x / across + left, y: y / down + top }
    }
}

/// Shares of a softmax.
fn shares(logits: &[f32]) -> Vec<f32> {
    let most = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let powers: Vec<f32> = logits.iter().map(|logit| (logit - most).exp()).collect();
    let sum: f32 = powers.iter().sum();
    powers.iter().map(|power| power / sum).collect()
}

fn one() -> f32 {
    1.0
}

fn ones() -> [f32; 3] {
    [1.0; 3]
}

#[cfg(test)]
mod tests {
    use ring::digest::{SHA256, digest};

    use super::*;

    /// What onnxruntime answered; written by `models/training/export.py`.
    #[derive(Deserialize)]
    struct Vectors {
        sha256: String,
        side: usize,
        /// Of outputs with more than 64 values only every n-th is kept.
        every: usize,
        /// Input by input, output by output.
        inputs: Vec<Vec<Vec<f32>>>,
    }

    /// Largest difference of a logit or a feature: the order of sums differs.
    const TOLERANCE: f32 = 1e-3;

    #[test]
    fn the_network_of_goods_answers_as_onnxruntime_does() {
        let vectors = include_str!("../../../../models/vectors/goods.json");
        let vectors: Vectors = serde_json::from_str(vectors).expect("vectors");
        let file = include_bytes!("../../../../models/goods.onnx");
        assert!(file.len() <= 3_000_000, "{} bytes", file.len());
        let found = digest(&SHA256, file);
        let found: String = found.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(found, vectors.sha256, "goods changed: write its vectors and card again");
        let model = ObjectModel::goods(&Taxonomy::built_in().expect("the taxonomy"));
        let model = model.expect("the network");
        let side = vectors.side;
        for (k, expected) in vectors.inputs.iter().enumerate() {
            let at = |c: usize, y: usize, x: usize| {
                (((3 + c) * x + (5 + 2 * k) * y + (x * y) % (17 + k)) % 256) as f32 / 255.0
            };
            let picture: Vec<f32> = (0..3 * side * side)
                .map(|index| at(index / (side * side), index / side % side, index % side))
                .collect();
            let outputs = model.network.run(&picture).expect("an answer");
            assert_eq!(outputs.len(), expected.len());
            for (output, expected) in outputs.iter().zip(expected) {
                let found = output.values.iter().step_by(vectors.every);
                assert_eq!(found.len(), expected.len());
                for (found, expected) in found.zip(expected) {
                    assert!((found - expected).abs() < TOLERANCE, "{found} instead of {expected}");
                }
            }
        }
    }
}
