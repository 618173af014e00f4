//! Invented companies, people, places and vehicles.

use rand::{Rng, RngExt};

use super::design::Deal;
use super::story::Shown;
use crate::numbers::{uscc, vin};

/// Provinces with the sign of their plates and the first digits of their codes.
const PROVINCES: &[(&str, &str, &str)] = &[
    ("浙江省", "浙", "33"),
    ("江苏省", "苏", "32"),
    ("广东省", "粤", "44"),
    ("山东省", "鲁", "37"),
    ("河南省", "豫", "41"),
    ("四川省", "川", "51"),
    ("湖北省", "鄂", "42"),
    ("河北省", "冀", "13"),
    ("安徽省", "皖", "34"),
    ("福建省", "闽", "35"),
];
/// Towns that do not exist.
const TOWNS: &[&str] = &[
    "云溪", "江州", "岭川", "南桥", "东川", "北岭", "青禾", "柳河", "石泉", "临岚", "平湾", "安陵",
];
const STREETS: &[&str] = &[
    "货场路",
    "柳巷街",
    "工业大道",
    "学苑路",
    "人民路",
    "建设街",
    "滨江路",
    "解放东路",
    "科技一路",
];
const NAMES: &[&str] = &[
    "顺远", "百味", "恒筑", "青禾", "宏泰", "金穗", "远航", "嘉和", "明德", "瑞丰", "新越", "华信",
    "鑫达", "盛源", "天和", "博众", "永固", "康泰", "众诚", "星海",
];
const FAMILIES: &[&str] =
    &["林", "何", "周", "赵", "陈", "王", "李", "张", "吴", "徐", "孙", "马", "黄", "刘", "杨"];
const GIVEN: &[&str] = &[
    "晓禾", "敏", "立", "欣", "建国", "丽华", "志强", "雨桐", "海涛", "婷", "文斌", "国庆", "美玲",
    "俊杰", "秀英", "磊",
];
const BANKS: &[&str] = &["中国工商银行", "中国建设银行", "中国农业银行", "交通银行", "招商银行"];
const MODELS: &[(&str, &str, &str)] = &[
    ("岭驰牌LC5180XXYA6", "重型厢式货车", "货运"),
    ("东驰牌DC4250A8", "重型半挂牵引车", "货运"),
    ("云帆牌YF1041D3", "轻型普通货车", "货运"),
    ("远达牌YD6480B", "小型普通客车", "非营运"),
    ("安程牌AC7150E5", "小型轿车", "非营运"),
    ("福途牌FT3250K2", "重型自卸货车", "货运"),
];
const COLOURS: &[&str] = &["白", "蓝", "红", "灰", "黑"];

