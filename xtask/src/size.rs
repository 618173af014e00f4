//! `cargo xtask size`: what the library weighs on each phone, held against the ledger.

mod ledger;
mod part;
mod weight;

use clap::Args;

use crate::checkout::Checkout;
use crate::failure::Failure;
use crate::output::Output;
use crate::size::ledger::{Entry, Ledger};
use crate::size::part::Parts;
use crate::size::weight::Weight;
use crate::target::Target;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Add what was built to the ledger, with a line that says what changed
    #[arg(long, requires = "note")]
    write: bool,
    /// What changed, in a few words
    #[arg(long)]
    note: Option<String>,
    /// Also what takes the space: sections, and code by crate
    #[arg(long)]
    parts: bool,
}

pub(crate) fn run(
    arguments: &Arguments,
    checkout: &Checkout,
    output: &Output,
) -> Result<(), Failure> {
    let path = checkout.root.join("sdk/size.json");
    let mut ledger = Ledger::read(&path)?;
    let weights = weigh(checkout)?;
    let mut grown = Vec::new();
    let mut over_limit = Vec::new();
    for (target, weight) in &weights {
        output.answer(weight, ToString::to_string)?;
        if arguments.parts && target.is_android() {
            let unstripped = checkout.built(*target).join("unstripped").join(target.library());
            output.answer(&Parts::read(target.triple(), &unstripped)?, ToString::to_string)?;
        }
        over_limit.extend(ledger.over_limit(weight));
        grown.extend(ledger.changed(weight));
    }
    if !over_limit.is_empty() {
        let over_limit = over_limit.join("\n  ");
        return Err(Failure::Refused(format!(
            "heavier than sdk/size.json allows:\n  {over_limit}\nfind what to leave out by cargo \
             xtask size --parts"
        )));
    }
    if let (true, Some(note)) = (arguments.write, &arguments.note) {
        let weights = weights.into_iter().map(|(_, weight)| weight).collect();
        ledger.add(Entry::new(today(), note.clone(), weights));
        return ledger.write(&path);
    }
    if grown.is_empty() {
        return Ok(());
    }
    let changes = grown.iter().map(|change| format!("\n  {change}")).collect::<String>();
    Err(Failure::Refused(format!(
        "the library's size changed and sdk/size.json does not say why:{changes}\nfind out what \
         brought it; if it is worth its weight: cargo xtask size --write --note \"WHAT CHANGED\""
    )))
}

/// Everything that `cargo xtask mobile` has built here.
fn weigh(checkout: &Checkout) -> Result<Vec<(Target, Weight)>, Failure> {
    let mut weights = Vec::new();
    for target in <Target as clap::ValueEnum>::value_variants() {
        if checkout.built(*target).join("build.json").exists() && checkout.linked(*target).exists()
        {
            weights.push((*target, Weight::measure(*target, checkout)?));
        }
    }
    if weights.is_empty() {
        let first = "no library for a phone is built here: cargo xtask mobile";
        return Err(Failure::Missing(first.to_owned()));
    }
    Ok(weights)
}

#[expect(clippy::disallowed_methods, reason = "a task's edge: an entry carries its day")]
fn today() -> String {
    time::OffsetDateTime::now_utc().date().to_string()
}
