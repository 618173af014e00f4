//! The one place where what was read becomes what the quota rests on.
//!
//! Public for those who read a picture without a server.

use std::collections::BTreeMap;

use bailing_credit::import::{self, Owner, Page};
use bailing_credit::{Fact, Knowledge, Outcome, Source, Standing, Upload};
use bailing_recognition::objects::Taxonomy;
use bailing_recognition::{Object, Recognition};
use bailing_vision::Verdict;
use time::Date;

/// Confidence from which a class counts as shown, where a network or the operator's photos told it.
const SEEN: f32 = 0.6;

/// A picture that is believed.
#[derive(Clone, Copy, Debug)]
pub struct Picture<'a> {
    /// SHA-256 of its bundle.
    pub bundle: &'a [u8],
    /// Its place in the bundle.
    pub position: usize,
    /// Grade of the key that signed it.
    pub grade: &'a str,
    /// The day on which it was taken in.
    pub taken: Date,
    /// Whose it should be: what goes between a merchant's own accounts is no turnover.
    pub owner: Owner<'a>,
}

/// The facts that an accepted picture proves, each part with the place that it was read from.
pub fn of(
    picture: &Picture<'_>,
    read: &Recognition,
    knowledge: &Knowledge,
    taxonomy: Option<&Taxonomy>,
) -> Vec<Fact> {
    let printed = read.facts.iter().map(|fact| {
        let parts = fact.parts.iter().map(|(name, part)| (name.clone(), part.value.clone()));
        let regions = fact.parts.iter().filter_map(|(name, part)| {
            Some((name.clone(), part.region?.corners.map(|corner| [corner.x, corner.y])))
        });
        let confidence = fact.parts.values().map(|part| part.confidence).fold(1.0, f32::min);
        (fact.name.clone(), Some(read.kind.clone()), parts.collect(), regions.collect(), confidence)
    });
    let shown = taxonomy.into_iter().flat_map(|taxonomy| {
        read.objects.iter().filter_map(move |object| seen(picture, object, knowledge, taxonomy))
    });
    printed
        .chain(shown)
        .enumerate()
        .map(|(index, (name, kind, parts, regions, confidence))| Fact {
            id: format!("{}-{}-{index}", hex::encode(picture.bundle), picture.position),
            name,
            kind,
            parts,
            source: Source::Photo {
                bundle: hex::encode(picture.bundle),
                image: u32::try_from(picture.position).unwrap_or(u32::MAX),
                grade: picture.grade.to_owned(),
                regions,
            },
            confidence: confidence.clamp(0.0, 1.0),
            standing: Standing::Accepted,
        })
        .chain(flows(picture, read))
        .collect()
}

/// The months of a bank statement's page, where every balance on it follows from the one before.
fn flows(picture: &Picture<'_>, read: &Recognition) -> Vec<Fact> {
    if read.kind != "bank_statement" {
        return Vec::new();
    }
    let field = |name: &str| read.fields.get(name).map(|field| field.value.as_str());
    let rows: Vec<BTreeMap<&str, &str>> = read
        .items
        .iter()
        .map(|item| {
            item.iter().map(|(name, field)| (name.as_str(), field.value.as_str())).collect()
        })
        .collect();
    let cells = read.items.iter().flat_map(BTreeMap::values).map(|field| field.confidence);
    let source = Source::Photo {
        bundle: hex::encode(picture.bundle),
        image: u32::try_from(picture.position).unwrap_or(u32::MAX),
        grade: picture.grade.to_owned(),
        regions: Regions::new(),
    };
    let page = Page {
        holder: field("holder"),
        account: field("account"),
        rows: &rows,
        source: &source,
        confidence: cells.fold(1.0, f32::min),
    };
    // A page whose balances do not run proves the account and nothing of its money.
    import::page(&page, &picture.owner).unwrap_or_default()
}

/// A picture as the assistant speaks of it: what was asked for, and what became of it.
pub fn upload(kind: &str, verdict: &Verdict) -> Upload {
    Upload {
        kind: kind.to_owned(),
        outcome: match verdict {
            Verdict::Accepted => Outcome::Accepted,
            Verdict::Review { .. } => Outcome::Waiting,
            _ => Outcome::Returned,
        },
        codes: verdict.reasons().iter().map(ToString::to_string).collect(),
    }
}

type Parts = BTreeMap<String, String>;
type Regions = BTreeMap<String, [[f32; 2]; 4]>;

/// A thing in the picture, where some task asks for such a thing to be shown.
fn seen(
    picture: &Picture<'_>,
    object: &Object,
    knowledge: &Knowledge,
    taxonomy: &Taxonomy,
) -> Option<(String, Option<String>, Parts, Regions, f32)> {
    if object.confidence < SEEN {
        return None;
    }
    let (class, fact) = taxonomy
        .lineage(&object.class)
        .find_map(|class| Some((class, knowledge.fact_of_class(class)?)))?;
    let parts = [("class", class.to_owned()), ("date", picture.taken.to_string())];
    let parts = parts.map(|(name, value)| (name.to_owned(), value)).into();
    let place = object.region.map(|region| region.corners.map(|corner| [corner.x, corner.y]));
    let regions = place.map(|place| ("class".to_owned(), place)).into_iter().collect();
    Some((fact.to_owned(), None, parts, regions, object.confidence))
}
