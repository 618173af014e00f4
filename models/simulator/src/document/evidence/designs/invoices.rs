//! Invoices with value added tax.

use super::super::design::Border::Single;
use super::super::design::Part::{
    Barcode, Centred, CornerCode, Either, Lines, Panels, Right, Signers, Table as Rows,
};
use super::super::design::{Deal, Design, PLAIN, Part, Rows::Items, Seal, Signer, Table};

/// Forms on paper are printed by dot matrix into a form that was printed before.
const PAPER: Design =
    Design { size: [240.0, 142.0], paper: 0xfbfaf5, border: Single, body: 3.5, ..PLAIN };

const GOODS: Part = Rows(Table {
    of: Items,
    columns: &[
        "货物或应税劳务、服务名称=classed",
        "规格型号=spec",
        "单位=unit",
        "数量=quantity",
        "单价=price",
        "金额=amount",
        "税率=rate",
        "税额=tax",
    ],
    count: [1, 4],
    ruled: true,
    sums: &[("classed", "合　　计"), ("amount", "{net=net.yuan}"), ("tax", "{tax=tax.yuan}")],
    foot: &[
        "价税合计（大写）　　(⊗|ⓧ){amount_words=total.words}　　　　（小写）{amount=total.yuan}",
    ],
});

const BUYER: Part = Panels(&[
    (
        "购买方",
        &[
            "名　　　　称：{buyer=buyer}",
            "纳税人识别号：{buyer_uscc=buyer.uscc}",
            "地址、 电话：{buyer.address}{buyer.phone}",
            "开户行及账号：{buyer.bank}{buyer.account}",
        ],
    ),
    (
        "密码区",
        &[
            "{'03>#*7+@#-2#4<#/+#8*'}",
            "{'#9*#>2-#<@#4/#+#0*7>'}",
            "{'<#2+#6*-#>@1#/#*8#4+'}",
            "{'#/7#+<*#2>#-4#@*#9>0'}",
        ],
    ),
]);

const SELLER: Part = Panels(&[
    (
        "销售方",
        &[
            "名　　　　称：{seller=seller}",
            "纳税人识别号：{seller_uscc=seller.uscc}",
            "地址、 电话：{seller.address}{seller.phone}",
            "开户行及账号：{seller.bank}{seller.account}",
        ],
    ),
    ("备注", &["(合同号：{'HT%##'}|)", "(|{third}收货)"]),
]);

const FOOT: Part = Signers(&[
    Signer { lines: &["收款人：{clerk}"], seal: Seal::None },
    Signer { lines: &["复核：{checker}"], seal: Seal::None },
    Signer { lines: &["开票人：{person}"], seal: Seal::None },
    Signer {
        lines: &["销售方：（章）"],
        seal: Seal::Oval("{seller}", "{seller.uscc}", "发票专用章"),
    },
]);

