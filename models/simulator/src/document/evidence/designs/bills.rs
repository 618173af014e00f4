//! Bills for electricity, water and gas.

use super::super::design::Border::{None as Open, Single};
use super::super::design::Part::{Barcode, Either, Grid, Issued, Lines, Text};
use super::super::design::{Design, PLAIN, SLIP, Seal};

const SUPPLIER: Seal = Seal::Perhaps("{region.city}供电公司", "收费专用章");

pub(super) const DESIGNS: &[Design] = &[
    Design {
        kind: "utility_bill",
        title: "(电费通知单|电费账单|电费清单|{region.city}供电公司电费通知单)",
        size: SLIP,
        ink: 0x1f6a5a,
        border: Single,
        body: 3.9,
        parts: &[
            Lines(
                2,
                &[
                    "(户号|用户编号|客户编号)：{number='33########'}",
                    "(抄表日期|账单日期)：{date=date}",
                ],
            ),
            Lines(
                1,
                &[
                    "(户名|用户名称|客户名称)：{customer=seller}",
                    "(用电地址|地址)：{address=seller.address}",
                ],
            ),
            Grid(&[
                &["用电类别：{word.power}", "倍率：(1|20|40)", "电价：0.{'6###'}"],
                &["上期示数：{'1####'}", "本期示数：{'2####'}", "电量（千瓦时）：{'*###'}"],
                &["(应缴金额|应交金额|费用合计|应缴电费)（元）：{amount=freight.plain}"],
            ]),
            Text(&["温馨提示：请于本月20日前缴清电费，逾期将按规定收取违约金。客服热线：95598。"]),
            Either(&[&[Barcode], &[]]),
            Issued(&["{region.city}供电公司"], SUPPLIER),
        ],
        ..PLAIN
    },
    Design {
        kind: "utility_bill",
        title: "(水费通知单|水费账单|水费单)",
        size: [105.0, 148.0],
        ink: 0x1f4f8a,
        border: Open,
        body: 3.5,
        parts: &[
            Lines(
                1,
                &[
                    "(用户编号|户号|客户编号)：{number='0########'}",
                    "(户名|用户名称)：{customer=seller}",
                    "(用水地址|地址)：{address=seller.address}",
                    "(抄表日期|账单日期|日期)：{date=date}",
                    "用水性质：(非居民生活用水|工业用水)",
                    "上期示数：{'1###'}　本期示数：{'2###'}",
                    "(用水量|水量)：{'1##'} 吨",
                    "水费：{freight.plain}",
                    "(应缴金额|费用合计|合计|应缴费用)：{amount=freight.yuan}",
                ],
            ),
            Issued(
                &["{region.city}自来水有限公司", "客服电话：96{'####'}"],
                Seal::Perhaps("{region.city}自来水有限公司", "营业专用章"),
            ),
        ],
        ..PLAIN
    },
];
