//! Papers of hauliers.

use super::super::design::Border::{Ornate, Single};
use super::super::design::Part::{
    Barcode, Boxes, Either, Grid, Issued, Lines, Photo, Signers, Table as Rows, Text,
};
use super::super::design::{Deal, Design, PLAIN, Rows::Items, SLIP, Seal, Signer, Table};

const CARD: [f32; 2] = [95.0, 68.0];

pub(super) const DESIGNS: &[Design] = &[
    Design {
        kind: "waybill",
        title: "(货物托运单|道路货物运单|货物运单|{seller}托运单)",
        size: [210.0, 148.0],
        paper: 0xfdfbf4,
        ink: 0x1f5b86,
        border: Single,
        body: 3.7,
        by_hand: 35,
        deals_in: Deal::Freight,
        parts: &[
            Either(&[&[Barcode], &[]]),
            Lines(2, &["(运单号|单号|编号)：{number='YD&###'}", "(托运日期|日期)：{date=date}"]),
            Grid(&[
                &[
                    "(托运单位|托运人|发货人)：{shipper=buyer}",
                    "(收货人|收货单位)：{consignee=third}",
                ],
                &["电话：{buyer.phone}", "电话：{third.phone}"],
                &["(起运地|起运站)：{region.city}", "(到达地|到站)：{region.other}"],
                &["车号：{plate=vehicle}", "司机：{driver}"],
            ]),
            Rows(Table {
                of: Items,
                columns: &[
                    "货物名称=name",
                    "包装=spec",
                    "(件数|数量)=quantity",
                    "单位=unit",
                    "运费=amount",
                ],
                count: [1, 3],
                ruled: true,
                sums: &[],
                foot: &["(运费合计|运费合计（元）)：{amount=net.plain}　　(付款方式：{word.pay}|)"],
            }),
            Signers(&[
                Signer { lines: &["托运人（签字）：{~shipper}"], seal: Seal::None },
                Signer {
                    lines: &["承运人（签章）：{~carrier}"],
                    seal: Seal::Perhaps("{seller}", ""),
                },
            ]),
        ],
        ..PLAIN
    },
    Design {
        kind: "weighbridge_slip",
        title: "(过磅单|称重单|磅单|{seller}过磅单|地磅单)",
        size: [190.0, 93.0],
        body: 4.4,
        by_hand: 10,
        parts: &[
            Either(&[
                &[Lines(
                    2,
                    &[
                        "(磅单号|流水号|单号)：{number='&###'}",
                        "(过磅日期|日期)：{date=date} {time}",
                        "(车号|车牌号)：{plate=vehicle}",
                        "(货名|货物名称|品名)：{goods=word.goods}",
                        "(收货单位|发货单位|客户)：{company=buyer}",
                        "司磅员：{clerk}",
                        "毛重：{gross=gross.kg}",
                        "皮重：{tare=tare.kg}",
                        "净重：{weight=weight.kg}",
                        "司机：{driver}",
                    ],
                )],
                &[Grid(&[
                    &["(磅单号|流水号)：{number='&##'}", "(过磅日期|日期)：{date=date}"],
                    &["车号：{plate=vehicle}", "(货名|品名)：{goods=word.goods}"],
                    &["(收货单位|发货单位)：{company=buyer}"],
                    &["毛重：{gross=gross.吨}", "皮重：{tare=tare.吨}", "净重：{weight=weight.吨}"],
                    &["司磅员：{clerk}", "司机签字：{~driver}"],
                ])],
            ]),
            Signers(&[Signer {
                lines: &["(称重单位|过磅单位)（盖章）"],
                seal: Seal::Perhaps("{seller}", "磅房专用章"),
            }]),
        ],
        ..PLAIN
    },
    Design {
        kind: "weighbridge_slip",
        title: "(称重单|过磅单|电子磅单)",
        size: [76.0, 160.0],
        paper: 0xf6f5f2,
        body: 4.0,
        parts: &[Lines(
            1,
            &[
                "(流水号|单号)：{number='&###'}",
                "车号：{plate=vehicle}",
                "(货名|货物名称)：{goods=word.goods}",
                "(毛重时间|日期)：{date=date.dash} {time}",
                "毛重：{gross=gross.kg}",
                "皮重：{tare=tare.kg}",
                "净重：{weight=weight.kg}",
                "(收货单位|客户)：{company=buyer}",
                "司磅：{clerk}",
            ],
        )],
        ..PLAIN
    },
    Design {
        kind: "road_transport_permit",
        title: "(中华人民共和国道路运输证|道路运输证)",
        size: [148.0, 105.0],
        paper: 0xf0f5ea,
        ink: 0x1f5b46,
        border: Single,
        body: 4.2,
        parts: &[
            Lines(1, &["{region.sign}交运管(货|)字{number='##########**'}号"]),
            Lines(
                1,
                &[
                    "业户名称：{owner=seller}",
                    "地　　址：{seller.address}",
                    "车辆号牌：{plate=vehicle.dotted}",
                    "经营许可证号：{'##########**'}",
                    "车辆类型：{vehicle.class}　　吨(（座）|座)位：{count}",
                    "经营范围：{word.scope}",
                ],
            ),
            Issued(
                &["核发机关：{region.city}交通运输局", "有效期至：{valid_until=until.cn}"],
                Seal::Round("{region.city}交通运输局", "道路运输证件专用章"),
            ),
        ],
        ..PLAIN
    },
    Design {
        kind: "road_transport_permit",
        title: "道路运输证",
        size: CARD,
        paper: 0xecf3ee,
        ink: 0x2a5a70,
        border: Ornate,
        body: 2.9,
        parts: &[
            Lines(1, &["运管字 {number='######**####'}号"]),
            Lines(
                1,
                &[
                    "业户名称：{owner=seller}",
                    "车辆号牌：{plate=vehicle}（黄色）",
                    "车辆类型：{vehicle.class}",
                    "经营范围：(道路普通货物运输|普通货运)",
                    "有效期至：{valid_until=until}",
                ],
            ),
            Issued(
                &["核发机关：{region}交通运输局", "{date.cn}"],
                Seal::Round("{region}交通运输局", ""),
            ),
        ],
        ..PLAIN
    },
    Design {
        kind: "road_transport_business_licence",
        title: "(中华人民共和国道路运输经营许可证|道路运输经营许可证)",
        size: [297.0, 210.0],
        paper: 0xf4efe0,
        ink: 0x6a4a20,
        border: Ornate,
        body: 5.6,
        parts: &[
            Lines(1, &["{region.sign}交运管许可(货|{region.sign}|)字{number='##########**'}号"]),
            Lines(
                1,
                &[
                    "业户名称：{company=seller}",
                    "地　　址：{address=seller.address}",
                    "(经济性质：有限责任公司|负责人：{seller.legal})",
                    "经营范围：{word.scope}",
                    "(证件有效期|有效期)：{date.cn}至{valid_until=until.cn}",
                ],
            ),
            Issued(
                &["核发机关：{region.city}交通运输局", "{date=date.cn}"],
                Seal::Round("{region.city}交通运输局", "行政许可专用章"),
            ),
        ],
        ..PLAIN
    },
    Design {
        kind: "qualification_certificate",
        title: "(中华人民共和国道路运输从业人员从业资格证|道路运输从业人员从业资格证)",
        size: [125.0, 88.0],
        paper: 0xf1f5f7,
        ink: 0x24486a,
        border: Single,
        body: 3.5,
        parts: &[
            Photo,
            Lines(
                1,
                &[
                    "姓　　名：{person=person}",
                    "性　　别：(男|女)　国籍：中国",
                    "准驾车型：(A2|B2|A1A2)",
                    "(证件号码|从业资格证号)：{number=identity}",
                    "从业资格类别：{category=word.category}",
                    "初次领证日期：{date=date.cn}",
                    "(有效期限：{date.cn}至|有效期至：){valid_until=until.cn}",
                ],
            ),
            Issued(
                &["发证机关：{region.city}交通运输局"],
                Seal::Round("{region.city}交通运输局", ""),
            ),
        ],
        ..PLAIN
    },
    Design {
        kind: "customs_declaration",
        title: "中华人民共和国海关出口货物报关单",
        size: [297.0, 210.0],
        paper: 0xfdfdfc,
        body: 3.2,
        border: Single,
        parts: &[
            Lines(
                3,
                &[
                    "预录入编号：{'*#####0%#######'}",
                    "海关编号：{number='*#####0%#######'}",
                    "(页码/页数：1/1|申报现场：{region.city}海关)",
                ],
            ),
            Boxes(&[
                &[
                    "境内发货人：{company=seller}",
                    "出境关别：{region.city}海关",
                    "出口日期：",
                    "申报日期：{date=date.dash}",
                    "备案号：",
                ],
                &[
                    "境外收货人：{'@@@@@ TRADING CO., LTD'}",
                    "运输方式：(水路运输|公路运输)",
                    "运输工具名称及航次号：{'@@@@@@/##E'}",
                    "提运单号：{'@@@@########'}",
                ],
                &[
                    "生产销售单位：{seller}",
                    "监管方式：一般贸易",
                    "征免性质：一般征税",
                    "许可证号：",
                ],
                &[
                    "合同协议号：{'EX%###'}",
                    "贸易国（地区）：{word.country}",
                    "运抵国（地区）：{destination=word.country}",
                    "指运港：{word.country}",
                    "离境口岸：{port=word.port}",
                ],
                &[
                    "包装种类：{packaging=word.pack}",
                    "件数：{count}",
                    "毛重（千克）：{gross}",
                    "净重（千克）：{weight}",
                    "成交方式：(FOB|CIF)",
                    "运费：",
                    "保费：",
                    "杂费：",
                ],
            ]),
            Rows(Table {
                of: Items,
                columns: &[
                    "项号=row",
                    "商品编号=number>hs_code",
                    "商品名称及规格型号=name",
                    "数量及单位=quantity",
                    "单价/总价/币制=price",
                    "原产国（地区）=country",
                    "最终目的国（地区）=note",
                    "境内货源地=note",
                    "征免=exempt",
                ],
                count: [2, 5],
                ruled: true,
                sums: &[],
                foot: &[],
            }),
            Text(&[
                "特殊关系确认：否　　价格影响确认：否　　支付特许权使用费确认：否　　自报自缴：是",
            ]),
            Signers(&[
                Signer {
                    lines: &["申报人员：{clerk}　电话：{seller.phone}", "申报单位：{seller}"],
                    seal: Seal::Round("{seller}", "报关专用章"),
                },
                Signer {
                    lines: &["海关批注及签章"],
                    seal: Seal::Perhaps("{region.city}海关", "验讫章"),
                },
            ]),
        ],
        ..PLAIN
    },
    Design {
        kind: "insurance_policy",
        title: "(机动车交通事故责任强制保险单|机动车商业保险单|机动车保险单)",
        below_title: "({seller}|（正本）)",
        paper: 0xf3f6fa,
        ink: 0x1b3f75,
        border: Single,
        body: 3.7,
        deals_in: Deal::Cover,
        parts: &[
            Lines(2, &["", "(保险单号|保单号|保险单号码)：{number='P*A#%######*###'}"]),
            Grid(&[
                &["被保险人：{company=third}"],
                &["地址：{third.address}", "电话：{third.phone}"],
                &["号牌号码：{plate=vehicle}", "机动车种类：{vehicle.class}"],
                &[
                    "发动机号码：{vehicle.engine}",
                    "(识别代码（车架号）|车辆识别代号)：{vin=vehicle.vin}",
                ],
                &["厂牌型号：{vehicle.model}", "使用性质：{vehicle.use}"],
            ]),
            Rows(Table {
                of: Items,
                columns: &[
                    "(承保险种|险种)=name",
                    "(保险金额/责任限额|责任限额)=limit",
                    "(保险费（元）|保险费)=amount",
                ],
                count: [1, 4],
                ruled: true,
                sums: &[],
                foot: &[
                    "保险费合计（人民币大写）：{amount_words=net.words}　（￥：{amount=net.plain}元）",
                    "(保险期间|保险期间自)：自{start.cn}零时起至{valid_until=end.cn}二十四时止",
                ],
            }),
            Text(&[
                "特别约定：1. 本保单为电子保单，与纸质保单具有同等法律效力。2. 出险后请于48小时内报案。",
                "重要提示：请详细阅读保险条款，特别是责任免除和投保人、被保险人义务。",
            ]),
            Issued(
                &["保险人：{seller}（签章）", "签单日期：{date=date.cn}"],
                Seal::Round("{seller}", "(承保专用章|保单专用章)"),
            ),
        ],
        ..PLAIN
    },
    Design {
        kind: "fuel_receipt",
        title: "(中国石油加油小票|中国石化加油凭证|{region.city}加油站|加油小票)",
        size: [72.0, 160.0],
        paper: 0xf5f4f1,
        ink: 0x2b2b2e,
        body: 3.4,
        deals_in: Deal::Fuel,
        parts: &[Lines(
            1,
            &[
                "(站名|单位名称)：{company=seller}",
                "流水号：{'######'}",
                "(交易时间|日期|加油时间)：{date=date.dash} {time}",
                "(车号|车牌)：{plate=vehicle}",
                "枪号：{'##'}　油枪",
                "油品：{word.fuel}",
                "单价：{price.plain}元/升",
                "(升数|加油量|数量)：{litres=litres.(升|L)}",
                "(金额|应付金额|实付金额|总金额)：{amount=net.plain}",
                "支付方式：(微信|加油卡|现金)",
            ],
        )],
        ..PLAIN
    },
    Design {
        kind: "fuel_receipt",
        title: "(加油费收据|加油票|成品油加油凭证)",
        size: SLIP,
        paper: 0xf9f3ea,
        ink: 0x8a3a20,
        border: Single,
        body: 4.2,
        by_hand: 30,
        deals_in: Deal::Fuel,
        parts: &[
            Lines(2, &["(单位|客户名称|付款单位)：{company=buyer}", "日期：{date=date}"]),
            Grid(&[
                &["车号：{plate=vehicle}", "油品：{word.fuel}"],
                &[
                    "单价：{price.plain}",
                    "(数量|升数|加油量)：{litres=litres.升}",
                    "金额：{amount=net.plain}",
                ],
                &["合计（大写）：{amount_words=net.words}"],
            ]),
            Signers(&[
                Signer {
                    lines: &["加油站（章）：{seller}"],
                    seal: Seal::Perhaps("{seller}", "财务专用章"),
                },
                Signer { lines: &["经手人：{~clerk}"], seal: Seal::None },
            ]),
        ],
        ..PLAIN
    },
];