fn one(list: &[&'static str], random: &mut impl Rng) -> &'static str {
    list[random.random_range(0..list.len())]
}

/// A person's name.
pub(super) fn person(random: &mut impl Rng) -> String {
    format!("{}{}", one(FAMILIES, random), one(GIVEN, random))
}

/// Where it happens.
pub(super) struct Region {
    province: &'static str,
    sign: &'static str,
    digits: &'static str,
    city: &'static str,
    district: &'static str,
    other: &'static str,
}

impl Region {
    pub(super) fn new(random: &mut impl Rng) -> Self {
        let (province, sign, digits) = PROVINCES[random.random_range(0..PROVINCES.len())];
        let first = random.random_range(0..TOWNS.len());
        let town = |away: usize| TOWNS[(first + away) % TOWNS.len()];
        Self { province, sign, digits, city: town(0), district: town(5), other: town(3) }
    }

    pub(super) fn part(&self, part: &str) -> String {
        match part {
            "province" => self.province.to_owned(),
            "sign" => self.sign.to_owned(),
            "digits" => self.digits.to_owned(),
            "code" => format!("{}9901", self.digits),
            "city" => format!("{}市", self.city),
            "district" => format!("{}区", self.district),
            "other" => format!("{}市", self.other),
            "address" => format!("{}{}市{}区", self.province, self.city, self.district),
            // An authority's name follows.
            _ => format!("{}市{}区", self.city, self.district),
        }
    }

    pub(super) fn bank(&self, random: &mut impl Rng) -> String {
        format!("{}{}{}支行", one(BANKS, random), self.city, self.district)
    }
}

/// A company or a shop.
pub(super) struct Party {
    pub(super) name: String,
    /// A shop's name, as is written over its door.
    pub(super) shop: String,
    pub(super) uscc: String,
    pub(super) address: String,
    pub(super) phone: String,
    pub(super) bank: String,
    pub(super) account: String,
    pub(super) legal: String,
    /// Registered capital in fen.
    pub(super) capital: u64,
}

impl Party {
    pub(super) fn new(region: &Region, deal: Deal, random: &mut impl Rng) -> Self {
        let trades: &[&str] = match deal {
            Deal::Goods | Deal::Taxes => {
                &["贸易", "建材", "食品", "五金机电", "服装", "农产品", "电子科技", "包装材料"]
            }
            Deal::Freight => &["货运", "物流", "运输", "供应链管理"],
            Deal::Cover => &["财产保险"],
            Deal::Fuel => &["石油销售", "能源"],
            Deal::Toll => &["高速公路", "交通投资"],
            Deal::Works => &["建筑工程", "装饰工程", "市政工程"],
        };
        let (town, name, trade) = (region.city, one(NAMES, random), one(trades, random));
        let form = if random.random_bool(0.12) { "有限责任公司" } else { "有限公司" };
        let place = match random.random_range(0..3) {
            0 => format!("{town}市"),
            1 => town.to_owned(),
            _ => region.province.trim_end_matches('省').to_owned(),
        };
        let area = format!("{}99{:02}", region.digits, random.random_range(1..99));
        let organisation: String = (0..8)
            .map(|at| match at {
                0 => 'M',
                1 => 'A',
                _ => char::from(b"0123456789ABCDEFGHJKLMNPQRTUWXY"[random.random_range(0..31)]),
            })
            .collect();
        let uscc = uscc::company(&area, &organisation).unwrap_or_default();
        let street = one(STREETS, random);
        let account: String =
            (0..15).map(|_| char::from(b'0' + random.random_range(0..10))).collect();
        Self {
            name: format!("{place}{name}{trade}{form}"),
            shop: format!("{town}{name}{}", one(&["超市", "商行", "便利店", "经营部"], random)),
            uscc,
            address: format!("{}{street}{}号", region.part("address"), random.random_range(1..400)),
            phone: format!(
                "0{}-5550{:04}",
                random.random_range(311..900),
                random.random_range(0..10_000)
            ),
            bank: region.bank(random),
            account: format!("62{account}"),
            legal: person(random),
            capital: [50, 100, 200, 300, 500, 1000, 2000][random.random_range(0..7)] * 1_000_000,
        }
    }
}

/// A vehicle with its numbers.
pub(super) struct Vehicle {
    plate: String,
    vin: String,
    engine: String,
    model: (&'static str, &'static str, &'static str),
    colour: &'static str,
}

impl Vehicle {
    pub(super) fn new(region: &Region, random: &mut impl Rng) -> Self {
        let mut signs = |letters: &[u8], count: usize| -> String {
            (0..count).map(|_| char::from(letters[random.random_range(0..letters.len())])).collect()
        };
        // Neither plates nor identification numbers use I and O.
        let letters = b"0123456789ABCDEFGHJKLMNPQRSTUVWXYZ";
        let serial = format!("{}{}", signs(letters, 2), signs(b"0123456789", 3));
        let plain = format!("{}{}{serial}", region.sign, signs(b"ABCDEFGH", 1));
        let green = format!("{}{}D{}", region.sign, signs(b"ABCDEFGH", 1), signs(b"0123456789", 5));
        let maker = b"ABCDEFGHJKLMNPRSTUVWXYZ0123456789";
        let front = format!("L{}", signs(maker, 7));
        let back = format!("{}{}", signs(b"LMNPRST", 1), signs(b"0123456789", 7));
        let engine = signs(b"0123456789ABCDEFGH", 8);
        let green = if random.random_bool(0.15) { Some(green) } else { None };
        Self {
            plate: green.unwrap_or(plain),
            vin: vin::number(&front, &back).unwrap_or_default(),
            engine,
            model: MODELS[random.random_range(0..MODELS.len())],
            colour: one(COLOURS, random),
        }
    }

    pub(super) fn part(&self, part: &str) -> Shown {
        let (model, class, use_of) = self.model;
        let printed = match part {
            "vin" => self.vin.clone(),
            "engine" => self.engine.clone(),
            "model" => model.to_owned(),
            "class" => class.to_owned(),
            "use" => use_of.to_owned(),
            "colour" => self.colour.to_owned(),
            // 浙A·12345, as it is pressed into the plate.
            "dotted" => {
                let (sign, rest) = self.plate.split_at('浙'.len_utf8() + 1);
                return Shown { printed: format!("{sign}·{rest}"), value: self.plate.clone() };
            }
            _ => self.plate.clone(),
        };
        Shown { value: printed.clone(), printed }
    }
}

/// A word of some sort that nothing is computed from: always the same of a number.
pub(super) fn trade_words(of: &str, which: usize) -> String {
    let words: &[&str] = match of {
        "goods" => &["砂石料", "水泥", "螺纹钢", "煤炭", "玉米", "大豆", "废钢", "碎石", "化肥"],
        "pack" => &["纸箱", "托盘", "编织袋", "木箱", "散装"],
        "pay" => &["银行转账", "月结30天", "货到付款", "预付30%", "现金"],
        "reason" => &["货款", "租金押金", "运费", "订金", "材料款", "服务费", "管理费"],
        "purpose" => &["货款", "往来款", "运费", "材料款", "服务费", "工程款", "备用金"],
        "project" => &[
            "综合楼装修工程",
            "厂区道路硬化工程",
            "仓库钢结构工程",
            "办公楼水电改造工程",
            "小学教学楼工程",
        ],
        "scope" => &[
            "道路普通货物运输",
            "道路普通货物运输，货物专用运输（集装箱）",
            "普通货运，大型物件运输（一类）",
        ],
        "category" => {
            &["经营性道路货物运输驾驶员", "经营性道路旅客运输驾驶员", "道路危险货物运输驾驶员"]
        }
        "food" => &["食品经营者", "餐饮服务经营者", "单位食堂"],
        "business" => &[
            "建筑材料、五金产品销售；国内贸易代理；货物进出口",
            "道路货物运输；仓储服务；装卸搬运",
            "食品销售；农副产品批发；日用百货零售",
        ],
        "invention" => {
            &["一种可折叠的周转箱", "一种货车用防雨篷布架", "一种节能型热风炉", "一种粮食输送装置"]
        }
        "brand" => &["云溪", "百味坊", "恒筑", "金穗田"],
        "class" => &["第30类", "第35类", "第39类", "第19类"],
        "uses" => &[
            "咖啡；茶；糖；米；面粉制品",
            "广告；商业管理；替他人推销",
            "运输；货物贮存；快递服务",
        ],
        "fuel" => &["92号车用汽油", "95号车用汽油", "0号车用柴油"],
        "country" => &["美国", "德国", "越南", "日本", "韩国", "澳大利亚"],
        "port" => &["宁波舟山港", "上海港", "深圳盐田港", "青岛港"],
        "house" => &["商铺", "厂房", "办公用房", "仓库"],
        "industry" => &["批发和零售业", "道路运输业", "制造业"],
        "station" => &["云溪东", "江州南", "岭川北", "柳河"],
        "exit" => &["青禾", "石泉西", "平湾", "安陵"],
        "power" => &["一般工商业", "大工业用电", "居民生活用电"],
        _ => unreachable!("no words of {of}"),
    };
    words[which % words.len()].to_owned()
}
