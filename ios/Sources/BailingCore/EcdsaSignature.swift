import Foundation

/// The two forms of a P-256 signature: the Secure Enclave gives ASN.1, COSE wants r ‖ s.
enum EcdsaSignature {
    private static let scalar = 32

    /// `SEQUENCE { INTEGER r, INTEGER s }` in DER (X9.62) to r ‖ s, 64 bytes; nil for anything else, also with bytes
    /// left over.
    static func raw(der: Data) -> Data? {
        var rest = [UInt8](der)[...]
        // Two integers of at most 33 bytes each: every length fits into one byte.
        guard rest.popFirst() == 0x30, let length = rest.popFirst(), Int(length) == rest.count,
              let r = integer(&rest), let s = integer(&rest), rest.isEmpty
        else { return nil }
        return Data(r + s)
    }

    /// Takes an integer off the front, as 32 bytes.
    private static func integer(_ rest: inout ArraySlice<UInt8>) -> [UInt8]? {
        guard rest.popFirst() == 0x02, let length = rest.popFirst(), (1...scalar + 1).contains(Int(length)),
              rest.count >= Int(length)
        else { return nil }
        var digits = rest.prefix(Int(length))
        rest = rest.dropFirst(Int(length))
        guard let first = digits.first, first < 0x80 else { return nil }
        if first == 0, digits.count > 1 {
            // A zero keeps the sign, and stands nowhere else.
            digits = digits.dropFirst()
            guard let next = digits.first, next >= 0x80 else { return nil }
        }
        guard digits.count <= scalar else { return nil }
        return [UInt8](repeating: 0, count: scalar - digits.count) + digits
    }
}
