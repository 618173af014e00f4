import BailingBindings
import Foundation

/// What this phone has towards one bank's server: its enrolment, tickets, and the bundles on their way. Durable: it
/// survives the process at any moment.
///
/// One a process for a folder; open it early, so that the system can go on with an upload in a process that it
/// started itself. An ``Uploader`` carries it to the server.
public actor Outbox: ErrandSource {
    /// Where an outbox is kept, and for whom.
    public struct Configuration: Sendable {
        /// A folder of its own, kept out of backups: a restored phone must not sign a sequence number twice.
        public var folder: URL
        /// 32 bytes that the Keychain keeps: the files are encrypted under it.
        public var storageKey: Data
        /// Scheme, host and port of the server, as it names itself: `https://bank.example`.
        public var serverOrigin: String
        /// The app's bundle id, without its team.
        public var appId: String
        /// The app's version.
        public var appVersion: String
        /// Changes with each boot of the phone.
        public var bootMarker: String
        /// The key whose policies this phone takes, 32 bytes, as `bailing-server policy new-key` prints it; nil where the
        /// bank signs none.
        public var policyKey: Data?

        /// All of it in hand; on a phone `Bailing.open` finds it.
        public init(
            folder: URL, storageKey: Data, serverOrigin: String, appId: String, appVersion: String, bootMarker: String,
            policyKey: Data? = nil
        ) {
            self.folder = folder
            self.storageKey = storageKey
            self.serverOrigin = serverOrigin
            self.appId = appId
            self.appVersion = appVersion
            self.bootMarker = bootMarker
            self.policyKey = policyKey
        }
    }

    /// Scheme, host and port of the server.
    public nonisolated let serverOrigin: String

    private let native: BailingBindings.Outbox
    private let keys: any DeviceKeys

    /// Opens what a folder has, or begins anew. Reads files: some milliseconds.
    ///
    /// - Throws: `storage_key_wrong`, where the files were written under another key, and whatever speaks against
    ///   reading or writing them.
    public init(_ configuration: Configuration, keys: any DeviceKeys) throws {
        serverOrigin = configuration.serverOrigin
        self.keys = keys
        native = try calling {
            try BailingBindings.Outbox.open(config: OutboxConfig(
                folder: configuration.folder.path,
                storageKey: configuration.storageKey,
                serverOrigin: configuration.serverOrigin,
                appId: configuration.appId,
                appVersion: configuration.appVersion,
                bootMarker: configuration.bootMarker,
                policyKey: configuration.policyKey
            ))
        }
    }

    /// Begins a capture.
    public func capture(_ task: CaptureTask) throws -> CaptureSession {
        let session = try calling { try BailingBindings.CaptureSession(outbox: native, task: task.native) }
        return CaptureSession(task: task, native: session) { [native, keys] session in
            guard let enrolment = native.enrolment() else {
                throw BailingError(code: "key_unknown", detail: "enrol this phone before it seals")
            }
            guard let key = try keys.key(enrolment.keyId) else {
                throw BailingError(code: "key_failed", detail: "the enrolled key is gone from this phone: enrol anew")
            }
            return try session.seal(key: NativeKey(key))
        }
    }

    /// Asks the server to take a new key of this phone for a merchant; an ``Uploader`` does it. A key that is enrolled
    /// already stays until the new one is.
    ///
    /// - Parameter merchantId: the bank's id of the merchant.
    public func enrol(merchantId: String) throws {
        try calling { try native.enrol(merchantId: merchantId) }
    }

    /// The key that the server knows, if there is one.
    public func enrolment() -> Enrolment? {
        native.enrolment().map { Enrolment(keyId: $0.keyId, grade: $0.grade, merchantId: $0.merchantId) }
    }

    /// Captures that can be sealed now without the server.
    public func tickets() -> Int {
        Int(native.ticketsLeft())
    }

    /// What the bank asks of its phones now; nil where it says nothing.
    public func policy() -> Policy? {
        native.policy().map(Policy.init)
    }

    /// All bundles of which something is known, in the order in which they were sealed.
    public func entries() -> [OutboxEntry] {
        native.entries().map(OutboxEntry.init)
    }

    /// What the server decided; nil where it has not, or where the decision is kept no longer.
    public func decision(on bundle: String) throws -> Decision? {
        try calling { try native.decision(bundle: bundle) }.map(Decision.init(json:))
    }

    /// Gives a bundle up, or what is known of it. The server notices that one is missing from the chain.
    public func forget(_ bundle: String) throws {
        try calling { try native.forget(bundle: bundle) }
    }

    public func nextErrand() throws -> Errand {
        Errand(try calling { try native.nextErrand() })
    }

    public func answer(_ exchange: UInt64, _ answer: HTTPAnswer?) throws -> News? {
        try calling { try native.answer(exchange: exchange, response: answer?.native) }.map(News.init)
    }

    public func prove(_ proof: KeyProof) throws {
        switch proof {
        case .appAttest(let object): try calling { try native.attestedIos(object: object) }
        case .possession(let key): try calling { try native.provedByPossession(key: NativeKey(key)) }
        }
    }

    public func networkIsBack() throws {
        try calling { try native.networkIsBack() }
    }
}
