//! The rules, each over all facts.

use std::collections::{BTreeMap, BTreeSet};

use bailing_vision::{Class, Severity, Signal};

use super::{Contradiction, Stated, names};
use crate::checks::Money;
use crate::facts::Part;
use crate::sign;

/// Name and version of the rules, as signals carry it.
const MODEL: &str = "consistency-rules/1";

/// A sign names a business from this share of its characters on: half of a misread sign still does.
const NAMED: f32 = 0.5;

/// What one key belongs to is the same wherever it stands.
struct OneTruth {
    code: &'static str,
    fact: &'static str,
    /// The parts that tell it from others.
    key: &'static [&'static str],
    /// Fewer characters than these in all are no key: many papers are number 1.
    least: usize,
    /// The parts that must agree.
    values: &'static [&'static str],
}

const ONE_TRUTH: &[OneTruth] = &[
    OneTruth {
        code: "vehicle_conflict",
        fact: "vehicle",
        key: &["plate"],
        least: 7,
        values: &["vin"],
    },
    OneTruth {
        code: "vehicle_conflict",
        fact: "vehicle",
        key: &["vin"],
        least: 17,
        values: &["plate"],
    },
    // Ten digits and eight.
    OneTruth {
        code: "number_conflict",
        fact: "turnover",
        key: &["code", "number"],
        least: 18,
        values: &["amount", "date", "seller", "buyer"],
    },
    // A digital invoice has no code.
    OneTruth {
        code: "number_conflict",
        fact: "turnover",
        key: &["number"],
        least: 20,
        values: &["amount", "date", "seller", "buyer"],
    },
    OneTruth {
        code: "number_conflict",
        fact: "contract",
        key: &["number", "party_a", "party_b"],
        least: 20,
        values: &["amount", "date"],
    },
    OneTruth {
        code: "number_conflict",
        fact: "licence",
        key: &["number"],
        least: 8,
        values: &["holder", "valid_until"],
    },
    OneTruth {
        code: "number_conflict",
        fact: "payment",
        key: &["number"],
        least: 10,
        values: &["amount", "date", "payer", "payee"],
    },
];

/// Parts that are names of parties, and the parts that are these parties' codes.
const PARTIES: &[(&str, &str)] =
    &[("holder", "holder_code"), ("seller", "seller_code"), ("buyer", "buyer_code")];

/// Facts between two parties, and what these are called.
const BETWEEN: &[(&str, [&str; 2])] = &[
    ("turnover", ["seller", "buyer"]),
    ("contract", ["party_a", "party_b"]),
    ("payment", ["payer", "payee"]),
    ("order", ["supplier", "buyer"]),
];

