#if canImport(AVFoundation) && canImport(UIKit)
@preconcurrency import AVFoundation
import BailingCore

extension Camera {
    /// Takes a still.
    ///
    /// - Returns: a JPEG, the very bytes that the system encoded. HEIC is not asked for: the SDK does not read it.
    /// - Throws: ``BailingError`` `image_damaged`, where the camera gave none.
    func still() async throws -> Data {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { [self] in
                guard session.isRunning, stills.availablePhotoCodecTypes.contains(.jpeg) else {
                    return continuation.resume(throwing: PhotoShot.missing)
                }
                let settings = AVCapturePhotoSettings(format: [AVVideoCodecKey: AVVideoCodecType.jpeg])
                settings.photoQualityPrioritization = .balanced
                if #available(iOS 16, *) { settings.maxPhotoDimensions = stills.maxPhotoDimensions }
                // Held until it is done: the output keeps its delegate weakly.
                let id = settings.uniqueID
                let shot = PhotoShot { [weak self] result in
                    self?.queue.async { [weak self] in self?.shots[id] = nil }
                    continuation.resume(with: result)
                }
                shots[id] = shot
                stills.capturePhoto(with: settings, delegate: shot)
            }
        }
    }
}

/// One still on its way.
final class PhotoShot: NSObject, AVCapturePhotoCaptureDelegate {
    static let missing = BailingError(code: "image_damaged", detail: "the camera gave no picture: take it again")

    private let done: (Result<Data, any Error>) -> Void
    private var data: Data?

    init(done: @escaping (Result<Data, any Error>) -> Void) {
        self.done = done
    }

    func photoOutput(_ output: AVCapturePhotoOutput, didFinishProcessingPhoto photo: AVCapturePhoto, error: (any Error)?) {
        if error == nil { data = photo.fileDataRepresentation() }
    }

    func photoOutput(
        _ output: AVCapturePhotoOutput,
        didFinishCaptureFor settings: AVCaptureResolvedPhotoSettings,
        error: (any Error)?
    ) {
        // The last call of each shot, whatever came before.
        done(data.map { .success($0) } ?? .failure(Self.missing))
    }
}

extension AVCaptureConnection {
    /// Turns what this connection shows or writes.
    func turn(_ rotation: Rotation) {
        if #available(iOS 17, *) {
            let degrees = CGFloat(rotation.rawValue)
            if isVideoRotationAngleSupported(degrees) { videoRotationAngle = degrees }
        } else if isVideoOrientationSupported {
            switch rotation {
            case .none: videoOrientation = .landscapeRight
            case .quarter: videoOrientation = .portrait
            case .half: videoOrientation = .landscapeLeft
            case .threeQuarters: videoOrientation = .portraitUpsideDown
            }
        }
    }
}
#endif
