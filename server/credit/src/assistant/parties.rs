//! Who is named as a customer or a supplier: 给华润超市送货, 从寿光进货, we buy from a mill.
//!
//! A clause is looked through for the words that tell a relation; where the other party stands is known
//! from them, and where its name ends from the words around it.

use std::ops::Range;

use serde::Serialize;

use super::letters::Letters;

/// Which way the goods go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Relation {
    /// The other party supplies us.
    Supplier,
    /// The other party buys from us.
    Customer,
}

/// A relation, the words that tell it, and who is named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Dealing {
    pub(crate) relation: Relation,
    pub(crate) words: Range<usize>,
    pub(crate) parties: Vec<Range<usize>>,
}

/// How a merchant calls himself.
const US: [&str; 19] = [
    "我们这边",
    "我们这",
    "我们家",
    "我们厂",
    "我们店",
    "我们",
    "我这边",
    "我这里",
    "我这儿",
    "我这",
    "我家",
    "我店",
    "我厂",
    "我",
    "咱们",
    "咱家",
    "咱",
    "俺们",
    "俺",
];

/// Verbs of getting something from somebody.
const GETS: [&str; 36] = [
    "进货",
    "拿货",
    "进原料",
    "进料",
    "进的",
    "进",
    "拿",
    "批发",
    "批",
    "采购",
    "采",
    "购买",
    "购进",
    "买",
    "订货",
    "订",
    "定货",
    "提货",
    "提车",
    "提",
    "调货",
    "调",
    "取货",
    "赊",
    "要货",
    "收购",
    "收",
    "加油",
    "加",
    "租",
    "贷",
    "空运",
    "代进",
    "补货",
    "运",
    "配货",
];

/// Verbs of doing something for somebody.
const DOES: [&str; 44] = [
    "送货",
    "送菜",
    "供货",
    "供应",
    "供菜",
    "送",
    "供",
    "配送",
    "配套",
    "配货",
    "配",
    "代工",
    "代加工",
    "代养",
    "加工",
    "贴牌",
    "做",
    "跑",
    "拉货",
    "拉",
    "运",
    "印",
    "洗",
    "装",
    "修",
    "种",
    "养",
    "干活",
    "干",
    "打工",
    "打扫",
    "提供",
    "承运",
    "承包",
    "包",
    "发货",
    "发",
    "生产",
    "开",
    "搞",
    "维护",
    "代发",
    "供料",
    "补货",
];

/// Verbs by which somebody supplies us.
const SUPPLIES: [&str; 26] = [
    "供货",
    "供应",
    "供料",
    "供的",
    "供",
    "送货",
    "送过来",
    "送来",
    "直送",
    "送",
    "配送",
    "配货",
    "配",
    "发货",
    "发过来",
    "直发",
    "发",
    "寄",
    "给货",
    "压货",
    "铺货",
    "提供",
    "贴牌",
    "授权",
    "赊",
    "批",
];

/// Verbs by which somebody has something of us.
const BUYS: [&str; 37] = [
    "收购", "回收", "收走", "收", "采购", "订购", "订货", "订", "定", "购买", "买", "要货", "要",
    "用", "租", "拿货", "拿", "进货", "进", "下单", "派单", "派活", "派", "外包", "发包", "分包",
    "包", "找", "请", "雇", "欠", "导", "介绍", "转包", "叫", "委托", "提货",
];

/// Words with which the object is a customer.
const GOES_TO: [&str; 37] = [
    "供货给",
    "供应给",
    "供给",
    "供应",
    "供货",
    "供",
    "送货到",
    "送货给",
    "送到",
    "送给",
    "送往",
    "送去",
    "送",
    "卖给",
    "卖到",
    "卖往",
    "销给",
    "销往",
    "销到",
    "批发给",
    "批给",
    "发给",
    "发往",
    "发到",
    "交给",
    "交到",
    "转给",
    "出给",
    "租给",
    "运到",
    "运往",
    "拉到",
    "拉去",
    "服务",
    "对接",
    "配套",
    "走的",
];

