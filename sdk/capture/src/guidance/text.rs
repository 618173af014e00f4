//! Hints in the merchant's language: short, what to do rather than what is wrong.

use super::{Guidance, Place, Side};

/// A language that hints are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Language {
    /// Simplified Chinese.
    Chinese,
    /// English.
    English,
}

impl Language {
    /// Of a BCP 47 tag such as `zh-Hans-CN`; English where it is another than Chinese.
    pub fn of_tag(tag: &str) -> Self {
        let is_chinese = tag.get(..2).is_some_and(|start| start.eq_ignore_ascii_case("zh"))
            && tag.get(2..3).is_none_or(|next| matches!(next, "-" | "_"));
        if is_chinese { Self::Chinese } else { Self::English }
    }
}

impl Guidance {
    /// The hint as the merchant reads or hears it.
    pub fn text(self, language: Language) -> &'static str {
        match language {
            Language::Chinese => self.chinese(),
            Language::English => self.english(),
        }
    }

    fn chinese(self) -> &'static str {
        match self {
            Self::NoDocument => "请将证件或单据放入画面",
            Self::CutOff { side: Side::Top } => "上边没拍全，请往上移一点",
            Self::CutOff { side: Side::Right } => "右边没拍全，请往右移一点",
            Self::CutOff { side: Side::Bottom } => "下边没拍全，请往下移一点",
            Self::CutOff { side: Side::Left } => "左边没拍全，请往左移一点",
            Self::MoveCloser => "请靠近一点",
            Self::MoveAway => "请拿远一点，拍下整页",
            Self::TooTilted => "请正对着拍，手机与纸面平行",
            Self::NotLevel => "请把手机拿正",
            Self::Covered => "请移开手指和遮挡物",
            Self::NotFlat => "请把纸张抚平",
            Self::TooDark => "光线太暗，请到亮处或打开手电筒",
            Self::TooBright => "光线太强，请避开强光",
            Self::ColouredLight => "灯光颜色太重，请换白光或自然光",
            Self::Shadow => "有阴影，请换个位置",
            Self::Glare { place } => match place {
                Place::TopLeft => "左上方反光，请换个角度",
                Place::Top => "上方反光，请换个角度",
                Place::TopRight => "右上方反光，请换个角度",
                Place::Left => "左边反光，请换个角度",
                Place::Middle => "中间反光，请换个角度",
                Place::Right => "右边反光，请换个角度",
                Place::BottomLeft => "左下方反光，请换个角度",
                Place::Bottom => "下方反光，请换个角度",
                Place::BottomRight => "右下方反光，请换个角度",
            },
            Self::Blurred => "画面模糊，请点一下屏幕对焦",
            Self::HoldStill => "请拿稳手机",
            Self::LooksLikeAScreen => "看起来像翻拍屏幕，请拍原件",
            Self::ChangeDistance => "请靠近或拿远一些，再拍一张",
            Self::Ready => "很好，正在拍摄",
        }
    }

    fn english(self) -> &'static str {
        match self {
            Self::NoDocument => "Put the document in the frame",
            Self::CutOff { side: Side::Top } => "The top is cut off: move up a little",
            Self::CutOff { side: Side::Right } => "The right is cut off: move right a little",
            Self::CutOff { side: Side::Bottom } => "The bottom is cut off: move down a little",
            Self::CutOff { side: Side::Left } => "The left is cut off: move left a little",
            Self::MoveCloser => "Move closer",
            Self::MoveAway => "Move back until the whole page is in view",
            Self::TooTilted => "Hold the phone parallel to the page",
            Self::NotLevel => "Hold the phone level",
            Self::Covered => "Take fingers and things off the page",
            Self::NotFlat => "Smooth the page flat",
            Self::TooDark => "Too dark: find more light or turn on the torch",
            Self::TooBright => "Too bright: avoid the strong light",
            Self::ColouredLight => "The light is coloured: find white light or daylight",
            Self::Shadow => "There is a shadow: move a little",
            Self::Glare { place } => match place {
                Place::TopLeft => "Reflection at the top left: tilt the phone",
                Place::Top => "Reflection at the top: tilt the phone",
                Place::TopRight => "Reflection at the top right: tilt the phone",
                Place::Left => "Reflection on the left: tilt the phone",
                Place::Middle => "Reflection in the middle: tilt the phone",
                Place::Right => "Reflection on the right: tilt the phone",
                Place::BottomLeft => "Reflection at the bottom left: tilt the phone",
                Place::Bottom => "Reflection at the bottom: tilt the phone",
                Place::BottomRight => "Reflection at the bottom right: tilt the phone",
            },
            Self::Blurred => "Out of focus: tap the screen to focus",
            Self::HoldStill => "Hold still",
            Self::LooksLikeAScreen => "This looks like a screen: photograph the original",
            Self::ChangeDistance => "Move closer or farther for a second photo",
            Self::Ready => "Good: taking the photo",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_hint_says_something_of_its_own() {
        for language in [Language::Chinese, Language::English] {
            let texts: std::collections::BTreeSet<_> =
                Guidance::KINDS.iter().map(|hint| hint.text(language)).collect();
            assert_eq!(texts.len(), Guidance::KINDS.len());
            // Two lines of a narrow phone at the largest type.
            assert!(texts.iter().all(|text| (3..=56).contains(&text.chars().count())), "{texts:?}");
        }
    }

    #[test]
    fn languages_are_read_from_tags() {
        for tag in ["zh", "zh-CN", "ZH_tw", "zh-Hans"] {
            assert_eq!(Language::of_tag(tag), Language::Chinese, "{tag}");
        }
        for tag in ["", "z", "zha", "en-GB", "中文"] {
            assert_eq!(Language::of_tag(tag), Language::English, "{tag}");
        }
    }
}
