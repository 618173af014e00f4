//! What goes with goods: orders, notes, receipts, awards.

use super::super::design::Border::{Double, Single};
use super::super::design::Part::{
    Barcode, Centred, Either, Grid, Lines, Right, Rule, Signers, Table as Rows, Text,
};
use super::super::design::{Deal, Design, PLAIN, Part, Rows::Items, SLIP, Seal, Signer, Table};

const FORM: Design = Design { size: SLIP, border: Single, body: 3.7, ..PLAIN };

const LEDGER: Part = Rows(Table {
    of: Items,
    columns: &[
        "?序号=row",
        "(品名|货物名称|商品名称|产品名称)=name",
        "(规格|规格型号)=spec",
        "单位=unit",
        "数量=quantity",
        "单价=price",
        "金额=amount",
        "?备注=note",
    ],
    count: [3, 7],
    ruled: true,
    sums: &[],
    foot: &[
        "(合计|合计金额|金额合计)（大写）：{amount_words=net.words}　　(￥|小写：￥){amount=net}",
    ],
});

pub(super) const DESIGNS: &[Design] = &[
    Design {
        kind: "delivery_note",
        title: "(送货单|{seller}送货单|发货单)",
        paper: 0xf7f1f3,
        ink: 0x9a2c4b,
        by_hand: 45,
        parts: &[
            Lines(
                2,
                &[
                    "(收货单位|购货单位|客户名称)：{company=buyer}",
                    "(单号|№|送货单号)：{number='00#####'}",
                    "地址：{buyer.address}",
                    "(日期|送货日期)：{date=date}",
                ],
            ),
            LEDGER,
            Signers(&[
                Signer {
                    lines: &["(送货单位（章）|送货人|送货人（签字）)：{~deliverer}"],
                    seal: Seal::Perhaps("{seller}", ""),
                },
                Signer {
                    lines: &["(收货人|收货人签名|收货单位签收)：{~receiver}"],
                    seal: Seal::None,
                },
            ]),
        ],
        ..FORM
    },
    Design {
        kind: "delivery_note",
        title: "(出库单|销售出库单|产品出库单)",
        paper: 0xf3f6fa,
        ink: 0x2a4a7a,
        by_hand: 25,
        parts: &[
            Lines(
                3,
                &[
                    "(客户|客户名称|提货单位)：{buyer}",
                    "(日期|出库日期)：{date=date}",
                    "(单据编号|出库单号)：{number='CK&###'}",
                ],
            ),
            LEDGER,
            Lines(
                4,
                &[
                    "主管：{person}",
                    "仓管：{clerk}",
                    "(领料人|提货人)：{~receiver}",
                    "制单：{checker}",
                ],
            ),
        ],
        ..FORM
    },
    Design {
        kind: "warehouse_receipt",
        title: "(入库单|采购入库单|材料入库单|收货单)",
        paper: 0xeef4ea,
        ink: 0x1e5a34,
        by_hand: 40,
        parts: &[
            Lines(
                3,
                &[
                    "(供货单位|供应商|交货单位)：{company=seller}",
                    "(入库日期|日期)：{date=date}",
                    "(入库单号|单据编号|编号)：{number='RK&##'}",
                ],
            ),
            Either(&[
                &[LEDGER],
                &[Rows(Table {
                    of: Items,
                    columns: &[
                        "(编号|序号)=row",
                        "(品名|名称)=name",
                        "规格=spec",
                        "单位=unit",
                        "(应收|应收数量)=quantity",
                        "(实收|实收数量)=quantity",
                        "单价=price",
                        "金额=amount",
                    ],
                    count: [3, 6],
                    ruled: true,
                    sums: &[("name", "合计"), ("amount", "{amount=net}")],
                    foot: &[],
                })],
            ]),
            Signers(&[
                Signer { lines: &["(仓库|仓库主管)：{person}"], seal: Seal::None },
                Signer {
                    lines: &["验收：{~inspector}"],
                    seal: Seal::Perhaps("{buyer}", "仓库专用章"),
                },
                Signer { lines: &["(保管|保管员)：{~keeper}"], seal: Seal::None },
                Signer { lines: &["经办：{clerk}"], seal: Seal::None },
            ]),
        ],
        ..FORM
    },
    Design {
        kind: "purchase_order",
        title: "(采购订单|采购单|订购单|订货单)",
        ink: 0x21365c,
        body: 3.8,
        parts: &[
            Either(&[
                &[Lines(
                    2,
                    &[
                        "(订单编号|订单号|采购订单号)：{number='PO&##'}",
                        "(下单日期|订单日期|采购日期)：{date=date}",
                        "(供应商|供应商名称|供方)：{supplier=seller}",
                        "(采购方|需方|采购单位)：{buyer=buyer}",
                        "联系人：{seller.legal}",
                        "联系人：{buyer.legal}",
                        "电话：{seller.phone}",
                        "电话：{buyer.phone}",
                    ],
                )],
                &[Grid(&[
                    &[
                        "(订单编号|订单号)：{number='PO-%-####'}",
                        "(订单日期|下单日期)：{date=date}",
                    ],
                    &["(供应商|供应商名称)：{supplier=seller}", "电话：{seller.phone}"],
                    &["(采购方|采购单位)：{buyer=buyer}", "采购员：{clerk}"],
                    &["交货日期：{start}", "付款方式：{word.pay}"],
                ])],
            ]),
            Rows(Table {
                of: Items,
                columns: &[
                    "序号=row",
                    "(品名|物料名称|产品名称)=name",
                    "规格=spec",
                    "单位=unit",
                    "数量=quantity",
                    "单价=price",
                    "金额=amount",
                    "?备注=note",
                ],
                count: [4, 12],
                ruled: true,
                sums: &[],
                foot: &[
                    "(合计|订单金额|合计金额)：{amount=net.yuan}　　(大写：{amount_words=net.words}|)",
                ],
            }),
            Text(&[
                "1. 交货地点：{buyer.address}。",
                "2. 交货日期：{start}前，逾期每日扣除货款的千分之五。",
                "3. 付款方式：{word.pay}。",
                "4. 请于收到订单后24小时内签字回传确认。",
            ]),
            Signers(&[
                Signer {
                    lines: &["(采购|采购员|制单)：{clerk}", "审批：{~approver}"],
                    seal: Seal::Perhaps("{buyer}", "采购专用章"),
                },
                Signer {
                    lines: &["供应商确认：{~supplier}"], seal: Seal::Perhaps("{seller}", "")
                },
            ]),
        ],
        ..PLAIN
    },
    Design {
        kind: "receipt",
        title: "(收款收据|收 据|收据)",
        size: [190.0, 95.0],
        paper: 0xf8f1ec,
        ink: 0x9a3a2a,
        border: Single,
        body: 4.6,
        by_hand: 75,
        parts: &[
            Lines(2, &["日期：{date=date.short}", "(No.|№|编号：){number='00#####'}"]),
            Lines(
                1,
                &[
                    "(今收到|交款单位：){payer=buyer}",
                    "(交来|收款事由：|系付：){word.reason}",
                    "(金额（大写）|人民币（大写）|人民币)：{amount_words=rent.words}　￥{amount=rent.plain}",
                ],
            ),
            Lines(1, &["(收款单位（盖章）|收款单位)：{payee=seller}"]),
            Signers(&[
                Signer {
                    lines: &["(收款人|经手人)：{~payee}"],
                    seal: Seal::Perhaps("{seller}", "财务专用章"),
                },
                Signer { lines: &["交款人：{~payer}"], seal: Seal::None },
            ]),
        ],
        ..PLAIN
    },
    Design {
        kind: "receipt",
        title: "(购物小票|销售小票)",
        size: [72.0, 210.0],
        paper: 0xf4f3f0,
        ink: 0x2b2b2e,
        body: 3.2,
        parts: &[
            Lines(
                1,
                &[
                    "门店：{payee=seller.shop}",
                    "(单号|小票号)：{number='&####'}",
                    "(日期|时间)：{date=date.dash} {time}",
                    "收银员：{'0##'}",
                ],
            ),
            Rows(Table {
                of: Items,
                columns: &["品名=name", "数量=quantity", "单价=price", "金额=amount"],
                count: [2, 12],
                ruled: false,
                sums: &[],
                foot: &[],
            }),
            Lines(
                1,
                &[
                    "(合计|应收|实收)：{amount=net.plain}",
                    "(微信支付|支付宝|现金)：{net.plain}",
                    "找零：0.00",
                ],
            ),
            Rule,
            Centred("谢谢惠顾 欢迎再次光临"),
            Barcode,
        ],
        ..PLAIN
    },
    Design {
        kind: "bid_notice",
        title: "(中标通知书|成交通知书)",
        border: Double,
        ink: 0x222226,
        body: 4.8,
        deals_in: Deal::Works,
        parts: &[
            Right("(招标编号|项目编号|编号)：{number='ZB%-###'}"),
            Text(&[
                "{company=seller}：",
                "　　{buyer}于{before.cn}组织的{word.project}项目(公开招标|竞争性磋商)，经评审委员会评审、公示，确定你单位为(中标人|成交供应商)。",
            ]),
            Grid(&[
                &["项目名称：{project=word.project}"],
                &["(招标人|采购人|建设单位)：{buyer=buyer}"],
                &["(中标价|中标金额|成交金额)：{amount=net.yuan}元"],
                &["大写：{amount_words=net.words}"],
                &["工期：(60|90|120)日历天"],
            ]),
            Text(&[
                "　　请你单位在收到本通知书后三十日内，与(招标人|采购人)签订书面合同。特此通知。",
            ]),
            Signers(&[
                Signer {
                    lines: &["(招标人|采购人)（盖章）：", "{date=date.cn}"],
                    seal: Seal::Round("{buyer}", ""),
                },
                Signer {
                    lines: &["(招标代理机构|代理机构)（盖章）：", "{date.cn}"],
                    seal: Seal::Round("{region.city}恒信招标代理有限公司", ""),
                },
            ]),
        ],
        ..PLAIN
    },
];