pub(super) fn apply(facts: &[Stated<'_>]) -> Vec<Contradiction> {
    let mut found = Vec::new();
    for rule in ONE_TRUTH {
        one_truth(rule, facts, &mut found);
    }
    names_and_codes(facts, &mut found);
    if let Some(merchant) = merchant(facts) {
        holders(&merchant, facts, &mut found);
        absent(&merchant, facts, &mut found);
        before_establishment(&merchant, facts, &mut found);
        signs(&merchant, facts, &mut found);
    }
    papers_of_one_vehicle(facts, &mut found);
    invoices_and_contracts(facts, &mut found);
    found
}

type Stand<'a, 'b> = (&'b Stated<'a>, &'a Part);

fn differ(code: &'static str, one: Stand<'_, '_>, other: Stand<'_, '_>) -> Contradiction {
    let places = [one.0.place(one.1), other.0.place(other.1)];
    Contradiction { signal: Signal::review(code, Class::Content, MODEL), places }
}

/// What has an innocent explanation too.
fn note(code: &'static str, one: Stand<'_, '_>, other: Stand<'_, '_>) -> Contradiction {
    let Contradiction { signal, places } = differ(code, one, other);
    Contradiction { signal: Signal { severity: Severity::Pass, action: None, ..signal }, places }
}

/// Each is held against the first with its key: if it agrees with that, any other that it disagrees with
/// disagrees with the first as well.
fn one_truth(rule: &OneTruth, facts: &[Stated<'_>], found: &mut Vec<Contradiction>) {
    let mut firsts: BTreeMap<(&str, String), &Stated<'_>> = BTreeMap::new();
    for value in rule.values {
        for stated in facts.iter().filter(|stated| stated.is(rule.fact)) {
            let key: Option<Vec<String>> =
                rule.key.iter().map(|part| stated.value(part).map(names::plain)).collect();
            let key = key.map(|key| key.join("|")).unwrap_or_default();
            let length = key.chars().filter(|character| *character != '|').count();
            let Some(part) = stated.part(value).filter(|_| length >= rule.least) else { continue };
            let first = *firsts.entry((value, key)).or_insert(stated);
            if let Some(known) = first.part(value)
                && !agree(value, &known.value, &part.value)
            {
                found.push(differ(rule.code, (first, known), (stated, part)));
            }
        }
    }
}

/// Whether two values of one part are the same: names but for a misread character, days as far as both are
/// known.
fn agree(part: &str, one: &str, other: &str) -> bool {
    match part {
        "holder" | "seller" | "buyer" | "payer" | "payee" | "party_a" | "party_b" => {
            names::agree(one, other)
        }
        "date" | "valid_until" => one.starts_with(other) || other.starts_with(one),
        _ => one == other,
    }
}

/// One code, one name; one name, one code.
fn names_and_codes(facts: &[Stated<'_>], found: &mut Vec<Contradiction>) {
    let mut by_code: BTreeMap<String, Stand<'_, '_>> = BTreeMap::new();
    let mut by_name: BTreeMap<String, Stand<'_, '_>> = BTreeMap::new();
    for stated in facts {
        let codes = PARTIES.iter().filter(|(_, code)| stated.part(code).is_some()).count();
        let roles = PARTIES.iter().filter(|(name, _)| stated.part(name).is_some()).count();
        // Of two parties with one code it is not known whose it is.
        if codes < roles {
            continue;
        }
        for (name, code) in PARTIES {
            let (Some(name), Some(code)) = (stated.part(name), stated.part(code)) else { continue };
            let (first, known) =
                *by_code.entry(organisation(&code.value)).or_insert((stated, name));
            if !names::agree(&known.value, &name.value) {
                found.push(differ("party_name_conflict", (first, known), (stated, name)));
            }
            let plain = names::plain(&name.value);
            // Short names, as people's, are many people's.
            if plain.chars().count() < 6 {
                continue;
            }
            let (first, known) = *by_name.entry(plain).or_insert((stated, code));
            if organisation(&known.value) != organisation(&code.value) {
                found.push(differ("party_code_conflict", (first, known), (stated, code)));
            }
        }
    }
}

/// The organisation code within a credit code or a taxpayer's number of 15, else the whole.
fn organisation(code: &str) -> String {
    let within = match code.len() {
        18 => code.get(8..17),
        15 => code.get(6..),
        _ => None,
    };
    within.unwrap_or(code).to_owned()
}

/// Whom the other papers must name: the first business licence, else the first that has a holder.
fn merchant<'a>(facts: &[Stated<'a>]) -> Option<Stated<'a>> {
    let identity = facts.iter().find(|stated| stated.is("identity"));
    identity.or_else(|| facts.iter().find(|stated| stated.part("holder").is_some())).copied()
}

/// Whether a name is the merchant's, or that of the person who stands for it.
fn is_merchant(merchant: &Stated<'_>, name: &str) -> bool {
    let names = [merchant.value("holder"), merchant.value("person")];
    names.into_iter().flatten().any(|known| names::agree(known, name))
}

/// Every paper's holder is the merchant.
fn holders(merchant: &Stated<'_>, facts: &[Stated<'_>], found: &mut Vec<Contradiction>) {
    let Some(known) = merchant.part("holder") else { return };
    for stated in facts {
        let Some(holder) = stated.part("holder") else { continue };
        let is_person = stated.part("person").is_some_and(|person| person.value == known.value);
        if !is_merchant(merchant, &holder.value) && !is_person {
            found.push(differ("holder_conflict", (merchant, known), (stated, holder)));
        }
    }
}

