//! Templates, as `design.rs` describes them, made into what is printed.

use rand::RngExt;

use super::story::{Shown, Story};

/// A piece of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Run {
    /// Printed on every such form.
    Label(String),
    /// Filled in: the truth about a field where it is one.
    Value { text: String, field: Option<(&'static str, String)> },
    /// Somebody signs, in this role.
    Signature(&'static str),
}

/// The template's pieces, with one of each choice and with the story's values.
pub(super) fn runs(template: &'static str, story: &mut Story) -> Vec<Run> {
    let mut out = Vec::new();
    fill(template, story, &mut out);
    out
}

/// The same as plain text.
pub(super) fn text(template: &'static str, story: &mut Story) -> String {
    let text = |run: Run| match run {
        Run::Label(text) | Run::Value { text, .. } => text,
        Run::Signature(_) => String::new(),
    };
    runs(template, story).into_iter().map(text).collect()
}

fn fill(template: &'static str, story: &mut Story, out: &mut Vec<Run>) {
    let mut rest = template;
    while let Some(at) = rest.find(['(', '{']) {
        label(&rest[..at], out);
        let (inner, after) = inside(&rest[at..]);
        if rest[at..].starts_with('(') {
            let choices: Vec<&'static str> = inner.split('|').collect();
            let chosen = choices[story.random().random_range(0..choices.len())];
            fill(chosen, story, out);
        } else {
            out.push(value(inner, story));
        }
        rest = after;
    }
    label(rest, out);
}

fn label(text: &str, out: &mut Vec<Run>) {
    match out.last_mut() {
        _ if text.is_empty() => {}
        Some(Run::Label(before)) => before.push_str(text),
        _ => out.push(Run::Label(text.to_owned())),
    }
}

/// What a bracket at the beginning encloses, and what follows it.
fn inside(text: &'static str) -> (&'static str, &'static str) {
    let close = if text.starts_with('(') { ')' } else { '}' };
    text[1..].split_once(close).unwrap_or((&text[1..], ""))
}

fn value(inner: &'static str, story: &mut Story) -> Run {
    if let Some(role) = inner.strip_prefix('~') {
        return Run::Signature(role);
    }
    let (field, variable) = match inner.split_once('=') {
        Some((field, variable)) => (Some(field), variable),
        None => (None, inner),
    };
    let Shown { printed, value } = match variable.strip_prefix('\'') {
        Some(pattern) => story.pattern(pattern.trim_end_matches('\'')),
        None => match variable.split_once('(') {
            Some((before, choices)) => {
                let choices: Vec<&str> = choices.trim_end_matches(')').split('|').collect();
                let chosen = choices[story.random().random_range(0..choices.len())];
                story.get(&format!("{before}{chosen}"))
            }
            None => story.get(variable),
        },
    };
    Run::Value { text: printed, field: field.map(|name| (name, value)) }
}

#[cfg(test)]
mod tests {
    use super::super::design::Deal;
    use super::*;

    #[test]
    fn a_template_is_labels_values_and_signatures() {
        let story = &mut Story::new(1, Deal::Goods);
        let made = runs("(单|双)号：{number='A##'}{~payer}", story);
        let [Run::Label(label), Run::Value { text, field }, Run::Signature("payer")] = &made[..]
        else {
            panic!("{made:?}")
        };
        assert!(label == "单号：" || label == "双号：");
        assert!(text.starts_with('A') && text.len() == 3);
        assert_eq!(field.as_ref(), Some(&("number", text.clone())));
    }
}
