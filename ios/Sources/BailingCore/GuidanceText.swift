import BailingBindings

extension Guidance {
    /// The hint as the merchant reads or hears it. The library says it, the same on every platform.
    public func text(in language: Language) -> String {
        let language: BailingBindings.Language = language == .chinese ? .chinese : .english
        return guidanceText(guidance: native, language: language)
    }

    /// The hint's stable name, for logs.
    public var code: String { guidanceCode(guidance: native) }

    /// Every hint by its numbers, as the frame path gives them.
    private static let numbered: [[Guidance]] = {
        var kinds: [[Guidance]] = []
        for number in allGuidance() {
            // They come in order, each kind's details too.
            if number.kind == kinds.count { kinds.append([]) }
            kinds[kinds.count - 1].append(Guidance(number.guidance))
        }
        return kinds
    }()

    /// The hint of a kind's number and its side's or place's; nil for numbers that no hint has.
    static func numbered(kind: Int32, detail: Int32) -> Guidance? {
        let kind = Int(kind), detail = Int(detail)
        guard numbered.indices.contains(kind), numbered[kind].indices.contains(detail) else { return nil }
        return numbered[kind][detail]
    }

    init(_ native: BailingBindings.Guidance) {
        switch native {
        case .noDocument: self = .noDocument
        case .cutOff(let side): self = .cutOff(side: Side(side))
        case .moveCloser: self = .moveCloser
        case .moveAway: self = .moveAway
        case .tooTilted: self = .tooTilted
        case .notLevel: self = .notLevel
        case .covered: self = .covered
        case .notFlat: self = .notFlat
        case .tooDark: self = .tooDark
        case .tooBright: self = .tooBright
        case .colouredLight: self = .colouredLight
        case .shadow: self = .shadow
        case .glare(let place): self = .glare(place: Place(place))
        case .blurred: self = .blurred
        case .holdStill: self = .holdStill
        case .looksLikeAScreen: self = .looksLikeAScreen
        case .changeDistance: self = .changeDistance
        case .ready: self = .ready
        }
    }

    var native: BailingBindings.Guidance {
        switch self {
        case .noDocument: return .noDocument
        case .cutOff(let side): return .cutOff(side: side.native)
        case .moveCloser: return .moveCloser
        case .moveAway: return .moveAway
        case .tooTilted: return .tooTilted
        case .notLevel: return .notLevel
        case .covered: return .covered
        case .notFlat: return .notFlat
        case .tooDark: return .tooDark
        case .tooBright: return .tooBright
        case .colouredLight: return .colouredLight
        case .shadow: return .shadow
        case .glare(let place): return .glare(place: place.native)
        case .blurred: return .blurred
        case .holdStill: return .holdStill
        case .looksLikeAScreen: return .looksLikeAScreen
        case .changeDistance: return .changeDistance
        case .ready: return .ready
        }
    }
}

extension Guidance.Side {
    init(_ native: BailingBindings.Side) {
        switch native {
        case .top: self = .top
        case .right: self = .right
        case .bottom: self = .bottom
        case .left: self = .left
        }
    }

    var native: BailingBindings.Side {
        switch self {
        case .top: return .top
        case .right: return .right
        case .bottom: return .bottom
        case .left: return .left
        }
    }
}

extension Guidance.Place {
    init(_ native: BailingBindings.Place) {
        switch native {
        case .topLeft: self = .topLeft
        case .top: self = .top
        case .topRight: self = .topRight
        case .left: self = .left
        case .middle: self = .middle
        case .right: self = .right
        case .bottomLeft: self = .bottomLeft
        case .bottom: self = .bottom
        case .bottomRight: self = .bottomRight
        }
    }

    var native: BailingBindings.Place {
        switch self {
        case .topLeft: return .topLeft
        case .top: return .top
        case .topRight: return .topRight
        case .left: return .left
        case .middle: return .middle
        case .right: return .right
        case .bottomLeft: return .bottomLeft
        case .bottom: return .bottom
        case .bottomRight: return .bottomRight
        }
    }
}
