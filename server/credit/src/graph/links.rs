//! What one fact of one merchant says of whom and what: edges before they have a place.

mod parties;
mod things;

use super::edge::Relation;
use super::key::{Key, Kind, hash};
use super::{Capture, MerchantRef};
use crate::fact::{Fact, LEAST_CONFIDENCE, Source, Standing};
use crate::yuan::yuan;
pub(super) use parties::is_person;
use parties::{Party, Trade};

/// What a fact says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Links {
    pub(super) edges: Vec<Link>,
    /// Seller and buyer, or the holder alone: whom the paper is about.
    pub(super) parties: [Option<Key>; 2],
}

/// An edge before it has a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Link {
    pub(super) from: Key,
    pub(super) relation: Relation,
    pub(super) to: Key,
    /// What it is word of: two papers of one sale have the same.
    pub(super) about: u64,
    /// Yuan of a trade; 1 of anything else.
    pub(super) amount: u64,
}

impl Links {
    /// What a merchant is enrolled with.
    pub(super) fn of_merchant(merchant: &MerchantRef<'_>) -> Self {
        let mut links = Self::default();
        let about = hash([merchant.id]);
        let own = merchant.key();
        let (name, code) = (merchant.name_key(), merchant.code_key());
        links.names(&own, name.as_ref(), code.as_ref(), about);
        if let Some(name) = name {
            links.push(&own, Relation::Bears, &name, about);
        }
        if let Some(industry) = merchant.industry {
            links.push(&own, Relation::WorksIn, &Key::exact(Kind::Industry, industry), about);
        }
        links
    }

    /// What a fact says. Nothing where it was only said; where it was found to be forged or was read unsurely, no
    /// more than by what and by whom it was captured, for that is how a forger is found.
    pub(super) fn of_fact(merchant: &MerchantRef<'_>, fact: &Fact, capture: Capture<'_>) -> Self {
        let mut links = Self::default();
        if fact.source == Source::Declared {
            return links;
        }
        let about = hash([merchant.id, &fact.id]);
        links.capture(merchant, fact, capture, about);
        let is_sure = fact.confidence >= LEAST_CONFIDENCE;
        if !is_sure {
            return links;
        }
        let trade = Trade::of(fact);
        let [seller, buyer] = Party::of_both(merchant, fact, trade);
        let voucher = things::voucher(fact, trade);
        links.parties = [&seller, &buyer].map(|party| party.as_ref().map(|of| of.key.clone()));
        if let Some(voucher) = voucher.as_ref().filter(|_| shown(fact)) {
            links.push(voucher, Relation::CapturedBy, &merchant.key(), about);
        }
        if fact.standing == Standing::Forged {
            return links;
        }
        for party in [&seller, &buyer].into_iter().flatten() {
            let name = if party.own { merchant.name_key() } else { None };
            let name = name.as_ref().or(party.name.as_ref());
            links.names(&party.key, name, party.code.as_ref(), about);
        }
        if let (Some(trade), Some(seller), Some(buyer)) = (trade, &seller, &buyer) {
            links.trade(fact, trade, [seller, buyer], voucher.as_ref(), about);
        }
        links.things(merchant, fact, about);
        links
    }

    /// That a party is of a name and a code. A merchant's code is its own wherever it stands.
    fn names(&mut self, party: &Key, name: Option<&Key>, code: Option<&Key>, about: u64) {
        let Some(code) = code else { return };
        if party.kind == Kind::Merchant {
            self.push(party, Relation::Bears, code, about);
        }
        if let Some(name) = name {
            self.push(name, Relation::SameAs, code, about);
        }
    }

