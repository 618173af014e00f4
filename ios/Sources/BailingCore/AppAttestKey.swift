#if canImport(DeviceCheck) && canImport(CryptoKit)
import CryptoKit
import DeviceCheck
import Foundation

/// A key that App Attest made and attested. It makes assertions only: the message is an assertion's client data.
public final class AppAttestKey: DeviceKey {
    /// Apple's servers are not asked for an assertion; a Secure Enclave that does not answer by then never will.
    private static let longestAssertion = DispatchTimeInterval.seconds(20)

    public let publicKey: Data
    public let algorithm = SigningAlgorithm.appAttest
    public let attestation: Data?

    private let keyId: String

    fileprivate init(_ record: AppAttestRecord) {
        publicKey = record.publicKey
        attestation = record.attestation
        keyId = record.keyId
    }

    /// Waits for the assertion where it is called. The library signs synchronously, and App Attest answers on a queue
    /// of its own: so this blocks a thread, which must neither be the main one nor one of Swift's cooperative few.
    /// ``CaptureSession/seal()`` calls it on the session's queue.
    public func sign(_ message: Data) throws -> Data {
        dispatchPrecondition(condition: .notOnQueue(.main))
        let answer = Answer()
        DCAppAttestService.shared.generateAssertion(keyId, clientDataHash: Data(SHA256.hash(data: message))) {
            answer.give(assertion: $0, error: $1)
        }
        return try answer.wait(Self.longestAssertion)
    }

    /// One answer that crosses from App Attest's queue to the thread that waits.
    private final class Answer: @unchecked Sendable {
        private let isThere = DispatchSemaphore(value: 0)
        private let lock = NSLock()
        private var result: Result<Data, BailingError>?

        func give(assertion: Data?, error: Error?) {
            let result: Result<Data, BailingError> = assertion.map { .success($0) } ?? .failure(appAttestFailed(error))
            lock.withLock { self.result = result }
            isThere.signal()
        }

        func wait(_ longest: DispatchTimeInterval) throws -> Data {
            let inTime = isThere.wait(timeout: .now() + longest) == .success
            guard inTime, let result = lock.withLock({ result }) else {
                throw BailingError(code: "key_failed", detail: "App Attest did not answer: try again")
            }
            return try result.get()
        }
    }
}

/// Keys of App Attest. Their ids, and what they were attested with, are kept in the Keychain; the keys themselves are the
/// system's, and gone when the app is deleted.
public final class AppAttestKeys: DeviceKeys {
    /// A key that is made and not attested yet.
    private static let fresh = "app-attest-fresh"

    public init() {}

    /// Whether this phone can: the Simulator and most app extensions cannot.
    public static var isSupported: Bool { DCAppAttestService.shared.isSupported }

    /// - Throws: `key_failed`; try again later where Apple's servers could not be reached.
    public func make(for challenge: Data) async throws -> KeyProof {
        let service = DCAppAttestService.shared
        guard service.isSupported else {
            throw BailingError(code: "key_failed", detail: "this device or this part of the app has no App Attest")
        }
        let keyId = try await freshKey()
        let object: Data
        do {
            object = try await service.attestKey(keyId, clientDataHash: Data(SHA256.hash(data: challenge)))
        } catch {
            // While Apple's servers cannot be reached the same key is tried again, as Apple asks for: each new key
            // counts towards the risk metric.
            if (error as? DCError)?.code != .serverUnavailable { try Keychain.remove(Self.fresh) }
            throw appAttestFailed(error)
        }
        guard let read = AttestationObject(object), read.keyId == Data(SHA256.hash(data: read.publicKey)),
              read.keyId == Data(base64Encoded: keyId)
        else {
            throw BailingError(code: "key_failed", detail: "App Attest's object does not hold its own key")
        }
        let record = AppAttestRecord(
            keyId: keyId, publicKey: read.publicKey, attestation: Data(SHA256.hash(data: object))
        )
        try record.keep()
        // An attested key cannot be attested again.
        try Keychain.remove(Self.fresh)
        return .appAttest(object: object)
    }

    public func key(_ id: String) throws -> (any DeviceKey)? {
        try AppAttestRecord.read(id).map(AppAttestKey.init)
    }

    public func keepOnly(_ id: String) throws {
        try AppAttestRecord.keepOnly(id)
    }

    private func freshKey() async throws -> String {
        if let kept = try Keychain.read(Self.fresh) { return String(decoding: kept, as: UTF8.self) }
        let keyId: String
        do {
            keyId = try await DCAppAttestService.shared.generateKey()
        } catch {
            throw appAttestFailed(error)
        }
        try Keychain.write(Self.fresh, Data(keyId.utf8))
        return keyId
    }
}

/// What the Keychain keeps of an attested key.
private struct AppAttestRecord: Codable {
    private static let start = "app-attest."

    /// As App Attest names it: base64 of SHA-256 of the point.
    let keyId: String
    let publicKey: Data
    let attestation: Data

    func keep() throws {
        let id = SHA256.hash(data: publicKey).map { String(format: "%02x", $0) }.joined()
        try Keychain.write(Self.start + id, try JSONEncoder().encode(self))
    }

    static func read(_ id: String) throws -> AppAttestRecord? {
        guard let kept = try Keychain.read(start + id) else { return nil }
        return try? JSONDecoder().decode(AppAttestRecord.self, from: kept)
    }

    static func keepOnly(_ id: String) throws {
        for name in try Keychain.names(beginning: start) where name != start + id { try Keychain.remove(name) }
    }
}

/// The kind alone, and what to do.
private func appAttestFailed(_ error: Error?) -> BailingError {
    let detail: String
    switch (error as? DCError)?.code {
    case .serverUnavailable?: detail = "Apple's servers cannot be reached: try again later"
    case .invalidKey?: detail = "App Attest no longer knows the key: enrol this phone anew"
    case .featureUnsupported?: detail = "this device or this part of the app has no App Attest"
    case let code?: detail = "App Attest failed: \(code.rawValue)"
    case nil: detail = "App Attest failed"
    }
    return BailingError(code: "key_failed", detail: detail)
}
#endif
