import BailingBindings
import BailingFFI
import Dispatch
import Foundation

/// One task, from the first frame to the sealed bundle. Bring your own camera: give every frame to `process`, and
/// a still to ``photograph(_:)`` when a result says so.
///
/// `process` is called where the frames come, and answers at once: the result is a return value, so no frame waits
/// in a queue. Stills and sealing take long enough to be felt; they run on a thread of their own, one at a time.
public actor CaptureSession {
    /// What is photographed.
    public nonisolated let task: CaptureTask

    private nonisolated let native: BailingBindings.CaptureSession
    private nonisolated let handle: Int64
    private let sealing: @Sendable (BailingBindings.CaptureSession) throws -> String
    /// Blocking work stays off Swift's few cooperative threads.
    private let queue = DispatchQueue(label: "org.bailing.capture", qos: .userInitiated)

    init(
        task: CaptureTask,
        native: BailingBindings.CaptureSession,
        sealing: @escaping @Sendable (BailingBindings.CaptureSession) throws -> String
    ) {
        self.task = task
        self.native = native
        self.handle = native.frameHandle()
        self.sealing = sealing
    }

    /// Looks at a frame without copying it: 8 bits, full range, luma and then Cb and Cr in turn at half the size.
    ///
    /// Call it from one thread, the camera's.
    ///
    /// - Parameters:
    ///   - luma: `height` rows, `lumaStride` bytes apart; the last may lack its padding. Read during the call only.
    ///   - chroma: the same at half the width and height, rounded up; nil where there is only luma.
    ///   - rotation: what makes the frame upright.
    /// - Returns: nil where the frame was not looked at because the session is busy with a still: drop it.
    /// - Throws: `frame_unusable` where sizes and strides do not fit each other.
    public nonisolated func process(
        luma: UnsafeRawBufferPointer,
        lumaStride: Int,
        chroma: UnsafeRawBufferPointer?,
        chromaStride: Int,
        width: Int,
        height: Int,
        rotation: Rotation
    ) throws -> FrameResult? {
        let unusable = BailingError(code: "frame_unusable", detail: "the planes' sizes and strides do not fit each other")
        guard let width = UInt32(exactly: width), let height = UInt32(exactly: height), lumaStride >= 0, chromaStride >= 0
        else { throw unusable }
        var result = bailing_frame_result()
        let status = bailing_frame(
            handle,
            luma.baseAddress?.assumingMemoryBound(to: UInt8.self), luma.count, lumaStride,
            chroma?.baseAddress?.assumingMemoryBound(to: UInt8.self), chroma?.count ?? 0, chromaStride,
            width, height, rotation.rawValue,
            &result
        )
        switch status {
        case BAILING_FRAME_DONE.rawValue: return FrameResult(result)
        case BAILING_FRAME_BUSY.rawValue: return nil
        case BAILING_FRAME_UNUSABLE.rawValue: throw unusable
        default: throw BailingError(code: "sdk_failed", detail: "the frame was skipped: go on with the next")
        }
    }

    /// Examines a still, and keeps it as a page unless it should be taken anew.
    ///
    /// Hand it in as soon as it is there: the moment is part of what is signed.
    ///
    /// - Parameter encoded: a JPEG, the very bytes that the camera gave; exactly these are signed and uploaded. HEIC
    ///   is not read.
    /// - Throws: `session_full`, `image_format_unknown`, `image_damaged`, `image_too_large`.
    public func photograph(_ encoded: Data) async throws -> Photograph {
        try await onQueue { native in try Photograph(native.photograph(encoded: encoded)) }
    }

    /// The merchant takes no second photo: a person will look at the first.
    public func skipSecond() async throws {
        try await onQueue { native in native.skipSecond() }
    }

    /// Takes the last page out again, with its second photo.
    public func dropLast() async throws {
        try await onQueue { native in native.dropLast() }
    }

    /// Pages kept so far.
    public func pages() async throws -> Int {
        try await onQueue { native in Int(native.pages()) }
    }

    /// Signs all pages with the phone's key and puts them into the outbox, durably. Wake the ``Uploader`` then.
    ///
    /// - Returns: the bundle's id: SHA-256 of its bytes, hexadecimal.
    public func seal() async throws -> String {
        let sealing = sealing
        return try await onQueue { native in try sealing(native) }
    }

    private func onQueue<Value: Sendable>(
        _ work: @escaping @Sendable (BailingBindings.CaptureSession) throws -> Value
    ) async throws -> Value {
        let native = native
        return try await withCheckedThrowingContinuation { continuation in
            queue.async {
                continuation.resume(with: Result { try calling { try work(native) } })
            }
        }
    }
}
