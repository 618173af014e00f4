import BailingBindings

/// What became of a still.
public enum Photograph: Hashable, Sendable {
    /// It is a page of the bundle now.
    case kept(Still)
    /// It is kept, and the same is wanted once more, from a third nearer or farther: that settles whether it shows
    /// a screen. The merchant may decline (``CaptureSession/skipSecond()``); then a person looks at it.
    case again(Still)
    /// It is not kept: take it anew.
    case retake(Still)

    /// What was seen on it.
    public var still: Still {
        switch self {
        case .kept(let still), .again(let still), .retake(let still): return still
        }
    }

    /// What was seen on a still.
    public struct Still: Hashable, Sendable {
        /// Codes of what speaks against it, as listed in `CODES.md`; may be empty.
        public let reasons: [String]
        /// The page's outline in the upright still; nil without a page.
        public let outline: Outline?
        /// Pixels, upright.
        public let width: Int
        /// Pixels, upright.
        public let height: Int
    }

    init(_ native: BailingBindings.Photograph) {
        let still = Still(
            reasons: native.reasons,
            outline: Outline(native.corners),
            width: Int(native.width),
            height: Int(native.height)
        )
        switch native.outcome {
        case .kept: self = .kept(still)
        case .again: self = .again(still)
        case .retake: self = .retake(still)
        }
    }
}
