//! Parcels of land with their crops, as a system reads them from satellite pictures: GeoJSON (RFC 7946), WGS 84.
//!
//! A feature is a `Polygon` or `MultiPolygon` with the properties `parcel` (its id; else the feature's `id`), `crop`
//! (an id or a name of `knowledge/crops.toml`), `season` (as `2026` or `2026-early`), `observed` (a day),
//! and, where known, `area_mu` and `confidence` (0..1). Others are left aside.
//!
//! The area is the outline's on the ellipsoid (Karney 2013, <https://arxiv.org/abs/1109.4448>), less its holes. Where
//! the stated one is more than [`OFF`] away from it, both are kept, a fact each, and neither is sure: the confidence is
//! multiplied by the smaller over the larger. The output of both is the smaller area's.
//!
//! A crop that the knowledge base does not have brings a fact without `output`: the land is seen, what it yields is
//! not known.

use geo::{Area, BoundingRect, Coord, GeodesicArea, LineString, MultiPolygon, Polygon, Validation};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::orders::Amount;
use super::{ImportError, day, fact, place, text};
use crate::fact::{Fact, Source};
use crate::knowledge::Knowledge;

/// Longest file, bytes: a thousand outlines of twenty points take a tenth.
const MAX_BYTES: usize = 4 * 1024 * 1024;

/// Most features of a file.
const MAX_FEATURES: usize = 1_000;

/// Most points of one feature. Whether an outline crosses itself takes the square of it to find out.
const MAX_POINTS: usize = 2_000;

/// The same of a whole file.
const MAX_POINTS_OF_ALL: usize = 20_000;

/// Most rings of one feature: each is held against every other.
const MAX_RINGS: usize = 16;

/// How far the stated area may be from the outline's, of the outline's: rounding, field paths and ditches take up to a
/// tenth. Less would call honest parcels wrong, more would let a third of the land be invented.
const OFF: f64 = 0.15;

/// Square metres of a mu.
const MU: f64 = 10_000.0 / 15.0;

/// Widest outline, degrees; a wider one was drawn across the antimeridian or by mistake.
const WIDEST: f64 = 1.0;

#[derive(Deserialize)]
struct Collection {
    #[serde(rename = "type")]
    kind: String,
    features: Vec<Feature>,
}

#[derive(Deserialize)]
struct Feature {
    #[serde(default)]
    id: Option<Id>,
    geometry: Geometry,
    properties: Properties,
}

/// RFC 7946 allows both.
#[derive(Deserialize)]
#[serde(untagged)]
enum Id {
    Text(String),
    Number(serde_json::Number),
}

#[derive(Deserialize)]
struct Geometry {
    #[serde(rename = "type")]
    kind: String,
    coordinates: Box<RawValue>,
}

#[derive(Deserialize)]
struct Properties {
    #[serde(default)]
    parcel: Option<Id>,
    crop: String,
    season: String,
    observed: String,
    #[serde(default)]
    area_mu: Option<Amount>,
    #[serde(default)]
    confidence: Option<f32>,
}

type Rings = Vec<Vec<Vec<f64>>>;

/// The facts of a file of parcels. All or, with the first feature that cannot be read, none.
pub fn parcels(bytes: &[u8], knowledge: &Knowledge) -> Result<Vec<Fact>, ImportError> {
    if bytes.len() > MAX_BYTES {
        return Err(ImportError::Limit("4 MiB of parcels"));
    }
    let collection: Collection =
        serde_json::from_slice(bytes).map_err(|error| ImportError::of_json(&error))?;
    if collection.kind != "FeatureCollection" {
        return Err(ImportError::JsonMalformed { line: 1, column: 1 });
    }
    if collection.features.is_empty() {
        return Err(ImportError::Empty);
    }
    if collection.features.len() > MAX_FEATURES {
        return Err(ImportError::Limit("1,000 parcels"));
    }
    let (mut points, mut facts) = (0, Vec::new());
    for (at, feature) in collection.features.iter().enumerate() {
        for new in feature.facts(place(at), &mut points, knowledge)? {
            if !facts.iter().any(|fact: &Fact| fact.id == new.id) {
                facts.push(new);
            }
        }
    }
    Ok(facts)
}