/// Words with which the object is a supplier.
const COMES_FROM: [&str; 22] = [
    "批自",
    "进自",
    "买自",
    "赊自",
    "来自",
    "拿自",
    "采自",
    "采购自",
    "进的是",
    "用的是",
    "用的都是",
    "拿的是",
    "卖的是",
    "代理的是",
    "进的都是",
    "加盟的是",
    "加盟",
    "代理",
    "经销",
    "用的",
    "进货渠道是",
    "货源是",
];

/// Who is a customer by name.
const CUSTOMERS: [&str; 20] = [
    "大客户",
    "老客户",
    "直接客户",
    "主要客户",
    "固定客户",
    "长期客户",
    "客户",
    "买家",
    "甲方",
    "下游",
    "下家",
    "总包",
    "货主",
    "东家",
    "老主顾",
    "主顾",
    "采购方",
    "买主",
    "收货方",
    "销路",
];

/// Who is a supplier by name.
const SUPPLIERS: [&str; 16] = [
    "供应商",
    "供货商",
    "供货方",
    "上游",
    "上家",
    "货源",
    "进货渠道",
    "供货渠道",
    "卖家",
    "厂家",
    "原料商",
    "批发商",
    "总代理",
    "进货的地方",
    "拿货的地方",
    "渠道",
];

/// What stands before a name and is no part of it.
const BEFORE: [&str; 112] = [
    "主要就是",
    "主要是",
    "主要",
    "大部分",
    "大多数",
    "大多",
    "多半",
    "基本上",
    "基本",
    "一般",
    "平时",
    "常年",
    "长年",
    "长期",
    "固定",
    "一直",
    "每天",
    "每周",
    "每个月",
    "每月",
    "每年",
    "天天",
    "现在",
    "目前",
    "今年",
    "去年",
    "上个月",
    "这两年",
    "这几年",
    "近几年",
    "都是",
    "都",
    "就是",
    "就",
    "是",
    "有",
    "也是",
    "也",
    "还有",
    "还",
    "全是",
    "全部",
    "全",
    "统一",
    "直接",
    "专门",
    "只",
    "像",
    "比如",
    "例如",
    "包括",
    "那边的",
    "那边",
    "那几家",
    "那家",
    "那个",
    "那些",
    "那",
    "这家",
    "这个",
    "这些",
    "几家",
    "几个",
    "好几家",
    "一家叫",
    "一家",
    "一个叫",
    "一个",
    "两家",
    "三家",
    "四家",
    "五家",
    "一些",
    "些",
    "叫",
    "所有",
    "各个",
    "各",
    "隔壁的",
    "隔壁",
    "楼下的",
    "楼下",
    "楼上的",
    "楼上",
    "附近的",
    "附近",
    "周边的",
    "周边",
    "旁边的",
    "旁边",
    "镇上的",
    "镇上",
    "县里的",
    "县里",
    "县城的",
    "县城",
    "市里的",
    "市里",
    "村里的",
    "村里",
    "本地的",
    "本地",
    "当地的",
    "当地",
    "外地的",
    "城里的",
    "区里的",
    "我们",
    "的",
    "么",
    "嘛",
    "呢",
];

/// What stands behind a name and is no part of it.
const AFTER: [&str; 64] = [
    "那边",
    "那里",
    "那儿",
    "那",
    "这边",
    "他们",
    "的业务员",
    "的经销商",
    "的代理商",
    "的代理",
    "的老板",
    "的客户",
    "的总代",
    "的人",
    "的代办",
    "的采购",
    "的货",
    "的单子",
    "的单",
    "的司机",
    "的师傅",
    "的项目",
    "的订单",
    "业务员",
    "总代",
    "分销",
    "项目上",
    "里面",
    "里",
    "上面",
    "上",
    "都是",
    "都",
    "就",
    "也",
    "还",
    "统一",
    "直接",
    "一直",
    "每天",
    "每周",
    "每个月",
    "每年",
    "今年",
    "去年",
    "现在",
    "长期",
    "常年",
    "固定",
    "主要",
    "一般",
    "来",
    "去",
    "会",
    "要",
    "是",
    "的",
    "总部",
    "等",
    "之类的",
    "啥的",
    "什么的",
    "这些",
    "按月",
];

