#if canImport(AVFoundation) && canImport(UIKit)
import AVFoundation
#endif

/// Whether the camera may be used.
public enum CameraAccess: Equatable, Sendable {
    case allowed
    case refused(Refusal)

    /// Why it may not be used.
    public enum Refusal: Equatable, Sendable {
        /// The merchant said no, now or earlier: only Settings can change that.
        case denied
        /// Whoever manages the phone has turned it off.
        case restricted
        /// There is none, or another app holds it.
        case missing
    }

    #if canImport(AVFoundation) && canImport(UIKit)
    /// Asks the merchant where nobody has yet. The app's Info.plist says why (`NSCameraUsageDescription`); without it
    /// the system ends the app.
    public static func request() async -> CameraAccess {
        switch AVCaptureDevice.authorizationStatus(for: .video) {
        case .authorized: return .allowed
        case .denied: return .refused(.denied)
        case .restricted: return .refused(.restricted)
        case .notDetermined: return await AVCaptureDevice.requestAccess(for: .video) ? .allowed : .refused(.denied)
        @unknown default: return .refused(.denied)
        }
    }
    #endif
}
