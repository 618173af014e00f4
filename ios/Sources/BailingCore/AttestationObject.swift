import Foundation

/// The little that the phone reads of its own App Attest object: whose key it is. App Attest tells an app its key's id
/// only, and what is signed names the key.
///
/// `hash of the app id (32) ‖ flags (1) ‖ counter (4) ‖ AAGUID (16) ‖ length (2) ‖ credential id ‖ COSE key ‖ …`
/// (WebAuthn §6.1, §6.5). Whether the object is sound is the server's to say.
struct AttestationObject {
    /// SHA-256 of the point, as App Attest names the key.
    let keyId: Data
    /// The uncompressed point, 65 bytes.
    let publicKey: Data

    private static let beforeCredential = 32 + 1 + 4 + 16

    /// Nil where it is none.
    init?(_ object: Data) {
        var outer = [UInt8](object)[...]
        guard object.count <= 65_536, let item = Cbor.read(&outer), let data = item[.text("authData")]?.bytes,
              data.count > Self.beforeCredential + 2
        else { return nil }
        var rest = data.dropFirst(Self.beforeCredential)
        guard rest.popFirst() == 0, rest.popFirst() == 32, rest.count > 32 else { return nil }
        let id = rest.prefix(32)
        rest = rest.dropFirst(32)
        // RFC 9053 §7.1: type EC2, ES256, P-256, x and y.
        guard let key = Cbor.read(&rest),
              key[.integer(1)] == .integer(2), key[.integer(3)] == .integer(-7), key[.integer(-1)] == .integer(1),
              let x = key[.integer(-2)]?.bytes, let y = key[.integer(-3)]?.bytes, x.count == 32, y.count == 32
        else { return nil }
        keyId = Data(id)
        publicKey = Data([4] + x + y)
    }
}
