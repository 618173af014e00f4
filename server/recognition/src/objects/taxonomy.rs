//! What there is to be known: `objects/taxonomy.toml`.

use std::collections::BTreeMap;

use serde::Deserialize;
use thiserror::Error;

use crate::kinds::Named;

/// Classes lie at most so deep: more is a ring.
const DEEPEST: usize = 8;

/// Every class of business asset, with the industries that it speaks for and what others call it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Taxonomy {
    industries: BTreeMap<String, Industry>,
    classes: BTreeMap<String, Class>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Industry {
    zh: String,
    en: String,
    /// Section letter and division of GB/T 4754-2017.
    gbt4754: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Class {
    zh: String,
    en: String,
    parent: Option<String>,
    #[serde(default)]
    industries: Vec<String>,
    #[serde(default)]
    imagenet: Vec<String>,
    #[serde(default)]
    coco: Vec<String>,
    #[serde(default)]
    open_images: Vec<String>,
    #[serde(default)]
    grocery: Vec<String>,
}

/// A known set of labels, which the taxonomy maps to its classes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LabelSet {
    /// ImageNet-1k, each class by the first of its names.
    Imagenet,
    /// COCO's 80 things.
    Coco,
    /// Open Images' classes with boxes.
    OpenImages,
    /// GroceryStoreDataset's 81 fine classes.
    Grocery,
}

/// Why a taxonomy cannot be used.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum TaxonomyError {
    /// Not TOML, or not as `objects/taxonomy.toml` is written; an id that stands twice, too.
    #[error("taxonomy: {0}")]
    Malformed(Box<toml::de::Error>),
    /// It names a class or an industry that is not there, or a ring of classes.
    #[error("taxonomy: {class}: {names} leads nowhere")]
    Dangling {
        /// Which class.
        class: String,
        /// What it names.
        names: String,
    },
    /// Two classes claim one label of a set.
    #[error("taxonomy: {label} stands at {first} and at {second}")]
    Twice {
        /// Which label.
        label: String,
        /// One class.
        first: String,
        /// The other.
        second: String,
    },
}

impl LabelSet {
    const ALL: [Self; 4] = [Self::Imagenet, Self::Coco, Self::OpenImages, Self::Grocery];
}

impl Taxonomy {
    /// The taxonomy that this crate brings.
    pub fn built_in() -> Result<Self, TaxonomyError> {
        Self::parse(include_str!("../../objects/taxonomy.toml"))
    }

    /// A taxonomy from its TOML.
    pub fn parse(text: &str) -> Result<Self, TaxonomyError> {
        let taxonomy: Self =
            toml::from_str(text).map_err(|source| TaxonomyError::Malformed(Box::new(source)))?;
        for (id, class) in &taxonomy.classes {
            let dangling = |names: &str| TaxonomyError::Dangling {
                class: id.clone(),
                names: names.to_owned(),
            };
            let mut at = class;
            for depth in 0.. {
                let Some(parent) = &at.parent else { break };
                at = taxonomy
                    .classes
                    .get(parent)
                    .filter(|_| depth < DEEPEST)
                    .ok_or_else(|| dangling(parent))?;
            }
            let known = |industry: &&String| !taxonomy.industries.contains_key(*industry);
            if let Some(industry) = class.industries.iter().find(known) {
                return Err(dangling(industry));
            }
        }
        for set in LabelSet::ALL {
            let mut owners = BTreeMap::new();
            for (id, class) in &taxonomy.classes {
                for label in class.labels(set) {
                    if let Some(first) = owners.insert(label, id) {
                        return Err(TaxonomyError::Twice {
                            label: label.clone(),
                            first: first.clone(),
                            second: id.clone(),
                        });
                    }
                }
            }
        }
        Ok(taxonomy)
    }

    /// Each class's id with its Chinese and English names.
    pub fn classes(&self) -> impl Iterator<Item = (&str, Named<'_>)> {
        self.classes.iter().map(|(id, class)| (id.as_str(), Named { zh: &class.zh, en: &class.en }))
    }

    /// Each industry's id with its names, and its section and division of GB/T 4754-2017, as in `G54`.
    pub fn industries(&self) -> impl Iterator<Item = (&str, Named<'_>, &str)> {
        self.industries.iter().map(|(id, industry)| {
            let Industry { zh, en, gbt4754 } = industry;
            (id.as_str(), Named { zh, en }, gbt4754.as_str())
        })
    }

    /// Whether there is such a class.
    pub fn contains(&self, class: &str) -> bool {
        self.classes.contains_key(class)
    }

    /// The class and what it is a kind of, the narrowest first.
    pub fn lineage<'a>(&'a self, class: &str) -> impl Iterator<Item = &'a str> {
        let entry = |id: &str| self.classes.get_key_value(id);
        std::iter::successors(entry(class), move |(_, class)| entry(class.parent.as_deref()?))
            .map(|(id, _)| id.as_str())
    }

    /// The ids of the industries that a thing of this class speaks for, its own or its parent's.
    pub fn industries_of(&self, class: &str) -> &[String] {
        self.lineage(class)
            .filter_map(|id| self.classes.get(id))
            .map(|class| class.industries.as_slice())
            .find(|industries| !industries.is_empty())
            .unwrap_or_default()
    }

    /// The class that a label of a known set stands for; `None` for what is no asset.
    pub fn class_of(&self, set: LabelSet, label: &str) -> Option<&str> {
        let holds = |class: &Class| class.labels(set).iter().any(|known| known == label);
        self.classes.iter().find(|(_, class)| holds(class)).map(|(id, _)| id.as_str())
    }
}

