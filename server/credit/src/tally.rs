//! Each fact against its entry of the scorecard: what counts, for how much, and what does not.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use crate::case::Case;
use crate::decision::{Text, Unused};
use crate::fact::{Fact, LEAST_CONFIDENCE, Source, Standing};
use crate::knowledge::{Knowledge, Score, Turnover, Worth};
use crate::names;
use crate::yuan::{date, yuan};

/// What all facts come to, entry by entry.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    /// By the entry's place in the scorecard.
    pub(crate) entries: BTreeMap<usize, Counted>,
    /// A year's turnover, yuan, by what adds up with each other.
    turnover: BTreeMap<String, u64>,
    pub(crate) unused: Vec<Unused>,
    /// Facts that were found to be forged.
    pub(crate) forged: u64,
    /// Names of the facts that count.
    pub(crate) names: BTreeSet<String>,
    /// Plates on the papers that count.
    pub(crate) plates: BTreeSet<String>,
}

/// What the facts of one entry come to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Counted {
    /// Largest of the facts' amounts, and their sum, yuan: a fact's own for one that counts by amount.
    most: u64,
    sum: u64,
    pub(crate) facts: Vec<String>,
}

impl Tally {
    pub(crate) fn of(knowledge: &Knowledge, case: &Case) -> Self {
        let industry = case.merchant.industry.as_deref();
        let mut tally = Self { plates: plates(knowledge, case), ..Self::default() };
        let mut seen = BTreeSet::new();
        for fact in best_first(knowledge, case) {
            if fact.standing == Standing::Forged {
                tally.forged += 1;
            }
            let entry = knowledge.score(&fact.name, fact.kind.as_deref(), industry);
            let refusal = match entry {
                None => Some(match fact.source {
                    // What was only said serves the conversation.
                    Source::Declared => continue,
                    _ => "fact_without_rule",
                }),
                Some((at, score)) => {
                    let refusal = refuse(case, score, fact)
                        .or_else(|| (!tally.has_plate(score, fact)).then_some("plate_unmatched"))
                        .or_else(|| {
                            (!seen.insert(identity(at, score, fact))).then_some("duplicate")
                        });
                    if refusal.is_none() {
                        tally.add(at, score, amount_of(score, fact), weight(case, fact));
                        tally.note(at, fact);
                        tally.turn_over(case, score, fact);
                    }
                    refusal
                }
            };
            if let Some(code) = refusal {
                let (fact, text) = (fact.id.clone(), unused_text(code));
                tally.unused.push(Unused { fact, code: code.to_owned(), text });
            }
        }
        tally
    }

    /// Adds a fact of an entry, by its amount and its weight in thousandths.
    pub(crate) fn add(&mut self, at: usize, score: &Score, amount: u64, weight: u64) {
        let worth = match &score.worth {
            Worth::Once { once } => *once,
            Worth::Each { each } => *each,
            Worth::PerMille { .. } => amount,
        };
        let worth = worth.saturating_mul(weight) / 1_000;
        let counted = self.entries.entry(at).or_default();
        counted.most = counted.most.max(worth);
        counted.sum = counted.sum.saturating_add(worth);
    }

    /// Adds to a year's turnover.
    pub(crate) fn add_turnover(&mut self, basis: &str, amount: u64) {
        let sum = self.turnover.entry(basis.to_owned()).or_default();
        *sum = sum.saturating_add(amount);
    }

    /// A year's turnover, yuan: what adds up to most. Invoices, flows and returns speak of the same sales.
    pub(crate) fn turnover(&self) -> (u64, Option<&str>) {
        let most = self.turnover.iter().max_by_key(|(basis, sum)| (**sum, Reverse(*basis)));
        most.map_or((0, None), |(basis, sum)| (*sum, Some(basis.as_str())))
    }

    /// The same of each basis.
    pub(crate) fn turnovers(&self) -> &BTreeMap<String, u64> {
        &self.turnover
    }