pub(super) const DESIGNS: &[Design] = &[
    Design {
        kind: "vat_special_invoice",
        title: "{region.province}增值税专用发票",
        ink: 0x2c5a86,
        parts: &[
            Lines(
                3,
                &["{code=code.special}", "(抵 扣 联|发 票 联|记 账 联)", "No {number='*#######'}"],
            ),
            Right("开票日期：{date=date.cn}"),
            BUYER,
            GOODS,
            SELLER,
            FOOT,
        ],
        ..PAPER
    },
    Design {
        kind: "vat_special_invoice",
        title: "{region.province}增值税专用发票",
        ink: 0x8a3a2a,
        deals_in: Deal::Freight,
        parts: &[
            Lines(
                2,
                &["{code=code.special}", "№ {number='*#######'}", "", "开票日期：{date=date.cn}"],
            ),
            BUYER,
            GOODS,
            SELLER,
            FOOT,
        ],
        ..PAPER
    },
    Design {
        kind: "vat_ordinary_invoice",
        title: "{region.province}增值税普通发票",
        ink: 0x924626,
        parts: &[
            Lines(
                2,
                &[
                    "{code=code.roll}",
                    "No {number='*#######'}",
                    "校验码 {'##### ##### ##### #####'}",
                    "开票日期：{date=date.cn}",
                ],
            ),
            BUYER,
            GOODS,
            SELLER,
            FOOT,
        ],
        ..PAPER
    },
    Design {
        kind: "vat_ordinary_invoice",
        title: "{region.province}增值税电子普通发票",
        ink: 0x924626,
        parts: &[
            CornerCode,
            Lines(
                2,
                &[
                    "",
                    "发票代码：{code=code.electronic}",
                    "",
                    "发票号码：{number='*#######'}",
                    "",
                    "开票日期：{date=date.cn}",
                    "机器编号：{'66#########'}",
                    "校 验 码：{'##### ##### ##### #####'}",
                ],
            ),
            BUYER,
            GOODS,
            SELLER,
            FOOT,
        ],
        ..PAPER
    },
    Design {
        kind: "digital_invoice",
        title: "电子发票（(普通发票|增值税专用发票)）",
        size: [210.0, 140.0],
        paper: 0xfdfdfb,
        ink: 0x8c3b24,
        border: super::super::design::Border::None,
        body: 3.3,
        parts: &[
            CornerCode,
            Right("发票号码：{number=code.digital}"),
            Right("开票日期：{date=date.cn}"),
            Panels(&[
                (
                    "购买方信息",
                    &[
                        "名称：{buyer=buyer}",
                        "统一社会信用代码/纳税人识别号：{buyer_uscc=buyer.uscc}",
                    ],
                ),
                (
                    "销售方信息",
                    &[
                        "名称：{seller=seller}",
                        "统一社会信用代码/纳税人识别号：{seller_uscc=seller.uscc}",
                    ],
                ),
            ]),
            Rows(Table {
                of: Items,
                columns: &[
                    "项目名称=classed",
                    "规格型号=spec",
                    "单　位=unit",
                    "数　量=quantity",
                    "单　价=price",
                    "金　额=amount",
                    "税率/征收率=rate",
                    "税　额=tax",
                ],
                count: [1, 6],
                ruled: false,
                sums: &[
                    ("classed", "合　　计"),
                    ("amount", "{net=net.yuan}"),
                    ("tax", "{tax=tax.yuan}"),
                ],
                foot: &[
                    "价税合计（大写）　　(⊗|ⓧ){amount_words=total.words}　　　　（小写）{amount=total.yuan}",
                ],
            }),
            Panels(&[(
                "备注",
                &[
                    "(销方开户银行：{seller.bank}；银行账号：{seller.account}|)",
                    "(|{word.project})",
                ],
            )]),
            Lines(1, &["开票人：{person}"]),
        ],
        ..PLAIN
    },
    Design {
        kind: "toll_invoice",
        title: "(通行费电子发票|{region.province}车辆通行费发票)",
        size: [175.0, 90.0],
        paper: 0xf7f2ea,
        ink: 0xa03a2a,
        border: Single,
        body: 3.8,
        deals_in: Deal::Toll,
        parts: &[
            Centred("发 票 联"),
            Lines(
                2,
                &[
                    "发票代码：{code=code.toll}",
                    "发票号码：{number='*#######'}",
                    "(入口|入口站)：{word.station}",
                    "(出口|出口站)：{word.exit}",
                    "(车型|车类)：(一型货车|三型货车|六型货车)",
                    "(车牌号|车牌号码)：{plate=vehicle}",
                    "(通行日期|出口时间|日期)：{date=date.dash} {time}",
                    "收费员：{'0#####'}",
                    "(收费金额|金额)：{amount=net.plain}元",
                ],
            ),
            Lines(1, &["(收款单位|收费单位)：{company=seller}"]),
            Either(&[&[Barcode], &[]]),
            Signers(&[Signer {
                lines: &["收款单位（盖章有效）"],
                seal: Seal::Oval("{seller}", "{seller.uscc}", "发票专用章"),
            }]),
        ],
        ..PLAIN
    },
    Design {
        kind: "toll_invoice",
        title: "{region.province}高速公路通行费",
        size: [58.0, 120.0],
        paper: 0xf8f4ee,
        ink: 0x943326,
        body: 3.1,
        deals_in: Deal::Toll,
        parts: &[
            Centred("(通用机打发票|车辆通行费发票)"),
            Lines(
                1,
                &[
                    "发票代码 {code=code.toll}",
                    "发票号码 {number='*#######'}",
                    "入口：{word.station}收费站",
                    "出口：{word.exit}收费站",
                    "车类：(一型客|二型货|五型货)",
                    "车牌：{plate=vehicle}",
                    "日期：{date=date.dash}",
                    "时间：{time}",
                    "金额：{amount=net.plain}元",
                    "收费员：{'#####'}",
                    "{company=seller}",
                ],
            ),
        ],
        ..PLAIN
    },
];
