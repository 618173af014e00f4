//! Lines of items whose amounts are quantity times price and whose tax is rate times net, and lines
//! of an account whose balance runs on. Money is in fen.

use rand::{Rng, RngExt};

use super::calendar::{Day, Written};
use super::design::Deal;
use super::people::Region;
use super::story::spread;
use crate::numbers::money;

/// One line of a deal.
#[derive(Clone, Debug)]
pub(super) struct Item {
    name: &'static str,
    spec: &'static str,
    unit: &'static str,
    /// Quantity in hundredths.
    pub(super) hundredths: u64,
    /// Of one unit.
    pub(super) price: u64,
    pub(super) net: u64,
    /// In percent.
    rate: u64,
    pub(super) tax: u64,
    /// Numbers of its own: a voucher that it was taken from, a code of goods.
    number: u64,
}

/// What is dealt in: name, specification, unit, price of one in fen, tax rate in percent.
type Ware = (&'static str, &'static str, &'static str, [u64; 2], u64);

const GOODS: &[Ware] = &[
    ("大米", "25kg", "袋", [9_000, 16_000], 9),
    ("菜籽油", "5L", "桶", [5_500, 9_800], 9),
    ("矿泉水", "550ml*24", "箱", [2_600, 4_800], 13),
    ("普通硅酸盐水泥", "PO42.5", "吨", [32_000, 52_000], 13),
    ("热轧螺纹钢", "HRB400", "吨", [340_000, 460_000], 13),
    ("抛光瓷砖", "800*800", "片", [2_800, 7_600], 13),
    ("PVC排水管", "DN110", "米", [1_100, 2_600], 13),
    ("铜芯电缆", "YJV3*16", "米", [4_200, 8_800], 13),
    ("深沟球轴承", "6204", "套", [800, 2_400], 13),
    ("劳保工作服", "175A", "套", [6_800, 14_000], 13),
    ("五层纸箱", "600*400*400", "只", [450, 1_200], 13),
    ("复印纸", "A4", "包", [1_800, 2_900], 13),
    ("LED灯管", "T8", "支", [900, 2_200], 13),
    ("货车轮胎", "12R22.5", "条", [110_000, 190_000], 13),
    ("不锈钢板", "304", "张", [38_000, 90_000], 13),
    ("角磨机", "S1M-FF", "台", [15_800, 32_000], 13),
    ("冻鸡腿", "10kg", "箱", [11_000, 17_500], 9),
    ("红富士苹果", "80mm", "箱", [5_800, 9_900], 9),
];
const FREIGHT: &[Ware] = &[
    ("建筑材料", "散装", "吨", [8_000, 22_000], 9),
    ("袋装化肥", "50kg", "吨", [9_000, 18_000], 9),
    ("机电设备", "木箱", "件", [18_000, 90_000], 9),
    ("服装百货", "纸箱", "件", [2_500, 6_000], 9),
    ("瓷砖", "托盘", "托", [12_000, 30_000], 9),
];
const TAXES: &[Ware] = &[
    ("增值税", "商业", "", [120_000, 9_000_000], 0),
    ("城市维护建设税", "市区", "", [8_000, 600_000], 0),
    ("教育费附加", "增值税教育费附加", "", [3_600, 270_000], 0),
    ("企业所得税", "应纳税所得额", "", [90_000, 8_000_000], 0),
    ("印花税", "购销合同", "", [1_200, 60_000], 0),
];
const COVER: &[Ware] = &[
    ("机动车损失保险", "", "", [180_000, 620_000], 6),
    ("第三者责任保险", "", "", [120_000, 460_000], 6),
    ("车上人员责任保险", "", "", [9_000, 60_000], 6),
    ("附加医保外用药责任险", "", "", [4_000, 22_000], 6),
];
const FUEL: &[Ware] = &[
    ("0号车用柴油", "VI", "升", [690, 830], 13),
    ("92号车用汽油", "VIB", "升", [710, 840], 13),
    ("95号车用汽油", "VIB", "升", [760, 900], 13),
];
const TOLL: &[Ware] = &[("通行费", "", "", [500, 80_000], 3)];
const WORKS: &[Ware] = &[
    ("土方开挖", "机械", "立方米", [1_800, 4_200], 9),
    ("混凝土浇筑", "C30", "立方米", [46_000, 62_000], 9),
    ("墙面粉刷", "乳胶漆", "平方米", [2_200, 4_800], 9),
    ("水电安装", "综合", "项", [800_000, 9_000_000], 9),
    ("钢结构制作安装", "Q235B", "吨", [620_000, 880_000], 9),
];

/// Some lines, none twice.
pub(super) fn items(deal: Deal, random: &mut impl Rng) -> Vec<Item> {
    let wares = match deal {
        Deal::Goods => GOODS,
        Deal::Freight => FREIGHT,
        Deal::Taxes => TAXES,
        Deal::Cover => COVER,
        Deal::Fuel => FUEL,
        Deal::Toll => TOLL,
        Deal::Works => WORKS,
    };
    let most = wares.len().min(14);
    let first = random.random_range(0..wares.len());
    let step = if wares.len().is_multiple_of(5) || wares.len() < 5 { 1 } else { 5 };
    (0..most).map(|at| item(wares[(first + step * at) % wares.len()], random)).collect()
}

fn item((name, spec, unit, [from, to], rate): Ware, random: &mut impl Rng) -> Item {
    let price = random.random_range(from..to) / 10 * 10;
    // Liquids and bulk come in parts of a unit, all else in whole ones; taxes are one.
    let hundredths = match unit {
        "" => 100,
        "升" => random.random_range(2_000..38_000),
        "吨" | "立方米" => random.random_range(200..6_000) / 10 * 10,
        _ => 100 * spread(2, 400, random),
    };
    let net = (price * hundredths + 50) / 100;
    let tax = (net * rate + 50) / 100;
    let number = random.random_range(1_000_000_000..9_999_999_999);
    Item { name, spec, unit, hundredths, price, net, rate, tax, number }
}

impl Item {
    pub(super) fn column(&self, column: &str, date: Day, grouped: bool) -> String {
        let fen = |fen| if grouped { money::grouped(fen) } else { money::decimal(fen) };
        match column {
            "name" => self.name.to_owned(),
            // The tax authority's class of goods goes before an invoice's goods.
            "classed" => format!("*{}*{}", class(self.name), self.name),
            "spec" => self.spec.to_owned(),
            "unit" => self.unit.to_owned(),
            "quantity" if self.hundredths.is_multiple_of(100) => {
                (self.hundredths / 100).to_string()
            }
            "quantity" => format!("{}.{:02}", self.hundredths / 100, self.hundredths % 100),
            "price" => money::decimal(self.price),
            "amount" => fen(self.net),
            "rate" => format!("{}%", self.rate),
            "tax" => fen(self.tax),
            "number" => self.number.to_string(),
            "note" => String::new(),
            "country" => "中国".to_owned(),
            "exempt" => "照章征税".to_owned(),
            "period" => {
                let [year, month, _] = date.civil();
                let first = Day::of([year, month, 1]);
                let before = first.plus(-1);
                let [year, month, _] = before.civil();
                let from = Day::of([year, month, 1]);
                format!("{}至{}", from.written(Written::Dashes), before.written(Written::Dashes))
            }
            "date" => date.iso(),
            "limit" => fen(self.net * 120 / 10_000 * 10_000),
            _ => unreachable!("no column {column}"),
        }
    }
}

fn class(name: &str) -> &'static str {
    match name {
        "大米" | "菜籽油" | "冻鸡腿" | "红富士苹果" => "农产品",
        "矿泉水" => "软饮料",
        "普通硅酸盐水泥" | "抛光瓷砖" => "非金属矿物制品",
        "热轧螺纹钢" | "不锈钢板" => "黑色金属冶炼压延品",
        "复印纸" | "五层纸箱" => "纸制品",
        "0号车用柴油" | "92号车用汽油" | "95号车用汽油" => "成品油",
        "通行费" => "经营租赁",
        _ => "金属制品",
    }
}

