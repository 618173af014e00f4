//! What kind of voucher a page is, by the words that such a page must hold.

use crate::page::Page;

/// The answer where no kind is supported by enough words.
pub(crate) const UNKNOWN: &str = "unknown";

/// A photo of a vehicle: no document, known by its plate.
pub(crate) const VEHICLE_PHOTO: &str = "vehicle_photo";

/// Weight from which a kind is believed. A title alone weighs this much.
const ENOUGH: u32 = 5;

/// Kind, words, and what each word weighs. Titles weigh most; a word that several kinds share
/// weighs 1. More specific kinds stand before the general ones that they contain.
const WORDS: &[(&str, &[(&str, u32)])] = &[
    (
        "business_licence",
        &[
            ("营业执照", 6),
            ("统一社会信用代码", 2),
            ("注册资本", 2),
            ("经营范围", 2),
            ("成立日期", 1),
            ("营业期限", 1),
            ("法定代表人", 1),
            ("登记机关", 1),
            ("住所", 1),
        ],
    ),
    (
        "vat_invoice",
        &[
            ("增值税", 4),
            ("专用发票", 4),
            ("普通发票", 4),
            ("电子发票", 4),
            ("价税合计", 3),
            ("购买方", 2),
            ("销售方", 2),
            ("购货单位", 2),
            ("销货单位", 2),
            ("纳税人识别号", 2),
            ("发票代码", 1),
            ("发票号码", 1),
            ("税率", 1),
            ("税额", 1),
        ],
    ),
    (
        "haulage_contract",
        &[
            ("货物运输合同", 8),
            ("运输合同", 7),
            ("承运合同", 7),
            ("承运方", 3),
            ("承运人", 2),
            ("托运方", 3),
            ("运费", 1),
            ("甲方", 1),
            ("乙方", 1),
            ("签订", 1),
        ],
    ),
    (
        "sales_contract",
        &[
            ("购销合同", 7),
            ("买卖合同", 7),
            ("销售合同", 7),
            ("采购合同", 7),
            ("供方", 2),
            ("需方", 2),
            ("买方", 1),
            ("卖方", 1),
            ("甲方", 1),
            ("乙方", 1),
            ("违约责任", 1),
        ],
    ),
    (
        "contract",
        &[("合同", 3), ("协议书", 5), ("甲方", 1), ("乙方", 1), ("违约责任", 1), ("签订", 1)],
    ),
    (
        "road_transport_permit",
        &[
            ("道路运输证", 7),
            ("运管", 1),
            ("业户名称", 3),
            ("车辆号牌", 2),
            ("经营许可证号", 1),
            ("吨(座)位", 2),
            ("核发机关", 1),
            ("经营范围", 1),
            ("有效期", 1),
        ],
    ),
    (
        "vehicle_licence",
        &[
            ("行驶证", 7),
            ("车辆识别代号", 3),
            ("发动机号码", 3),
            ("使用性质", 2),
            ("品牌型号", 2),
            ("号牌号码", 2),
            ("注册日期", 1),
            ("发证日期", 1),
            ("所有人", 1),
        ],
    ),
    (
        "waybill",
        &[
            ("货物托运单", 7),
            ("货物运单", 7),
            ("货运单", 7),
            ("运单", 4),
            ("托运单", 6),
            ("托运人", 2),
            ("收货人", 2),
            ("发货人", 2),
            ("承运人", 1),
            ("货物名称", 1),
            ("件数", 1),
            ("起运地", 1),
            ("运单号", 2),
        ],
    ),
];

/// Licences that words would take for another kind: their titles decide against it.
const FOREIGN_TITLES: &[(&str, &[&str])] = &[
    ("business_licence", &["许可证"]),
    ("road_transport_permit", &["道路运输经营许可证"]),
    ("contract", &["送货单", "出库单", "入库单", "报价单", "对账单"]),
    ("sales_contract", &["送货单", "出库单", "入库单", "报价单", "对账单"]),
];

/// The best supported kind and how sure that is, 0..1.
pub(crate) fn of(page: &Page) -> (&'static str, f32) {
    let mut best = (UNKNOWN, 0u32);
    let mut second = 0;
    for (kind, words) in WORDS {
        let weight: u32 =
            words.iter().filter(|(word, _)| page.has(word)).map(|(_, weight)| weight).sum();
        let titles = FOREIGN_TITLES.iter().filter(|(of, _)| of == kind);
        let foreign = titles.flat_map(|(_, titles)| *titles).any(|title| {
            // As a title: a line that is little more than that.
            page.lines().iter().any(|line| {
                line.text.contains(title) && line.text.chars().count() <= title.chars().count() + 6
            })
        });
        if foreign {
            continue;
        }
        if weight > best.1 {
            second = best.1;
            best = (kind, weight);
        } else {
            second = second.max(weight);
        }
    }
    if best.1 < ENOUGH {
        return (UNKNOWN, 0.0);
    }
    // Half for the words themselves, half for the distance to the next kind.
    let words = (best.1 as f32 / 12.0).min(1.0);
    let lead = (best.1 - second) as f32 / best.1 as f32;
    (best.0, f32::midpoint(words, lead))
}

/// Whether `read` answers what was asked for: the general contract takes any contract.
pub(crate) fn answers(asked: &str, read: &str) -> bool {
    asked == read || (asked == "contract" && read.ends_with("_contract"))
}
