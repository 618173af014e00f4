import Foundation
import XCTest
@testable import BailingCore

final class AttestationObjectTests: XCTestCase {
    private let id = [UInt8](repeating: 7, count: 32)
    private let x = [UInt8](1...32)
    private let y = [UInt8](33...64)

    /// A COSE key (RFC 9053 §7.1).
    private func key(curve: UInt8 = 1) -> [UInt8] {
        var key: [UInt8] = [0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, curve, 0x21, 0x58, 32]
        key += x
        key += [0x22, 0x58, 32] as [UInt8]
        key += y
        return key
    }

    private func authenticatorData(key: [UInt8], after: [UInt8] = []) -> [UInt8] {
        var data = [UInt8](repeating: 1, count: 32)
        data += [0x40, 0, 0, 0, 0] as [UInt8]
        data += [UInt8](repeating: 2, count: 16)
        data += [0, 32] as [UInt8]
        data += id
        data += key
        data += after
        return data
    }

    private func object(_ data: [UInt8]) -> Data {
        var object = Data([0xa3])
        object += text("fmt") + text("apple-appattest")
        object += text("attStmt") + Data([0xa1]) + text("x5c") + Data([0x80])
        object += text("authData") + Data([0x58, UInt8(data.count)]) + Data(data)
        return object
    }

    private func text(_ text: String) -> Data {
        Data([0x60 | UInt8(text.utf8.count)]) + Data(text.utf8)
    }

    func testTheKeyIsFound() throws {
        let read = try XCTUnwrap(AttestationObject(object(authenticatorData(key: key()))))
        XCTAssertEqual(read.keyId, Data(id))
        XCTAssertEqual(read.publicKey, Data([4] + x + y))
    }

    func testWhatLaterSystemsAddIsNoMatter() {
        // A map of further claims, from iOS 27 on.
        XCTAssertNotNil(AttestationObject(object(authenticatorData(key: key(), after: [0xa1, 0x01, 0x02]))))
    }

    func testAnythingElseIsNoObject() {
        XCTAssertNil(AttestationObject(object(authenticatorData(key: key(curve: 2)))), "another curve")
        let good = object(authenticatorData(key: key()))
        for length in 0..<good.count { XCTAssertNil(AttestationObject(good.prefix(length)), "\(length) bytes") }
        XCTAssertNil(AttestationObject(Data(repeating: 0x81, count: 1_000)), "nested too deep")
        XCTAssertNil(AttestationObject(Data([0x9a, 0xff, 0xff, 0xff, 0xff])), "a length that lies")
    }
}
