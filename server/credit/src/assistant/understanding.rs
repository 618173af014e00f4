use std::collections::BTreeMap;
use std::ops::Range;

use jieba_rs::{Jieba, TokenizeMode};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::amounts::{Reading, quantities};
use super::concepts::Concepts;
use super::counts::Measures;
use super::features::{Holder, features};
use super::intent::Intent;
use super::letters::Letters;
use super::lexicon::{Kind, Lexicon};
use super::model::{Model, ModelError};
use super::parties::dealings;
use super::periods::periods;
use super::plates::plates;
use super::slots::{Found, Slot, slots};
use super::training::{Lesson, calibrated, train};
use crate::Knowledge;

/// The weights that this crate was built with; `examples/train_intents.rs` makes them.
const WEIGHTS: &[u8] = include_bytes!("../../assistant/intents.bin");

/// Words that name an industry only where somebody tells what he does.
const TRADES: &str = include_str!("../../assistant/trades.toml");

/// Words that mean alike.
const CONCEPTS: &str = include_str!("../../assistant/concepts.toml");

/// Why a text cannot be understood at all.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum UnderstandingError {
    /// The weights.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// The words of the trades.
    #[error("assistant/trades.toml: {0}")]
    Trades(String),
    /// The phrases of the knowledge base.
    #[error("the phrases of the knowledge base are too many or too long: {0}")]
    Lexicon(String),
}

/// What an utterance means.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Understanding {
    /// What the speaker mainly wants.
    pub intent: Intent,
    /// How likely that is, 0 to 1: of utterances with 0.8, some 80 % have this intent.
    pub confidence: f32,
    /// What is said along with it, from left to right.
    pub slots: Vec<Slot>,
}

/// An utterance whose meaning is known, to learn from or to measure with.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Utterance {
    /// What was said.
    pub text: String,
    /// What is meant by it.
    pub intent: Intent,
    /// Its slots; none where nobody wrote them down.
    #[serde(default)]
    pub slots: Option<Vec<Slot>>,
}

/// Understands what merchants type: made once, it then answers without IO and without state.
#[derive(Debug)]
pub struct Understander {
    jieba: Jieba,
    lexicon: Lexicon,
    measures: Measures,
    concepts: Concepts,
    model: Model,
}

impl Understander {
    /// With the phrases of a knowledge base and the weights that this crate was built with.
    pub fn new(knowledge: &Knowledge) -> Result<Self, UnderstandingError> {
        Self::with_weights(knowledge, WEIGHTS)
    }

    /// The same with other weights.
    pub fn with_weights(knowledge: &Knowledge, weights: &[u8]) -> Result<Self, UnderstandingError> {
        let trades: BTreeMap<String, Vec<String>> = toml::from_str(TRADES)
            .map_err(|error| UnderstandingError::Trades(error.message().to_owned()))?;
        let lexicon = Lexicon::new(knowledge, &trades)
            .map_err(|error| UnderstandingError::Lexicon(error.to_string()))?;
        let concepts: BTreeMap<String, Vec<String>> = toml::from_str(CONCEPTS)
            .map_err(|error| UnderstandingError::Trades(error.message().to_owned()))?;
        let concepts = Concepts::new(&concepts)
            .map_err(|error| UnderstandingError::Lexicon(error.to_string()))?;
        Ok(Self {
            jieba: Jieba::new(),
            lexicon,
            measures: Measures::new(knowledge),
            concepts,
            model: Model::read(weights)?,
        })
    }

    /// What a text means. Only its first 2 000 characters are looked at.
    pub fn understand(&self, text: &str) -> Understanding {
        let letters = Letters::new(text);
        let words = self.words(&letters);
        let found = self.find(&letters, &words);
        let (intent, confidence) = self.model.guess(&self.seen(&letters, &words, &found));
        let slots = fill(&letters, &words, &found, intent);
        Understanding { intent, confidence, slots }
    }

