//! Licences and certificates of authorities.

use super::super::design::Border::{Double, Ornate, Single};
use super::super::design::Part::{Either, Grid, Issued, Lines, MatrixCode, Right, Text};
use super::super::design::{A4, Design, PLAIN, Seal, WIDE};

const REGISTRAR: Seal = Seal::Round("{region}市场监督管理局", "");

pub(super) const DESIGNS: &[Design] = &[
    Design {
        kind: "business_licence",
        title: "营 业 执 照",
        below_title: "(（副　本）|)",
        size: WIDE,
        paper: 0xf7f2e2,
        ink: 0x4b3a20,
        border: Ornate,
        body: 4.6,
        parts: &[
            MatrixCode,
            Lines(1, &["统一社会信用代码", "{uscc=seller.uscc}"]),
            Lines(
                2,
                &[
                    "名　　称　{company=seller}",
                    "注册资本　{capital=capital.wan}",
                    "类　　型　有限责任公司(（自然人独资）|)",
                    "成立日期　{established=founded.cn}",
                    "法定代表人　{legal_representative=seller.legal}",
                    "营业期限　{founded.cn}至(长期|{until.cn})",
                    "经营范围　{word.business}",
                    "住　　所　{address=seller.address}",
                ],
            ),
            Issued(&["登记机关", "{date.cn}"], REGISTRAR),
        ],
        ..PLAIN
    },
    Design {
        kind: "business_licence",
        title: "营 业 执 照",
        size: A4,
        paper: 0xf8f4e6,
        ink: 0x4b3a20,
        border: Ornate,
        body: 4.8,
        parts: &[
            Lines(1, &["统一社会信用代码　{uscc=seller.uscc}"]),
            MatrixCode,
            Lines(
                1,
                &[
                    "名　　　称　{company=seller}",
                    "类　　　型　有限责任公司(（自然人投资或控股）|)",
                    "住　　　所　{address=seller.address}",
                    "法定代表人　{legal_representative=seller.legal}",
                    "注 册 资 本　{capital=capital.spelt}",
                    "成 立 日 期　{established=founded.cn}",
                    "营 业 期 限　{founded.cn}至长期",
                    "经 营 范 围　{word.business}。（依法须经批准的项目，经相关部门批准后方可开展经营活动）",
                ],
            ),
            Issued(&["登记机关", "{date.cn}"], REGISTRAR),
        ],
        ..PLAIN
    },
    Design {
        kind: "food_licence",
        title: "食品经营许可证",
        size: WIDE,
        paper: 0xf3f7ea,
        ink: 0x2a5a33,
        border: Ornate,
        body: 4.6,
        parts: &[
            MatrixCode,
            Lines(
                2,
                &[
                    "经营者名称：{company=seller}",
                    "许可证编号：{number='JY*##99########'}",
                    "统一社会信用代码：{uscc=seller.uscc}",
                    "日常监督管理机构：{region}市场监督管理局",
                    "法定代表人（负责人）：{legal_representative=seller.legal}",
                    "日常监督管理人员：{checker}",
                    "住　　所：{address=seller.address}",
                    "投诉举报电话：12315",
                    "经营场所：{seller.address}",
                    "发证机关：{region}市场监督管理局",
                    "主体业态：{word.food}",
                    "签 发 人：{clerk}",
                    "经营项目：(预包装食品销售|热食类食品制售|散装食品销售)",
                    "(签发日期|发证日期)：{date=date.cn}",
                ],
            ),
            Issued(&["有效期至：{valid_until=until.cn}"], REGISTRAR),
        ],
        ..PLAIN
    },
    Design {
        kind: "property_certificate",
        title: "(不动产权证书|不动产权证)",
        size: [260.0, 185.0],
        paper: 0xf5efe4,
        ink: 0x6b2430,
        border: Double,
        body: 4.0,
        parts: &[
            Right("{number=property}"),
            Grid(&[
                &["权利人：{owner=(seller|person)}"],
                &["共有情况：(单独所有|共同共有)"],
                &["坐落：{address=seller.address}"],
                &["不动产单元号：{'######0#####GB0####F######*'}"],
                &["权利类型：国有建设用地使用权/房屋所有权"],
                &["权利性质：出让/(自建房|商品房|市场化商品房)"],
                &["用途：(工业用地/工业|城镇住宅用地/住宅|商业服务/商铺)"],
                &["面积：宗地面积{'####.##'}㎡/房屋建筑面积{'###.##'}㎡"],
                &["使用期限：{founded.cn}起{'20*#'}年止"],
            ]),
            Issued(
                &["登记机构（章）：{region.city}自然资源和规划局", "登记日期：{date=date.cn}"],
                Seal::Round("{region.city}自然资源和规划局", "不动产登记专用章"),
            ),
        ],
        ..PLAIN
    },
    Design {
        kind: "account_permit",
        title: "开户许可证",
        size: [210.0, 150.0],
        paper: 0xf6f1e6,
        ink: 0x6a2b2b,
        border: Ornate,
        body: 4.4,
        parts: &[
            Lines(2, &["核准号：{number='J*############'}", "编号：{'*###-0#######'}"]),
            Text(&["　　经审核，{company=seller}符合开户条件，准予开立基本存款账户。"]),
            Lines(
                1,
                &[
                    "法定代表人（单位负责人）：{legal_representative=seller.legal}",
                    "开户银行：{bank=seller.bank}",
                    "账　　号：{account=seller.account}",
                ],
            ),
            Issued(
                &["发证机关（盖章）", "{date=date.cn}"],
                Seal::Round("中国人民银行{region.city}中心支行", "账户管理专用章"),
            ),
        ],
        ..PLAIN
    },
    Design {
        kind: "account_permit",
        title: "基本存款账户信息",
        border: Single,
        body: 4.8,
        parts: &[
            Either(&[
                &[Lines(
                    1,
                    &[
                        "(账户名称|存款人名称)：{company=seller}",
                        "(账户号码|账号)：{account=seller.account}",
                        "开户银行：{bank=seller.bank}",
                        "(法定代表人|单位负责人)：{legal_representative=seller.legal}",
                        "基本存款账户编号：{'J*############'}　核准号：{number='J*############'}",
                    ],
                )],
                &[Grid(&[
                    &["账户名称：{company=seller}"],
                    &["账号：{account=seller.account}"],
                    &["开户银行：{bank=seller.bank}"],
                    &["法定代表人：{legal_representative=seller.legal}"],
                    &["核准号：{number='J*############'}"],
                ])],
            ]),
            Issued(
                &["{seller.bank}（盖章）", "日期：{date=date.cn}"],
                Seal::Round("{seller.bank}", "业务专用章"),
            ),
        ],
        ..PLAIN
    },
    Design {
        kind: "social_insurance_certificate",
        title: "({region.city}社会保险单位参保证明|社会保险参保证明|社会保险缴费证明|社会保险单位参保缴费证明)",
        border: super::super::design::Border::None,
        body: 4.4,
        parts: &[
            Lines(
                1,
                &[
                    "单位名称：{company=seller}",
                    "统一社会信用代码：{uscc=seller.uscc}",
                    "(参保人数|缴费人数)：{insured=count}人",
                ],
            ),
            Text(&["　　兹证明该单位在我市参加社会保险，缴费情况如下："]),
            Grid(&[
                &["险种：企业职工养老保险", "缴费基数：{'4###.00'}", "起止年月：{month}"],
                &["险种：失业保险", "缴费基数：{'4###.00'}", "起止年月：{month}"],
                &["险种：工伤保险", "缴费基数：{'4###.00'}", "起止年月：{month}"],
            ]),
            Text(&[
                "1. 本证明可在经办机构网站验证真伪，验证码：{'@#@#@##@#'}。",
                "2. 本证明自打印之日起三个月内有效。",
            ]),
            Issued(
                &["{region.city}社会保险事业管理中心", "(打印日期|打印时间|出具日期)：{date=date}"],
                Seal::Round("{region.city}社会保险事业管理中心", "业务专用章"),
            ),
        ],
        ..PLAIN
    },
];
