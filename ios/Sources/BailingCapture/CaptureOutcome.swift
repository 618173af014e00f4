import BailingCore

/// How a capture ended. Sealed: an app handles each of the three.
public enum CaptureOutcome: Equatable, Sendable {
    /// A bundle is in the outbox, under this id. Wake the uploader.
    case captured(bundle: String)
    /// The merchant left; nothing is kept.
    case cancelled
    /// It cannot be done here.
    case failed(Reason)

    /// Why it cannot be done.
    public enum Reason: Equatable, Sendable {
        /// The camera may not be used, or does not answer.
        case camera(CameraAccess.Refusal)
        /// Sealing or the session failed; code as listed in `CODES.md`. Where no tickets are left the server has to be
        /// reached once.
        case sdk(BailingError)
    }
}
