#if canImport(CryptoKit) && canImport(Security)
import CryptoKit
import Foundation
import Security

/// A P-256 key in the Secure Enclave. Nothing attests it: it is for the Simulator and for servers that take such keys
/// as software's; an app that ships uses ``AppAttestKey``.
public final class SecureEnclaveKey: DeviceKey, @unchecked Sendable {
    public let publicKey: Data
    public let algorithm = SigningAlgorithm.es256
    public let attestation: Data? = nil

    // A SecKey is immutable, and may be used by any thread.
    private let key: SecKey

    fileprivate init(_ key: SecKey) throws {
        guard let point = SecKeyCopyPublicKey(key).flatMap({ SecKeyCopyExternalRepresentation($0, nil) }) as Data?,
              point.count == 65
        else { throw BailingError(code: "key_failed", detail: "the key has no public half") }
        self.key = key
        publicKey = point
    }

    /// SHA-256 of the public key, hexadecimal.
    var id: String { SHA256.hash(data: publicKey).map { String(format: "%02x", $0) }.joined() }

    public func sign(_ message: Data) throws -> Data {
        var error: Unmanaged<CFError>?
        let der = SecKeyCreateSignature(key, .ecdsaSignatureMessageX962SHA256, message as CFData, &error)
        guard let der = der as Data? else {
            let code = error.map { CFErrorGetCode($0.takeRetainedValue()) } ?? 0
            throw BailingError(code: "key_failed", detail: "the Secure Enclave did not sign: \(code)")
        }
        guard let raw = EcdsaSignature.raw(der: der) else {
            throw BailingError(code: "key_failed", detail: "the Secure Enclave gave a signature that is not ECDSA's")
        }
        return raw
    }
}

/// Keys in the Secure Enclave; on the Simulator the system keeps them in software.
public final class SecureEnclaveKeys: DeviceKeys {
    private static let label = "org.bailing.core.secure-enclave"

    public init() {}

    public func make(for challenge: Data) async throws -> KeyProof {
        var error: Unmanaged<CFError>?
        let access = SecAccessControlCreateWithFlags(
            nil, kSecAttrAccessibleAfterFirstUnlockThisDeviceOnly, .privateKeyUsage, &error
        )
        guard let access else { throw Self.failed(error) }
        let attributes: [CFString: Any] = [
            kSecAttrKeyType: kSecAttrKeyTypeECSECPrimeRandom,
            kSecAttrKeySizeInBits: 256,
            kSecAttrTokenID: kSecAttrTokenIDSecureEnclave,
            kSecPrivateKeyAttrs: [
                kSecAttrIsPermanent: true,
                kSecAttrLabel: Self.label,
                kSecAttrAccessControl: access,
            ] as [CFString: Any],
        ]
        guard let key = SecKeyCreateRandomKey(attributes as CFDictionary, &error) else { throw Self.failed(error) }
        return .possession(try SecureEnclaveKey(key))
    }

    public func key(_ id: String) throws -> (any DeviceKey)? {
        try all().first { $0.key.id == id }?.key
    }

    public func keepOnly(_ id: String) throws {
        for (key, reference) in try all() where key.id != id {
            SecItemDelete([kSecClass: kSecClassKey, kSecValueRef: reference] as CFDictionary)
        }
    }

    private func all() throws -> [(key: SecureEnclaveKey, reference: SecKey)] {
        let query: [CFString: Any] = [
            kSecClass: kSecClassKey,
            kSecAttrKeyClass: kSecAttrKeyClassPrivate,
            kSecAttrLabel: Self.label,
            kSecReturnRef: true,
            kSecMatchLimit: kSecMatchLimitAll,
        ]
        var found: CFTypeRef?
        let status = SecItemCopyMatching(query as CFDictionary, &found)
        if status == errSecItemNotFound { return [] }
        guard status == errSecSuccess, let references = found as? [SecKey] else {
            throw BailingError(code: "key_failed", detail: "the Keychain failed: \(status)")
        }
        return try references.map { (try SecureEnclaveKey($0), $0) }
    }

    private static func failed(_ error: Unmanaged<CFError>?) -> BailingError {
        let code = error.map { CFErrorGetCode($0.takeRetainedValue()) } ?? 0
        return BailingError(code: "key_failed", detail: "the Secure Enclave made no key: \(code)")
    }
}
#endif
