//! The assistant's understanding: free text, Chinese first, to an intent, how likely it is, and slots.
//!
//! Words are cut by jieba, intents come of a small linear model that is trained in this crate on utterances
//! written for it, and slots of grammars and of the knowledge base's own phrases. `assistant/README.md`
//! says what each intent and slot means, and how well it does.

mod amounts;
mod concepts;
mod counts;
mod features;
mod intent;
mod letters;
mod lexicon;
mod model;
mod numbers;
mod parties;
mod periods;
mod plates;
mod slots;
mod training;
mod understanding;

pub use intent::Intent;
pub use model::ModelError;
pub use slots::Slot;
pub use understanding::{Understander, Understanding, UnderstandingError, Utterance};