/// What joins two names.
const AND: [&str; 8] = ["和", "、", "与", "还有", "以及", "跟", "及", "/"];

/// What no name is.
const NOBODY: [&str; 38] = [
    "我",
    "我们",
    "咱",
    "咱们",
    "俺",
    "自己",
    "他",
    "他们",
    "她",
    "你",
    "你们",
    "人家",
    "别人",
    "谁",
    "哪里",
    "哪",
    "它",
    "货",
    "菜",
    "价",
    "钱",
    "东西",
    "原料",
    "材料",
    "大家",
    "网上",
    "外面",
    "本地",
    "外地",
    "这里",
    "那里",
    "家里",
    "手里",
    "单",
    "什么",
    "客户",
    "供应商",
    "货源",
];

/// All dealings of a text.
pub(crate) fn dealings(letters: &Letters, words: &[Range<usize>]) -> Vec<Dealing> {
    let mut found = Vec::new();
    let mut start = 0;
    while start < letters.len() {
        if letters.stops(start) {
            start += 1;
            continue;
        }
        let clause = letters.clause(start);
        start = clause.end + 1;
        let clause = Clause { letters, words, span: clause };
        if let Some(dealing) = clause.english() {
            found.push(dealing);
        } else {
            found.extend(clause.dealing());
        }
    }
    found
}

struct Clause<'a> {
    letters: &'a Letters,
    words: &'a [Range<usize>],
    span: Range<usize>,
}

