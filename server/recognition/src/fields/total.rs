//! A sum, its two parts and their rate among a page's amounts.

use std::collections::BTreeMap;

use super::{Form, written};
use crate::checks::{self, Money};
use crate::kinds::TotalDefinition;
use crate::page::{Found, Line, Page};
use crate::recogniser::Field;

/// The sum by its label, else by its words, else the largest amount; its parts by their adding up to it.
pub(super) fn read(total: &TotalDefinition, page: &Page) -> BTreeMap<String, Field> {
    let mut fields = BTreeMap::new();
    let mut put = |name: &str, value: String, line: &Line| {
        fields.insert(name.to_owned(), written((value, line), &Form::Amount));
    };
    let words = page.any(|text| Form::AmountWords.read(text));
    if let Some((words, line)) = &words {
        put(&total.words, words.clone(), line);
    }
    if let Some((rate, line)) = only_rate(page) {
        put(&total.rate, rate, line);
    }
    let labelled = page.after(&total.labels, |text| Form::Amount.read(text));
    let mut amounts: Vec<(Money, &Line)> = page
        .all(|text| Form::Amount.read_unannounced(text))
        .into_iter()
        .filter_map(|(text, line)| Some((Money::parse(&text)?, line)))
        .collect();
    amounts.sort_by_key(|(value, _)| std::cmp::Reverse(*value));
    let in_digits = |(text, _): &Found<'_>| Money::parse(text);
    let in_words = |(text, _): &Found<'_>| checks::amount_in_words(text);
    let sum = labelled
        .as_ref()
        .and_then(in_digits)
        .or_else(|| words.as_ref().and_then(in_words))
        .or_else(|| amounts.first().map(|(value, _)| *value));
    let Some(sum) = sum else { return fields };
    let same = amounts.iter().find(|(value, _)| *value == sum).map(|(_, line)| *line);
    let line = labelled.map(|(_, line)| line).or(same).or(words.map(|(_, line)| line));
    if let Some(line) = line {
        put(&total.amount, sum.to_string(), line);
    }
    let parts = amounts.iter().enumerate().find_map(|(index, net)| {
        let tax = sum.fen.checked_sub(net.0.fen).filter(|tax| *tax > 0 && *tax < net.0.fen)?;
        let tax = amounts.iter().skip(index + 1).find(|(value, _)| value.fen == tax)?;
        Some([*net, *tax])
    });
    // Amounts that do not add up are kept as read, for the check to say so.
    let parts = parts.or(match amounts.as_slice() {
        [_, net, tax, ..] => Some([*net, *tax]),
        _ => None,
    });
    if let Some([(net, net_line), (tax, tax_line)]) = parts {
        put(&total.net, net.to_string(), net_line);
        put(&total.tax, tax.to_string(), tax_line);
    }
    fields
}

/// The tax rate, where all the page's lines have one and the same.
fn only_rate(page: &Page) -> Option<Found<'_>> {
    let percent = |text: &str| {
        let rate = checks::tax_rate(text)?;
        let (whole, tenths) = (rate / 10, rate % 10);
        Some(if tenths == 0 { format!("{whole}%") } else { format!("{whole}.{tenths}%") })
    };
    let mut rates = page.all(percent).into_iter();
    let first = rates.next()?;
    rates.all(|(rate, _)| rate == first.0).then_some(first)
}
