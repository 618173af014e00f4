//! How relations are told in Chinese: each pattern says where the name stands.

use std::ops::Range;

use super::clause::Clause;
use super::words::{
    ASKED, ASKS, BUYS, COMES_FROM, CUSTOMERS, DOES, GETS, GOES_TO, ROLES_FOR_CUSTOMERS,
    ROLES_FOR_SUPPLIERS, SUPPLIERS, SUPPLIES,
};
use super::{Dealing, Relation};

impl Clause<'_> {
    pub(super) fn dealing(&self) -> Option<Dealing> {
        self.is_theirs()
            .or_else(|| self.is_ours())
            .or_else(|| self.who_gives_us())
            .or_else(|| self.told())
            .or_else(|| self.is_done_by())
            .or_else(|| self.got_from())
            .or_else(|| self.done_for())
            .or_else(|| self.given_to_us())
            .or_else(|| self.has_us_do())
            .or_else(|| self.goes())
            .or_else(|| self.bought_of_us())
            .or_else(|| self.sent())
            .or_else(|| self.done_for_them())
    }

    /// 我们是X的供应商, 我是X的代理.
    fn is_theirs(&self) -> Option<Dealing> {
        let roles =
            [(ROLES_FOR_CUSTOMERS, Relation::Customer), (ROLES_FOR_SUPPLIERS, Relation::Supplier)];
        for is in self.all(&["是", "做", "属于", "在", "当"]) {
            if !self.opens(is.start) {
                continue;
            }
            for (list, relation) in roles {
                let Some(role) = self.first(list, is.end) else { continue };
                let listed = self.first(&["名单", "名录", "库里", "体系"], role.end).is_some();
                if self.letters.at(is.start) == '在' && !listed {
                    continue;
                }
                let parties = self.names(is.end..role.start);
                if !parties.is_empty() {
                    return Some(Dealing { relation, words: role, parties });
                }
            }
        }
        None
    }

    /// X的毛巾都是我们洗的.
    fn is_ours(&self) -> Option<Dealing> {
        let of = self.first(&["的"], self.span.start + 2)?;
        for place in of.end..self.span.end {
            let Some(us) = self.past_us(place) else { continue };
            let before = self.letters.before(place);
            if matches!(before, '从' | '给' | '跟' | '找' | '在' | '到' | '让' | '问' | '向' | '来')
            {
                continue;
            }
            let skipped = self.letters.longest(us, &["在", "负责", "来", "家在", "家"]);
            let verb = us + skipped.unwrap_or(0);
            let Some(verb) = self.cue(DOES, verb) else { continue };
            if self.span.end <= verb.end + 1 {
                let parties = self.names(self.span.start..of.start);
                let relation = Relation::Customer;
                return (!parties.is_empty()).then_some(Dealing { relation, words: verb, parties });
            }
        }
        None
    }

    /// 给我们供货的是X.
    fn who_gives_us(&self) -> Option<Dealing> {
        for to in self.all(&["给", "供应", "供"]) {
            let Some(us) = self.past_us(to.end) else { continue };
            let is = ["的是", "的有", "的主要是", "的就是", "的都是", "的主要有", "的一直是"];
            let Some(is) = self.first(&is, us) else { continue };
            let asks = self.last(ASKS, to.start).or_else(|| self.cue(ASKED, us));
            let gives = self.first(SUPPLIES, us).filter(|verb| verb.end <= is.start);
            let relation = if asks.is_some() { Relation::Customer } else { Relation::Supplier };
            let parties = self.names(is.end..self.span.end);
            let words = asks.or(gives).unwrap_or(to);
            return Some(Dealing { relation, words, parties });
        }
        None
    }

    /// 客户是X, X是我们的供应商.
    fn told(&self) -> Option<Dealing> {
        let lists = [(CUSTOMERS, Relation::Customer), (SUPPLIERS, Relation::Supplier)];
        for (list, relation) in lists {
            let Some(cue) = self.first(list, self.span.start) else { continue };
            let before = self.first(&["是"], self.span.start).filter(|is| is.end <= cue.start);
            if let Some(is) = before {
                let parties = self.names(self.span.start..is.start);
                if !parties.is_empty() {
                    return Some(Dealing { relation, words: cue, parties });
                }
            }
            let parties = self.names(cue.end..self.span.end);
            return Some(Dealing { relation, words: cue, parties });
        }
        None
    }

    /// 面粉是X送的, 由X供应.
    fn is_done_by(&self) -> Option<Dealing> {
        let verb = self.last(SUPPLIES, self.span.end)?;
        let is = self.last(&["是", "由"], verb.start)?;
        let ours = self.past_us(is.end).is_some();
        let rest = self.letters.text(verb.end..self.span.end);
        let ends = ["", "的", "来的", "过来的", "过来", "的货", "来", "给我们", "给我", "我的"];
        if ours || !ends.contains(&rest.as_str()) {
            return None;
        }
        let to_us = self.last(&["给"], verb.start).filter(|to| to.start > is.end);
        let to_us = to_us.filter(|to| self.past_us(to.end).is_some());
        let parties = self.names(is.end..to_us.map_or(verb.start, |to| to.start));
        let relation = Relation::Supplier;
        (!parties.is_empty()).then_some(Dealing { relation, words: verb, parties })
    }

    /// 从X进货, 进货在X; 他们从我这拿货.
    fn got_from(&self) -> Option<Dealing> {
        const FROM: [&str; 13] =
            ["从", "跟", "找", "在", "向", "到", "去", "问", "打", "由", "于", "让", "和"];
        for from in self.all(&FROM) {
            let us = self.past_us(from.end);
            let verb = match self.first(GETS, us.unwrap_or(from.end + 1)) {
                Some(verb) => verb,
                None if us.is_some() => continue,
                None => {
                    let Some(verb) = self.last(GETS, from.start) else { continue };
                    if verb.end < from.start || verb.len() < 2 {
                        continue;
                    }
                    let parties = self.names(from.end..self.span.end);
                    if parties.is_empty() {
                        continue;
                    }
                    return Some(Dealing { relation: Relation::Supplier, words: verb, parties });
                }
            };
            if us.is_some() {
                let parties = self.doers(from.start);
                return Some(Dealing { relation: Relation::Customer, words: verb, parties });
            }
            if self.letters.at(from.start) == '和' && !self.opens(from.start) {
                continue;
            }
            let parties = self.names(from.end..verb.start);
            if !parties.is_empty() {
                return Some(Dealing { relation: Relation::Supplier, words: verb, parties });
            }
        }
        None
    }

    /// 给X送货, 跟X供货.
    fn done_for(&self) -> Option<Dealing> {
        for to in self.all(&["给", "为", "替", "帮", "跟", "和", "与"]) {
            let joins = matches!(self.letters.at(to.start), '和' | '与');
            if self.past_us(to.end).is_some() || joins && !self.opens(to.start) {
                continue;
            }
            let Some(verb) = self.first(DOES, to.end + 1) else { continue };
            let parties = self.names(to.end..verb.start);
            if !parties.is_empty() {
                return Some(Dealing { relation: Relation::Customer, words: verb, parties });
            }
        }
        None
    }

    /// 给他们送货: who they are, a clause before says.
    fn done_for_them(&self) -> Option<Dealing> {
        let them = ["给他们", "帮他们", "为他们", "替他们", "给他家", "供他们", "供应他们"];
        let them = self.first(&them, self.span.start)?;
        let words = self.first(DOES, them.end).unwrap_or(them);
        Some(Dealing { relation: Relation::Customer, words, parties: Vec::new() })
    }

    /// X供给我, X派单给我们, X给我们下订单.
    fn given_to_us(&self) -> Option<Dealing> {
        for to in self.all(&["给"]) {
            let Some(us) = self.past_us(to.end) else { continue };
            let asked = self.letters.longest(us, ASKED).map(|length| us..us + length);
            let (relation, verb) = match self.last(ASKS, to.start).or(asked) {
                Some(verb) => (Relation::Customer, Some(verb)),
                None => {
                    let behind = self.cue(SUPPLIES, us);
                    (Relation::Supplier, self.last(SUPPLIES, to.start).or(behind))
                }
            };
            let words = verb.unwrap_or(to.clone());
            let parties = self.doers(words.start.min(to.start));
            return Some(Dealing { relation, words, parties });
        }
        None
    }

    /// X让我们生产.
    fn has_us_do(&self) -> Option<Dealing> {
        for has in self.all(&["让", "叫", "请", "找", "委托"]) {
            let Some(us) = self.past_us(has.end) else { continue };
            let Some(words) = self.first(DOES, us) else { continue };
            let parties = self.names(self.span.start..has.start);
            if !parties.is_empty() {
                return Some(Dealing { relation: Relation::Customer, words, parties });
            }
        }
        None
    }

    /// 卖给X, 批自X.
    fn goes(&self) -> Option<Dealing> {
        let lists = [(COMES_FROM, Relation::Supplier), (GOES_TO, Relation::Customer)];
        for (list, relation) in lists {
            for cue in self.all(list) {
                let us = self.past_us(cue.end).is_some();
                let parties = self.names(cue.end..self.span.end);
                if !us && !parties.is_empty() {
                    return Some(Dealing { relation, words: cue, parties });
                }
            }
        }
        None
    }

    /// X收我的稻谷.
    fn bought_of_us(&self) -> Option<Dealing> {
        for (verbs, relation) in [(BUYS, Relation::Customer), (SUPPLIES, Relation::Supplier)] {
            for verb in self.all(verbs) {
                let past = verb.end + self.letters.longest(verb.end, &["了", "过"]).unwrap_or(0);
                if self.past_us(past).is_none() {
                    continue;
                }
                let parties = self.doers(verb.start);
                if !parties.is_empty() {
                    return Some(Dealing { relation, words: verb, parties });
                }
            }
        }
        None
    }

    /// 货是X发的.
    fn sent(&self) -> Option<Dealing> {
        let verb = self.last(SUPPLIES, self.span.end)?;
        let start = self.last(&["是", "由"], verb.start).map_or(self.span.start, |is| is.end);
        let parties = self.names(start..verb.start);
        let ours = self.past_us(start).is_some();
        (!parties.is_empty() && !ours).then_some(Dealing {
            relation: Relation::Supplier,
            words: verb,
            parties,
        })
    }

    /// 跟X合作八年了: whom it is about, and most likely a customer.
    pub(super) fn with(&self) -> Option<Dealing> {
        let with = self.all(&["跟", "和", "与"]).into_iter().find(|with| self.opens(with.start))?;
        let words = self.first(&["合作", "签", "谈成", "谈妥", "打交道", "做生意"], with.end)?;
        let parties = self.names(with.end..words.start);
        let relation = Relation::Customer;
        (!parties.is_empty()).then_some(Dealing { relation, words, parties })
    }

    /// 最大的是X, 像X: who the customers are that a clause before speaks of.
    pub(super) fn listed(&self) -> Vec<Range<usize>> {
        let listing = ["是", "像", "有", "比如", "例如", "包括", "叫", "如"];
        match self.first(&listing, self.span.start) {
            Some(list) if self.opens(list.start) => self.names(list.end..self.span.end),
            _ => Vec::new(),
        }
    }
}
