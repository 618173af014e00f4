import BailingCore
import Foundation
import XCTest
@testable import BailingCapture

final class PreviewMappingTests: XCTestCase {
    func testAFrameFillsATallerViewAndLosesItsSides() {
        let mapping = PreviewMapping(picture: CGSize(width: 720, height: 1_280), view: CGSize(width: 360, height: 800))
        XCTAssertEqual(mapping.frame, CGRect(x: -45, y: 0, width: 450, height: 800))
        XCTAssertEqual(mapping.point(Outline.Point(x: 0.5, y: 0.5)), CGPoint(x: 180, y: 400))
        XCTAssertEqual(mapping.point(Outline.Point(x: 0.1, y: 1)).y, CGPoint(x: 0, y: 800).y)
    }

    func testAFrameFillsAWiderViewAndLosesTopAndBottom() {
        let mapping = PreviewMapping(picture: CGSize(width: 1, height: 1), view: CGSize(width: 200, height: 100))
        XCTAssertEqual(mapping.frame, CGRect(x: 0, y: -50, width: 200, height: 200))
    }

    func testAFrameWithoutSizeIsTheView() {
        let view = CGSize(width: 10, height: 20)
        XCTAssertEqual(PreviewMapping(picture: .zero, view: view).frame.size, view)
    }
}
