//! `bailing quota`: the credit engine on a written-down case.

use std::path::PathBuf;

use bailing_credit::{Case, Decision, Knowledge, decide};

use crate::failure::Failure;
use crate::output::Output;
use crate::source;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The merchant and the facts; tests/cases/quota has examples
    #[arg(value_name = "CASE.json")]
    case: PathBuf,
}

pub(crate) fn run(arguments: &Arguments, output: &Output) -> Result<(), Failure> {
    let failed = |source| Failure::Case { path: arguments.case.clone(), source };
    let case = Case::from_json(&source::read(&arguments.case)?).map_err(failed)?;
    let knowledge = Knowledge::built_in()?;
    let decision = decide(&knowledge, &case).map_err(failed)?;
    output.answer(&decision, readable)
}

/// A decision for the terminal, in both languages.
pub(crate) fn readable(decision: &Decision) -> String {
    let mut text =
        format!("{} -> {} yuan ({:+})", decision.before, decision.quota, decision.uplift);
    for reason in &decision.reasons {
        text.push_str(&format!("\n  {:+}  {}  {}", reason.amount, reason.text.zh, reason.text.en));
    }
    for notice in &decision.notices {
        text.push_str(&format!("\n  note: {}  {}", notice.text.zh, notice.text.en));
    }
    for offer in &decision.promotions {
        text.push_str(&format!(
            "\n  offer until {}: {}  {}",
            offer.until, offer.text.zh, offer.text.en
        ));
    }
    for task in &decision.next_tasks {
        text.push_str(&format!(
            "\n  next: {} (up to +{}, {} min)  {}  {}",
            task.kind, task.expected_gain, task.effort, task.text.zh, task.text.en
        ));
    }
    text
}
