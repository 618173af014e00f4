//! The graph of all merchants, in memory, kept up to what the database says: every process has its own.

use bailing_credit::graph::{Capture, Features, Full, Graph, MerchantRef, Neighbourhood};
use bailing_credit::{Fact, Source};

use crate::case;
use crate::state::State;
use crate::store::{FactChange, MerchantRow};

/// Rows that are read at once.
const PAGE: i64 = 5_000;

/// Most edges that are shown around a merchant: more cannot be told apart.
const SHOWN: usize = 200;

/// The graph, and up to which changes it has heard.
#[derive(Debug, Default)]
pub(crate) struct Relations {
    graph: Graph,
    merchants: i64,
    facts: i64,
    forgotten: i64,
}

/// New facts of a merchant, with what is known of their pictures.
#[derive(Clone, Copy, Debug)]
pub(crate) struct News<'a> {
    pub(crate) facts: &'a [Fact],
    /// Id of the key that signed them, hexadecimal.
    pub(crate) device: &'a str,
    /// Hashes of the pictures, hexadecimal, by their place in the bundle.
    pub(crate) pictures: &'a [String],
}

/// What the graph says of a merchant now, and what it would say with the news.
pub(crate) async fn with(
    state: &State,
    merchant: &MerchantRow,
    news: &News<'_>,
) -> Result<[Features; 2], sqlx::Error> {
    let mut relations = state.relations.lock().await;
    relations.hear(state).await?;
    let now = relations.graph.features(&state.knowledge, &merchant.id);
    let mut told = Vec::new();
    for fact in news.facts.iter().filter(|fact| counts(state, fact)) {
        let picture = match &fact.source {
            Source::Photo { image, .. } => {
                usize::try_from(*image).ok().and_then(|at| news.pictures.get(at))
            }
            _ => None,
        };
        let capture = Capture { device: Some(news.device), picture: picture.map(String::as_str) };
        if relations.graph.insert(&reference(merchant), fact, capture).is_ok() {
            told.push(&fact.id);
        }
    }
    let then = relations.graph.features(&state.knowledge, &merchant.id);
    // They come to stay with the decision, as all others do.
    for fact in told {
        relations.graph.remove(&merchant.id, fact);
    }
    Ok([now, then])
}

/// What the graph says of a merchant.
pub(crate) async fn features(state: &State, merchant: &str) -> Result<Features, sqlx::Error> {
    let mut relations = state.relations.lock().await;
    relations.hear(state).await?;
    Ok(relations.graph.features(&state.knowledge, merchant))
}

/// Who and what is around a merchant.
pub(crate) async fn neighbourhood(
    state: &State,
    merchant: &str,
) -> Result<Neighbourhood, sqlx::Error> {
    let mut relations = state.relations.lock().await;
    relations.hear(state).await?;
    Ok(relations.graph.neighbourhood(merchant, SHOWN))
}

impl Relations {
    /// Hears what has changed: merchants first, then what went, then what came.
    async fn hear(&mut self, state: &State) -> Result<(), sqlx::Error> {
        loop {
            let rows = state.store.merchants_after(self.merchants, PAGE).await?;
            let Some(last) = rows.last().map(|row| row.change) else { break };
            for row in rows {
                full_or(self.graph.enrol(&reference(&row)));
                self.graph.set_status(&row.id, row.loan()?.status);
            }
            self.merchants = last;
        }
        loop {
            let rows = state.store.forgotten_after(self.forgotten, PAGE).await?;
            let Some(last) = rows.last().map(|row| row.0) else { break };
            for (_, merchant, fact, said_elsewhere) in rows {
                if !said_elsewhere {
                    self.graph.remove(&merchant, &fact);
                }
            }
            self.forgotten = last;
        }
        loop {
            let rows = state.store.facts_after(self.facts, PAGE).await?;
            let Some(last) = rows.last().map(|row| row.change) else { break };
            for row in &rows {
                self.learn(state, row);
            }
            self.facts = last;
        }
        Ok(())
    }

    fn learn(&mut self, state: &State, row: &FactChange) {
        if !counts(state, &row.fact) {
            return;
        }
        let [device, picture] =
            [&row.device, &row.picture].map(|bytes| bytes.as_ref().map(hex::encode));
        let capture = Capture { device: device.as_deref(), picture: picture.as_deref() };
        full_or(self.graph.insert(&reference(&row.merchant), &row.fact, capture));
    }
}

/// What a merchant merely says of itself is no relation, nor what nothing vouches for.
fn counts(state: &State, fact: &Fact) -> bool {
    let weights = case::policy(state).grade_weight_per_mille;
    match &fact.source {
        Source::Photo { grade, .. } => {
            let at = ["A", "B", "C", "D"].iter().position(|name| name == grade);
            at.and_then(|at| weights.get(at)).is_some_and(|weight| *weight > 0)
        }
        Source::Import { .. } | Source::Partner { .. } => true,
        Source::Declared => false,
    }
}

fn reference(row: &MerchantRow) -> MerchantRef<'_> {
    let MerchantRow { id, name, person, code, industry, .. } = row;
    let [name, person, code, industry] = [name, person, code, industry].map(Option::as_deref);
    MerchantRef { id, name, person, code, industry }
}

fn full_or<T>(done: Result<T, Full>) {
    if let Err(full) = done {
        tracing::error!(%full, "a relation was not learned");
    }
}