impl Class {
    fn labels(&self, set: LabelSet) -> &[String] {
        match set {
            LabelSet::Imagenet => &self.imagenet,
            LabelSet::Coco => &self.coco,
            LabelSet::OpenImages => &self.open_images,
            LabelSet::Grocery => &self.grocery,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn built_in() -> Taxonomy {
        Taxonomy::built_in().expect("the file")
    }

    #[test]
    fn there_are_enough_classes_and_each_can_be_told_by_name() {
        let taxonomy = built_in();
        assert!(taxonomy.classes().count() >= 400);
        let names: BTreeSet<_> = taxonomy.classes().map(|(_, named)| named.zh).collect();
        assert!(names.len() * 100 >= taxonomy.classes().count() * 99, "Chinese names stand twice");
        let snake = |id: &str| {
            id.bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
        };
        for (id, Named { zh, en }) in taxonomy.classes() {
            assert!(snake(id), "{id}");
            assert!(!en.is_empty() && en.is_ascii(), "{id}: {en}");
            assert!(zh.chars().any(|letter| ('一'..='鿿').contains(&letter)), "{id}: {zh}");
        }
    }

    #[test]
    fn every_class_speaks_for_an_industry_and_every_industry_has_one() {
        let taxonomy = built_in();
        let mut spoken_for = BTreeSet::new();
        for (id, _) in taxonomy.classes() {
            let industries = taxonomy.industries_of(id);
            assert!(!industries.is_empty(), "{id}");
            spoken_for.extend(industries);
        }
        for (id, _, gbt4754) in taxonomy.industries() {
            assert!(spoken_for.iter().any(|industry| *industry == id), "{id}");
            let (section, division) = gbt4754.split_at(1);
            assert!(section.bytes().all(|letter| (b'A'..=b'T').contains(&letter)), "{id}");
            assert!((1..=97).contains(&division.parse::<u8>().expect("a number")), "{id}");
        }
    }

    #[test]
    fn a_class_speaks_for_its_own_industries_else_for_its_parents() {
        let taxonomy = built_in();
        assert_eq!(
            taxonomy.lineage("mini_excavator").collect::<Vec<_>>(),
            ["mini_excavator", "excavator", "engineering_machinery"]
        );
        assert_eq!(taxonomy.industries_of("mini_excavator"), taxonomy.industries_of("excavator"));
        assert_ne!(
            taxonomy.industries_of("excavator"),
            taxonomy.industries_of("engineering_machinery")
        );
        assert_eq!(taxonomy.lineage("no_such_class").count(), 0);
    }

    #[test]
    fn labels_of_others_are_known_by_their_set() {
        let taxonomy = built_in();
        assert_eq!(taxonomy.class_of(LabelSet::Coco, "truck"), Some("truck"));
        assert_eq!(
            taxonomy.class_of(LabelSet::Imagenet, "trailer truck"),
            Some("articulated_truck")
        );
        assert_eq!(taxonomy.class_of(LabelSet::OpenImages, "Gas stove"), Some("stove"));
        assert_eq!(taxonomy.class_of(LabelSet::Grocery, "Royal-Gala"), Some("apple"));
        assert_eq!(taxonomy.class_of(LabelSet::Coco, "Royal-Gala"), None);
        assert_eq!(taxonomy.class_of(LabelSet::Coco, "person"), None);
    }

    #[test]
    fn what_does_not_hold_together_is_refused() {
        let of = |classes: &str| {
            let text = format!(
                "[industries]\nshop = {{ zh = '店', en = 'Shop', gbt4754 = 'F52' }}\n[classes]\n{classes}"
            );
            Taxonomy::parse(&text).map(|_| ()).map_err(|error| error.to_string())
        };
        assert_eq!(of("a = { zh = '甲', en = 'A', industries = ['shop'] }"), Ok(()));
        for (classes, complaint) in [
            ("a = { zh = '甲', en = 'A', parent = 'b' }", "a: b leads nowhere"),
            ("a = { zh = '甲', en = 'A', industries = ['b'] }", "a: b leads nowhere"),
            (
                "a = { zh = '甲', en = 'A', parent = 'b' }\nb = { zh = '乙', en = 'B', parent = 'a' }",
                "leads nowhere",
            ),
            (
                "a = { zh = '甲', en = 'A', coco = ['x'] }\nb = { zh = '乙', en = 'B', coco = ['x'] }",
                "x stands at a and at b",
            ),
            ("a = { zh = '甲', en = 'A' }\na = { zh = '乙', en = 'B' }", "duplicate key"),
            ("a = { zh = '甲' }", "missing field"),
        ] {
            let said = of(classes).expect_err(classes);
            assert!(said.contains(complaint), "{said}");
        }
    }
}
