import BailingFFI
import XCTest
@testable import BailingCore

final class FrameResultTests: XCTestCase {
    func testTheResultLiesAsTheHeaderSays() {
        typealias Written = bailing_frame_result
        XCTAssertEqual(MemoryLayout<Written>.size, 64)
        XCTAssertEqual(MemoryLayout<Written>.stride, 64)
        XCTAssertEqual(MemoryLayout<Written>.offset(of: \.guidance), 0)
        XCTAssertEqual(MemoryLayout<Written>.offset(of: \.detail), 4)
        XCTAssertEqual(MemoryLayout<Written>.offset(of: \.flags), 8)
        XCTAssertEqual(MemoryLayout<Written>.offset(of: \.quad), 12)
        XCTAssertEqual(MemoryLayout<Written>.offset(of: \.steadiness), 44)
        XCTAssertEqual(MemoryLayout<Written>.offset(of: \.reserved), 48)
    }

    func testFlagsAndCornersAreRead() {
        var written = bailing_frame_result()
        written.flags = 1 | 4
        written.quad = (0.1, 0.2, 0.9, 0.2, 0.8, 0.7, 0.15, 0.75)
        written.steadiness = 0.5
        let result = FrameResult(written)
        XCTAssertTrue(result.isTimeToCapture)
        XCTAssertFalse(result.isAnalysed)
        XCTAssertEqual(result.outline?.topLeft, Outline.Point(x: 0.1, y: 0.2))
        XCTAssertEqual(result.outline?.topRight, Outline.Point(x: 0.9, y: 0.2))
        XCTAssertEqual(result.outline?.bottomRight, Outline.Point(x: 0.8, y: 0.7))
        XCTAssertEqual(result.outline?.bottomLeft, Outline.Point(x: 0.15, y: 0.75))
        XCTAssertEqual(result.steadiness, 0.5)
        written.flags = 2
        XCTAssertNil(FrameResult(written).outline, "a quad without its flag is what an earlier frame left")
        XCTAssertTrue(FrameResult(written).isAnalysed)
    }

    func testANumberThatNoHintHasIsHarmless() {
        var written = bailing_frame_result()
        for (kind, detail) in [(99, 0), (-1, 0), (1, 99), (1, -1)] as [(Int32, Int32)] {
            (written.guidance, written.detail) = (kind, detail)
            XCTAssertEqual(FrameResult(written).guidance, .holdStill)
        }
    }
}