/// One line of an account.
#[derive(Clone, Debug)]
pub(super) struct Flow {
    date: Day,
    summary: &'static str,
    paid_in: bool,
    amount: u64,
    balance: u64,
    other: String,
    number: u64,
}

const SUMMARIES: &[(&str, bool)] = &[
    ("货款", true),
    ("货款", false),
    ("转账存入", true),
    ("运费", false),
    ("工资", false),
    ("电费", false),
    ("税款", false),
    ("跨行汇款", true),
    ("手续费", false),
    ("结息", true),
];

/// An account's lines from a balance on: paid out only what is there.
pub(super) fn flows(from: Day, opening: u64, region: &Region, random: &mut impl Rng) -> Vec<Flow> {
    let (mut date, mut balance) = (from.plus(-90), opening);
    (0..40)
        .map(|_| {
            date = date.plus(random.random_range(0..4));
            let (summary, mut paid_in) = SUMMARIES[random.random_range(0..SUMMARIES.len())];
            let amount = match summary {
                "手续费" => random.random_range(200..5_000),
                "结息" => random.random_range(1_000..40_000),
                _ => spread(20_000, 12_000_000, random),
            };
            paid_in |= amount > balance;
            balance = if paid_in { balance + amount } else { balance - amount };
            let other = super::people::Party::new(region, Deal::Goods, random).name;
            let number = random.random_range(10_000_000..99_999_999);
            Flow { date, summary, paid_in, amount, balance, other, number }
        })
        .collect()
}

impl Flow {
    pub(super) fn column(&self, column: &str, grouped: bool) -> String {
        let fen = |fen| if grouped { money::grouped(fen) } else { money::decimal(fen) };
        match column {
            "date" => self.date.iso(),
            "day" => self.date.iso().replace('-', ""),
            "summary" => self.summary.to_owned(),
            "debit" if !self.paid_in => fen(self.amount),
            "credit" if self.paid_in => fen(self.amount),
            "debit" | "credit" => String::new(),
            "signed" if self.paid_in => format!("+{}", fen(self.amount)),
            "signed" => format!("-{}", fen(self.amount)),
            "balance" => fen(self.balance),
            "other" => self.other.clone(),
            "number" => self.number.to_string(),
            _ => unreachable!("no column {column}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    use super::*;

    #[test]
    fn a_balance_runs_on_and_never_falls_below_nothing() {
        let mut random = ChaCha8Rng::seed_from_u64(3);
        let region = Region::new(&mut random);
        let mut balance = 5_000_000;
        for flow in flows(Day::of([2025, 3, 1]), balance, &region, &mut random) {
            balance = if flow.paid_in { balance + flow.amount } else { balance - flow.amount };
            assert_eq!(flow.balance, balance);
        }
    }

    #[test]
    fn tax_is_the_rate_of_the_net_amount_to_half_a_fen() {
        let mut random = ChaCha8Rng::seed_from_u64(4);
        for item in items(Deal::Goods, &mut random) {
            assert!((item.tax * 100).abs_diff(item.net * item.rate) <= 50, "{item:?}");
            assert!((item.net * 100).abs_diff(item.price * item.hundredths) <= 50, "{item:?}");
        }
    }
}
