//! Papers of banks.

use super::super::design::Border::{Double, Single};
use super::super::design::Part::{
    Centred, Either, Grid, Issued, Lines, Right, Signers, Table as Rows,
};
use super::super::design::{Design, PLAIN, Part, Rows::Flows, Seal, Signer, Table, WIDE};

const FLOWS: Table =
    Table { of: Flows, columns: &[], count: [8, 24], ruled: true, sums: &[], foot: &[] };

/// Who was asked for the account.
const HOLDER: Part = Lines(
    2,
    &[
        "(户名|账户名称|客户名称)：{holder=seller}",
        "(账号|账户号|卡号)：{account=seller.account}",
        "(起始日期|打印日期)：{date=date.dash}",
        "(币种：人民币|开户行：{seller.bank})",
    ],
);

pub(super) const DESIGNS: &[Design] = &[
    Design {
        kind: "bank_statement",
        title: "(账户交易明细|交易明细|银行流水|账户明细|历史明细清单)",
        body: 3.1,
        ink: 0x24304a,
        parts: &[
            HOLDER,
            Either(&[
                &[Rows(Table {
                    columns: &[
                        "交易日期=date",
                        "摘要=summary",
                        "(借方|支出)=debit",
                        "(贷方|收入)=credit",
                        "余额=balance",
                        "(对方户名|对方名称)=other",
                    ],
                    ..FLOWS
                })],
                &[Rows(Table {
                    columns: &[
                        "?序号=row",
                        "交易日期=date",
                        "摘要=summary",
                        "(交易金额|发生额)=signed",
                        "(余额|账户余额)=balance",
                        "对方户名=other",
                    ],
                    ruled: false,
                    ..FLOWS
                })],
                &[Rows(Table {
                    columns: &[
                        "交易日期=day",
                        "凭证号=number",
                        "(借方发生额|支出金额)=debit",
                        "(贷方发生额|收入金额)=credit",
                        "余额=balance",
                        "(对方户名|对方单位)=other",
                        "摘要=summary",
                    ],
                    ..FLOWS
                })],
            ]),
            Issued(
                &["{seller.bank}", "（业务专用章）"],
                Seal::Round("{seller.bank}", "业务专用章"),
            ),
        ],
        ..PLAIN
    },
    Design {
        kind: "bank_statement",
        title: "{seller.bank}(客户存款对账单|账户交易明细表)",
        size: WIDE,
        body: 3.1,
        parts: &[
            HOLDER,
            Rows(Table {
                columns: &[
                    "交易日期=date",
                    "摘要=summary",
                    "凭证号=number",
                    "借方发生额=debit",
                    "贷方发生额=credit",
                    "余额=balance",
                    "对方户名=other",
                ],
                count: [8, 18],
                ..FLOWS
            }),
            Signers(&[
                Signer { lines: &["打印柜员：{'0#####'}"], seal: Seal::None },
                Signer {
                    lines: &["银行盖章"], seal: Seal::Perhaps("{seller.bank}", "业务专用章")
                },
            ]),
        ],
        ..PLAIN
    },
    Design {
        kind: "payment_slip",
        title: "(网上银行电子回单|电子回单|客户专用回单|银行回单)",
        size: [210.0, 125.0],
        paper: 0xf4f8fd,
        ink: 0x23508a,
        border: Double,
        body: 3.7,
        parts: &[
            Lines(
                2,
                &[
                    "(回单编号|电子回单号码|交易流水号)：{number='&########'}",
                    "(交易日期|记账日期|日期)：{date=date}",
                ],
            ),
            Grid(&[
                &[
                    "(付款人户名|付款人名称|付款人全称)：{payer=buyer}",
                    "(收款人户名|收款人名称|收款人全称)：{payee=seller}",
                ],
                &[
                    "付款人账号：{account=buyer.account}",
                    "收款人账号：{payee_account=seller.account}",
                ],
                &["付款人开户行：{buyer.bank}", "收款人开户行：{seller.bank}"],
                &["(金额（大写）|大写金额)：{amount_words=net.words}"],
                &["(金额（小写）|小写金额)：{amount=net.yuan}元", "用途：{word.purpose}"],
            ]),
            Issued(&["电子回单专用章"], Seal::Round("{buyer.bank}", "电子回单专用章")),
        ],
        ..PLAIN
    },
    Design {
        kind: "payment_slip",
        title: "{buyer.bank}",
        below_title: "(业务回单（付款）|支付业务回单|付款回单)",
        size: [210.0, 130.0],
        paper: 0xfbf9f4,
        ink: 0x8a2a2a,
        border: Single,
        body: 3.8,
        parts: &[
            Right("(回单编号|凭证号)：{number='############'}"),
            Lines(
                2,
                &[
                    "付款人：{payer=buyer}",
                    "收款人：{payee=seller}",
                    "付款账号：{account=buyer.account}",
                    "收款账号：{payee_account=seller.account}",
                    "开户行：{buyer.bank}",
                    "开户行：{seller.bank}",
                ],
            ),
            Lines(1, &["金额：{amount=net.yuan}　　大写：{amount_words=net.words}"]),
            Lines(
                2,
                &[
                    "用途：{word.purpose}",
                    "交易日期：{date=date.dash} {time}",
                    "摘要：转账",
                    "渠道：(网上银行|手机银行)",
                ],
            ),
            Issued(&["（银行盖章）"], Seal::Round("{buyer.bank}", "(业务专用章|业务受理章)")),
        ],
        ..PLAIN
    },
    Design {
        kind: "payment_slip",
        title: "(进账单|转账凭证|汇款凭证)",
        below_title: "(（回单）|（收账通知）)",
        size: [190.0, 100.0],
        paper: 0xf2f6f0,
        ink: 0x2a5a4a,
        border: Single,
        body: 3.7,
        by_hand: 30,
        parts: &[
            Centred("{date=date.cn}"),
            Grid(&[
                &["付款人全称：{payer=buyer}", "收款人全称：{payee=seller}"],
                &[
                    "付款人账号：{account=buyer.account}",
                    "收款人账号：{payee_account=seller.account}",
                ],
                &["开户银行：{buyer.bank}", "开户银行：{seller.bank}"],
                &["金额（大写）：{amount_words=net.words}", "（小写）：{amount=net.yuan}"],
                &["用途：{word.purpose}", "凭证号：{number='########'}"],
            ]),
            Issued(&["银行签章"], Seal::Square("{seller.bank}转讫")),
        ],
        ..PLAIN
    },
];
