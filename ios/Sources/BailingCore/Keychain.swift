#if canImport(Security)
import Foundation
import Security

/// Small secrets in the Keychain, of this phone alone: never in a backup, never on another device.
enum Keychain {
    private static let service = "org.bailing.core"

    /// What was kept under a name.
    static func read(_ name: String) throws -> Data? {
        var query = item(name)
        query[kSecReturnData] = true
        var found: CFTypeRef?
        let status = SecItemCopyMatching(query as CFDictionary, &found)
        if status == errSecItemNotFound { return nil }
        guard status == errSecSuccess, let data = found as? Data else { throw failed(status) }
        return data
    }

    /// Keeps bytes under a name, in place of what was there. Readable after the first unlock since boot.
    static func write(_ name: String, _ data: Data) throws {
        let change: [CFString: Any] = [
            kSecValueData: data,
            kSecAttrAccessible: kSecAttrAccessibleAfterFirstUnlockThisDeviceOnly,
        ]
        var status = SecItemUpdate(item(name) as CFDictionary, change as CFDictionary)
        if status == errSecItemNotFound {
            let new = item(name).merging(change) { _, new in new }
            status = SecItemAdd(new as CFDictionary, nil)
        }
        guard status == errSecSuccess else { throw failed(status) }
    }

    /// Forgets what was kept under a name, if anything was.
    static func remove(_ name: String) throws {
        let status = SecItemDelete(item(name) as CFDictionary)
        guard status == errSecSuccess || status == errSecItemNotFound else { throw failed(status) }
    }

    /// All names that begin so.
    static func names(beginning start: String) throws -> [String] {
        let query: [CFString: Any] = [
            kSecClass: kSecClassGenericPassword,
            kSecAttrService: service,
            kSecReturnAttributes: true,
            kSecMatchLimit: kSecMatchLimitAll,
        ]
        var found: CFTypeRef?
        let status = SecItemCopyMatching(query as CFDictionary, &found)
        if status == errSecItemNotFound { return [] }
        guard status == errSecSuccess, let items = found as? [[String: Any]] else { throw failed(status) }
        return items.compactMap { $0[kSecAttrAccount as String] as? String }.filter { $0.hasPrefix(start) }
    }

    private static func item(_ name: String) -> [CFString: Any] {
        [kSecClass: kSecClassGenericPassword, kSecAttrService: service, kSecAttrAccount: name]
    }

    private static func failed(_ status: OSStatus) -> BailingError {
        if status == errSecInteractionNotAllowed {
            return BailingError(code: "key_failed", detail: "the Keychain is locked until the phone is unlocked once")
        }
        return BailingError(code: "key_failed", detail: "the Keychain failed: \(status)")
    }
}
#endif