    /// Counts one of the pictures of vehicles whose plates no paper had, as if one now did.
    pub(crate) fn match_plate(&mut self, knowledge: &Knowledge, case: &Case) {
        let industry = case.merchant.industry.as_deref();
        // The best of them comes first.
        let unmatched = self.unused.iter().find(|unused| unused.code == "plate_unmatched");
        let fact = case.facts.iter().find(|fact| unmatched.is_some_and(|of| of.fact == fact.id));
        let Some(fact) = fact else { return };
        if let Some((at, score)) = knowledge.score(&fact.name, fact.kind.as_deref(), industry) {
            self.add(at, score, amount_of(score, fact), weight(case, fact));
        }
    }

    /// Whether a picture of a vehicle shows a plate that the papers have; of other facts nothing is asked.
    fn has_plate(&self, score: &Score, fact: &Fact) -> bool {
        let Some(part) = &score.plate else { return true };
        fact.part(part).is_some_and(|plate| self.plates.contains(plate))
    }

    fn note(&mut self, at: usize, fact: &Fact) {
        self.names.insert(fact.name.clone());
        if let Some(counted) = self.entries.get_mut(&at) {
            counted.facts.push(fact.id.clone());
        }
    }

    fn turn_over(&mut self, case: &Case, score: &Score, fact: &Fact) {
        let Some(turnover) = &score.turnover else { return };
        let sold = turnover.is_sale(case, fact);
        let Some(amount) = fact.part(&turnover.of).and_then(yuan).filter(|_| sold) else { return };
        self.add_turnover(&turnover.basis, amount.saturating_mul(weight(case, fact)) / 1_000);
    }
}

impl Turnover {
    /// Whether the merchant sold: what it bought is no turnover of its own.
    pub(crate) fn is_sale(&self, case: &Case, fact: &Fact) -> bool {
        self.seller.as_ref().is_none_or(|part| is_merchants(case, fact.part(part)))
    }
}

impl Counted {
    /// What they add, yuan.
    pub(crate) fn worth(&self, score: &Score) -> u64 {
        let total = match &score.worth {
            Worth::Once { .. } => self.most,
            Worth::Each { .. } => self.sum,
            Worth::PerMille { per_mille, .. } => self.sum.saturating_mul(*per_mille) / 1_000,
        };
        total.min(score.cap)
    }
}

/// The facts in an order of their own, so that the case's order decides nothing: of two copies of one voucher
/// the one that is worth more counts. Otherwise a second, worse photo of the same invoice could lower the quota.
fn best_first<'c>(knowledge: &Knowledge, case: &'c Case) -> Vec<&'c Fact> {
    let industry = case.merchant.industry.as_deref();
    let brings = |fact: &Fact| {
        let (_, score) = knowledge.score(&fact.name, fact.kind.as_deref(), industry)?;
        Some(amount_of(score, fact).max(1).saturating_mul(weight(case, fact)))
    };
    let mut facts: Vec<&Fact> = case.facts.iter().collect();
    facts.sort_by_cached_key(|fact| (Reverse(brings(fact)), &fact.name, &fact.kind, &fact.id));
    facts
}

/// Why a fact counts for nothing whatever the others are, if so.
fn refuse(case: &Case, score: &Score, fact: &Fact) -> Option<&'static str> {
    if fact.standing == Standing::Forged {
        return Some("forged");
    }
    if fact.source == Source::Declared {
        return Some("only_declared");
    }
    if weight(case, fact) == 0 {
        return Some("grade_too_low");
    }
    if fact.confidence < LEAST_CONFIDENCE {
        return Some("read_unsurely");
    }
    if !score.names.is_empty()
        && !score.names.iter().any(|part| is_merchants(case, fact.part(part)))
    {
        return Some("party_mismatch");
    }
    if let Some(until) = fact.part("valid_until")
        && date(until).is_none_or(|until| until < case.today)
    {
        return Some("expired");
    }
    if let Worth::PerMille { of, .. } = &score.worth
        && fact.part(of).and_then(yuan).is_none()
    {
        return Some("amount_missing");
    }
    let oldest = i64::from(score.oldest_days?);
    let dated = fact.part("date").or_else(|| fact.part("period_end"));
    let age = dated.and_then(date).map(|of| (case.today - of).whole_days());
    // A date in the future is no better than one long past.
    (!age.is_some_and(|age| (0..=oldest).contains(&age))).then_some("too_old")
}

