//! Which vouchers there are and what stands on each. The layouts are of this project; they have the
//! parts of the real forms, not their artwork.

use super::content::Filling;

/// A kind of voucher: its paper and what stands on it, from top to bottom.
pub(super) struct Design {
    pub(super) kind: &'static str,
    pub(super) title: &'static str,
    /// Millimetres; a strip is as long as its parts need, up to this.
    pub(super) size: [f32; 2],
    pub(super) paper: u32,
    /// Of rules, labels and title.
    pub(super) ink: u32,
    pub(super) border: Border,
    /// Body height of its text in millimetres.
    pub(super) body: f32,
    pub(super) parts: &'static [Part],
}

#[derive(Clone, Copy)]
pub(super) enum Border {
    None,
    /// A printed frame well inside of the paper: taken for the page by those that look for edges.
    Single,
    Double,
    /// Rings between two lines, a pattern below the text.
    Ornate,
}

/// Something that stands on a voucher, as wide as it.
pub(super) enum Part {
    /// A label and its value, one a line.
    Pairs(&'static [(&'static str, Filling)]),
    /// The same, two a line.
    Columns(&'static [(&'static str, Filling)]),
    /// A ruled table with so many rows at least and at most.
    Table(&'static [(&'static str, Filling)], [usize; 2]),
    /// The same without rules.
    List(&'static [(&'static str, Filling)], [usize; 2]),
    /// Running text, so many lines.
    Text(usize),
    /// Large figures.
    Large(Filling),
    /// What the sum is, in words and figures.
    Total,
    /// Who signs and seals.
    Parties(&'static [&'static str]),
    Barcode,
    MatrixCode,
    Photo,
}

use Border::{Double, None as Plain, Ornate, Single};
use Filling::{
    Address, Amount, AmountInWords, Bank, Code, Company, Count, Date, Digits, Goods, Person, Place,
    Plate, Rate, Remark, Telephone, Time, Unit,
};
use Part::{Barcode, Columns, Large, List, MatrixCode, Pairs, Parties, Photo, Table, Text, Total};

const A4: [f32; 2] = [210.0, 297.0];
const A5: [f32; 2] = [210.0, 148.0];
const CARD: [f32; 2] = [85.6, 54.0];

macro_rules! design {
    ($kind:literal, $title:literal, $size:expr, $paper:literal, $ink:literal, $border:expr, $body:literal, $parts:expr) => {
        Design {
            kind: $kind,
            title: $title,
            size: $size,
            paper: $paper,
            ink: $ink,
            border: $border,
            body: $body,
            parts: $parts,
        }
    };
}

