//! What invented vouchers say. Every name, number and sentence is made of random parts; none is
//! meant for anybody.

use rand::{Rng, RngExt};

/// What a field of a form is filled with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Filling {
    Company,
    Person,
    Address,
    Bank,
    Date,
    Time,
    /// Digits, this many.
    Digits(u8),
    /// Capital letters and digits, this many.
    Code(u8),
    Amount,
    AmountInWords,
    Count,
    Goods,
    Unit,
    Plate,
    Place,
    Telephone,
    Rate,
    Remark,
}

const TOWNS: &[&str] =
    &["云溪", "江州", "岭川", "南桥", "东川", "北岭", "青禾", "柳河", "石泉", "临岚"];
const NAMES: &[&str] = &[
    "顺远", "百味", "恒筑", "青禾", "宏泰", "金穗", "远航", "嘉和", "明德", "瑞丰", "新越", "华信",
];
const TRADES: &[&str] = &[
    "货运",
    "食品",
    "建材",
    "贸易",
    "五金机电",
    "服装",
    "物流",
    "农产品",
    "餐饮管理",
    "电子科技",
    "印刷",
];
const FAMILIES: &[&str] = &["林", "何", "周", "赵", "陈", "王", "李", "张", "吴", "徐", "孙", "马"];
const GIVEN: &[&str] =
    &["晓禾", "敏", "立", "欣", "建国", "丽华", "志强", "雨桐", "海涛", "婷", "文斌"];
const STREETS: &[&str] = &["货场路", "柳巷街", "工业大道", "学苑路", "人民路", "建设街", "滨江路"];
const GOODS: &[&str] = &[
    "大米",
    "菜籽油",
    "面粉",
    "矿泉水",
    "水泥",
    "螺纹钢",
    "瓷砖",
    "PVC管材",
    "电缆",
    "轴承",
    "工作服",
    "纸箱",
    "苹果",
    "冻鸡",
    "茶叶",
    "打印纸",
    "LED灯具",
    "轮胎",
    "柴油",
    "运输服务",
    "装卸费",
    "设计服务",
];
const UNITS: &[&str] = &["箱", "袋", "吨", "件", "桶", "台", "米", "次", "kg", "套", "卷"];
const REMARKS: &[&str] =
    &["无", "货到付款", "轻拿轻放", "含税", "月结", "已核对", "见附件", "签收有效"];
const WORDS: &[&str] = &[
    "the",
    "goods",
    "shall",
    "be",
    "delivered",
    "within",
    "days",
    "of",
    "payment",
    "and",
    "seller",
    "buyer",
    "agreement",
    "total",
    "invoice",
    "quality",
    "terms",
    "date",
    "account",
    "quantity",
    "notice",
    "service",
    "under",
    "any",
    "party",
    "price",
    "order",
    "receipt",
    "tax",
    "item",
];
/// Characters that running text is drawn from.
const CHARACTERS: &str = "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动\
同工也能下过子说产种面而方后多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体\
制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看\
原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立代想已通并提直题党程展五果料象员革位入常\
文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她手角期根论运农指几九区强放决西被干做必\
战先回则任取据处队南给色光门即保治北造百规热领七海口东导器压志世金增争济阶油思术极交受联什认六共权收证改清";

fn pick(list: &[&'static str], random: &mut impl Rng) -> &'static str {
    list[random.random_range(0..list.len())]
}

pub(super) fn fill(filling: Filling, random: &mut impl Rng) -> String {
    match filling {
        Filling::Company => {
            format!(
                "{}市{}{}有限公司",
                pick(TOWNS, random),
                pick(NAMES, random),
                pick(TRADES, random)
            )
        }
        Filling::Person => format!("{}{}", pick(FAMILIES, random), pick(GIVEN, random)),
        Filling::Address => {
            let (town, street) = (pick(TOWNS, random), pick(STREETS, random));
            format!("{town}市{}区{street}{}号", pick(TOWNS, random), random.random_range(1..400))
        }
        Filling::Bank => {
            format!(
                "{}银行{}支行 6229{}",
                pick(TOWNS, random),
                pick(TOWNS, random),
                digits(11, random)
            )
        }
        Filling::Goods => pick(GOODS, random).to_owned(),
        Filling::Unit => pick(UNITS, random).to_owned(),
        Filling::Remark => pick(REMARKS, random).to_owned(),
        Filling::Place => format!(
            "{}{}",
            pick(TOWNS, random),
            if pick(UNITS, random) == "箱" { "站" } else { "市" }
        ),
        Filling::Date => {
            let (year, month) = (random.random_range(2018..2027), random.random_range(1..13));
            format!("{year}年{month:02}月{:02}日", random.random_range(1..29))
        }
        Filling::Time => {
            format!("{:02}:{:02}", random.random_range(0..24), random.random_range(0..60))
        }
        Filling::Digits(count) => digits(count, random),
        Filling::Code(count) => (0..count)
            .map(|_| char::from(b"0123456789ABCDEFGHJKLMNPQRTUWXY"[random.random_range(0..31)]))
            .collect(),
        Filling::Amount => {
            let yuan: u32 = 10u32.pow(random.random_range(1..6)) * random.random_range(1..10)
                + random.random_range(0..900);
            format!("{yuan}.{:02}", random.random_range(0..100))
        }
        Filling::AmountInWords => {
            let numerals = ["壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖"];
            let mut one = || numerals[random.random_range(0..numerals.len())];
            format!("{}万{}仟{}佰{}拾元整", one(), one(), one(), one())
        }
        Filling::Count => random.random_range(1..500).to_string(),
        Filling::Plate => format!("浙{}", fill(Filling::Code(6), random)),
        Filling::Telephone => format!("0577-5550 {}", digits(4, random)),
        Filling::Rate => format!("{}%", [3, 6, 9, 13][random.random_range(0..4)]),
    }
}

fn digits(count: u8, random: &mut impl Rng) -> String {
    (0..count).map(|_| char::from(b'0' + random.random_range(0..10))).collect()
}

/// A company's name.
pub(crate) fn company(random: &mut impl Rng) -> String {
    fill(Filling::Company, random)
}

/// A number plate.
pub(crate) fn plate(random: &mut impl Rng) -> String {
    fill(Filling::Plate, random)
}

/// Running text of so many characters, with commas and full stops; it says nothing.
pub(crate) fn running(count: usize, random: &mut impl Rng) -> String {
    let characters: Vec<char> = CHARACTERS.chars().collect();
    (0..count)
        .map(|place| match random.random_range(0..14) {
            0 if place > 2 => '，',
            1 if place > 5 && random.random_bool(0.3) => '。',
            _ => characters[random.random_range(0..characters.len())],
        })
        .collect()
}

/// So many English words.
pub(crate) fn latin(count: usize, random: &mut impl Rng) -> String {
    let words: Vec<&str> = (0..count).map(|_| WORDS[random.random_range(0..WORDS.len())]).collect();
    words.join(" ")
}
