import BailingBindings
import XCTest
@testable import BailingCore

final class GuidanceTests: XCTestCase {
    private let numbers = allGuidance()

    func testEveryNumberOfTheFramePathIsItsHint() {
        XCTAssertEqual(numbers.count, 18 - 2 + Guidance.Side.allCases.count + Guidance.Place.allCases.count)
        for number in numbers {
            XCTAssertEqual(BailingCore.Guidance.numbered(kind: number.kind, detail: number.detail)?.native, number.guidance)
        }
    }

    func testEveryHintSaysSomethingOfItsOwn() {
        let hints = numbers.map { BailingCore.Guidance($0.guidance) }
        XCTAssertEqual(Set(hints).count, numbers.count)
        for language in BailingCore.Guidance.Language.allCases {
            XCTAssertEqual(Set(hints.map { $0.text(in: language) }).count, numbers.count)
        }
        XCTAssertEqual(BailingCore.Guidance.cutOff(side: .left).code, "cut_off")
        XCTAssertEqual(BailingCore.Guidance.cutOff(side: .left).text(in: .english), "The left is cut off: move left a little")
        XCTAssertEqual(BailingCore.Guidance.glare(place: .bottomRight).text(in: .chinese), "右下方反光，请换个角度")
    }

    func testLanguagesAreReadFromTags() {
        typealias Language = BailingCore.Guidance.Language
        for tag in ["zh", "zh-CN", "ZH_tw", "zh-Hans"] { XCTAssertEqual(Language(tag: tag), .chinese, tag) }
        for tag in ["", "z", "zha", "en-GB", "中文"] { XCTAssertEqual(Language(tag: tag), .english, tag) }
    }
}
