/// A page's corners, as shares of the upright picture: 0, 0 is its top left and 1, 1 its bottom right. A corner
/// may lie beyond the picture.
public struct Outline: Hashable, Sendable {
    /// A place in the upright picture.
    public struct Point: Hashable, Sendable {
        /// From the left, as a share of the width.
        public let x: Float
        /// From the top, as a share of the height.
        public let y: Float

        /// A place.
        public init(x: Float, y: Float) {
            self.x = x
            self.y = y
        }
    }

    public let topLeft: Point
    public let topRight: Point
    public let bottomRight: Point
    public let bottomLeft: Point

    /// Of four corners, clockwise from the top left.
    public init(topLeft: Point, topRight: Point, bottomRight: Point, bottomLeft: Point) {
        self.topLeft = topLeft
        self.topRight = topRight
        self.bottomRight = bottomRight
        self.bottomLeft = bottomLeft
    }

    /// Clockwise from the top left.
    public var corners: [Point] { [topLeft, topRight, bottomRight, bottomLeft] }

    /// Of eight numbers, x and y in turn, clockwise from the top left; nil for another count.
    init?(_ shares: [Float]) {
        guard shares.count == 8 else { return nil }
        func point(_ corner: Int) -> Point { Point(x: shares[2 * corner], y: shares[2 * corner + 1]) }
        self.init(topLeft: point(0), topRight: point(1), bottomRight: point(2), bottomLeft: point(3))
    }
}
