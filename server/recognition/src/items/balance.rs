//! A running balance: each is the one before and what flowed between.

use bailing_vision::Signal;

use super::Item;
use super::doubt::{Number, contradiction};
use crate::checks::Decimal;
use crate::page::around;

/// Steps that a statement needs before its balances are believed to run in either direction.
const LEAST_STEPS: usize = 2;

/// What a direction's column says of money that comes in, and of money that goes out.
const IN: &[&str] = &["贷", "收", "入", "CR", "C", "+"];
const OUT: &[&str] = &["借", "付", "支", "出", "DR", "D", "-"];

/// A payment and the balance after it.
#[derive(Clone, Debug)]
struct Entry {
    balance: Number,
    /// Numbers whose sum, each with its sign, flowed; empty where none is printed.
    flows: Vec<(i64, Number)>,
    /// Whether entries before this one, or parts of it, are not known.
    after_gap: bool,
    is_whole: bool,
}

/// How balances run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Order {
    /// From the top: a balance is the one above and what flows in its own row. Else it is the one below, and
    /// the flow of its own row came last.
    downwards: bool,
    /// 1, or −1 where the columns are meant the other way, as a bank's own books are.
    sign: i64,
}

/// Balances that are not what they were and what flowed.
pub(super) fn broken(items: &[Item]) -> Vec<Signal> {
    let entries = entries(items);
    let orders = [(true, 1), (false, 1), (true, -1), (false, -1)];
    let orders = orders.map(|(downwards, sign)| Order { downwards, sign });
    let kept =
        |order: &Order| pairs(&entries).filter(|pair| order.keeps(pair) == Some(true)).count();
    let steps = pairs(&entries).filter(|pair| orders[0].keeps(pair).is_some()).count();
    // The first of those that keep the most.
    let Some(order) = orders.iter().rev().max_by_key(|order| kept(order)) else {
        return Vec::new();
    };
    if steps < LEAST_STEPS {
        return Vec::new();
    }
    if 2 * kept(order) < steps {
        // No way to read them makes sense: they are no balances, or all invented.
        let numbers: Vec<Number> = entries.iter().flat_map(Entry::numbers).collect();
        let region = around(entries.iter().filter_map(|entry| entry.balance.region));
        return contradiction("balance_broken", region, &numbers, |_| false).into_iter().collect();
    }
    let mut signals = Vec::new();
    let mut entries = entries.as_slice();
    while let [first, second, rest @ ..] = entries {
        entries = entries.get(1..).unwrap_or_default();
        if order.keeps(&[first, second]) != Some(false) {
            continue;
        }
        // Where leaving one balance out makes the others run, that one is wrong and not the payment.
        let alone = rest.first().is_some_and(|third| {
            order.keeps(&[second, third]) == Some(false) && order.keeps_over(first, second, third)
        });
        signals.extend(order.objection(first, second, alone));
        if alone {
            entries = entries.get(1..).unwrap_or_default();
        }
    }
    signals
}

fn entries(items: &[Item]) -> Vec<Entry> {
    let mut entries = Vec::new();
    let mut lost = false;
    for item in items {
        let number = |name: &str| item.fields.get(name).and_then(Number::of);
        let Some(balance) = number("balance") else {
            lost = true;
            continue;
        };
        let mut flows = Vec::new();
        for (name, sign) in [("credit", 1), ("debit", -1), ("amount", direction(item))] {
            flows.extend(number(name).map(|number| (sign, number)));
        }
        let of_flow = ["credit", "debit", "amount", "direction"];
        let is_whole = !item.unread.iter().any(|name| of_flow.contains(&name.as_str()));
        entries.push(Entry { balance, flows, after_gap: item.after_gap || lost, is_whole });
        lost = false;
    }
    entries
}

/// Which way an amount without a sign of its own flows: 1 in, −1 out.
fn direction(item: &Item) -> i64 {
    let says = item.fields.get("direction").map_or("", |field| field.value.as_str());
    let begins = |words: &[&str]| words.iter().any(|word| says.starts_with(word));
    if begins(OUT) && !begins(IN) { -1 } else { 1 }
}

/// Neighbours between which nothing is missing.
fn pairs(entries: &[Entry]) -> impl Iterator<Item = [&Entry; 2]> {
    entries.windows(2).filter_map(|pair| match pair {
        [first, second] if !second.after_gap => Some([first, second]),
        _ => None,
    })
}

impl Entry {
    fn numbers(&self) -> impl Iterator<Item = Number> {
        std::iter::once(self.balance).chain(self.flows.iter().map(|(_, number)| *number))
    }
}

impl Order {
    /// Whether two neighbours' balances fit the flow between them; `None` where it is not known.
    fn keeps(self, [first, second]: &[&Entry; 2]) -> Option<bool> {
        let (later, earlier) = if self.downwards { (second, first) } else { (first, second) };
        if second.after_gap || !later.is_whole || later.flows.is_empty() {
            return None;
        }
        self.fits(earlier.balance.value, later.balance.value, &later.flows)
    }

    /// The same without the balance of the one between them.
    fn keeps_over(self, first: &Entry, between: &Entry, third: &Entry) -> bool {
        let (later, earlier) = if self.downwards { (third, first) } else { (first, third) };
        let flows: Vec<(i64, Number)> = later.flows.iter().chain(&between.flows).copied().collect();
        self.fits(earlier.balance.value, later.balance.value, &flows) == Some(true)
    }

    fn fits(self, earlier: Decimal, later: Decimal, flows: &[(i64, Number)]) -> Option<bool> {
        let mut flow = 0i64;
        for (sign, number) in flows {
            flow = flow.checked_add(number.value.fen()?.checked_mul(sign * self.sign)?)?;
        }
        Some(earlier.fen()?.checked_add(flow)? == later.fen()?)
    }

    /// Names the balance that stands alone, else that of the payment that does not explain the step.
    fn objection(self, first: &Entry, second: &Entry, alone: bool) -> Option<Signal> {
        let (later, earlier) = if self.downwards { (second, first) } else { (first, second) };
        let mut numbers = vec![earlier.balance, later.balance];
        numbers.extend(later.flows.iter().map(|(_, number)| *number));
        let signs: Vec<i64> = later.flows.iter().map(|(sign, _)| *sign).collect();
        let named = if alone { second } else { later };
        contradiction("balance_broken", named.balance.region, &numbers, |values| {
            let [earlier, later, flows @ ..] = values else { return true };
            let mut sum = earlier.fen();
            for (sign, flow) in signs.iter().zip(flows) {
                let signed = flow.fen().and_then(|fen| fen.checked_mul(sign * self.sign));
                sum = sum.zip(signed).and_then(|(sum, signed)| sum.checked_add(signed));
            }
            sum.zip(later.fen()).is_none_or(|(sum, later)| sum == later)
        })
    }
}
