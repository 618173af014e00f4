//! Certificates of trademarks and patents.

use super::super::design::Border::{Double, Ornate};
use super::super::design::Part::{Centred, Issued, Large, Lines, MatrixCode, Right, Text};
use super::super::design::{Design, PLAIN, Seal};

const OFFICE: Seal = Seal::Round("国家知识产权局", "");

pub(super) const DESIGNS: &[Design] = &[
    Design {
        kind: "trademark_certificate",
        title: "商标注册证",
        paper: 0xf8f6f0,
        ink: 0x6a2a20,
        border: Ornate,
        body: 4.7,
        parts: &[
            Centred("第 {number='*#######'} 号"),
            Large("{word.brand}"),
            Lines(
                1,
                &[
                    "核定使用商品/服务项目（国际分类：{word.class}）",
                    "{word.uses}（截止）",
                    "(注册人|注册人名称)　{owner=(seller|person)}",
                    "注册地址　{seller.address}",
                    "注册日期　{date=date.cn}　有效期至　{valid_until=decade.cn}",
                ],
            ),
            Issued(&["局长签发　{~director}", "发证机关　国家知识产权局"], OFFICE),
        ],
        ..PLAIN
    },
    Design {
        kind: "patent_certificate",
        title: "实用新型专利证书",
        paper: 0xf9f7ef,
        ink: 0x3a3a3e,
        border: Double,
        body: 4.6,
        parts: &[
            Right("证书号第{'########'}号"),
            Lines(
                1,
                &[
                    "实用新型名称：{title=word.invention}",
                    "发 明 人：{inventor}；{person}",
                    "专 利 号：{number=patent.2}",
                    "专利申请日：{registered.cn}",
                    "专利权人：{owner=seller}",
                    "地　　址：{seller.address}",
                    "授权公告日：{date=date.cn}　　授权公告号：CN {'2########'} U",
                ],
            ),
            Text(&[
                "　　国家知识产权局依照中华人民共和国专利法经过初步审查，决定授予专利权，颁发实用新型专利证书并在专利登记簿上予以登记。专利权自授权公告之日起生效。专利权期限为十年，自申请日起算。",
            ]),
            MatrixCode,
            Issued(&["局长　{~director}", "{date.cn}"], OFFICE),
        ],
        ..PLAIN
    },
    Design {
        kind: "patent_certificate",
        title: "(发明专利证书|外观设计专利证书)",
        paper: 0xf9f7ef,
        ink: 0x3a3a3e,
        border: Double,
        body: 4.6,
        parts: &[
            Right("证书号第{'#######'}号"),
            Lines(
                1,
                &[
                    "(发明名称|外观设计名称)：{title=word.invention}",
                    "(发明人|设计人)：{inventor}",
                    "专利号：{number=patent.(1|3)}",
                    "专利申请日：{registered.cn}",
                    "专利权人：{owner=seller}",
                    "授权公告日：{date=date.cn}",
                ],
            ),
            Text(&[
                "　　国家知识产权局依照中华人民共和国专利法进行审查，决定授予专利权，颁发专利证书并在专利登记簿上予以登记。专利权自授权公告之日起生效。",
            ]),
            Issued(&["局长　{~director}", "{date.cn}"], OFFICE),
        ],
        ..PLAIN
    },
];
