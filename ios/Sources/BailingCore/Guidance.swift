/// One hint for the merchant, the most useful one: what to do for a good picture.
///
/// Sealed: an app that draws hints of its own handles each of them. The library has settled it over time; it
/// can be shown as it comes.
public enum Guidance: Hashable, Sendable {
    /// Nothing that looks like a document.
    case noDocument
    /// The page leaves the frame, or is about to, on this side of the upright frame.
    case cutOff(side: Side)
    /// Too far away to read.
    case moveCloser
    /// The page is larger than the frame.
    case moveAway
    /// The camera looks at the page too much from the side.
    case tooTilted
    /// The camera is held askew before a scene.
    case notLevel
    /// Fingers or things lie over the page.
    case covered
    /// The page is crumpled or bends.
    case notFlat
    /// Too little light.
    case tooDark
    /// Too much light.
    case tooBright
    /// The light is coloured.
    case colouredLight
    /// A shadow falls on the page.
    case shadow
    /// A reflection lies on the page, in this ninth of the upright frame.
    case glare(place: Place)
    /// The lens is out of focus.
    case blurred
    /// The picture is blurred by movement, or the page still moves.
    case holdStill
    /// This looks like a screen.
    case looksLikeAScreen
    /// The same once more, from a third nearer or farther: so is settled what the first photo left open.
    case changeDistance
    /// Nothing objects.
    case ready

    /// A side of the upright frame.
    public enum Side: Hashable, Sendable, CaseIterable {
        case top, right, bottom, left
    }

    /// A ninth of the upright frame.
    public enum Place: Hashable, Sendable, CaseIterable {
        case topLeft, top, topRight
        case left, middle, right
        case bottomLeft, bottom, bottomRight
    }

    /// A language that hints are written in.
    public enum Language: Hashable, Sendable, CaseIterable {
        /// Simplified Chinese.
        case chinese
        case english

        /// Of a BCP 47 tag such as `zh-Hans-CN`; English where it is another than Chinese.
        public init(tag: String) {
            let first = tag.split(whereSeparator: { $0 == "-" || $0 == "_" }).first
            self = first?.lowercased() == "zh" ? .chinese : .english
        }
    }
}
