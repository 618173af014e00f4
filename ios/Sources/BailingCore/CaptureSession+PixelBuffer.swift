#if canImport(CoreVideo)
import CoreVideo

extension CaptureSession {
    /// Looks at a camera frame in place.
    ///
    /// - Parameters:
    ///   - buffer: `kCVPixelFormatType_420YpCbCr8BiPlanarFullRange`. Locked for reading during the call; its planes
    ///     are read where they lie, with their own strides.
    ///   - rotation: the clockwise turn that makes it upright.
    /// - Returns: nil where the session is busy with a still: drop the frame.
    /// - Throws: `frame_unusable` for another pixel format.
    public nonisolated func process(_ buffer: CVPixelBuffer, rotation: Rotation) throws -> FrameResult? {
        guard CVPixelBufferGetPixelFormatType(buffer) == kCVPixelFormatType_420YpCbCr8BiPlanarFullRange else {
            throw BailingError(
                code: "frame_unusable",
                detail: "ask the camera for 420YpCbCr8BiPlanarFullRange frames"
            )
        }
        guard CVPixelBufferLockBaseAddress(buffer, .readOnly) == kCVReturnSuccess else {
            throw BailingError(code: "frame_unusable", detail: "the frame's memory could not be locked")
        }
        defer { CVPixelBufferUnlockBaseAddress(buffer, .readOnly) }
        guard let luma = plane(0, of: buffer) else {
            throw BailingError(code: "frame_unusable", detail: "the frame has no luma")
        }
        return try process(
            luma: luma,
            lumaStride: CVPixelBufferGetBytesPerRowOfPlane(buffer, 0),
            chroma: plane(1, of: buffer),
            chromaStride: CVPixelBufferGetBytesPerRowOfPlane(buffer, 1),
            width: CVPixelBufferGetWidth(buffer),
            height: CVPixelBufferGetHeight(buffer),
            rotation: rotation
        )
    }
}

/// A plane's bytes. Its rows are all mapped to their full stride.
private func plane(_ index: Int, of buffer: CVPixelBuffer) -> UnsafeRawBufferPointer? {
    guard let base = CVPixelBufferGetBaseAddressOfPlane(buffer, index) else { return nil }
    let length = CVPixelBufferGetBytesPerRowOfPlane(buffer, index) * CVPixelBufferGetHeightOfPlane(buffer, index)
    return UnsafeRawBufferPointer(start: base, count: length)
}
#endif
