//! Contracts.

use super::super::design::Part::{Either, Grid, Lines, Right, Signers, Table as Rows, Text};
use super::super::design::{Deal, Design, PLAIN, Part, Rows::Items, Seal, Signer, Table};

const CONTRACT: Design = Design { body: 4.3, ..PLAIN };

/// Both sign, seal and write the date.
const BUYER_AND_SELLER: Part = Signers(&[
    Signer {
        lines: &[
            "(甲方|需方|甲方（需方）)（盖章）：{buyer}",
            "(法定代表人|委托代理人|授权代表)：{~party_a}",
            "(电话：{buyer.phone}|)",
            "日期：{date.cn}",
        ],
        seal: Seal::Round("{buyer}", "合同专用章"),
    },
    Signer {
        lines: &[
            "(乙方|供方|乙方（供方）)（盖章）：{seller}",
            "(法定代表人|委托代理人|授权代表)：{~party_b}",
            "(电话：{seller.phone}|)",
            "日期：{date.cn}",
        ],
        seal: Seal::Round("{seller}", "(合同专用章|)"),
    },
]);

const GOODS: Part = Rows(Table {
    of: Items,
    columns: &[
        "(品名|产品名称|货物名称)=name",
        "(规格|规格型号)=spec",
        "单位=unit",
        "数量=quantity",
        "单价（元）=price",
        "金额（元）=amount",
        "?备注=note",
    ],
    count: [2, 7],
    ruled: true,
    sums: &[],
    foot: &["(合计|合计金额)（大写）：{amount_words=net.words}　（小写）：{amount=net.yuan}"],
});

