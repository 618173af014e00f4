import BailingFFI

/// What one preview frame led to. A value of a few words: nothing is allocated for it.
public struct FrameResult: Hashable, Sendable {
    /// The hint to show.
    public let guidance: Guidance
    /// The page's outline; nil without a page, and for scenes.
    public let outline: Outline?
    /// 0..1: how long it has held still of the time it has to.
    public let steadiness: Float
    /// Take the still now: said once, and again only after ``CaptureSession/photograph(_:)``, or when the merchant
    /// has moved on.
    public let isTimeToCapture: Bool
    /// Whether this very frame was looked at, or skipped because the phone is slow.
    public let isAnalysed: Bool

    /// As the frame path writes it (`bailing_frame.h`).
    init(_ written: bailing_frame_result) {
        func has(_ flag: bailing_frame_flags) -> Bool { UInt32(bitPattern: written.flags) & UInt32(flag.rawValue) != 0 }
        // A number that this Swift does not know can only come of a library that is not its own.
        guidance = Guidance.numbered(kind: written.guidance, detail: written.detail) ?? .holdStill
        let quad = written.quad
        outline = has(BAILING_FRAME_QUAD)
            ? Outline(
                topLeft: Outline.Point(x: quad.0, y: quad.1),
                topRight: Outline.Point(x: quad.2, y: quad.3),
                bottomRight: Outline.Point(x: quad.4, y: quad.5),
                bottomLeft: Outline.Point(x: quad.6, y: quad.7)
            )
            : nil
        steadiness = written.steadiness
        isTimeToCapture = has(BAILING_FRAME_CAPTURE)
        isAnalysed = has(BAILING_FRAME_ANALYSED)
    }
}