/// Where both parties are named, one is the merchant.
fn absent(merchant: &Stated<'_>, facts: &[Stated<'_>], found: &mut Vec<Contradiction>) {
    let Some(known) = merchant.part("holder").filter(|_| merchant.is("identity")) else { return };
    for stated in facts {
        if let Some([one, other]) = parties(stated)
            && ![one, other].iter().any(|party| is_merchant(merchant, &party.value))
        {
            found.push(differ("party_absent", (merchant, known), (stated, one)));
        }
    }
}

fn parties<'a>(stated: &Stated<'a>) -> Option<[&'a Part; 2]> {
    let (_, [one, other]) = BETWEEN.iter().find(|(fact, _)| stated.is(fact))?;
    Some([stated.part(one)?, stated.part(other)?])
}

/// Nothing of the merchant's is older than it.
fn before_establishment(
    merchant: &Stated<'_>,
    facts: &[Stated<'_>],
    found: &mut Vec<Contradiction>,
) {
    let Some(established) = merchant.part("established") else { return };
    for stated in facts {
        let Some(date) = stated.part("date") else { continue };
        let names = PARTIES.iter().filter_map(|(name, _)| stated.value(name));
        let between = parties(stated).into_iter().flatten().map(|party| party.value.as_str());
        if names.chain(between).any(|name| is_merchant(merchant, name))
            && is_before(&date.value, &established.value)
        {
            found.push(differ(
                "dated_before_establishment",
                (merchant, established),
                (stated, date),
            ));
        }
    }
}

/// A shop's sign names the merchant. It may bear a brand or what the shop was called before, so nobody objects.
fn signs(merchant: &Stated<'_>, facts: &[Stated<'_>], found: &mut Vec<Contradiction>) {
    let Some(known) = merchant.part("holder").filter(|_| merchant.is("identity")) else { return };
    for stated in facts {
        let Some(sign) = stated.part("sign") else { continue };
        if sign::agreement(&sign.value, &known.value) < NAMED {
            found.push(note("sign_differs", (merchant, known), (stated, sign)));
        }
    }
}

/// Whether one day is before another, as far as both are known.
fn is_before(one: &str, other: &str) -> bool {
    let length = one.len().min(other.len());
    one.get(..length).zip(other.get(..length)).is_some_and(|(one, other)| one < other)
}

