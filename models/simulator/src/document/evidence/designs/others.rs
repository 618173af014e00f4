//! Papers that are none of the product's.

use super::super::design::Border::{Double, None as Open, Single};
use super::super::design::Part::{
    Barcode, Centred, Grid, Large, Lines, MatrixCode, Photo, Signers, Table as Rows, Text,
};
use super::super::design::{A4, Deal, Design, PLAIN, Rows::Items, Seal, Signer, Table};

const OTHER: Design = Design { kind: "unknown", ..PLAIN };

pub(super) const DESIGNS: &[Design] = &[
    Design {
        title: "",
        size: [86.0, 54.0],
        paper: 0xd9e9f0,
        ink: 0x243a55,
        body: 3.4,
        parts: &[
            Lines(2, &["{'@######'}", "检票：{'#A'}"]),
            Lines(3, &["{word.station}站", "{'G####'}", "{word.exit}站"]),
            Lines(
                1,
                &[
                    "{date.cn} 08:{'1#'}开　{'##车##A号'}",
                    "￥{'1##.0'}元　　二等座",
                    "{'3301##19######**1#'} {person}",
                ],
            ),
            MatrixCode,
        ],
        ..OTHER
    },
    Design {
        title: "出租汽车统一发票",
        size: [56.0, 150.0],
        paper: 0xf3efe4,
        ink: 0xa13a2a,
        body: 3.2,
        parts: &[Lines(
            1,
            &[
                "代码 {'1##0########'}",
                "号码 {'########'}",
                "车号 {vehicle}",
                "日期 {date.dash}",
                "上车 09:{'1#'}",
                "下车 09:{'4#'}",
                "单价 2.50",
                "里程 {'*.#'}km",
                "金额 {'3#.00'}元",
            ],
        )],
        ..OTHER
    },
    Design {
        title: "工作证",
        size: [54.0, 86.0],
        paper: 0xe6eef6,
        ink: 0x1d4f8a,
        border: Single,
        body: 3.2,
        parts: &[
            Photo,
            Lines(
                1,
                &["姓名：{person}", "部门：(市场部|财务部|车队)", "编号：{'0####'}", "{seller}"],
            ),
            Barcode,
        ],
        ..OTHER
    },
    Design {
        title: "",
        size: [76.0, 130.0],
        border: Single,
        body: 3.5,
        parts: &[
            Large("{'5##-*#-*##'}"),
            Barcode,
            Lines(
                1,
                &[
                    "寄：{person} {'138****####'}",
                    "{seller.address}",
                    "收：{clerk} {'139****####'}",
                    "{buyer.address}",
                    "物品：日用品 1件",
                ],
            ),
            MatrixCode,
        ],
        ..OTHER
    },
    Design {
        title: "商品价目表",
        size: A4,
        paper: 0xfff7e0,
        ink: 0xa02020,
        border: Double,
        body: 6.0,
        parts: &[
            Rows(Table {
                of: Items,
                columns: &["名称=name", "单位=unit", "价格=price"],
                count: [6, 12],
                ruled: false,
                sums: &[],
                foot: &[],
            }),
            Centred("欢迎光临"),
        ],
        ..OTHER
    },
    Design {
        title: "关于(国庆|中秋|春节)放假的通知",
        border: Open,
        body: 5.0,
        parts: &[
            Text(&[
                "全体员工：",
                "　　根据国家有关规定，结合公司实际，现将放假安排通知如下：",
                "　　一、放假时间：{start.short}起放假七天。",
                "　　二、各部门放假前做好安全检查，关闭水电门窗。",
                "　　三、值班人员应保持通讯畅通，做好交接班记录。",
            ]),
            Signers(&[
                Signer { lines: &[""], seal: Seal::None },
                Signer { lines: &["{seller}", "{date.cn}"], seal: Seal::Round("{seller}", "") },
            ]),
        ],
        ..OTHER
    },
    Design {
        title: "工资条",
        size: [210.0, 80.0],
        body: 3.7,
        parts: &[Grid(&[
            &["姓名：{person}", "部门：(车队|财务部)", "月份：{month}"],
            &["基本工资：{'4###.00'}", "补贴：{'###.00'}", "扣款：{'1##.00'}", "实发：{'4###.00'}"],
        ])],
        ..OTHER
    },
    Design {
        title: "机动车驾驶证",
        below_title: "Driving License of the People's Republic of China",
        size: [88.0, 60.0],
        paper: 0xeef2f4,
        ink: 0x2a5a70,
        body: 2.4,
        parts: &[
            Lines(
                1,
                &[
                    "证号 {'3301##19######**1#'}",
                    "姓名 {person}　性别 男　国籍 中国",
                    "住址 {seller.address}",
                ],
            ),
            Photo,
            Lines(
                1,
                &[
                    "出生日期 19{'8#-0*-1#'}",
                    "初次领证日期 {registered.dash}",
                    "准驾车型 (C1|B2|A2)",
                    "有效期限 {date.dash}至{until.dash}",
                ],
            ),
        ],
        ..OTHER
    },
    Design {
        title: "{region.city}{word.brand}饭店菜单",
        size: [210.0, 285.0],
        paper: 0xf3e6d0,
        ink: 0x5a2a1a,
        border: Double,
        body: 6.4,
        deals_in: Deal::Goods,
        parts: &[
            Lines(
                2,
                &[
                    "红烧肉　48元",
                    "清蒸鲈鱼　68元",
                    "麻婆豆腐　22元",
                    "宫保鸡丁　36元",
                    "酸辣土豆丝　16元",
                    "西红柿鸡蛋汤　18元",
                    "扬州炒饭　20元",
                    "时令蔬菜　18元",
                ],
            ),
            Centred("另收餐具费每位2元"),
        ],
        ..OTHER
    },
];
