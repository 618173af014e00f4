//! What each kind of proof is worth: one table.
//!
//! The amounts are invented for this reference system: they are not any bank's. They follow what is
//! public about proof-based quotas: proofs of a running business add tens of thousands of yuan, and a
//! haulier with truck photo, permit, contract and invoices came from 100,000 to 200,000.

use crate::decision::Text;

/// How a kind's facts turn into yuan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Worth {
    /// The first one counts, once.
    Once(u64),
    /// Every one counts, up to the cap.
    Each(u64),
    /// Thousandths of the sum of their amounts, up to the cap.
    PerMille(u64),
}

/// One kind's rule.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rule {
    /// Kind of voucher.
    pub(crate) kind: &'static str,
    /// Code of the reason.
    pub(crate) code: &'static str,
    /// How it turns into yuan.
    pub(crate) worth: Worth,
    /// At most this much, yuan.
    pub(crate) cap: u64,
    /// Fields, one of which must name the merchant. Empty where nobody is named.
    pub(crate) parties: &'static [&'static str],
    /// Whether a copy proves nothing: who holds the paper is what it is about. Contracts, invoices and
    /// waybills are printed by whoever has them.
    pub(crate) original: bool,
    /// Fields that together tell one such voucher from another.
    pub(crate) identity: &'static [&'static str],
    /// Industries that it helps; empty for all.
    pub(crate) industries: &'static [&'static str],
    /// What it takes the merchant, minutes.
    pub(crate) effort: u32,
    /// The reason, for the merchant.
    pub(crate) reason: [&'static str; 2],
    /// The task, for the merchant.
    pub(crate) task: [&'static str; 2],
}

/// Share of the base quota that all proofs together may add, thousandths: a doubling.
pub(crate) const MOST_UPLIFT_PER_MILLE: u64 = 1_000;

/// Contracts and invoices older than this say little about today's business, days.
pub(crate) const OLDEST_DAYS: i64 = 365;

/// The kinds that have a rule, as `kind` in a fact and as the kind that a phone is asked for.
pub const KINDS: &[&str] = &[
    "business_licence",
    "vat_invoice",
    "haulage_contract",
    "sales_contract",
    "road_transport_permit",
    "vehicle_licence",
    "vehicle_photo",
    "waybill",
];

/// The table, in the order of [`KINDS`].
pub(crate) const RULES: &[Rule] = &[
    Rule {
        kind: "business_licence",
        code: "business_registered",
        worth: Worth::Once(10_000),
        cap: 10_000,
        parties: &["company"],
        original: true,
        identity: &["uscc"],
        industries: &[],
        effort: 1,
        reason: ["营业执照核验通过，主体登记有效", "The business licence proves who you are"],
        task: ["拍一张营业执照，证明经营主体", "Photograph the business licence"],
    },
    Rule {
        kind: "vat_invoice",
        code: "invoiced_turnover",
        worth: Worth::PerMille(150),
        cap: 25_000,
        parties: &["seller", "buyer"],
        original: false,
        identity: &["code", "number"],
        industries: &[],
        effort: 3,
        reason: ["近一年发票反映真实经营流水", "A year's invoices show your turnover"],
        task: ["拍近一年的增值税发票，证明经营流水", "Photograph this year's VAT invoices"],
    },
    Rule {
        kind: "haulage_contract",
        code: "contract_volume",
        worth: Worth::PerMille(100),
        cap: 40_000,
        parties: &["party_a", "party_b"],
        original: false,
        identity: &["number", "party_a", "party_b", "amount", "date"],
        industries: &["haulage"],
        effort: 4,
        reason: ["运输合同带来稳定的在手业务", "The haulage contract shows work in hand"],
        task: ["拍正在履行的货物运输合同", "Photograph a haulage contract in force"],
    },
    Rule {
        kind: "sales_contract",
        code: "contract_volume",
        worth: Worth::PerMille(80),
        cap: 30_000,
        parties: &["party_a", "party_b"],
        original: false,
        identity: &["number", "party_a", "party_b", "amount", "date"],
        industries: &["retail"],
        effort: 4,
        reason: ["购销合同带来稳定的在手业务", "The sales contract shows work in hand"],
        task: ["拍正在履行的购销合同", "Photograph a sales contract in force"],
    },
    Rule {
        kind: "road_transport_permit",
        code: "permit_valid",
        worth: Worth::Once(20_000),
        cap: 20_000,
        parties: &["owner"],
        original: true,
        identity: &["number", "plate"],
        industries: &["haulage"],
        effort: 1,
        reason: ["道路运输证在有效期内", "The road transport permit is valid"],
        task: ["拍道路运输证，证明营运资质", "Photograph the road transport permit"],
    },
    Rule {
        kind: "vehicle_licence",
        code: "vehicle_registered",
        worth: Worth::Once(5_000),
        cap: 5_000,
        parties: &["owner"],
        original: true,
        identity: &["plate"],
        industries: &["haulage"],
        effort: 1,
        reason: ["行驶证证明车辆归属", "The vehicle licence shows that the truck is yours"],
        task: ["拍行驶证，证明车辆归属", "Photograph the vehicle licence"],
    },
    Rule {
        kind: "vehicle_photo",
        code: "vehicle_shown",
        worth: Worth::Once(15_000),
        cap: 15_000,
        parties: &[],
        original: false,
        identity: &["plate"],
        industries: &["haulage"],
        effort: 2,
        reason: [
            "车辆实拍，车牌与证件一致",
            "The truck itself was shown; its plate matches the papers",
        ],
        task: ["在车头前拍一张货车照片，拍清车牌", "Photograph the truck with its plate"],
    },
    Rule {
        kind: "waybill",
        code: "goods_moved",
        worth: Worth::Each(1_000),
        cap: 5_000,
        parties: &["shipper", "consignee", "carrier"],
        original: false,
        identity: &["number"],
        industries: &["haulage"],
        effort: 1,
        reason: ["货运单证明近期有运输业务", "Waybills show that goods were moved"],
        task: ["拍最近的货运单", "Photograph recent waybills"],
    },
];

impl Rule {
    /// Whether it helps a merchant of an industry.
    pub(crate) fn helps(&self, industry: Option<&str>) -> bool {
        self.industries.is_empty() || industry.is_some_and(|of| self.industries.contains(&of))
    }
}

/// Whether a print or a photocopy of a kind is not enough.
pub fn demands_original(kind: &str) -> bool {
    RULES.iter().any(|rule| rule.kind == kind && rule.original)
}

/// Why a fact counts for nothing, for the merchant.
pub(crate) fn unused_text(code: &str) -> Text {
    let [zh, en] = match code {
        "amount_missing" => {
            ["金额没有读出，请重拍", "Its amount could not be read: photograph it again"]
        }
        "duplicate" => ["与另一份材料重复，只计一次", "The same proof counts once"],
        "expired" => ["已过有效期，请提供新的证件", "It has expired: show the renewed one"],
        "grade_too_low" => {
            ["拍摄设备未经硬件认证，不计入额度", "The phone's key has no hardware behind it"]
        }
        "party_mismatch" => ["材料上的名称与您的登记名称不一致", "It names another party than you"],
        "plate_unmatched" => [
            "请补拍道路运输证或行驶证，以核对车牌",
            "Show the permit or vehicle licence with this plate",
        ],
        "too_old" => {
            ["材料超过一年，请提供近一年的", "It is more than a year old: show a newer one"]
        }
        _ => ["这类材料暂不影响额度", "This kind of proof does not change your quota yet"],
    };
    Text::new(zh, en)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::CODES;

    #[test]
    fn the_table_the_kinds_and_the_codes_agree() {
        let kinds: Vec<&str> = RULES.iter().map(|rule| rule.kind).collect();
        assert_eq!(kinds, KINDS);
        assert!(RULES.iter().all(|rule| CODES.contains(&rule.code)));
        assert!(CODES.is_sorted());
    }

    #[test]
    fn licences_are_shown_in_the_original() {
        let kinds: Vec<&str> =
            KINDS.iter().copied().filter(|kind| demands_original(kind)).collect();
        assert_eq!(kinds, ["business_licence", "road_transport_permit", "vehicle_licence"]);
        assert!(!demands_original("receipt"));
    }

    #[test]
    fn no_single_proof_exceeds_its_cap() {
        for rule in RULES {
            match rule.worth {
                Worth::Once(amount) => assert_eq!(amount, rule.cap, "{}", rule.kind),
                Worth::Each(amount) => assert!((1..=rule.cap).contains(&amount), "{}", rule.kind),
                Worth::PerMille(share) => assert!((1..=1_000).contains(&share), "{}", rule.kind),
            }
        }
    }
}
