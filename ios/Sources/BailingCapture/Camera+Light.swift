#if canImport(AVFoundation) && canImport(UIKit)
@preconcurrency import AVFoundation

extension Camera {
    /// Whether the phone has a torch.
    var hasTorch: Bool { AVCaptureDevice.default(.builtInWideAngleCamera, for: .video, position: .back)?.hasTorch ?? false }

    /// Turns the torch on or off.
    func setTorch(on: Bool) {
        queue.async { [self] in
            guard let device, device.hasTorch else { return }
            configure(device) { $0.torchMode = on ? .on : .off }
        }
    }

    /// Focuses and meters at a place, and goes on by itself when the scene changes.
    ///
    /// - Parameter place: as the preview layer gives it (`captureDevicePointConverted(fromLayerPoint:)`): shares of the
    ///   frame as the sensor lies.
    func focus(at place: CGPoint) {
        queue.async { [self] in
            if let device { focus(at: place, device: device) }
        }
    }

    func focus(at place: CGPoint, device: AVCaptureDevice) {
        configure(device) { device in
            if device.isFocusPointOfInterestSupported { device.focusPointOfInterest = place }
            if device.isFocusModeSupported(.continuousAutoFocus) { device.focusMode = .continuousAutoFocus }
            if device.isExposurePointOfInterestSupported { device.exposurePointOfInterest = place }
            if device.isExposureModeSupported(.continuousAutoExposure) { device.exposureMode = .continuousAutoExposure }
        }
    }

    private func configure(_ device: AVCaptureDevice, _ change: (AVCaptureDevice) -> Void) {
        guard (try? device.lockForConfiguration()) != nil else { return }
        change(device)
        device.unlockForConfiguration()
    }
}
#endif
