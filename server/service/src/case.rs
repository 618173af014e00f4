//! A merchant's case, from what is stored: the one place where it is put together.

use std::collections::BTreeSet;

use bailing_credit::graph::Features;
use bailing_credit::{Case, Conduct, Day, Fact, Merchant, Policy, Stage};
use time::Date;
use time::macros::format_description;

use crate::clock;
use crate::relations;
use crate::state::State;
use crate::store::{Loan, MerchantRow};

/// A merchant's case as it stands; none of whoever is not known.
pub(crate) async fn of(state: &State, merchant_id: &str) -> Result<Option<Case>, sqlx::Error> {
    let Some(row) = state.store.merchant(merchant_id).await? else { return Ok(None) };
    let features = relations::features(state, merchant_id).await?;
    with(state, &row, features, &[]).await.map(Some)
}

/// The same with what is new, which then takes the place of the oldest where a case could not hold all.
pub(crate) async fn with(
    state: &State,
    row: &MerchantRow,
    features: Features,
    new: &[Fact],
) -> Result<Case, sqlx::Error> {
    let room = Case::MOST_FACTS.saturating_sub(new.len());
    let mut facts = state.store.facts(&row.id, room).await?;
    facts.retain(|fact| !new.iter().any(|newer| newer.id == fact.id));
    facts.extend(new.iter().cloned());
    let Loan { conduct, .. } = row.loan()?;
    let told = state.store.told(&row.id).await?.into_iter().filter_map(|(code, day)| {
        Some((code, Day(Date::parse(&day, format_description!("[year]-[month]-[day]")).ok()?)))
    });
    Ok(Case {
        merchant: Merchant {
            id: row.id.clone(),
            name: row.name.clone(),
            person: row.person.clone(),
            industry: row.industry.clone(),
            stage: if row.stage == "starting" { Stage::Starting } else { Stage::Established },
            base_quota: u64::try_from(row.base_quota).unwrap_or_default(),
        },
        today: today(state),
        facts,
        conduct: Conduct { told: told.collect(), ..conduct },
        graph: features,
        declined: BTreeSet::new(),
        policy: policy(state),
    })
}

/// The day on which papers are judged.
pub(crate) fn today(state: &State) -> Date {
    state.demo_today.unwrap_or_else(clock::today)
}

/// Where software keys are enrolled at all, what they sign counts: it is a demo.
pub(crate) fn policy(state: &State) -> Policy {
    let mut policy = Policy::default();
    if state.devices.allow_software() {
        let [a, b, c, _] = policy.grade_weight_per_mille;
        policy.grade_weight_per_mille = [a, b, c, 1_000];
    }
    policy
}
