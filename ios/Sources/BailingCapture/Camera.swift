#if canImport(AVFoundation) && canImport(UIKit)
@preconcurrency import AVFoundation
import BailingCore

/// The back camera: frames to whoever looks at them, and stills as JPEG.
///
/// Everything of the capture session happens on one queue. Frames that come while one is looked at are dropped by the
/// system, none waits.
final class Camera: NSObject, @unchecked Sendable {
    let session = AVCaptureSession()

    let queue = DispatchQueue(label: "org.bailing.camera", qos: .userInitiated)
    let stills = AVCapturePhotoOutput()
    private let frames = AVCaptureVideoDataOutput()
    private let look: @Sendable (CVPixelBuffer, Rotation) -> Void
    // On the queue only, as is what follows.
    private var rotation = Rotation.quarter
    private(set) var device: AVCaptureDevice?
    var shots: [Int64: PhotoShot] = [:]

    /// - Parameter look: gets every frame and what makes it upright, on the camera's queue; the frame is valid during
    ///   the call.
    init(look: @escaping @Sendable (CVPixelBuffer, Rotation) -> Void) {
        self.look = look
    }

    /// Sets the session up and starts it.
    ///
    /// - Returns: the frame's size in pixels, as the sensor lies; nil where there is no camera.
    func start() async -> CGSize? {
        await withCheckedContinuation { continuation in
            queue.async { [self] in
                guard device != nil || configure() else { return continuation.resume(returning: nil) }
                session.startRunning()
                let size = device.map { CMVideoFormatDescriptionGetDimensions($0.activeFormat.formatDescription) }
                continuation.resume(returning: size.map { CGSize(width: Int($0.width), height: Int($0.height)) })
            }
        }
    }

    /// Stops; may be started again.
    func stop() {
        queue.async { [self] in session.stopRunning() }
    }

    /// How the app's window stands. Frames are not turned in memory, only said to lie so.
    func turn(_ rotation: Rotation) {
        queue.async { [self] in
            self.rotation = rotation
            // Into the still's EXIF, where the SDK reads it.
            stills.connection(with: .video)?.turn(rotation)
        }
    }

    /// Once; false where there is no camera or another app holds it.
    private func configure() -> Bool {
        session.beginConfiguration()
        defer { session.commitConfiguration() }
        guard let device = AVCaptureDevice.default(.builtInWideAngleCamera, for: .video, position: .back),
              let input = try? AVCaptureDeviceInput(device: device), session.canAddInput(input)
        else { return false }
        // Frames and stills then show the same part of the world, and frames are as large as a preview.
        session.sessionPreset = .photo
        frames.automaticallyConfiguresOutputBufferDimensions = false
        frames.deliversPreviewSizedOutputBuffers = true
        session.addInput(input)
        frames.videoSettings = [
            kCVPixelBufferPixelFormatTypeKey as String: kCVPixelFormatType_420YpCbCr8BiPlanarFullRange,
        ]
        frames.alwaysDiscardsLateVideoFrames = true
        frames.setSampleBufferDelegate(self, queue: queue)
        guard session.canAddOutput(frames), session.canAddOutput(stills) else { return false }
        session.addOutput(frames)
        session.addOutput(stills)
        // Stills are as large as the sensor gives, whatever the preview has.
        if #available(iOS 16, *), let largest = device.activeFormat.supportedMaxPhotoDimensions.last {
            stills.maxPhotoDimensions = largest
        }
        stills.maxPhotoQualityPrioritization = .balanced
        stills.connection(with: .video)?.turn(rotation)
        self.device = device
        focus(at: CGPoint(x: 0.5, y: 0.5), device: device)
        return true
    }
}

extension Camera: AVCaptureVideoDataOutputSampleBufferDelegate {
    func captureOutput(_ output: AVCaptureOutput, didOutput sample: CMSampleBuffer, from connection: AVCaptureConnection) {
        if let buffer = CMSampleBufferGetImageBuffer(sample) { look(buffer, rotation) }
    }
}
#endif