/// Every kind of voucher.
#[rustfmt::skip]
pub(super) const DESIGNS: &[Design] = &[
    design!("business_licence", "营业执照", [210.0, 297.0], 0xf7f2e2, 0x5b4320, Ornate, 5.4, &[
        Pairs(&[("统一社会信用代码", Code(18))]),
        Pairs(&[("名　　称", Company), ("类　　型", Remark), ("住　　所", Address), ("法定代表人", Person), ("注册资本", AmountInWords), ("成立日期", Date), ("营业期限", Date)]),
        Text(2), MatrixCode, Parties(&["登记机关"])]),
    design!("vat_invoice", "增值税普通发票", [240.0, 140.0], 0xfbfaf5, 0x924626, Single, 3.8, &[
        Columns(&[("发票代码", Digits(12)), ("发票号码", Digits(8))]), Pairs(&[("购买方", Company), ("纳税人识别号", Code(18))]),
        Table(&[("货物或应税劳务", Goods), ("单位", Unit), ("数量", Count), ("单价", Amount), ("金额", Amount), ("税率", Rate), ("税额", Amount)], [2, 5]),
        Total, Pairs(&[("销售方", Company), ("开户行及账号", Bank)]), Parties(&["收款人", "复核", "开票人"])]),
    design!("railway_ticket", "铁路电子客票", [86.0, 54.0], 0xd9e9f0, 0x243a55, Plain, 3.4, &[
        Columns(&[("", Code(7)), ("检票", Code(3))]), Columns(&[("", Place), ("", Place)]), Pairs(&[("", Date), ("￥", Amount)]), Columns(&[("", Person), ("", Digits(10))]), MatrixCode]),
    design!("receipt", "购物小票", [72.0, 210.0], 0xf4f3f0, 0x2b2b2e, Plain, 3.2, &[
        Pairs(&[("门店", Company), ("单号", Digits(14)), ("时间", Date)]),
        List(&[("品名", Goods), ("数量", Count), ("金额", Amount)], [5, 24]), Total, Pairs(&[("收银员", Person), ("电话", Telephone)]), Barcode, Text(2)]),
    design!("taxi_receipt", "出租汽车发票", [56.0, 150.0], 0xf3efe4, 0xa13a2a, Plain, 3.2, &[
        Pairs(&[("代码", Digits(12)), ("号码", Digits(8)), ("车号", Plate), ("日期", Date), ("上车", Time), ("下车", Time), ("单价", Amount), ("里程", Count), ("金额", Amount)]), Parties(&["单位"])]),
    design!("quota_invoice", "通用定额发票", [175.0, 77.0], 0xf6e8dc, 0xb04030, Double, 4.0, &[
        Columns(&[("发票代码", Digits(12)), ("发票号码", Digits(8))]), Large(AmountInWords), Parties(&["收款单位"])]),
    design!("sales_contract", "购销合同", A4, 0xfcfbf8, 0x202022, Plain, 4.2, &[
        Pairs(&[("合同编号", Code(12)), ("甲方（需方）", Company), ("乙方（供方）", Company)]), Text(4),
        Table(&[("品名", Goods), ("单位", Unit), ("数量", Count), ("单价", Amount), ("金额", Amount)], [3, 8]), Total, Text(9), Parties(&["甲方（盖章）", "乙方（盖章）"])]),
    design!("haulage_contract", "货物运输合同", A4, 0xfdfcfa, 0x202022, Plain, 4.4, &[
        Pairs(&[("托运方（甲方）", Company), ("承运方（乙方）", Company), ("起运地", Place), ("到达地", Place)]), Text(16), Parties(&["甲方（盖章）", "乙方（盖章）"])]),
    design!("lease_contract", "房屋租赁合同", A4, 0xfafaf7, 0x1c1c20, Single, 4.4, &[
        Pairs(&[("出租方", Person), ("承租方", Company), ("房屋坐落", Address), ("月租金", Amount)]), Text(17), Parties(&["出租方", "承租方"])]),
    design!("loan_contract", "借款合同", A4, 0xfbfbfb, 0x1c1c20, Plain, 4.0, &[
        Pairs(&[("贷款人", Company), ("借款人", Person)]), Text(22), Total, Parties(&["贷款人", "借款人"])]),
    design!("purchase_order", "采购订单", A4, 0xfdfdfd, 0x21365c, Plain, 3.8, &[
        Columns(&[("订单号", Code(10)), ("日期", Date), ("供应商", Company), ("电话", Telephone)]),
        Table(&[("序号", Count), ("品名", Goods), ("规格", Code(6)), ("数量", Count), ("单价", Amount), ("金额", Amount)], [6, 18]), Total, Text(3), Parties(&["采购", "审批"])]),
    design!("delivery_note", "送货单", A5, 0xf7f1f3, 0x9a2c4b, Single, 3.8, &[
        Columns(&[("收货单位", Company), ("单号", Digits(7)), ("地址", Address), ("日期", Date)]),
        Table(&[("品名", Goods), ("单位", Unit), ("数量", Count), ("单价", Amount), ("金额", Amount), ("备注", Remark)], [5, 8]), Total, Parties(&["送货人", "收货人"])]),
    design!("warehouse_receipt", "入库单", A5, 0xeef4ea, 0x1e5a34, Single, 3.8, &[
        Columns(&[("供货单位", Company), ("仓库", Place)]), Table(&[("编号", Digits(5)), ("品名", Goods), ("单位", Unit), ("应收", Count), ("实收", Count), ("单价", Amount)], [5, 8]), Parties(&["主管", "保管", "经办"])]),
    design!("waybill", "货物托运单", [200.0, 140.0], 0xfdfbf4, 0x1f5b86, Single, 3.7, &[
        Columns(&[("运单号", Digits(12)), ("日期", Date), ("发货人", Company), ("收货人", Company), ("起运地", Place), ("到达地", Place)]),
        Table(&[("货物名称", Goods), ("件数", Count), ("重量", Count), ("运费", Amount)], [2, 5]), Barcode, Parties(&["托运人", "承运人"])]),
    design!("parcel_label", "快递运单", [76.0, 130.0], 0xfbfbfb, 0x151515, Single, 3.6, &[
        Barcode, Pairs(&[("寄", Person), ("", Address), ("收", Person), ("", Address), ("物品", Goods)]), MatrixCode, Large(Code(6))]),
    design!("road_transport_permit", "道路运输证", A5, 0xf0f5ea, 0x1f5b46, Ornate, 4.6, &[
        Pairs(&[("业户名称", Company), ("地　　址", Address), ("车辆号牌", Plate), ("经营范围", Goods), ("有效期至", Date)]), Photo, Parties(&["核发机关"])]),
    design!("vehicle_licence", "机动车行驶证", [88.0, 60.0], 0xf4f2ee, 0x30489a, Plain, 2.7, &[
        Columns(&[("号牌号码", Plate), ("车辆类型", Goods)]), Pairs(&[("所有人", Company), ("住址", Address), ("品牌型号", Code(10)), ("车辆识别代号", Code(17)), ("注册日期", Date)]), Parties(&["发证机关"])]),
    design!("driving_licence", "机动车驾驶证", [88.0, 60.0], 0xf2efe8, 0x223f7a, Plain, 2.8, &[
        Pairs(&[("证号", Digits(18)), ("姓名", Person), ("住址", Address), ("初次领证", Date)]), Photo, Parties(&["发证机关"])]),
    design!("staff_card", "工作证", CARD, 0xe6eef6, 0x1d4f8a, Single, 3.0, &[
        Photo, Pairs(&[("姓名", Person), ("部门", Goods), ("编号", Digits(8))]), Barcode]),
    design!("bank_card_slip", "银行卡签购单", [58.0, 140.0], 0xf7f6f4, 0x333333, Plain, 3.0, &[
        Pairs(&[("商户", Company), ("终端", Digits(8)), ("卡号", Digits(16)), ("日期", Date), ("凭证", Digits(6)), ("金额", Amount)]), Text(2), Parties(&["持卡人签名"])]),
    design!("bank_flow", "账户交易明细", A4, 0xfefefe, 0x24304a, Plain, 3.2, &[
        Columns(&[("户名", Company), ("账号", Digits(16)), ("起始日期", Date), ("截止日期", Date)]),
        Table(&[("日期", Date), ("摘要", Goods), ("借方", Amount), ("贷方", Amount), ("余额", Amount), ("对方户名", Company)], [14, 30]), Parties(&["电子回单专用章"])]),
    design!("bank_transfer", "银行电子回单", A5, 0xf4f8fd, 0x23508a, Double, 3.8, &[
        Columns(&[("付款人", Company), ("收款人", Company), ("账号", Digits(16)), ("账号", Digits(16)), ("开户行", Place), ("开户行", Place)]), Total, Pairs(&[("用途", Goods), ("流水号", Digits(18))]), Parties(&["业务专用章"])]),
    design!("tax_certificate", "税收完税证明", [240.0, 140.0], 0xf8f4ec, 0x7a3b2a, Single, 3.8, &[
        Columns(&[("填发日期", Date), ("税务机关", Place), ("纳税人名称", Company), ("识别号", Code(18))]),
        Table(&[("原凭证号", Digits(12)), ("税种", Goods), ("品目名称", Goods), ("税款所属时期", Date), ("实缴金额", Amount)], [2, 6]), Total, Parties(&["税务机关（盖章）", "填票人"])]),
    design!("food_licence", "食品经营许可证", [297.0, 210.0], 0xf3f7ea, 0x2a5a33, Ornate, 5.2, &[
        Pairs(&[("许可证编号", Code(16)), ("经营者名称", Company), ("经营场所", Address), ("法定代表人", Person), ("有效期至", Date)]), MatrixCode, Parties(&["发证机关"])]),
    design!("account_permit", "开户许可证", [210.0, 150.0], 0xf6f1e6, 0x6a2b2b, Ornate, 4.6, &[
        Columns(&[("核准号", Code(12)), ("编号", Digits(10))]), Text(3), Pairs(&[("法定代表人", Person), ("开户银行", Place), ("账号", Digits(16))]), Parties(&["发证机关（盖章）"])]),
    design!("property_certificate", "不动产权证书", [260.0, 185.0], 0xf5efe4, 0x6b2430, Double, 4.2, &[
        Table(&[("权利人", Person), ("共有情况", Remark), ("坐落", Address), ("面积", Count)], [4, 8]), Text(3), Parties(&["登记机构"])]),
    design!("customs_declaration", "海关出口货物报关单", [297.0, 210.0], 0xfdfdfc, 0x222222, Single, 3.2, &[
        Columns(&[("预录入编号", Digits(18)), ("海关编号", Digits(18)), ("境内发货人", Company), ("出境关别", Place), ("运输方式", Goods), ("提运单号", Code(12))]),
        Table(&[("项号", Count), ("商品编号", Digits(10)), ("商品名称", Goods), ("数量", Count), ("单价", Amount), ("总价", Amount), ("原产国", Place)], [4, 9]), Parties(&["申报单位", "海关批注"])]),
    design!("pay_slip", "工资条", [210.0, 60.0], 0xfefefe, 0x222222, Plain, 3.6, &[
        Table(&[("姓名", Person), ("基本工资", Amount), ("补贴", Amount), ("扣款", Amount), ("实发", Amount)], [2, 4])]),
    design!("price_list", "商品价目表", [210.0, 285.0], 0xfff7e0, 0xa02020, Double, 6.0, &[
        List(&[("品名", Goods), ("单位", Unit), ("价格", Amount)], [8, 20]), Text(1)]),
    design!("insurance_policy", "机动车保险单", A4, 0xeef3f8, 0x1b3f75, Double, 3.6, &[
        Columns(&[("保单号", Digits(18)), ("被保险人", Company), ("号牌号码", Plate), ("发动机号", Code(8))]),
        Table(&[("险种", Goods), ("保险金额", Amount), ("保险费", Amount)], [4, 9]), Total, Text(8), Parties(&["保险人（签章）"])]),
];
