//! Whom a paper names, and which of them is the merchant itself.

use super::super::MerchantRef;
use super::super::edge::Relation;
use super::super::key::{Key, Kind, is_credit_code};
use crate::fact::Fact;
use crate::names;

/// Which of a fact's parts name seller and buyer, and what it proves of them.
#[derive(Debug)]
pub(super) struct Trade {
    fact: &'static str,
    pub(super) seller: Side,
    pub(super) buyer: Side,
    pub(super) relation: Relation,
}

/// Who one of the two is.
#[derive(Clone, Copy, Debug)]
pub(super) enum Side {
    /// Named by a part; its code is the part of that name and `_code`.
    Part(&'static str),
    /// The merchant, who need not be named.
    Own,
}

const TRADES: [Trade; 9] = {
    use Side::{Own, Part};
    let invoice = Relation::Supplies;
    let other = Relation::BuysFrom;
    [
        Trade { fact: "turnover", seller: Part("seller"), buyer: Part("buyer"), relation: invoice },
        Trade {
            fact: "contract",
            seller: Part("party_b"),
            buyer: Part("party_a"),
            relation: other,
        },
        Trade { fact: "order", seller: Part("supplier"), buyer: Part("buyer"), relation: other },
        Trade { fact: "orders", seller: Part("supplier"), buyer: Part("buyer"), relation: other },
        Trade { fact: "payment", seller: Part("payee"), buyer: Part("payer"), relation: other },
        Trade { fact: "flow", seller: Part("payee"), buyer: Part("payer"), relation: other },
        Trade { fact: "award", seller: Part("holder"), buyer: Part("buyer"), relation: other },
        Trade { fact: "receivable", seller: Own, buyer: Part("other"), relation: other },
        Trade { fact: "stock_received", seller: Part("supplier"), buyer: Own, relation: other },
    ]
};

impl Trade {
    pub(super) fn of(fact: &Fact) -> Option<&'static Self> {
        TRADES.iter().find(|trade| trade.fact == fact.name)
    }
}

/// How much a name must be like the merchant's to be it.
#[derive(Clone, Copy, Debug)]
enum Likeness {
    /// A misread character is forgiven.
    Near,
    Exact,
}

impl Likeness {
    fn holds(self, one: &str, other: &str) -> bool {
        match self {
            Self::Near => names::same(one, other),
            Self::Exact => {
                let one = names::letters(one);
                !one.is_empty() && one == names::letters(other)
            }
        }
    }
}

/// Somebody whom a fact names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Party {
    /// Whether it is the merchant whose fact it is.
    pub(super) own: bool,
    pub(super) key: Key,
    pub(super) name: Option<Key>,
    pub(super) code: Option<Key>,
}

impl Party {
    /// Seller and buyer; of a fact that is no trade, whom it is issued to.
    pub(super) fn of_both(
        merchant: &MerchantRef<'_>,
        fact: &Fact,
        trade: Option<&Trade>,
    ) -> [Option<Self>; 2] {
        let [seller, buyer] = match trade {
            Some(Trade { seller, buyer, .. }) => [Some(*seller), Some(*buyer)],
            None => [Some(Side::Part("holder")), None],
        };
        let both = |likeness| [seller, buyer].map(|side| Self::on(merchant, fact, side?, likeness));
        let near = both(Likeness::Near);
        // Of two names that are both much like the merchant's, as sister companies have, at most the exact one is.
        if near.iter().flatten().filter(|party| party.own).count() > 1 {
            return both(Likeness::Exact);
        }
        near
    }

    fn on(merchant: &MerchantRef<'_>, fact: &Fact, side: Side, likeness: Likeness) -> Option<Self> {
        match side {
            Side::Part(part) => Self::like(merchant, fact, part, likeness),
            Side::Own => Some(Self { own: true, key: merchant.key(), name: None, code: None }),
        }
    }

    /// Whom a part names.
    pub(super) fn named(merchant: &MerchantRef<'_>, fact: &Fact, part: &str) -> Option<Self> {
        Self::like(merchant, fact, part, Likeness::Near)
    }

    /// By its code where that is right, else by its name; a person's name is only as wide as the merchant's own
    /// papers, for there are too many of one name.
    fn like(
        merchant: &MerchantRef<'_>,
        fact: &Fact,
        part: &str,
        likeness: Likeness,
    ) -> Option<Self> {
        let printed = fact.part(part)?;
        let code = fact.part(&format!("{part}_code")).filter(|code| is_credit_code(code));
        let letters = Key::printed(Kind::Name, printed);
        let own = match (merchant.code, code) {
            (Some(own), Some(code)) => own == code,
            _ => [merchant.name, merchant.person]
                .into_iter()
                .flatten()
                .any(|name| likeness.holds(name, printed)),
        };
        let code = code.map(|code| Key::exact(Kind::Code, code));
        let name = letters.filter(|_| !is_person(printed));
        let key = match (own, &code, &name) {
            (true, ..) => merchant.key(),
            (false, Some(code), _) => code.clone(),
            (false, None, Some(name)) => name.clone(),
            (false, None, None) => person(merchant, printed)?,
        };
        Some(Self { own, key, name, code })
    }
}

/// A person, as the merchant's papers know him.
pub(super) fn person(merchant: &MerchantRef<'_>, printed: &str) -> Option<Key> {
    let letters: String = names::letters(printed).into_iter().collect();
    let key = format!("{}/{letters}", merchant.id);
    (!letters.is_empty()).then(|| Key::exact(Kind::Person, &key))
}

/// Two to four Chinese characters that do not end as a shop's or works' name does.
pub(in super::super) fn is_person(name: &str) -> bool {
    const ENDS: &str = "店厂行部社场坊铺馆站院校局所处队会园庄吧房阁楼轩城";
    let letters = names::letters(name);
    (2..=4).contains(&letters.len())
        && letters.iter().all(|c| ('\u{4e00}'..='\u{9fff}').contains(c))
        && letters.last().is_some_and(|c| !ENDS.contains(*c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_is_told_from_a_shop() {
        assert!(is_person("王小明") && is_person("欧阳 文静"));
        for shop in ["晨光店", "东风厂", "顺远货运有限公司", "ACME", "王"] {
            assert!(!is_person(shop), "{shop}");
        }
    }
}