impl Clause<'_> {
    fn dealing(&self) -> Option<Dealing> {
        self.told()
            .or_else(|| self.got_from())
            .or_else(|| self.done_for())
            .or_else(|| self.given_to_us())
            .or_else(|| self.goes())
            .or_else(|| self.bought_of_us())
            .or_else(|| self.sent())
    }

    /// 客户是X, X是我们的供应商.
    fn told(&self) -> Option<Dealing> {
        let lists = [(&CUSTOMERS[..], Relation::Customer), (&SUPPLIERS[..], Relation::Supplier)];
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

    /// 从X进货; 他们从我这拿货.
    fn got_from(&self) -> Option<Dealing> {
        for from in
            self.all(&["从", "跟", "找", "在", "向", "到", "去", "问", "打", "由", "于", "让"])
        {
            let us = self.letters.longest(from.end, &US);
            let after = from.end + us.unwrap_or(1);
            let Some(verb) = self.first(&GETS, after) else { continue };
            if us.is_some() {
                let parties = self.names(self.span.start..from.start);
                return Some(Dealing { relation: Relation::Customer, words: verb, parties });
            }
            let parties = self.names(from.end..verb.start);
            if !parties.is_empty() {
                return Some(Dealing { relation: Relation::Supplier, words: verb, parties });
            }
        }
        None
    }

    /// 给X送货.
    fn done_for(&self) -> Option<Dealing> {
        for to in self.all(&["给", "为", "替", "帮", "跟"]) {
            if self.letters.longest(to.end, &US).is_some() {
                continue;
            }
            let Some(verb) = self.first(&DOES, to.end + 1) else { continue };
            let parties = self.names(to.end..verb.start);
            if !parties.is_empty() {
                return Some(Dealing { relation: Relation::Customer, words: verb, parties });
            }
        }
        None
    }

    /// X供给我, X派单给我们.
    fn given_to_us(&self) -> Option<Dealing> {
        for to in self.all(&["给"]) {
            if self.letters.longest(to.end, &US).is_none() {
                continue;
            }
            let asks =
                ["派", "外包", "发包", "下单", "下", "介绍", "导", "转包", "外发", "洗", "做"];
            let (relation, verb) = match self.last(&asks, to.start) {
                Some(verb) => (Relation::Customer, Some(verb)),
                None => (Relation::Supplier, self.last(&SUPPLIES, to.start)),
            };
            let words = verb.unwrap_or(to.clone());
            let parties = self.names(self.span.start..words.start.min(to.start));
            return Some(Dealing { relation, words, parties });
        }
        None
    }

    /// 卖给X, 批自X.
    fn goes(&self) -> Option<Dealing> {
        let lists = [(&COMES_FROM[..], Relation::Supplier), (&GOES_TO[..], Relation::Customer)];
        for (list, relation) in lists {
            for cue in self.all(list) {
                let us = self.letters.longest(cue.end, &US).is_some();
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
        for verb in self.all(&BUYS) {
            let of_us = self.letters.longest(verb.end, &US).is_some();
            let supplies = self.letters.longest(verb.start, &["供"]).is_some();
            let parties = self.names(self.span.start..verb.start);
            if of_us && !supplies && !parties.is_empty() {
                return Some(Dealing { relation: Relation::Customer, words: verb, parties });
            }
        }
        for verb in self.all(&SUPPLIES) {
            let of_us = self.letters.longest(verb.end, &US).is_some();
            let parties = self.names(self.span.start..verb.start);
            if of_us && !parties.is_empty() {
                return Some(Dealing { relation: Relation::Supplier, words: verb, parties });
            }
        }
        None
    }

    /// 货是X发的.
    fn sent(&self) -> Option<Dealing> {
        let verb = self.last(&SUPPLIES, self.span.end)?;
        let start = self.last(&["是", "由"], verb.start).map_or(self.span.start, |is| is.end);
        let parties = self.names(start..verb.start);
        let ours = self.letters.longest(start, &US).is_some();
        (!parties.is_empty() && !ours).then_some(Dealing {
            relation: Relation::Supplier,
            words: verb,
            parties,
        })
    }

    /// Where one of some words begins first, the longest there.
    fn first(&self, list: &[&str], from: usize) -> Option<Range<usize>> {
        (from..self.span.end).find_map(|place| self.cue(list, place))
    }

    /// Where one of some words ends last before a place.
    fn last(&self, list: &[&str], before: usize) -> Option<Range<usize>> {
        (self.span.start..before)
            .rev()
            .filter_map(|place| self.cue(list, place))
            .find(|cue| cue.end <= before)
    }

    fn all(&self, list: &[&str]) -> Vec<Range<usize>> {
        self.span.clone().filter_map(|place| self.cue(list, place)).collect()
    }

    /// The longest of some words at a place. One letter has to be a word, or the beginning of one.
    fn cue(&self, list: &[&str], place: usize) -> Option<Range<usize>> {
        let length = self.letters.longest(place, list)?;
        let end = place + length;
        let inside = |word: &Range<usize>| word.start < place && place < word.end;
        let within = length == 1 && self.words.iter().any(inside);
        (end <= self.span.end && !within).then_some(place..end)
    }

    /// The names in a stretch of the text: without what stands around them, and one by one.
    fn names(&self, span: Range<usize>) -> Vec<Range<usize>> {
        let mut parts = Vec::new();
        let mut start = span.start;
        let mut place = span.start;
        while place < span.end {
            match self.cue(&AND, place) {
                Some(and) => {
                    parts.push(start..place);
                    start = and.end;
                    place = and.end;
                }
                None => place += 1,
            }
        }
        parts.push(start..span.end);
        parts.into_iter().filter_map(|part| self.name(part)).collect()
    }

    fn name(&self, mut span: Range<usize>) -> Option<Range<usize>> {
        loop {
            let before = span.clone();
            while span.start < span.end && matches!(self.letters.at(span.start), ' ' | ':' | '：')
            {
                span.start += 1;
            }
            while span.start < span.end && self.letters.before(span.end) == ' ' {
                span.end -= 1;
            }
            if let Some(length) = self.letters.longest(span.start, &US) {
                span.start += length;
            }
            if let Some(length) = self.letters.longest(span.start, &BEFORE) {
                span.start += length;
            }
            let after = AFTER.iter().filter(|word| self.letters.ends(span.end, word));
            if let Some(length) = after.map(|word| word.chars().count()).max() {
                span.end = span.end.saturating_sub(length);
            }
            if span.start >= span.end {
                return None;
            }
            if span == before {
                break;
            }
        }
        // 正大的业务员: whose somebody is, is who is meant; 寿光的蔬菜市场 is not.
        if let Some(of) = span.clone().rev().find(|place| self.letters.at(*place) == '的')
            && of > span.start + 1
        {
            span.end = of;
        }
        let name = self.letters.text(span.clone());
        let fits = (2..=16).contains(&span.len()) && !NOBODY.contains(&name.as_str());
        fits.then_some(span)
    }

    fn english(&self) -> Option<Dealing> {
        let latin = self.span.clone().filter(|place| self.letters.at(*place).is_ascii_alphabetic());
        if latin.count() * 2 < self.span.len() {
            return None;
        }
        use Relation::{Customer, Supplier};
        // Words, the relation, and whether the name stands behind them.
        const CUES: [(&str, Relation, bool); 44] = [
            ("supplies us", Supplier, false),
            ("supplies me", Supplier, false),
            ("ships to me", Supplier, false),
            ("ships to us", Supplier, false),
            ("delivers to me", Supplier, false),
            ("delivers to us", Supplier, false),
            ("sells to us", Supplier, false),
            ("sells me", Supplier, false),
            ("is our supplier", Supplier, false),
            ("is my supplier", Supplier, false),
            ("comes from", Supplier, true),
            ("come from", Supplier, true),
            ("supplied by", Supplier, true),
            ("delivered by", Supplier, true),
            ("shipped by", Supplier, true),
            ("sourced from", Supplier, true),
            ("supplier is", Supplier, true),
            ("suppliers are", Supplier, true),
            ("wholesaler is", Supplier, true),
            ("customer is", Customer, true),
            ("customers are", Customer, true),
            ("client is", Customer, true),
            ("clients are", Customer, true),
            ("buyer is", Customer, true),
            ("buyers are", Customer, true),
            ("sold to", Customer, true),
            ("work for", Customer, true),
            ("haul for", Customer, true),
            ("drive for", Customer, true),
            ("deliver for", Customer, true),
            ("produce for", Customer, true),
            ("owes us", Customer, false),
            ("owes me", Customer, false),
            ("buys from", Customer, false),
            ("buy from us", Customer, false),
            ("buy from me", Customer, false),
            ("orders from", Customer, false),
            ("hires", Customer, false),
            ("outsources", Customer, false),
            ("gives us", Customer, false),
            ("sends us", Customer, false),
            ("buys my", Customer, false),
            ("buys our", Customer, false),
            ("buys all", Customer, false),
        ];
        for (words, relation, behind) in CUES {
            if let Some(cue) = self.first(&[words], self.span.start) {
                let span = if behind { cue.end..self.span.end } else { self.span.start..cue.start };
                let parties = self.english_name(span).into_iter().collect();
                return Some(Dealing { relation, words: cue, parties });
            }
        }
        const OBJECTS: [(&str, &str, Relation); 20] = [
            ("buy", "from", Supplier),
            ("bought", "from", Supplier),
            ("purchase", "from", Supplier),
            ("purchase", "off", Supplier),
            ("source", "from", Supplier),
            ("get", "from", Supplier),
            ("order", "from", Supplier),
            ("import", "from", Supplier),
            ("restock", "from", Supplier),
            ("take", "from", Supplier),
            ("pick", "from", Supplier),
            ("supplier", "is", Supplier),
            ("supply", "to", Customer),
            ("sell", "to", Customer),
            ("deliver", "to", Customer),
            ("ship", "to", Customer),
            ("export", "to", Customer),
            ("go", "to", Customer),
            ("supply", "", Customer),
            ("serve", "", Customer),
        ];
        for (verb, link, relation) in OBJECTS {
            let Some(cue) = self.first(&[verb], self.span.start) else { continue };
            if !self.letters.boundary(cue.start) {
                continue;
            }
            let link = if link.is_empty() {
                cue.clone()
            } else {
                let spaced = format!(" {link} ");
                let Some(found) = self.first(&[spaced.as_str()], cue.end) else { continue };
                found
            };
            let us = ["us", "me"].contains(&self.letters.latin(link.end).as_str());
            let (relation, span) = match (us, relation) {
                (false, relation) => (relation, link.end..self.span.end),
                (true, Supplier) => (Customer, self.span.start..cue.start),
                (true, Customer) => (Supplier, self.span.start..cue.start),
            };
            let parties = self.english_name(span).into_iter().collect();
            return Some(Dealing { relation, words: cue, parties });
        }
        let roles = [
            (["customer", "client", "buyer"], Customer),
            (["supplier", "wholesaler", "vendor"], Supplier),
        ];
        for (nouns, relation) in roles {
            let Some(cue) = self.first(&nouns, self.span.start) else { continue };
            let is = self.first(&[" is ", " are "], self.span.start)?;
            let before = is.start < cue.start;
            let span = if before { self.span.start..is.start } else { is.end..self.span.end };
            let parties = self.english_name(span).into_iter().collect();
            return Some(Dealing { relation, words: cue, parties });
        }
        None
    }

    /// A name in English words: up to the first word that no name has.
    fn english_name(&self, span: Range<usize>) -> Option<Range<usize>> {
        const ENDS: [&str; 52] = [
            "in",
            "every",
            "each",
            "around",
            "since",
            "for",
            "at",
            "on",
            "near",
            "who",
            "which",
            "that",
            "by",
            "through",
            "with",
            "about",
            "and",
            "but",
            "twice",
            "once",
            "daily",
            "weekly",
            "monthly",
            "mostly",
            "mainly",
            "usually",
            "always",
            "also",
            "is",
            "are",
            "has",
            "have",
            "they",
            "he",
            "she",
            "we",
            "i",
            "thirty",
            "late",
            "from",
            "to",
            "of",
            "called",
            "us",
            "me",
            "our",
            "my",
            "regularly",
            "directly",
            "now",
            "this",
            "last",
        ];
        const ARTICLES: [&str; 16] = [
            "a", "an", "the", "our", "my", "two", "three", "several", "some", "local", "mostly",
            "mainly", "upstream", "it's", "big", "all",
        ];
        let mut words: Vec<Range<usize>> = Vec::new();
        let mut place = span.start;
        while place < span.end {
            place = self.letters.past_spaces(place);
            let mut end = place;
            while end < span.end && self.letters.at(end) != ' ' {
                end += 1;
            }
            if end > place {
                words.push(place..end);
            }
            place = end.max(place + 1);
        }
        let text = |word: &Range<usize>| self.letters.text(word.clone());
        if let Some(called) = words.iter().position(|word| text(word) == "called") {
            words.drain(..=called);
        }
        while words.first().is_some_and(|word| ARTICLES.contains(&text(word).as_str())) {
            words.remove(0);
        }
        let ends = |word: &Range<usize>| ENDS.contains(&text(word).as_str());
        if let Some(end) = words.iter().position(ends) {
            words.truncate(end);
        }
        let (first, last) = (words.first()?, words.last()?);
        let mut end = last.end;
        if self.letters.ends(end, "'s") {
            end -= 2;
        }
        (words.len() <= 5).then_some(first.start..end)
    }
}