pub(super) const DESIGNS: &[Design] = &[
    Design {
        kind: "sales_contract",
        title: "(购销合同|产品购销合同|买卖合同|工业品买卖合同|销售合同)",
        by_hand: 15,
        parts: &[
            Right("(合同编号|合同号)：{number='XS-%-0###'}"),
            Either(&[
                &[Lines(
                    1,
                    &[
                        "甲方（需方）：{party_a=buyer}",
                        "乙方（供方）：{party_b=seller}",
                        "签订日期：{date=date}",
                    ],
                )],
                &[
                    Lines(
                        1,
                        &[
                            "(需方|买方|甲方)：{party_a=buyer}",
                            "(供方|卖方|乙方)：{party_b=seller}",
                        ],
                    ),
                    Lines(2, &["签订地点：{region.city}", "签订时间：{date=date}"]),
                ],
            ]),
            Text(&[
                "　　根据《中华人民共和国民法典》的规定，经双方协商一致，签订本合同，以资共同遵守。",
            ]),
            Text(&["一、产品名称、规格、数量、金额："]),
            GOODS,
            Text(&[
                "二、质量标准：按(国家标准|行业标准|双方封样)执行，乙方对产品质量负责。",
                "三、交货地点：{buyer.address}。交货时间：合同签订后(七|十|十五)日内。",
                "四、运输方式及费用负担：(汽车运输，费用由乙方承担|需方自提，费用由需方承担)。",
                "五、付款方式：{word.pay}，乙方开具增值税专用发票。",
                "(六、验收：货到三日内验收，逾期视为合格。|六、包装标准：按出厂包装，不另计价。)",
                "七、违约责任：任何一方违约，按合同总额的百分之五支付违约金。",
                "八、本合同一式两份，双方各执一份，签字盖章后生效。",
            ]),
            BUYER_AND_SELLER,
        ],
        ..CONTRACT
    },
    Design {
        kind: "sales_contract",
        title: "(采购合同|供货合同|订货合同)",
        parts: &[
            Grid(&[
                &["(合同编号|合同号)：{number='CG%###'}", "(签订日期|签约日期)：{date=date.dash}"],
                &["甲方（买方）：{party_a=buyer}"],
                &["乙方（卖方）：{party_b=seller}"],
            ]),
            Text(&[
                "　　甲乙双方本着平等自愿、诚实信用的原则，就甲方向乙方采购货物事宜达成如下协议：",
            ]),
            GOODS,
            Text(&[
                "1. 交货：乙方应于{start.cn}前将货物送至甲方指定地点。",
                "2. 结算：{word.pay}。",
                "3. 质量：货物质量不合格的，乙方负责更换，并承担由此产生的费用。",
                "4. 违约责任：逾期交货或付款的，每日按未履行金额的万分之五支付违约金。",
                "5. 争议解决：协商不成的，向甲方所在地人民法院起诉。",
            ]),
            BUYER_AND_SELLER,
        ],
        ..CONTRACT
    },
    Design {
        kind: "haulage_contract",
        title: "(货物运输合同|公路货物运输合同|道路货物运输合同|运输合同)",
        by_hand: 15,
        deals_in: Deal::Freight,
        parts: &[
            Right("合同编号：{number='YS-%##*'}"),
            Lines(
                1,
                &[
                    "(甲方（托运方）|托运方（甲方）|托运方)：{party_a=buyer}",
                    "(乙方（承运方）|承运方（乙方）|承运方)：{party_b=seller}",
                ],
            ),
            Text(&[
                "　　依据《中华人民共和国民法典》，双方就货物运输事宜协商一致，订立本合同。",
                "　　第一条　甲方委托乙方将{word.goods}自{region.city}运至{region.other}，数量以实际过磅为准。",
                "　　第二条　乙方派车牌号为{vehicle}的车辆承运，驾驶员须持有有效的从业资格证。",
                "　　第三条　合同期限自{start.cn}起至{end.cn}止。",
                "　　第四条　(运费总额|合同总金额|运输费用)：人民币{amount=net.yuan}元，大写：{amount_words=net.words}。",
                "　　第五条　结算方式：{word.pay}，乙方提供合法有效的增值税发票。",
                "　　第六条　货物在运输途中毁损、灭失的，乙方按货物实际价值赔偿。",
                "(　　第七条　乙方应为货物投保，保险费由乙方承担。|　　第七条　装卸费用由甲方承担，等待超过四小时的，另付押车费。)",
                "　　第八条　违约责任：违约方应赔偿守约方因此遭受的损失。",
                "　　第九条　本合同一式两份，自双方签字盖章之日起生效。",
            ]),
            Signers(&[
                Signer {
                    lines: &[
                        "甲方（盖章）：{buyer}",
                        "(代表|授权代表)：{~party_a}",
                        "签订日期：{date=date.cn}",
                    ],
                    seal: Seal::Round("{buyer}", "合同专用章"),
                },
                Signer {
                    lines: &[
                        "乙方（盖章）：{seller}",
                        "(代表|授权代表)：{~party_b}",
                        "签订日期：{date.cn}",
                    ],
                    seal: Seal::Round("{seller}", "(合同专用章|)"),
                },
            ]),
        ],
        ..CONTRACT
    },
    Design {
        kind: "lease_contract",
        title: "(房屋租赁合同|商铺租赁合同|厂房租赁合同|租赁合同)",
        by_hand: 30,
        parts: &[
            Lines(
                1,
                &["出租方（甲方）：{party_a=(third|landlord)}", "承租方（乙方）：{party_b=seller}"],
            ),
            Text(&[
                "　　根据有关法律法规，甲乙双方在平等、自愿的基础上，就房屋租赁事宜达成如下协议：",
                "一、甲方将坐落于{seller.address}的{word.house}出租给乙方使用，建筑面积{count}平方米。",
                "二、租赁期限自{start.cn}起至{end.cn}止，租赁期满，甲方有权收回。",
                "三、月租金为人民币{rent=rent.plain}元，全年租金合计人民币{amount=year_rent.yuan}元（大写：{amount_words=year_rent.words}）。",
                "四、支付方式：按(季|半年|年)支付，先付后用，乙方应于每期开始前五日内支付。",
                "五、押金：乙方于签订本合同时向甲方支付押金{deposit.plain}元，期满无违约全额退还。",
                "六、租赁期间水、电、物业等费用由乙方承担。",
                "七、乙方不得擅自转租，不得改变房屋结构。",
                "八、违约责任：任何一方提前解除合同的，应支付两个月租金作为违约金。",
                "九、本合同一式两份，双方各执一份，签字盖章后生效。",
            ]),
            Signers(&[
                Signer {
                    lines: &[
                        "甲方（签章）：{~party_a}",
                        "电话：{third.phone}",
                        "签订日期：{date=date.cn}",
                    ],
                    seal: Seal::Perhaps("{third}", ""),
                },
                Signer {
                    lines: &[
                        "乙方（签章）：{~party_b}",
                        "电话：{seller.phone}",
                        "签订日期：{date.cn}",
                    ],
                    seal: Seal::Round("{seller}", ""),
                },
            ]),
        ],
        ..CONTRACT
    },
    Design {
        kind: "construction_contract",
        title: "(建设工程施工合同|工程施工合同|装饰工程合同|工程承包合同)",
        by_hand: 10,
        deals_in: Deal::Works,
        parts: &[
            Right("(合同编号|编号)：{number='GC-%-0##'}"),
            Lines(
                1,
                &[
                    "(发包人|发包方|甲方（发包方）|发包人（甲方）)：{party_a=buyer}",
                    "(承包人|承包方|乙方（承包方）|承包人（乙方）)：{party_b=seller}",
                ],
            ),
            Text(&[
                "　　依照《中华人民共和国民法典》及有关法律，双方就本建设工程施工事项协商一致，订立本合同。",
            ]),
            Lines(
                1,
                &[
                    "一、工程名称：{project=word.project}",
                    "二、工程地点：{buyer.address}",
                    "三、承包范围：(包工包料|按图纸及工程量清单全部内容)",
                    "四、工期：自{start.cn}开工，至{end.cn}竣工",
                ],
            ),
            Either(&[
                &[Rows(Table {
                    of: Items,
                    columns: &[
                        "项目=name",
                        "单位=unit",
                        "工程量=quantity",
                        "单价=price",
                        "合价=amount",
                    ],
                    count: [2, 5],
                    ruled: true,
                    sums: &[],
                    foot: &[
                        "(合同总价|合同价款)：{amount=net.yuan}元（大写：{amount_words=net.words}）",
                    ],
                })],
                &[Text(&[
                    "五、(合同价款|合同总价)：人民币（大写）{amount_words=net.words}，{amount=net.yuan}元。",
                ])],
            ]),
            Text(&[
                "六、付款方式：开工付30%，主体完成付40%，竣工验收合格后付27%，余款为质保金。",
                "七、质量标准：符合国家现行施工质量验收规范合格标准。",
                "八、安全责任：施工期间的安全责任由承包人承担。",
                "九、违约责任：因承包人原因延误工期的，每日支付违约金(500|1000|2000)元。",
                "十、本合同一式四份，双方各执两份，签字盖章后生效。",
            ]),
            Signers(&[
                Signer {
                    lines: &[
                        "发包人（盖章）：{buyer}",
                        "(法定代表人|委托代理人)：{~party_a}",
                        "签订日期：{date=date.cn}",
                    ],
                    seal: Seal::Round("{buyer}", "(合同专用章|)"),
                },
                Signer {
                    lines: &[
                        "承包人（盖章）：{seller}",
                        "(法定代表人|委托代理人)：{~party_b}",
                        "签订日期：{date.cn}",
                    ],
                    seal: Seal::Round("{seller}", "合同专用章"),
                },
            ]),
        ],
        ..CONTRACT
    },
];
