//! Papers of the tax authorities.

use super::super::design::Border::{None as Open, Single};
use super::super::design::Part::{Grid, Issued, Lines, Signers, Table as Rows, Text};
use super::super::design::{Deal, Design, PLAIN, Rows::Items, Seal, Signer, Table};

pub(super) const DESIGNS: &[Design] = &[
    Design {
        kind: "tax_certificate",
        title: "(中华人民共和国税收完税证明|税收完税证明)",
        size: [240.0, 140.0],
        paper: 0xf8f4ec,
        ink: 0x7a3b2a,
        border: Single,
        body: 3.6,
        deals_in: Deal::Taxes,
        parts: &[
            Lines(
                2,
                &[
                    "填发日期：{date=date.short}",
                    "(No.|№|证号：){number='33*0########'}",
                    "税务机关：国家税务总局{region}税务局",
                    "",
                    "纳税人识别号：{uscc=seller.uscc}",
                    "纳税人名称：{company=seller}",
                ],
            ),
            Rows(Table {
                of: Items,
                columns: &[
                    "原凭证号=number",
                    "税种=name",
                    "品目名称=spec",
                    "税款所属时期=period",
                    "入（退）库日期=date",
                    "实缴（退）金额=amount",
                ],
                count: [1, 5],
                ruled: true,
                sums: &[],
                foot: &["金额合计　（大写）{amount_words=net.words}　　　￥{amount=net}"],
            }),
            Signers(&[
                Signer {
                    lines: &["税务机关（盖章）"],
                    seal: Seal::Round("国家税务总局{region}税务局", "征税专用章"),
                },
                Signer { lines: &["填票人：{clerk}"], seal: Seal::None },
                Signer { lines: &["备注：(一般申报|正税)"], seal: Seal::None },
            ]),
        ],
        ..PLAIN
    },
    Design {
        kind: "vat_return",
        title: "(增值税及附加税费申报表（小规模纳税人适用）|增值税纳税申报表（小规模纳税人适用）)",
        border: Open,
        body: 3.6,
        parts: &[
            Lines(
                2,
                &[
                    "(纳税人识别号|纳税人识别号（统一社会信用代码）)：{uscc=seller.uscc}",
                    "金额单位：元至角分",
                    "纳税人名称：{company=seller}",
                    "填表日期：{date=date.cn}",
                    "税款所属期：{month.first}至{period_end=month.last}",
                    "(所属行业：{word.industry}|)",
                ],
            ),
            Grid(&[
                &["应征增值税不含税销售额（3%征收率）：{sales=net}"],
                &["税务机关代开的增值税专用发票不含税销售额：0.00"],
                &["免税销售额：0.00"],
                &["本期应纳税额：{small_tax}"],
                &["本期应纳税额减征额：0.00"],
                &["应纳税额合计：{tax=small_tax}"],
                &["本期预缴税额：0.00"],
                &["本期应补（退）税额：{small_tax}"],
            ]),
            Text(&[
                "声明：此表是根据国家税收法律法规及相关规定填写的，本人（单位）对填报内容（及附带资料）的真实性、可靠性、完整性负责。",
            ]),
            Signers(&[
                Signer {
                    lines: &["纳税人（签章）：", "{date.cn}"],
                    seal: Seal::Round("{seller}", ""),
                },
                Signer {
                    lines: &["经办人：{clerk}", "受理人：{checker}"], seal: Seal::None
                },
            ]),
        ],
        ..PLAIN
    },
    Design {
        kind: "vat_return",
        title: "增值税及附加税费申报表",
        below_title: "（一般纳税人适用）",
        border: Open,
        body: 3.4,
        parts: &[
            Lines(
                2,
                &[
                    "税款所属时间：自{month.first}至{period_end=month.last}",
                    "填表日期：{date=date.cn}",
                    "纳税人识别号：{uscc=seller.uscc}",
                    "所属行业：{word.industry}",
                    "纳税人名称：{company=seller}",
                    "法定代表人：{seller.legal}",
                ],
            ),
            Grid(&[
                &["（一）按适用税率计税销售额：{sales=net}"],
                &["其中：应税货物销售额：{net}"],
                &["销项税额：{tax}"],
                &["进项税额：{input_tax}"],
                &["上期留抵税额：0.00"],
                &["应抵扣税额合计：{input_tax}"],
                &["应纳税额：{tax_due}"],
                &["应纳税额合计：{tax=tax_due}"],
            ]),
            Text(&[
                "声明：此表是根据国家税收法律法规及相关规定填写的，本单位对填报内容的真实性负责。",
            ]),
            Issued(&["纳税人（签章）：{seller}", "{date.cn}"], Seal::Round("{seller}", "")),
        ],
        ..PLAIN
    },
];
