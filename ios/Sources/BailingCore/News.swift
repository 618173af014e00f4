import BailingBindings

/// What has changed in an outbox, where an app would want to know.
public enum News: Equatable, Sendable {
    /// The server knows this phone's key: tickets come next.
    case enrolled
    /// The server does not take this phone's key.
    case enrolmentRefused(BailingError)
    /// So many captures can be sealed now without the server.
    case tickets(Int)
    /// The bank's policy of this revision holds from now on: see ``Outbox/policy()``.
    case policy(revision: UInt64)
    /// A piece of a bundle has arrived: bytes so far, and altogether.
    case progress(bundle: String, sent: UInt64, total: UInt64)
    /// The server has the bundle.
    case received(bundle: String)
    /// The server has decided: ``Outbox/decision(on:)`` says how.
    case decided(bundle: String)
    /// The server refused the bundle for good: the pictures have to be taken again.
    case refused(bundle: String, BailingError)
    /// An errand failed on the phone, its key store or its storage; it is tried again.
    case delayed(BailingError)

    init(_ native: BailingBindings.News) {
        switch native {
        case .enrolled: self = .enrolled
        case .enrolmentRefused(let code, let detail): self = .enrolmentRefused(BailingError(code: code, detail: detail))
        case .tickets(let count): self = .tickets(Int(count))
        case .policy(let revision): self = .policy(revision: revision)
        case .progress(let bundle, let sent, let total): self = .progress(bundle: bundle, sent: sent, total: total)
        case .received(let bundle): self = .received(bundle: bundle)
        case .decided(let bundle): self = .decided(bundle: bundle)
        case .refused(let bundle, let code, let detail):
            self = .refused(bundle: bundle, BailingError(code: code, detail: detail))
        }
    }
}
