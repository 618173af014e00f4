//! Quantity × price = amount, net × rate = tax, and columns that add up.

use std::collections::BTreeMap;

use bailing_vision::Signal;

use super::doubt::{Number, contradiction};
use super::{Item, Items};
use crate::checks::Decimal;
use crate::kinds::TableDefinition;
use crate::recogniser::Field;

/// What an item's tax may differ from net × rate, fen, besides rounding: what the tax bureaus' own software lets a
/// line differ.
const MOST_OFF_TAX: i128 = 6;

/// Items whose own numbers contradict each other.
pub(super) fn of_lines(items: &[Item]) -> Vec<Signal> {
    items.iter().flat_map(|item| [amount(item), tax(item)]).flatten().collect()
}

fn number(item: &Item, name: &str) -> Option<Number> {
    item.fields.get(name).and_then(Number::of)
}

fn amount(item: &Item) -> Option<Signal> {
    let numbers = [number(item, "quantity")?, number(item, "price")?, number(item, "amount")?];
    let places = numbers.map(|number| number.places);
    contradiction("line_amount_mismatch", numbers[2].region, &numbers, |values| match values {
        [quantity, price, amount] => {
            is_product([*quantity, *price, *amount], places).unwrap_or(true)
        }
        _ => true,
    })
}

/// Whether an amount is quantity × price, all as far as they are printed: a price of two places may be rounded, and
/// what it is multiplied with makes that more. `None` where the numbers are beyond computing.
fn is_product([quantity, price, amount]: [Decimal; 3], places: [u32; 3]) -> Option<bool> {
    let all = quantity.places + price.places;
    let common = all.max(amount.places).max(2) + 1;
    // A half of the last place of each, in the same units as the product.
    let half = |other: Decimal, places: u32| {
        let last = 10i128.checked_pow(common.checked_sub(other.places + places)?)?;
        i128::from(other.units).abs().checked_mul(last)?.checked_div(2)
    };
    let product = i128::from(quantity.units).checked_mul(price.units.into())?;
    let product = product.checked_mul(10i128.checked_pow(common - all)?)?;
    let [of_quantity, of_price, of_amount] = places;
    let off = half(quantity, of_price.min(price.places))?;
    // A quantity without a fraction is counted, not measured.
    let counted = of_quantity == 0;
    let off = off + if counted { 0 } else { half(price, of_quantity.min(quantity.places))? };
    let off = off + 10i128.checked_pow(common - of_amount.min(2))? / 2;
    Some((product - amount.scaled(common)?).abs() <= off)
}

fn tax(item: &Item) -> Option<Signal> {
    let numbers = [number(item, "amount")?, number(item, "rate")?, number(item, "tax")?];
    contradiction("line_tax_mismatch", numbers[2].region, &numbers, |values| match values {
        [net, rate, tax] => is_tax(*net, *rate, *tax).unwrap_or(true),
        _ => true,
    })
}

/// Whether a tax is the percentage `rate` of a net amount.
fn is_tax(net: Decimal, rate: Decimal, tax: Decimal) -> Option<bool> {
    let (net, tax) = (i128::from(net.fen()?), i128::from(tax.fen()?));
    let hundred = 10i128.checked_pow(rate.places + 2)?;
    let off = net.checked_mul(rate.units.into())?.checked_sub(tax.checked_mul(hundred)?)?;
    Some(off.abs() <= MOST_OFF_TAX * hundred + hundred / 2)
}

/// Columns whose items do not add up to the row of sums or, where there is none, to the field of the voucher.
pub(super) fn of_columns(
    definition: &TableDefinition,
    items: &Items,
    fields: &BTreeMap<String, Field>,
) -> Vec<Signal> {
    let sums = definition.sums.iter();
    sums.filter_map(|(column, field)| {
        let stated = match items.totals.get(column) {
            Some(total) => total,
            None if items.totals_unread.contains(column) => return None,
            None => fields.get(field)?,
        };
        // One that was not read would be missing in the sum.
        let is_whole = |item: &Item| !item.unread.contains(column) && !item.after_gap;
        if !items.items.iter().all(is_whole) {
            return None;
        }
        let mut numbers = vec![Number::of(stated)?];
        for item in items.items.iter().filter(|item| item.fields.contains_key(column)) {
            numbers.push(number(item, column)?);
        }
        if numbers.len() < 2 {
            return None;
        }
        contradiction("line_sum_mismatch", numbers.first()?.region, &numbers, |values| {
            adds_up(values).unwrap_or(true)
        })
    })
    .collect()
}

/// Whether the first is the sum of the others, to the fen.
fn adds_up(values: &[Decimal]) -> Option<bool> {
    let (stated, parts) = values.split_first()?;
    let mut sum = 0i64;
    for part in parts {
        sum = sum.checked_add(part.fen()?)?;
    }
    Some(stated.fen()? == sum)
}
