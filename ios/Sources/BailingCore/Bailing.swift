#if os(iOS)
import Foundation

/// All that an app needs towards one bank's server, set up as a phone should have it: outbox, keys, uploads.
///
/// Open it in the app delegate, once, and keep it.
public struct Bailing: Sendable {
    /// The background session, as the system names it to the app delegate.
    public static let sessionIdentifier = "org.bailing.uploads"

    /// What this phone has.
    public let outbox: Outbox
    /// Carries it to the server.
    public let uploader: Uploader
    /// Told by the app delegate when the system woke the app for an answer.
    public let transport: BackgroundTransport

    /// Opens what this phone has, or begins anew: in Application Support, encrypted under a key from the Keychain,
    /// kept out of backups. Reads files: some milliseconds.
    ///
    /// - Parameters:
    ///   - serverOrigin: scheme, host and port, as the server names itself: `https://bank.example`.
    ///   - policyKey: the key whose policies this phone takes, as `bailing-server policy new-key` prints it.
    ///   - keys: App Attest's by default.
    ///   - authorization: the host app's token, asked for before each request.
    /// - Throws: `key_failed`, while the phone has not been unlocked since it booted; `request_malformed`, for an
    ///   origin that is none.
    public static func open(
        serverOrigin: String,
        policyKey: Data? = nil,
        keys: any DeviceKeys = AppAttestKeys(),
        authorization: @escaping Authorization = { nil }
    ) throws -> Bailing {
        guard let origin = URL(string: serverOrigin), origin.host != nil else {
            throw BailingError(code: "request_malformed", detail: "a server's origin has a scheme and a host")
        }
        let support = FileManager.default.urls(for: .applicationSupportDirectory, in: .userDomainMask)[0]
        let folder = support.appendingPathComponent("org.bailing", isDirectory: true)
        try PrivateFolder.make(at: folder)
        let stored = folder.appendingPathComponent("outbox", isDirectory: true)
        try PrivateFolder.make(at: stored)
        let information = Bundle.main.infoDictionary
        let outbox = try Outbox(
            Outbox.Configuration(
                folder: stored,
                storageKey: try StorageKey.current(),
                serverOrigin: serverOrigin,
                appId: Bundle.main.bundleIdentifier ?? "",
                appVersion: information?["CFBundleShortVersionString"] as? String ?? "0",
                bootMarker: try BootMarker.current(),
                policyKey: policyKey
            ),
            keys: keys
        )
        let transport = try BackgroundTransport(
            origin: origin,
            folder: folder.appendingPathComponent("sending", isDirectory: true),
            identifier: sessionIdentifier,
            authorization: authorization
        )
        return Bailing(
            outbox: outbox,
            uploader: Uploader(outbox: outbox, keys: keys, transport: transport),
            transport: transport
        )
    }
}
#endif
