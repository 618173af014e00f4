//! What a conversation remembers.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::case::Case;
use crate::fact::Fact;
use crate::knowledge::Language;

/// Most declared facts that are kept; the oldest go.
const MOST_FACTS: usize = 64;

/// What a conversation remembers from turn to turn.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Conversation {
    language: Language,
    /// Turns so far.
    pub(super) turns: u32,
    /// What the merchant said about the business.
    facts: Vec<Fact>,
    /// Tasks that are not asked for again.
    declined: BTreeSet<String>,
    /// What was asked last, where the answer is still to come.
    pub(super) pending: Option<Question>,
    /// What was asked at all: nothing is asked twice.
    pub(super) asked: BTreeSet<Question>,
    /// The task that was proposed last.
    pub(super) proposed: Option<String>,
    /// How often the merchant has refused.
    pub(super) refusals: u32,
    /// Whether a person has taken over.
    pub(super) handed_over: bool,
}

/// What the assistant may ask about the business.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Question {
    Industry,
    Assets,
    Turnover,
    Counterparties,
}

impl Conversation {
    /// The language that is spoken.
    pub fn language(&self) -> Language {
        self.language
    }

    /// What the merchant said about the business so far.
    pub fn facts(&self) -> &[Fact] {
        &self.facts
    }

    /// Takes up the language of what was said; a number alone belongs to none.
    pub(super) fn listen(&mut self, text: &str) {
        self.turns = self.turns.saturating_add(1);
        let han = text.chars().any(|c| matches!(c, '\u{3400}'..='\u{9fff}'));
        let latin = text.chars().filter(char::is_ascii_alphabetic).count();
        if han {
            self.language = Language::Zh;
        } else if latin >= 2 {
            self.language = Language::En;
        }
    }

    pub(super) fn remember(&mut self, fact: Fact) {
        self.facts.retain(|known| known.name != fact.name || known.parts != fact.parts);
        self.facts.push(fact);
        if self.facts.len() > MOST_FACTS {
            self.facts.remove(0);
        }
    }

    pub(super) fn decline(&mut self, task: String) {
        if self.proposed.as_ref() == Some(&task) {
            self.proposed = None;
        }
        self.declined.insert(task);
    }

    /// How many tasks are not asked for again.
    pub(super) fn declined(&self) -> usize {
        self.declined.len()
    }

    /// The case with what was said here.
    pub(super) fn joined(&self, case: &Case) -> Case {
        let mut case = case.clone();
        if case.merchant.industry.is_none() {
            let said = self.facts.iter().rev().find(|fact| fact.name == "industry");
            case.merchant.industry = said.and_then(|fact| fact.part("industry")).map(str::to_owned);
        }
        case.facts.extend(self.facts.iter().cloned());
        case.declined.extend(self.declined.iter().cloned());
        case
    }
}
