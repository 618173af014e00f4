#if canImport(AVFoundation) && canImport(UIKit)
import AVFoundation
import BailingCore
import SwiftUI

/// The camera's picture. A tap focuses there.
@available(iOS 16, *)
struct CameraPreview: UIViewRepresentable {
    let camera: Camera
    /// The window has turned.
    let turned: (Rotation) -> Void

    func makeUIView(context: Context) -> PreviewView {
        PreviewView(camera: camera, turned: turned)
    }

    func updateUIView(_ view: PreviewView, context: Context) {}
}

final class PreviewView: UIView {
    private let camera: Camera
    private let turned: (Rotation) -> Void
    private var rotation: Rotation?

    init(camera: Camera, turned: @escaping (Rotation) -> Void) {
        self.camera = camera
        self.turned = turned
        super.init(frame: .zero)
        preview?.session = camera.session
        preview?.videoGravity = .resizeAspectFill
        addGestureRecognizer(UITapGestureRecognizer(target: self, action: #selector(tapped)))
        isAccessibilityElement = true
        accessibilityLabel = Strings.text("preview")
        accessibilityHint = Strings.text("preview.hint")
        accessibilityTraits = [.image, .updatesFrequently]
    }

    @available(*, unavailable)
    required init?(coder: NSCoder) {
        return nil
    }

    override class var layerClass: AnyClass { AVCaptureVideoPreviewLayer.self }

    private var preview: AVCaptureVideoPreviewLayer? { layer as? AVCaptureVideoPreviewLayer }

    override func layoutSubviews() {
        super.layoutSubviews()
        guard let orientation = window?.windowScene?.interfaceOrientation else { return }
        let rotation = Rotation(orientation)
        guard rotation != self.rotation else { return }
        self.rotation = rotation
        preview?.connection?.turn(rotation)
        camera.turn(rotation)
        // Not while the views are laid out.
        DispatchQueue.main.async { [turned] in turned(rotation) }
    }

    override func accessibilityActivate() -> Bool {
        camera.focus(at: CGPoint(x: 0.5, y: 0.5))
        return true
    }

    @objc private func tapped(_ tap: UITapGestureRecognizer) {
        guard let preview else { return }
        camera.focus(at: preview.captureDevicePointConverted(fromLayerPoint: tap.location(in: self)))
    }
}

extension Rotation {
    /// What makes the back camera's frames upright in a window that stands so.
    init(_ orientation: UIInterfaceOrientation) {
        switch orientation {
        case .landscapeRight: self = .none
        case .landscapeLeft: self = .half
        case .portraitUpsideDown: self = .threeQuarters
        default: self = .quarter
        }
    }

    /// Whether width and height change places.
    var swapsSides: Bool { self == .quarter || self == .threeQuarters }
}
#endif
