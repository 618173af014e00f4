#if canImport(Security)
import Foundation
import Security

/// The key under which the outbox's files are encrypted.
enum StorageKey {
    private static let name = "storage-key"
    private static let length = 32

    /// The phone's, made where there is none.
    static func current() throws -> Data {
        if let key = try Keychain.read(name), key.count == length { return key }
        var bytes = [UInt8](repeating: 0, count: length)
        guard SecRandomCopyBytes(kSecRandomDefault, length, &bytes) == errSecSuccess else {
            throw BailingError(code: "key_failed", detail: "the system gave no random bytes")
        }
        let key = Data(bytes)
        try Keychain.write(name, key)
        return key
    }
}
#endif
