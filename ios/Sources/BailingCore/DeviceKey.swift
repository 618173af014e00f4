import BailingBindings
import Foundation

/// A P-256 key that signs and never leaves where it is.
public protocol DeviceKey: Sendable {
    /// The uncompressed point, 65 bytes.
    var publicKey: Data { get }
    /// How it signs.
    var algorithm: SigningAlgorithm { get }
    /// SHA-256 of the attestation that it was enrolled with, 32 bytes; nil for a key that nothing attests.
    var attestation: Data? { get }
    /// Over `message`, as ``algorithm`` says. Called on a thread that may block, never on the main one.
    ///
    /// - Throws: ``BailingError`` `key_failed`.
    func sign(_ message: Data) throws -> Data
}

/// How a key signs.
public enum SigningAlgorithm: Hashable, Sendable {
    /// ECDSA with P-256 and SHA-256, as r ‖ s, 64 bytes.
    case es256
    /// The App Attest assertion whose client data is the message.
    case appAttest
}

/// The keys of this phone. A new one may be on trial beside the enrolled one, so they are named by their id: SHA-256
/// of the public key, hexadecimal.
public protocol DeviceKeys: Sendable {
    /// Makes a key, and lets the platform say what it is worth, over the server's challenge.
    func make(for challenge: Data) async throws -> KeyProof
    /// The key of that id; nil where this phone does not have it, or no longer.
    func key(_ id: String) throws -> (any DeviceKey)?
    /// That key is enrolled: all others are of no use any more.
    func keepOnly(_ id: String) throws
}

/// What vouches for a new key.
public enum KeyProof: Sendable {
    /// App Attest's attestation object.
    case appAttest(object: Data)
    /// Nothing but that it signs. Only a server for demos takes that.
    case possession(any DeviceKey)
}

/// A key as the library calls it.
final class NativeKey: SigningKey {
    private let key: any DeviceKey

    init(_ key: any DeviceKey) {
        self.key = key
    }

    func publicKey() throws -> Data { key.publicKey }

    func algorithm() throws -> KeyAlgorithm { key.algorithm == .appAttest ? .appAttest : .es256 }

    func attestation() throws -> Data? { key.attestation }

    func sign(message: Data) throws -> Data {
        do {
            return try key.sign(message)
        } catch let error as BailingError {
            throw SdkError.Failed(code: error.code, detail: error.detail)
        } catch {
            throw SdkError.Failed(code: "key_failed", detail: "\(error)")
        }
    }
}
