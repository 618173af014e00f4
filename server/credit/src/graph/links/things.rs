//! What a paper is about besides parties: its number, its picture, vehicles, accounts, addresses.

use super::super::edge::Relation;
use super::super::key::{Key, Kind};
use super::super::{Capture, MerchantRef};
use super::parties::{Party, Side, Trade, person};
use super::{Links, shown};
use crate::fact::{Fact, Source};
use crate::names;

/// Facts whose number an authority or a bank gave, so that no other paper has it, and from how many characters on a
/// number is one: shorter ones are misread or somebody's own counting. An older invoice's is ten digits and eight.
const NUMBERED: [(&str, &str, usize); 10] = [
    ("turnover", "invoice", 18),
    ("running_cost", "invoice", 18),
    ("payment", "payment", 10),
    ("licence", "licence", 8),
    ("qualification", "qualification", 8),
    ("insurance", "insurance", 8),
    ("tax_paid", "tax", 8),
    ("right", "right", 7),
    ("premises", "premises", 8),
    ("export_or_import", "customs", 18),
];

/// Fewer characters of a number that somebody made up are no number.
const LEAST_OWN_NUMBER: usize = 4;

/// Fewer characters are no address.
const LEAST_ADDRESS: usize = 6;

/// Fewer digits are no account.
const LEAST_ACCOUNT: usize = 8;

/// What tells a voucher from all others: its number, with the parties where they count their papers themselves.
pub(super) fn voucher(fact: &Fact, trade: Option<&Trade>) -> Option<Key> {
    let letters = |part| -> Option<String> {
        let letters: String = names::letters(fact.part(part)?).into_iter().collect();
        (!letters.is_empty()).then_some(letters)
    };
    let number = letters("number")?;
    let numbered = NUMBERED.iter().find(|(name, ..)| *name == fact.name);
    let text = match (numbered, trade) {
        (Some((_, kind, least)), _) => {
            let number = format!("{}{number}", letters("code").unwrap_or_default());
            (number.chars().count() >= *least).then(|| format!("{kind}/{number}"))
        }
        (None, Some(Trade { seller: Side::Part(seller), buyer: Side::Part(buyer), .. })) => {
            let (seller, buyer) = (letters(seller)?, letters(buyer)?);
            (number.chars().count() >= LEAST_OWN_NUMBER)
                .then(|| format!("{}/{number}/{seller}/{buyer}", fact.name))
        }
        _ => None,
    };
    text.map(|text| Key::exact(Kind::Voucher, &text))
}

impl Links {
    /// The picture or file, and the device.
    pub(super) fn capture(
        &mut self,
        merchant: &MerchantRef<'_>,
        fact: &Fact,
        capture: Capture<'_>,
        about: u64,
    ) {
        let own = merchant.key();
        let picture = match (&fact.source, capture.picture) {
            (_, Some(picture)) => Some(picture.to_owned()),
            (Source::Photo { bundle, image, .. }, None) => Some(format!("{bundle}/{image}")),
            (Source::Import { file, .. }, None) => Some(file.clone()),
            (Source::Partner { .. } | Source::Declared, None) => None,
        };
        if let Some(picture) = picture {
            self.push(&Key::exact(Kind::Picture, &picture), Relation::CapturedBy, &own, about);
        }
        if let Some(device) = capture.device {
            self.push(&own, Relation::CapturedBy, &Key::exact(Kind::Device, device), about);
        }
    }

    /// Vehicles, accounts and addresses, and whose they are.
    pub(super) fn things(&mut self, merchant: &MerchantRef<'_>, fact: &Fact, about: u64) {
        let own = merchant.key();
        let holder = Party::named(merchant, fact, "holder");
        let holder_key = holder.as_ref().map_or(&own, |holder| &holder.key);
        let printed = |kind, part: &str| fact.part(part).and_then(|of| Key::printed(kind, of));
        match fact.name.as_str() {
            "identity" => {
                let person = fact.part("person").and_then(|name| person(merchant, name));
                if let (Some(person), Some(holder)) = (person, &holder) {
                    self.push(&person, Relation::Owns, &holder.key, about);
                }
            }
            "vehicle" | "vehicle_seen" => {
                let vehicle =
                    printed(Kind::Vehicle, "plate").or_else(|| printed(Kind::Vehicle, "vin"));
                if let Some(vehicle) = vehicle {
                    if let Some(holder) = &holder {
                        self.push(&holder.key, Relation::Owns, &vehicle, about);
                    }
                    if shown(fact) {
                        self.push(&vehicle, Relation::CapturedBy, &own, about);
                    }
                }
            }
            "account" | "flow" => {
                let digits = |account: &&str| {
                    account.len() >= LEAST_ACCOUNT && account.bytes().all(|c| c.is_ascii_digit())
                };
                if let Some(account) = fact.part("account").filter(digits) {
                    let account = Key::exact(Kind::Account, account);
                    self.push(holder_key, Relation::Owns, &account, about);
                }
            }
            _ => {}
        }
        if matches!(fact.name.as_str(), "identity" | "premises" | "running_cost")
            && let Some(address) = printed(Kind::Address, "address")
            && address.text.chars().count() > LEAST_ADDRESS
        {
            self.push(holder_key, Relation::LocatedAt, &address, about);
            if let Some(owner) = Party::named(merchant, fact, "owner") {
                self.push(&owner.key, Relation::Owns, &address, about);
            }
        }
    }
}
