/// The clockwise turn that makes a frame upright.
public enum Rotation: Int32, Hashable, Sendable, CaseIterable {
    case none = 0
    case quarter = 90
    case half = 180
    case threeQuarters = 270
}
