import BailingBindings
import Foundation

/// A sealed bundle: on its way, or what became of it.
public struct OutboxEntry: Hashable, Sendable, Identifiable {
    /// How far it has come.
    public enum State: Hashable, Sendable {
        /// It waits to be sent.
        case waiting
        /// A part has arrived: bytes so far, and altogether.
        case sending(sent: UInt64, total: UInt64)
        /// The server has it, and has not decided.
        case received
        /// The server has decided: ``Outbox/decision(on:)`` says how.
        case decided
        /// It will never be sent: the pictures have to be taken again. Code as listed in `CODES.md`, and the
        /// server's words.
        case refused(code: String, detail: String)
    }

    /// The bundle's name at the server: SHA-256 of its bytes, hexadecimal.
    public let id: String
    /// The kinds of proof that were photographed, in order.
    public let kinds: [String]
    /// When it was sealed, by the phone's clock.
    public let sealedAt: Date
    /// Its length in bytes.
    public let bytes: UInt64
    /// Attempts to send it that failed since the last one that got on.
    public let attempts: Int
    /// How far it has come.
    public let state: State

    init(_ native: BailingBindings.OutboxEntry) {
        id = native.bundle
        kinds = native.kinds
        sealedAt = Date(timeIntervalSince1970: TimeInterval(native.sealedAt))
        bytes = native.bytes
        attempts = Int(native.attempts)
        switch native.state {
        case .waiting: state = .waiting
        case .sending(let sent, let total): state = .sending(sent: sent, total: total)
        case .received: state = .received
        case .decided: state = .decided
        case .refused(let code, let detail): state = .refused(code: code, detail: detail)
        }
    }
}

/// This phone's key, as the server knows it.
public struct Enrolment: Hashable, Sendable {
    /// SHA-256 of the public key, hexadecimal.
    public let keyId: String
    /// What its proof was worth to the server, `A` to `D`; nil where the answer that said so was lost.
    public let grade: String?
    /// The bank's id of the merchant.
    public let merchantId: String

    /// An enrolment.
    public init(keyId: String, grade: String?, merchantId: String) {
        self.keyId = keyId
        self.grade = grade
        self.merchantId = merchantId
    }
}