    /// A trade, which only who is part of it can prove: else anybody could put strangers into a circle.
    fn trade(
        &mut self,
        fact: &Fact,
        trade: &Trade,
        [seller, buyer]: [&Party; 2],
        voucher: Option<&Key>,
        about: u64,
    ) {
        if seller.own == buyer.own || seller.key == buyer.key {
            return;
        }
        let amount = fact.part("amount").and_then(yuan).unwrap_or_default();
        let sale = match (voucher, fact.part("date")) {
            (Some(voucher), _) => hash([&*voucher.text]),
            // Two without a number, of one day and of one amount, are taken for one.
            (None, Some(date)) => {
                let part = |name| fact.part(name).unwrap_or_default();
                hash([&*fact.name, date, part("amount"), part("number")])
            }
            (None, None) => about,
        };
        let (from, to) = match trade.relation {
            Relation::BuysFrom => (buyer, seller),
            _ => (seller, buyer),
        };
        let (from, to) = (from.key.clone(), to.key.clone());
        self.edges.push(Link { from, relation: trade.relation, to, about: sale, amount });
        let issuer = match fact.name.as_str() {
            "turnover" => Some(seller),
            "order" | "orders" => Some(buyer),
            _ => None,
        };
        if let (Some(issuer), Some(voucher)) = (issuer, voucher.filter(|_| shown(fact))) {
            self.push(&issuer.key, Relation::Issued, voucher, about);
        }
    }

    /// Adds an edge; a fact says each but once.
    fn push(&mut self, from: &Key, relation: Relation, to: &Key, about: u64) {
        let said = |link: &Link| (&link.from, link.relation, &link.to) == (from, relation, to);
        if !self.edges.iter().any(said) {
            let (from, to) = (from.clone(), to.clone());
            self.edges.push(Link { from, relation, to, about, amount: 1 });
        }
    }
}