    /// The slots of a text whose intent is known: what slots are measured by.
    pub fn slots(&self, text: &str, intent: Intent) -> Vec<Slot> {
        let letters = Letters::new(text);
        let words = self.words(&letters);
        let found = self.find(&letters, &words);
        fill(&letters, &words, &found, intent)
    }

    /// Weights learnt from utterances: the same bytes for the same utterances. Every tenth of those with slots is left out
    /// of a first model, by which the confidence is calibrated.
    pub fn train(&self, utterances: &[Utterance]) -> Vec<u8> {
        let lessons: Vec<Lesson> =
            utterances.iter().map(|utterance| self.lesson(utterance)).collect();
        let is_left_out = |at: usize| {
            at.is_multiple_of(10)
                && utterances.get(at).is_some_and(|utterance| utterance.slots.is_some())
        };
        let split = |out: bool| -> Vec<Lesson> {
            let some = lessons.iter().enumerate().filter(|(at, _)| is_left_out(*at) == out);
            some.map(|(_, lesson)| lesson.clone()).collect()
        };
        let temperature = calibrated(&train(&split(false)), &split(true)).temperature;
        Model { temperature, ..train(&lessons) }.write()
    }

    fn lesson(&self, utterance: &Utterance) -> Lesson {
        let letters = Letters::new(&utterance.text);
        let words = self.words(&letters);
        let found = self.find(&letters, &words);
        Lesson { seen: self.seen(&letters, &words, &found), intent: utterance.intent }
    }

    fn words(&self, letters: &Letters) -> Vec<Range<usize>> {
        let text = letters.text(0..letters.len());
        let tokens = self.jieba.tokenize(&text, TokenizeMode::Default, true);
        tokens.into_iter().map(|token| token.start..token.end).collect()
    }

    fn find(&self, letters: &Letters, words: &[Range<usize>]) -> Found {
        let plates = plates(letters);
        let mut taken: Vec<Range<usize>> = plates.iter().map(|plate| plate.span.clone()).collect();
        let mut named = self.lexicon.find(letters, words);
        named.retain(|named| {
            taken.iter().all(|span| span.end <= named.span.start || named.span.end <= span.start)
        });
        taken.extend(named.iter().map(|named| named.span.clone()));
        let mut periods = periods(letters);
        periods.retain(|said| {
            taken.iter().all(|span| span.end <= said.span.start || said.span.end <= span.start)
        });
        let quantities = quantities(letters, &self.measures, &periods, &taken);
        Found { named, quantities, periods, plates }
    }
}

impl Understander {
    fn seen(
        &self,
        letters: &Letters,
        words: &[Range<usize>],
        found: &Found,
    ) -> super::features::Seen {
        let mut holders: Vec<Holder> = Vec::new();
        for named in &found.named {
            let letter = match named.kind {
                Kind::Document => '\u{e000}',
                Kind::Asset => '\u{e001}',
                Kind::Industry => '\u{e002}',
                Kind::Trade => '\u{e003}',
            };
            holders.push(Holder { span: named.span.clone(), letter });
        }
        for quantity in &found.quantities {
            let letter = match quantity.reading {
                Reading::Amount | Reading::Price => '\u{e004}',
                Reading::Count | Reading::One => '\u{e005}',
                Reading::Bare => '\u{e006}',
            };
            holders.push(Holder { span: quantity.span.clone(), letter });
        }
        let periods = found.periods.iter().map(|said| (&said.span, '\u{e007}'));
        let plates = found.plates.iter().map(|plate| (&plate.span, '\u{e008}'));
        holders.extend(
            periods.chain(plates).map(|(span, letter)| Holder { span: span.clone(), letter }),
        );
        holders.sort_by_key(|holder| holder.span.start);
        features(letters, words, &holders, &self.concepts.find(letters))
    }
}

fn fill(letters: &Letters, words: &[Range<usize>], found: &Found, intent: Intent) -> Vec<Slot> {
    let dealings = match intent {
        Intent::StateSupplyRelation => dealings(letters, words),
        _ => Vec::new(),
    };
    slots(letters, intent, found, &dealings)
}