/// Where every paper of one kind is of one vehicle, and every paper of another kind is of one vehicle, it should
/// be the same. Plates that differ in one character are one plate misread or altered; else the merchant may
/// have two vehicles, and has shown one paper of each.
fn papers_of_one_vehicle(facts: &[Stated<'_>], found: &mut Vec<Contradiction>) {
    let mut by_kind: BTreeMap<&str, Vec<Stand<'_, '_>>> = BTreeMap::new();
    for stated in facts.iter().filter(|stated| stated.is("vehicle")) {
        if let Some(plate) = stated.part("plate") {
            by_kind.entry(stated.document.kind).or_default().push((stated, plate));
        }
    }
    let only: Vec<Stand<'_, '_>> = by_kind
        .values()
        .filter_map(|stands| {
            let first = stands.first()?;
            stands.iter().all(|(_, plate)| plate.value == first.1.value).then_some(*first)
        })
        .collect();
    for (index, one) in only.iter().enumerate() {
        for other in only.iter().skip(index + 1).filter(|other| other.1.value != one.1.value) {
            let pairs = one.1.value.chars().zip(other.1.value.chars());
            let nearly = one.1.value.chars().count() == other.1.value.chars().count()
                && pairs.filter(|(a, b)| a != b).count() == 1;
            let say = if nearly { differ } else { note };
            found.push(say("plate_conflict", *one, *other));
        }
    }
}

/// What was invoiced between two parties is what they contracted for: no more, and not before. Both happen to
/// honest merchants whose other contracts were not shown.
fn invoices_and_contracts(facts: &[Stated<'_>], found: &mut Vec<Contradiction>) {
    let mut contracts: BTreeMap<[String; 2], Vec<&Stated<'_>>> = BTreeMap::new();
    for stated in facts.iter().filter(|stated| stated.is("contract")) {
        if let Some(parties) = parties(stated) {
            let mut key = parties.map(|party| names::plain(&party.value));
            key.sort();
            contracts.entry(key).or_default().push(stated);
        }
    }
    let invoices: Vec<&Stated<'_>> = facts.iter().filter(|stated| stated.is("turnover")).collect();
    for (key, contracts) in &contracts {
        let between = invoices.iter().filter(|invoice| is_between(invoice, key)).copied();
        let between = once_each(between, &["code", "number"]);
        let contracts = once_each(contracts.iter().copied(), &["number", "amount", "date"]);
        exceeding(&between, &contracts, found);
        too_early(&between, &contracts, found);
    }
}

fn is_between(invoice: &Stated<'_>, [one, other]: &[String; 2]) -> bool {
    let Some([a, b]) = parties(invoice) else { return false };
    let agree = |x: &str, y: &str| names::agree(&a.value, x) && names::agree(&b.value, y);
    agree(one, other) || agree(other, one)
}

/// The first of those that are alike in some parts. What has none of them cannot be told from its copy, and is
/// left out.
fn once_each<'a, 'b>(
    all: impl Iterator<Item = &'b Stated<'a>>,
    parts: &[&str],
) -> Vec<&'b Stated<'a>> {
    let mut seen = BTreeSet::new();
    all.filter(|stated| {
        let key: Vec<Option<&str>> = parts.iter().map(|part| stated.value(part)).collect();
        key.iter().any(Option::is_some) && seen.insert(key)
    })
    .collect()
}

fn exceeding(invoices: &[&Stated<'_>], contracts: &[&Stated<'_>], found: &mut Vec<Contradiction>) {
    let fen = |stated: &&Stated<'_>| Some(Money::parse(stated.value("amount")?)?.fen);
    let sum = |all: &[&Stated<'_>]| {
        all.iter().filter_map(fen).fold(0u64, |sum, fen| sum.saturating_add(fen))
    };
    let latest = invoices.iter().max_by_key(|invoice| (invoice.value("date"), invoice.document.id));
    if let (Some(invoice), Some(contract)) = (latest, contracts.first())
        && sum(invoices) > sum(contracts)
        && let (Some(invoiced), Some(agreed)) = (invoice.part("amount"), contract.part("amount"))
    {
        found.push(note("invoices_exceed_contract", (contract, agreed), (invoice, invoiced)));
    }
}

fn too_early(invoices: &[&Stated<'_>], contracts: &[&Stated<'_>], found: &mut Vec<Contradiction>) {
    // A contract without a date may be the oldest.
    if contracts.iter().any(|contract| contract.part("date").is_none()) {
        return;
    }
    if let (Some(contract), Some(invoice)) = (earliest(contracts), earliest(invoices))
        && is_before(&invoice.1.value, &contract.1.value)
    {
        found.push(note("invoiced_before_contract", contract, invoice));
    }
}

fn earliest<'a, 'b>(all: &[&'b Stated<'a>]) -> Option<Stand<'a, 'b>> {
    let dated = all.iter().filter_map(|stated| Some((*stated, stated.part("date")?)));
    dated.min_by_key(|(stated, date)| (date.value.as_str(), stated.document.id))
}
