//! The words by which a statement's columns and rows are known.

/// Headings without the brackets and spaces in them, the likeliest first: of two columns that fit, that one is taken.
pub(super) const DATE: &[&str] = &[
    "交易日期",
    "交易时间",
    "记账日期",
    "记账日",
    "入账日期",
    "入账时间",
    "记账时间",
    "发生时间",
    "交易日",
    "日期",
    "时间",
    "创建时间",
    "transactiondate",
    "postingdate",
    "date",
    "transactiontime",
    "time",
];
pub(super) const INCOME: &[&str] = &[
    "收入",
    "收入金额",
    "贷方",
    "贷方发生额",
    "贷方金额",
    "存入",
    "存入金额",
    "转入金额",
    "转入",
    "credit",
    "deposit",
    "deposits",
    "income",
    "paidin",
    "moneyin",
];
pub(super) const EXPENSE: &[&str] = &[
    "支出",
    "支出金额",
    "借方",
    "借方发生额",
    "借方金额",
    "支取",
    "支取金额",
    "转出金额",
    "转出",
    "debit",
    "withdrawal",
    "withdrawals",
    "expense",
    "paidout",
    "moneyout",
];
pub(super) const AMOUNT: &[&str] = &["交易金额", "金额", "发生额", "交易额", "订单金额", "amount"];
pub(super) const DIRECTION: &[&str] = &[
    "收/支",
    "收支",
    "收支类型",
    "收支方向",
    "借贷标志",
    "借贷方向",
    "借贷",
    "借/贷",
    "收付标志",
    "direction",
    "dr/cr",
];
pub(super) const BALANCE: &[&str] = &[
    "余额",
    "账户余额",
    "交易余额",
    "本次余额",
    "联机余额",
    "当前余额",
    "balance",
    "runningbalance",
];
pub(super) const COUNTERPARTY: &[&str] = &[
    "对方户名",
    "对方名称",
    "对方账户名称",
    "对方账户名",
    "对手户名",
    "对方姓名",
    "对手方名称",
    "交易对方",
    "对方",
    "付款方",
    "counterparty",
    "payer",
    "name",
];
pub(super) const STATUS: &[&str] = &["交易状态", "当前状态", "状态", "订单状态", "status"];
pub(super) const NOTES: &[&str] = &[
    "摘要",
    "用途",
    "附言",
    "备注",
    "商品",
    "商品名称",
    "商品说明",
    "交易类型",
    "业务类型",
    "交易说明",
    "交易分类",
    "交易摘要",
    "交易用途",
    "description",
    "memo",
    "summary",
    "details",
    "type",
    "note",
];
/// Only what is surely the owner's side: a plain 账号 beside 对方户名 is the other party's.
pub(super) const HOLDER: &[&str] = &["本方户名", "本方名称", "本方账户名称"];
pub(super) const ACCOUNT: &[&str] = &["本方账号", "本方账户", "交易卡号"];

/// What stands before the holder's name, and before the account's number, above the headings.
pub(super) const HOLDER_LABELS: &[&str] = &[
    "户名",
    "账户名称",
    "账户名",
    "客户姓名",
    "客户名称",
    "姓名",
    "开户名",
    "商户名称",
    "单位名称",
    "accountname",
    "accountholder",
    "holder",
];
pub(super) const ACCOUNT_LABELS: &[&str] = &[
    "账号",
    "卡号",
    "账户",
    "账户号",
    "客户账号",
    "交易卡号",
    "银行卡号",
    "支付宝账户",
    "支付宝账号",
    "商户号",
    "accountnumber",
    "account",
];

/// Whose bills are no bank's.
pub(super) const PLATFORMS: &[&str] = &[
    "支付宝",
    "微信",
    "美团",
    "饿了么",
    "京东",
    "拼多多",
    "抖音",
    "快手",
    "收钱吧",
    "拉卡拉",
    "货拉拉",
    "运满满",
    "alipay",
    "wechat",
];

/// Rows that add up others.
pub(super) const SUMMARIES: &[&str] = &[
    "合计",
    "小计",
    "总计",
    "共计",
    "本页",
    "期初",
    "期末",
    "承前",
    "过次",
    "上期",
    "total",
    "openingbalance",
    "closingbalance",
    "broughtforward",
];

/// Money that goes back.
pub(super) const REFUNDS: &[&str] =
    &["退款", "退货", "退回", "冲正", "撤销", "退汇", "refund", "reversal", "chargeback"];

/// Money that is no trade: the owner's own, lenders', savings', an employer's, insurers', the state's. 货款, the price
/// of goods, is one stroke from 贷款, a loan.
pub(super) const NO_TRADE: &[&str] = &[
    "贷款",
    "借款",
    "借呗",
    "花呗",
    "网商贷",
    "微粒贷",
    "消费贷",
    "放款",
    "还款",
    "还贷",
    "转账自",
    "自转",
    "本人",
    "自己",
    "内部转账",
    "同名转账",
    "理财",
    "赎回",
    "申购",
    "定期",
    "余额宝",
    "零钱通",
    "提现",
    "余额充值",
    "零钱充值",
    "利息",
    "结息",
    "收息",
    "工资",
    "代发",
    "报销",
    "理赔",
    "赔款",
    "退税",
    "保证金",
    "押金",
    "投资款",
    "注资",
    "资本金",
    "公积金",
    "loan",
    "own account",
    "self transfer",
    "transfer from self",
    "interest",
    "redemption",
    "salary",
    "top-up",
    "capital injection",
];

/// Parties whose money is no trade whatever the row says.
pub(super) const NO_TRADERS: &[&str] = &["小额贷款", "消费金融", "余额宝", "零钱通", "理财通"];

/// Payments that never happened.
pub(super) const VOID: &[&str] = &[
    "关闭",
    "失败",
    "取消",
    "撤单",
    "等待",
    "处理中",
    "待付款",
    "未支付",
    "closed",
    "failed",
    "cancelled",
    "pending",
];

/// Payments that were taken back afterwards.
pub(super) const TAKEN_BACK: &[&str] =
    &["已全额退款", "已退款", "对方已退还", "全额退款", "refunded"];

pub(super) const IN: &[&str] =
    &["收入", "收", "入", "贷", "贷方", "转入", "存入", "in", "credit", "cr", "c", "+"];
pub(super) const OUT: &[&str] =
    &["支出", "支", "出", "借", "借方", "转出", "支取", "out", "debit", "dr", "d", "-"];
