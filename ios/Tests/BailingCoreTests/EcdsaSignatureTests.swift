import Foundation
import XCTest
@testable import BailingCore

final class EcdsaSignatureTests: XCTestCase {
    private func der(_ r: [UInt8], _ s: [UInt8]) -> Data {
        let integers = Data([0x02, UInt8(r.count)]) + Data(r) + Data([0x02, UInt8(s.count)]) + Data(s)
        return Data([0x30, UInt8(integers.count)]) + integers
    }

    func testEachLengthOfAScalarIsRead() {
        let full = [UInt8](repeating: 0x7f, count: 32)
        let high = [UInt8](repeating: 0xff, count: 32)
        XCTAssertEqual(EcdsaSignature.raw(der: der(full, full)), Data(full + full))
        // The highest bit set: a zero before it.
        XCTAssertEqual(EcdsaSignature.raw(der: der([0] + high, full)), Data(high + full))
        // Short ones are filled from the left.
        let zeros = Data(count: 31)
        XCTAssertEqual(EcdsaSignature.raw(der: der([1], [0, 0x80])), zeros + Data([1]) + zeros + Data([0x80]))
    }

    func testNothingElseIsRead() {
        let good = der([1], [2])
        let full = [UInt8](repeating: 0x7f, count: 32)
        let bad: [(String, Data)] = [
            ("nothing", Data()),
            ("another tag", Data([0x31]) + good.dropFirst()),
            ("bytes left over", good + [0]),
            ("cut short", good.dropLast()),
            ("negative", der([0x80], [1])),
            ("a zero too many", der([0, 1], [1])),
            ("no digits", der([], [1])),
            ("33 bytes and no sign", der([1] + full, full)),
            ("one integer", Data([0x30, 3, 0x02, 1, 1])),
        ]
        for (name, bytes) in bad { XCTAssertNil(EcdsaSignature.raw(der: bytes), name) }
        for length in 0..<good.count { XCTAssertNil(EcdsaSignature.raw(der: good.prefix(length)), "\(length) bytes") }
    }

    func testASliceOfOtherBytesIsReadFromItsStart() {
        let held = Data([9, 9]) + der([1], [2])
        XCTAssertNotNil(EcdsaSignature.raw(der: held.dropFirst(2)))
    }
}
