import BailingBindings

/// What the merchant is to prove, and how it is photographed.
public struct CaptureTask: Hashable, Sendable {
    /// How a proof is photographed.
    public enum Mode: Hashable, Sendable {
        /// One page or card, found in the frame and outlined.
        case document
        /// A shop front, a shelf, a truck: no page to find.
        case scene
        /// Pages of one paper, so many at most; 1 to 16, and what is beyond counts as the nearest.
        case pages(most: Int)
    }

    /// The kind of proof, as the server names it, for example `business_licence`.
    public let kind: String
    /// How it is photographed.
    public let mode: Mode

    /// A task.
    public init(kind: String, mode: Mode = .document) {
        self.kind = kind
        self.mode = mode
    }

    /// How many pages it takes at most.
    public var mostPages: Int {
        if case .pages(let most) = mode { return min(max(most, 1), 16) }
        return 1
    }

    var native: BailingBindings.CaptureTask {
        let mode: CaptureMode
        switch self.mode {
        case .document: mode = .document
        case .scene: mode = .scene
        case .pages: mode = .pages(most: UInt32(mostPages))
        }
        return BailingBindings.CaptureTask(kind: kind, mode: mode)
    }
}
