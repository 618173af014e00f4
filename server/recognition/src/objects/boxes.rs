//! Rows of boxes and scores, as detectors of the SSD and YOLO families give them.

use serde::Deserialize;

use super::ModelError;
use super::model::OBJECTS;
use super::network::Output;

/// Most rows of one output: a YOLO at 1,280 pixels has 33,600.
const ROWS: usize = 200_000;

/// Of the rows above the threshold, so many of the surest are compared with each other.
const COMPARED: usize = 1_000;

/// How boxes are written. What is left out is as YOLOX has it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Boxes {
    /// The output of rows `[1, rows, 4 + …]`.
    pub(super) boxes: String,
    /// The output of scores `[1, rows, labels]`, where they do not follow in the boxes' own rows.
    pub(super) scores: Option<String>,
    /// Whether the output is `[1, 4 + …, rows]`, as YOLOv8's is.
    #[serde(default)]
    across: bool,
    /// What the four numbers are.
    #[serde(default)]
    sides: Sides,
    /// Whether they are shares of the picture, or its pixels.
    #[serde(default)]
    shares: bool,
    /// Whether a value follows them that all scores are to be multiplied by.
    #[serde(default)]
    objectness: bool,
    /// Whether the first score is that of nothing.
    #[serde(default)]
    background: bool,
    /// What makes shares of the scores.
    #[serde(default)]
    activation: Activation,
    /// Overlap (intersection over union) from which two boxes of one label are one thing.
    #[serde(default = "half")]
    overlap: f32,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Sides {
    /// Centre x, centre y, width, height.
    #[default]
    Centre,
    /// Left, top, right, bottom.
    Corners,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Activation {
    #[default]
    None,
    Sigmoid,
    Softmax,
}

/// One box.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Found {
    pub(super) label: usize,
    pub(super) confidence: f32,
    /// Left, top, right, bottom, in pixels of the network's picture.
    pub(super) sides: [f32; 4],
}

fn half() -> f32 {
    0.5
}

/// The boxes of at least that confidence, one a thing, the surest first. `size` is width and height of the
/// network's picture.
pub(super) fn read(
    layout: &Boxes,
    boxes: &Output,
    scores: Option<&Output>,
    labels: usize,
    size: [f32; 2],
    least: f32,
) -> Result<Vec<Found>, ModelError> {
    let scored = labels + usize::from(layout.background);
    let own = 4 + usize::from(layout.objectness);
    let rows = Table::new(boxes, layout.across, if scores.is_some() { own } else { own + scored })?;
    let apart = scores.map(|scores| Table::new(scores, layout.across, scored)).transpose()?;
    if apart.as_ref().is_some_and(|apart| apart.rows != rows.rows) {
        return Err(ModelError::Unusable("boxes and scores have other numbers of rows".to_owned()));
    }
    let mut found = Vec::new();
    for row in 0..rows.rows {
        let score = |label: usize| match &apart {
            Some(apart) => apart.at(row, label),
            None => rows.at(row, own + label),
        };
        let times = if layout.objectness { layout.activation.alone(rows.at(row, 4)) } else { 1.0 };
        let Some((label, share)) = surest(layout.activation, scored, score) else { continue };
        // A box of nothing is none.
        let Some(label) = label.checked_sub(usize::from(layout.background)) else { continue };
        let confidence = share * times;
        if confidence.is_finite() && confidence >= least {
            let numbers = [0, 1, 2, 3].map(|column| rows.at(row, column));
            let sides = layout.placed(numbers, size);
            found.extend(sides.map(|sides| Found {
                label,
                confidence: confidence.min(1.0),
                sides,
            }));
        }
    }
    found.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
    found.truncate(COMPARED);
    Ok(one_each(found, layout.overlap))
}

/// The label with the largest share.
fn surest(
    activation: Activation,
    labels: usize,
    score: impl Fn(usize) -> f32,
) -> Option<(usize, f32)> {
    let scores = || (0..labels).map(&score);
    let (label, most) = scores().enumerate().max_by(|(_, a), (_, b)| a.total_cmp(b))?;
    let share = match activation {
        Activation::Softmax => 1.0 / scores().map(|other| (other - most).exp()).sum::<f32>(),
        other => other.alone(most),
    };
    Some((label, share))
}

impl Activation {
    fn alone(self, value: f32) -> f32 {
        match self {
            Self::Sigmoid => 1.0 / (1.0 + (-value).exp()),
            Self::None | Self::Softmax => value,
        }
    }
}

impl Boxes {
    /// Left, top, right, bottom inside the picture; `None` where nothing of the box is.
    fn placed(&self, numbers: [f32; 4], [width, height]: [f32; 2]) -> Option<[f32; 4]> {
        let [a, b, c, d] = numbers;
        let [left, top, right, bottom] = match self.sides {
            Sides::Centre => [a - c / 2.0, b - d / 2.0, a + c / 2.0, b + d / 2.0],
            Sides::Corners => numbers,
        };
        let [across, down] = if self.shares { [width, height] } else { [1.0, 1.0] };
        let (x, y) = (
            |value: f32| (value * across).clamp(0.0, width),
            |value: f32| (value * down).clamp(0.0, height),
        );
        let sides = [x(left), y(top), x(right), y(bottom)];
        let [left, top, right, bottom] = sides;
        (right > left && bottom > top).then_some(sides)
    }
}

/// Of boxes that show one thing, the surest, which comes first.
fn one_each(found: Vec<Found>, overlap: f32) -> Vec<Found> {
    let mut kept: Vec<Found> = Vec::new();
    for next in found {
        let again = |known: &Found| {
            known.label == next.label && shared(&known.sides, &next.sides) > overlap
        };
        if kept.len() < OBJECTS && !kept.iter().any(again) {
            kept.push(next);
        }
    }
    kept
}

/// Intersection over union.
pub(super) fn shared(a: &[f32; 4], b: &[f32; 4]) -> f32 {
    let area =
        |[left, top, right, bottom]: [f32; 4]| (right - left).max(0.0) * (bottom - top).max(0.0);
    let inside = [a[0].max(b[0]), a[1].max(b[1]), a[2].min(b[2]), a[3].min(b[3])];
    let both = area(inside);
    both / (area(*a) + area(*b) - both).max(f32::MIN_POSITIVE)
}

/// An output's last two sides as rows and columns.
struct Table<'a> {
    values: &'a [f32],
    rows: usize,
    columns: usize,
    across: bool,
}

impl<'a> Table<'a> {
    fn new(output: &'a Output, across: bool, columns: usize) -> Result<Self, ModelError> {
        let rows = match (output.shape.as_slice(), across) {
            (&[1, rows, found], false) | (&[1, found, rows], true) if found == columns => {
                Some(rows)
            }
            _ => None,
        };
        let rows = rows.filter(|rows| *rows <= ROWS).ok_or_else(|| {
            ModelError::Unusable(format!(
                "boxes of shape {:?}, {columns} values each",
                output.shape
            ))
        })?;
        Ok(Self { values: &output.values, rows, columns, across })
    }

    fn at(&self, row: usize, column: usize) -> f32 {
        let place =
            if self.across { column * self.rows + row } else { row * self.columns + column };
        self.values.get(place).copied().unwrap_or_default()
    }
}
