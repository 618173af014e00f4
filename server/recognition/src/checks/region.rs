//! Provinces and their numbers (GB/T 2260-2007).

/// A province, a municipality, an autonomous or a special administrative region.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Province {
    /// The first two digits of every code of an area within it.
    pub code: &'static str,
    /// Its name without what it is: 浙江, 内蒙古.
    pub name: &'static str,
}

/// Of what the state registers itself, codes begin with 10.
const STATE: &str = "10";

#[rustfmt::skip]
const PROVINCES: &[Province] = &[
    province("11", "北京"), province("12", "天津"), province("13", "河北"), province("14", "山西"),
    province("15", "内蒙古"), province("21", "辽宁"), province("22", "吉林"), province("23", "黑龙江"),
    province("31", "上海"), province("32", "江苏"), province("33", "浙江"), province("34", "安徽"),
    province("35", "福建"), province("36", "江西"), province("37", "山东"), province("41", "河南"),
    province("42", "湖北"), province("43", "湖南"), province("44", "广东"), province("45", "广西"),
    province("46", "海南"), province("50", "重庆"), province("51", "四川"), province("52", "贵州"),
    province("53", "云南"), province("54", "西藏"), province("61", "陕西"), province("62", "甘肃"),
    province("63", "青海"), province("64", "宁夏"), province("65", "新疆"), province("71", "台湾"),
    province("81", "香港"), province("82", "澳门"),
];

const fn province(code: &'static str, name: &'static str) -> Province {
    Province { code, name }
}

/// Whether a code of an area begins with a province's number, or the state's.
pub(super) fn is_known(code: &str) -> bool {
    code.starts_with(STATE) || Province::of_code(code).is_some()
}

impl Province {
    /// The province that a code of an area lies in.
    pub fn of_code(code: &str) -> Option<&'static Self> {
        PROVINCES.iter().find(|province| code.starts_with(province.code))
    }

    /// The province that an address begins with. One that begins with a city says none.
    pub fn of_address(address: &str) -> Option<&'static Self> {
        PROVINCES.iter().find(|province| {
            // Two of Qinghai's prefectures and counties begin like other provinces.
            address.strip_prefix(province.name).is_some_and(|rest| !rest.starts_with(['藏', '蒙']))
        })
    }
}

/// Whether a code of an area (its first two digits are enough) lies in the province that an address begins
/// with; `None` where either says nothing.
pub fn agrees(code: &str, address: &str) -> Option<bool> {
    Some(Province::of_code(code)? == Province::of_address(address)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_lies_in_the_province_that_is_written() {
        assert_eq!(agrees("330106", "浙江省杭州市西湖区"), Some(true));
        assert_eq!(agrees("150102", "内蒙古自治区呼和浩特市"), Some(true));
        assert_eq!(agrees("330106", "江苏省南京市浙江路1号"), Some(false));
        for (code, address) in [
            ("330106", "杭州市西湖区"),
            ("100000", "北京市西城区"),
            ("990000", "北京市西城区"),
            ("632500", "海南藏族自治州共和县"),
            ("", ""),
        ] {
            assert_eq!(agrees(code, address), None, "{code} {address}");
        }
    }

    #[test]
    fn every_number_is_one_province() {
        let mut codes: Vec<&str> = PROVINCES.iter().map(|province| province.code).collect();
        assert_eq!(codes.len(), 34);
        assert!(codes.is_sorted());
        codes.dedup();
        assert_eq!(codes.len(), 34);
        for province in PROVINCES {
            assert_eq!(Province::of_address(province.name), Some(province));
        }
    }
}
