//! Papers of a vehicle.

use super::super::design::Border::Single;
use super::super::design::Part::{Centred, Either, Grid, Issued, Lines, Right, Signers};
use super::super::design::{Design, PLAIN, Seal, Signer};

pub(super) const DESIGNS: &[Design] = &[
    Design {
        kind: "vehicle_licence",
        title: "中华人民共和国机动车行驶证",
        below_title: "Vehicle License of the People's Republic of China",
        size: [88.0, 60.0],
        paper: 0xeef4f2,
        ink: 0x1e5a4c,
        body: 2.35,
        parts: &[
            Lines(2, &["号牌号码 {plate=vehicle}", "车辆类型 {vehicle.class}"]),
            Lines(1, &["所有人 {owner=(seller|person)}", "住　址 {seller.address}"]),
            Lines(2, &["使用性质 {vehicle.use}", "品牌型号 {model=vehicle.model}"]),
            Lines(
                1,
                &[
                    "　　　　　　　　　车辆识别代号 {vin=vehicle.vin}",
                    "　　　　　　　　　发动机号码 {vehicle.engine}",
                ],
            ),
            Lines(
                2,
                &[
                    "　　　　　　　　　注册日期 {registered.dash}",
                    "　　　　发证日期 {date=date.dash}",
                ],
            ),
            Signers(&[Signer {
                lines: &[""],
                seal: Seal::Square("{region.province}{region.city}公安局交通警察支队"),
            }]),
        ],
        ..PLAIN
    },
    Design {
        kind: "vehicle_registration",
        title: "(机动车登记证书|注册登记机动车信息栏)",
        size: [210.0, 285.0],
        paper: 0xf4f2e8,
        ink: 0x4a3a2a,
        border: Single,
        body: 3.7,
        parts: &[
            Either(&[
                &[Centred("注册登记摘要信息栏")],
                &[Right("机动车登记证书编号：{'33##########'}")],
            ]),
            Grid(&[
                &[
                    "1.机动车所有人/身份证明名称/号码：{owner=(seller|person)}/统一社会信用代码/{seller.uscc}",
                ],
                &["2.登记机关：{region.city}公安局交通警察支队", "3.登记日期：{date=date.dash}"],
                &["4.机动车登记编号：{plate=vehicle}"],
            ]),
            Centred("(注册登记机动车信息栏|机动车信息)"),
            Grid(&[
                &["5.车辆类型：{vehicle.class}", "6.车辆品牌：(岭驰|东驰|云帆)"],
                &["7.车辆型号：{model=vehicle.model}", "8.车身颜色：{vehicle.colour}"],
                &["9.车辆识别代号/车架号：{vin=vehicle.vin}", "10.国产/进口：国产"],
                &["11.发动机号：{vehicle.engine}", "12.发动机型号：{'@C6@##-##'}"],
                &["13.燃料种类：(柴油|汽油)", "14.排量/功率：{'#### ml/ 1## kw'}"],
                &["15.制造厂名称：{region.city}汽车制造有限公司", "16.转向形式：方向盘"],
                &["17.轮距：前2020 后1830mm", "18.轮胎数：(6|10)"],
                &["19.轮胎规格：(12R22.5|275/80R22.5)", "20.钢板弹簧片数：{'-/*'}"],
                &["29.使用性质：{vehicle.use}", "30.车辆获得方式：购买"],
                &["31.车辆出厂日期：{registered.dash}", "32.发证日期：{date.dash}"],
            ]),
            Issued(
                &["发证机关章", "{date.cn}"],
                Seal::Round("{region.city}公安局交通警察支队", ""),
            ),
        ],
        ..PLAIN
    },
];