impl Feature {
    fn facts(
        &self,
        row: u32,
        points: &mut usize,
        knowledge: &Knowledge,
    ) -> Result<Vec<Fact>, ImportError> {
        let unreadable = |what| ImportError::Unreadable { row, what };
        let of = &self.properties;
        let parcel = of.parcel.as_ref().or(self.id.as_ref()).map(Id::text);
        let parcel = parcel.ok_or_else(|| unreadable("parcel"))?;
        let parcel = text(&parcel, row, "parcel")?;
        let (crop, season) = (text(&of.crop, row, "crop")?, text(&of.season, row, "season")?);
        let date = day(&of.observed, row, "observed")?.to_string();
        let sure = of.confidence.unwrap_or(1.0);
        if !(0.0..=1.0).contains(&sure) {
            return Err(unreadable("confidence"));
        }
        let drawn = self.geometry.area(row, points)?;
        let stated = match &of.area_mu {
            None => None,
            // Yuan and mu have two decimals both.
            Some(stated) => {
                let stated = stated.yuan(row).map_err(|_| unreadable("area_mu"))?;
                Some(stated.parse::<f64>().map_err(|_| unreadable("area_mu"))?)
            }
        };
        let disputed = stated.filter(|stated| (stated - drawn).abs() > OFF * drawn);
        let least = disputed.map_or(drawn, |stated| stated.min(drawn));
        let agreement = disputed.map_or(1.0, |stated| (least / stated.max(drawn)) as f32);

        let (id, known) = knowledge.crop(crop).unzip();
        let output = known.map(|crop| crop.output(least).map(|yuan| yuan.to_string()));
        let facts = [Some(drawn), disputed].into_iter().flatten().map(|area| {
            let area = format!("{area:.2}");
            let mut parts = vec![
                ("parcel", parcel),
                ("crop", id.unwrap_or(crop)),
                ("season", season),
                ("area_mu", &area),
                ("date", &date),
            ];
            if let Some([low, middle, high]) = &output {
                parts.extend([("output_low", &**low), ("output", middle), ("output_high", high)]);
            }
            let source =
                Source::Partner { system: "parcels".to_owned(), record: parcel.to_owned() };
            fact("parcel", &parts, source, sure * agreement)
        });
        Ok(facts.collect())
    }
}

impl Id {
    fn text(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Number(number) => number.to_string(),
        }
    }
}

impl Geometry {
    /// Mu that the outline encloses, less its holes.
    fn area(&self, row: u32, points: &mut usize) -> Result<f64, ImportError> {
        let invalid = |what| ImportError::PolygonInvalid { record: row, what };
        let no_positions = |_| invalid("its coordinates are not those of its type");
        let coordinates = self.coordinates.get();
        let polygons: Vec<Rings> = match &*self.kind {
            "Polygon" => vec![serde_json::from_str(coordinates).map_err(no_positions)?],
            "MultiPolygon" => serde_json::from_str(coordinates).map_err(no_positions)?,
            _ => return Err(invalid("it is neither Polygon nor MultiPolygon")),
        };
        if polygons.iter().map(Vec::len).sum::<usize>() > MAX_RINGS {
            return Err(ImportError::Limit("16 rings of a parcel"));
        }
        let count: usize = polygons.iter().flatten().map(Vec::len).sum();
        *points += count;
        if count > MAX_POINTS {
            return Err(ImportError::Limit("2,000 points of a parcel"));
        }
        if *points > MAX_POINTS_OF_ALL {
            return Err(ImportError::Limit("20,000 points of all parcels"));
        }
        let polygons = polygons.iter().map(|rings| polygon(rings).map_err(invalid));
        let shape = MultiPolygon(polygons.collect::<Result<Vec<_>, _>>()?);
        let bounds = shape.bounding_rect().ok_or_else(|| invalid("it has no outline"))?;
        if bounds.width().max(bounds.height()) > WIDEST {
            return Err(invalid("it is wider than a degree"));
        }
        if !shape.is_valid() {
            return Err(invalid("its outline crosses itself, its holes or its other parts"));
        }
        // Rings may be wound either way (RFC 7946, 3.1.6): what is small is measured either way.
        let ring =
            |ring: &LineString| Polygon::new(ring.clone(), Vec::new()).geodesic_area_signed().abs();
        let area: f64 = shape
            .iter()
            .map(|part| ring(part.exterior()) - part.interiors().iter().map(ring).sum::<f64>())
            .sum();
        let area = area / MU;
        // Two decimals of a mu are what a fact holds.
        if area < 0.01 || shape.unsigned_area() == 0.0 {
            Err(invalid("it encloses nothing"))
        } else {
            Ok(area)
        }
    }
}

fn polygon(rings: &[Vec<Vec<f64>>]) -> Result<Polygon, &'static str> {
    let mut rings = rings.iter().map(|ring| {
        let positions = ring.iter().map(|position| position_of(position));
        let ring = positions.collect::<Result<Vec<_>, _>>()?;
        let closed = ring.len() >= 4 && ring.first() == ring.last();
        if closed { Ok(LineString(ring)) } else { Err("a ring of it is not closed") }
    });
    let exterior = rings.next().unwrap_or(Err("it has no outline"))?;
    Ok(Polygon::new(exterior, rings.collect::<Result<_, _>>()?))
}

/// Longitude and latitude; a height behind them is left aside.
fn position_of(position: &[f64]) -> Result<Coord, &'static str> {
    let [x, y] = match position {
        [x, y] | [x, y, _] => [*x, *y],
        _ => return Err("a position of it has not two numbers"),
    };
    let on_earth = (-180.0..=180.0).contains(&x) && (-90.0..=90.0).contains(&y);
    if on_earth { Ok(Coord { x, y }) } else { Err("a position of it is not in degrees") }
}
