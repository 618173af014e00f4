/// A bounded reader of the CBOR (RFC 8949) that App Attest uses: definite lengths, no tags, no floats.
indirect enum Cbor: Hashable {
    case integer(Int)
    case bytes([UInt8])
    case text(String)
    case array([Cbor])
    case map([Cbor: Cbor])

    /// Deepest nesting that is read.
    private static let deepest = 8

    /// Takes one item off the front; nil where there is none that can be read.
    static func read(_ rest: inout ArraySlice<UInt8>, depth: Int = 0) -> Cbor? {
        guard depth < deepest, let first = rest.popFirst(), let argument = argument(first & 0x1f, &rest) else { return nil }
        switch first >> 5 {
        case 0: return .integer(argument)
        case 1: return .integer(-1 - argument)
        case 2: return take(argument, &rest).map { .bytes([UInt8]($0)) }
        case 3: return take(argument, &rest).flatMap { String(validatingUTF8: $0) }.map { .text($0) }
        case 4:
            var items: [Cbor] = []
            // Every item has a byte at least: a length that lies ends early.
            for _ in 0..<argument {
                guard let item = read(&rest, depth: depth + 1) else { return nil }
                items.append(item)
            }
            return .array(items)
        case 5:
            var items: [Cbor: Cbor] = [:]
            for _ in 0..<argument {
                guard let key = read(&rest, depth: depth + 1), let value = read(&rest, depth: depth + 1),
                      items.updateValue(value, forKey: key) == nil
                else { return nil }
            }
            return .map(items)
        default: return nil
        }
    }

    /// What a map has under a key.
    subscript(key: Cbor) -> Cbor? {
        if case .map(let items) = self { return items[key] }
        return nil
    }

    /// The bytes of a byte string.
    var bytes: [UInt8]? {
        if case .bytes(let bytes) = self { return bytes }
        return nil
    }

    private static func argument(_ short: UInt8, _ rest: inout ArraySlice<UInt8>) -> Int? {
        switch short {
        case 0..<24: return Int(short)
        case 24, 25, 26: return take(1 << (short - 24), &rest)?.reduce(0) { $0 << 8 | Int($1) }
        default: return nil
        }
    }

    private static func take(_ count: Int, _ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard count <= rest.count else { return nil }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }
}

extension String {
    /// Nil where the bytes are no UTF-8.
    fileprivate init?(validatingUTF8 bytes: ArraySlice<UInt8>) {
        let text = String(decoding: bytes, as: UTF8.self)
        guard text.utf8.elementsEqual(bytes) else { return nil }
        self = text
    }
}