/// Whether the merchant itself showed or gave it.
fn shown(fact: &Fact) -> bool {
    matches!(fact.source, Source::Photo { .. } | Source::Import { .. })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn fact(name: &str, parts: &[(&str, &str)]) -> Fact {
        let parts = parts.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        let source = Source::Photo {
            bundle: "b1".into(),
            image: 2,
            grade: "A".into(),
            regions: BTreeMap::new(),
        };
        let (id, name, standing) = ("f1".into(), name.into(), Standing::Accepted);
        Fact { id, name, kind: None, parts, source, confidence: 0.9, standing }
    }

    /// `from relation to amount`, a line an edge, of a merchant of name and code.
    fn said(fact: &Fact) -> String {
        let merchant = MerchantRef {
            id: "1",
            name: Some("云溪市顺远货运有限公司"),
            person: Some("王小明"),
            code: Some("91350100M000100Y43"),
            industry: None,
        };
        let capture = Capture { device: Some("key1"), picture: None };
        let mut lines: Vec<String> = Links::of_fact(&merchant, fact, capture)
            .edges
            .iter()
            .map(|link| {
                let (from, to) = (&link.from.text, &link.to.text);
                format!("{from} {:?} {to} {}", link.relation, link.amount)
            })
            .collect();
        lines.sort();
        lines.join("\n")
    }

    const INVOICE: [(&str, &str); 7] = [
        ("seller", "云溪市顺远贷运有限公司"),
        ("buyer", "海边（云溪）食品有限公司"),
        ("buyer_code", "91330106MA2TA0XN97"),
        ("amount", "1200.50"),
        ("date", "2026-11-01"),
        ("code", "3300261130"),
        ("number", "01234567"),
    ];

    #[test]
    fn an_invoice_is_a_sale_a_voucher_and_where_it_was_captured() {
        let mut invoice = fact("turnover", &INVOICE);
        insta::assert_snapshot!(said(&invoice), @r"
        ib1/2 CapturedBy m1 1
        m1 CapturedBy dkey1 1
        m1 Issued vinvoice/330026113001234567 1
        m1 Supplies c91330106MA2TA0XN97 1200
        n海边云溪食品有限公司 SameAs c91330106MA2TA0XN97 1
        vinvoice/330026113001234567 CapturedBy m1 1
        ");
        invoice.standing = Standing::Forged;
        insta::assert_snapshot!(said(&invoice), @r"
        ib1/2 CapturedBy m1 1
        m1 CapturedBy dkey1 1
        vinvoice/330026113001234567 CapturedBy m1 1
        ");
        invoice.confidence = 0.3;
        insta::assert_snapshot!(said(&invoice), @r"
        ib1/2 CapturedBy m1 1
        m1 CapturedBy dkey1 1
        ");
        invoice.source = Source::Declared;
        assert_eq!(said(&invoice), "");
    }

    #[test]
    fn who_is_no_part_of_a_trade_proves_none() {
        let parts = [("seller", "甲乙丙贸易有限公司"), ("buyer", "丁戊己商行"), ("amount", "5")];
        insta::assert_snapshot!(said(&fact("turnover", &parts)), @r"
        ib1/2 CapturedBy m1 1
        m1 CapturedBy dkey1 1
        ");
    }

    #[test]
    fn a_sister_company_is_not_the_merchant_however_alike_their_names() {
        let parts = [
            ("seller", "云溪市顺远货运有限公司"),
            ("buyer", "云溪市顺达货运有限公司"),
            ("amount", "5"),
        ];
        let sold = "m1 Supplies n云溪市顺达货运有限公司 5";
        assert!(said(&fact("turnover", &parts)).contains(sold));
    }

    #[test]
    fn each_fact_says_what_it_proves() {
        let contract = [
            ("party_a", "海边食品有限公司"),
            ("party_b", "王小明"),
            ("amount", "9"),
            ("number", "HT-2026-01"),
        ];
        insta::assert_snapshot!(said(&fact("contract", &contract)), @r"
        ib1/2 CapturedBy m1 1
        m1 CapturedBy dkey1 1
        n海边食品有限公司 BuysFrom m1 9
        vcontract/HT202601/王小明/海边食品有限公司 CapturedBy m1 1
        ");
        let licence = [
            ("holder", "云溪市顺远货运有限公司"),
            ("holder_code", "91350100M000100Y43"),
            ("person", "王小明"),
            ("address", "云溪市东港区码头路12号"),
        ];
        insta::assert_snapshot!(said(&fact("identity", &licence)), @r"
        ib1/2 CapturedBy m1 1
        m1 Bears c91350100M000100Y43 1
        m1 CapturedBy dkey1 1
        m1 LocatedAt l云溪市东港区码头路12号 1
        n云溪市顺远货运有限公司 SameAs c91350100M000100Y43 1
        p1/王小明 Owns m1 1
        ");
        let vehicle = [("plate", "浙C·7Y682"), ("holder", "云溪联运车队有限公司")];
        insta::assert_snapshot!(said(&fact("vehicle", &vehicle)), @r"
        ib1/2 CapturedBy m1 1
        k浙C7Y682 CapturedBy m1 1
        m1 CapturedBy dkey1 1
        n云溪联运车队有限公司 Owns k浙C7Y682 1
        ");
        let account = [("holder", "王小明"), ("account", "6222021202034567890")];
        insta::assert_snapshot!(said(&fact("account", &account)), @r"
        ib1/2 CapturedBy m1 1
        m1 CapturedBy dkey1 1
        m1 Owns a6222021202034567890 1
        ");
        let hidden = [("holder", "王小明"), ("account", "6222********7890")];
        insta::assert_snapshot!(said(&fact("account", &hidden)), @r"
        ib1/2 CapturedBy m1 1
        m1 CapturedBy dkey1 1
        ");
        let rented = [("owner", "李四"), ("address", "云溪市西门街3号底商")];
        insta::assert_snapshot!(said(&fact("premises", &rented)), @r"
        ib1/2 CapturedBy m1 1
        m1 CapturedBy dkey1 1
        m1 LocatedAt l云溪市西门街3号底商 1
        p1/李四 Owns l云溪市西门街3号底商 1
        ");
        let slip = [("payer", "李四"), ("payee", "王小明"), ("amount", "100.00"), ("number", "12")];
        insta::assert_snapshot!(said(&fact("payment", &slip)), @r"
        ib1/2 CapturedBy m1 1
        m1 CapturedBy dkey1 1
        p1/李四 BuysFrom m1 100
        ");
        let stock = [("supplier", "海边食品有限公司"), ("amount", "70"), ("date", "2026-11-01")];
        insta::assert_snapshot!(said(&fact("stock_received", &stock)), @r"
        ib1/2 CapturedBy m1 1
        m1 BuysFrom n海边食品有限公司 70
        m1 CapturedBy dkey1 1
        ");
    }
}
