//! A merchant as the graph is told of it.

use std::collections::HashMap;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::key::{Key, Kind, is_credit_code};
use super::links::is_person;
use crate::case::Merchant;

/// Whose fact it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MerchantRef<'m> {
    /// The bank's own id.
    pub id: &'m str,
    /// Registered name.
    pub name: Option<&'m str>,
    /// Whose business it is.
    pub person: Option<&'m str>,
    /// Unified social credit code, where the bank knows it; one whose check character is wrong is no code.
    pub code: Option<&'m str>,
    /// Id of `knowledge/industries.toml`.
    pub industry: Option<&'m str>,
}

impl<'m> From<&'m Merchant> for MerchantRef<'m> {
    fn from(merchant: &'m Merchant) -> Self {
        let Merchant { id, name, person, industry, .. } = merchant;
        let [name, person, industry] = [name, person, industry].map(Option::as_deref);
        Self { id, name, person, code: None, industry }
    }
}

impl MerchantRef<'_> {
    pub(super) fn key(&self) -> Key {
        Key::exact(Kind::Merchant, self.id)
    }

    /// A person's name alone names nobody.
    pub(super) fn name_key(&self) -> Option<Key> {
        Key::printed(Kind::Name, self.name.filter(|name| !is_person(name))?)
    }

    pub(super) fn code_key(&self) -> Option<Key> {
        let code = self.code.filter(|code| is_credit_code(code))?;
        Some(Key::exact(Kind::Code, code))
    }
}

/// What the bank makes of a merchant. Until it is set, none of it is so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Status {
    /// Its business was verified.
    pub verified: bool,
    /// How well it stands with the bank, thousandths; none where the bank has no opinion.
    pub standing_per_mille: Option<u32>,
    /// It was found to cheat.
    pub cheated: bool,
    /// A payment of its is late.
    pub overdue: bool,
}

impl Status {
    /// Whether lending around it is a risk.
    pub(super) fn is_risk(self) -> bool {
        self.cheated || self.overdue
    }
}

/// A merchant that is enrolled.
#[derive(Clone, Debug)]
pub(super) struct Enrolled {
    pub(super) id: Arc<str>,
    /// Its node.
    pub(super) node: u32,
    pub(super) industry: Option<Arc<str>>,
    pub(super) status: Status,
    /// What its enrolment says, as a fact's.
    pub(super) enrolment: u32,
    /// Tells whether it is enrolled with the same names.
    pub(super) names: u64,
    /// Its facts' places, by their ids.
    pub(super) facts: HashMap<Arc<str>, u32>,
}