/// Whether a name is the merchant's. Where the bank knows neither name, anybody's is taken.
fn is_merchants(case: &Case, found: Option<&str>) -> bool {
    let known = [&case.merchant.name, &case.merchant.person];
    let mut known = known.into_iter().flatten().peekable();
    known.peek().is_none() || known.any(|name| found.is_some_and(|found| names::same(name, found)))
}

/// How much of a fact counts, thousandths.
pub(crate) fn weight(case: &Case, fact: &Fact) -> u64 {
    let [a, b, c, d] = case.policy.grade_weight_per_mille;
    let weight = match &fact.source {
        Source::Photo { grade, .. } => match grade.as_str() {
            "A" => a,
            "B" => b,
            "C" => c,
            _ => d,
        },
        Source::Import { .. } => case.policy.import_weight_per_mille,
        Source::Partner { .. } => 1_000,
        Source::Declared => 0,
    };
    u64::from(weight.min(1_000))
}

/// The amount that a fact counts by, whole yuan; nothing where it counts otherwise.
fn amount_of(score: &Score, fact: &Fact) -> u64 {
    match &score.worth {
        Worth::PerMille { of, .. } => fact.part(of).and_then(yuan).unwrap_or_default(),
        _ => 0,
    }
}

/// What tells a fact from others of its entry.
fn identity<'f>(at: usize, score: &Score, fact: &'f Fact) -> (usize, Vec<Option<&'f str>>) {
    (at, score.same.iter().map(|part| fact.part(part)).collect())
}

/// Plates on the case's papers that count, whatever their worth.
fn plates(knowledge: &Knowledge, case: &Case) -> BTreeSet<String> {
    let industry = case.merchant.industry.as_deref();
    let papers = case.facts.iter().filter(|fact| {
        let entry = knowledge.score(&fact.name, fact.kind.as_deref(), industry);
        entry.is_some_and(|(_, score)| {
            score.plate.is_none() && score.original && refuse(case, score, fact).is_none()
        })
    });
    papers.filter_map(|fact| fact.part("plate").map(str::to_owned)).collect()
}

/// Why a fact counts for nothing, for the merchant.
fn unused_text(code: &str) -> Text {
    let [zh, en] = match code {
        "amount_missing" => {
            ["金额没有读出，请重拍", "Its amount could not be read: photograph it again"]
        }
        "duplicate" => ["与另一份材料重复，只计一次", "The same proof counts once"],
        "expired" => ["已过有效期，请提供新的证件", "It has expired: show the renewed one"],
        "forged" => [
            "材料被判定为不真实，可申请人工复核",
            "It was found to be forged; you may ask for a person to look",
        ],
        "grade_too_low" => {
            ["拍摄设备未经硬件认证，不计入额度", "The phone's key has no hardware behind it"]
        }
        "only_declared" => {
            ["目前只是口头说明，拍照证明后计入额度", "You only said so: it counts once you show it"]
        }
        "party_mismatch" => ["材料上的名称与您的登记名称不一致", "It names another party than you"],
        "plate_unmatched" => [
            "请补拍道路运输证或行驶证，以核对车牌",
            "Show the permit or vehicle licence with this plate",
        ],
        "read_unsurely" => {
            ["关键内容看不清，请重拍", "It could not be read surely: photograph it again"]
        }
        "too_old" => {
            ["材料太旧或没有日期，请提供近一年的", "It is too old or has no date: show a newer one"]
        }
        _ => ["这类材料暂不影响额度", "This kind of proof does not change your quota yet"],
    };
    Text::new(zh, en)
}
