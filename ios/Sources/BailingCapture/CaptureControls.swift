#if canImport(AVFoundation) && canImport(UIKit)
import BailingCore
import SwiftUI

/// What lies over the preview: close, torch, the hint, the shutter and its ring.
@available(iOS 16, *)
struct CaptureControls: View {
    @ObservedObject var model: CaptureModel

    var body: some View {
        VStack(spacing: 20) {
            HStack {
                button("xmark", label: "close") { model.cancel() }
                Spacer()
                if model.camera.hasTorch {
                    button(model.isTorchOn ? "bolt.fill" : "bolt.slash", label: model.isTorchOn ? "torch.off" : "torch.on") {
                        model.isTorchOn.toggle()
                    }
                }
            }
            Spacer()
            GuidancePill(text: text, isGood: model.result?.guidance == .ready)
            HStack {
                side { if isSeveral, model.pages > 0 { button("trash", label: "drop") { Task { await model.dropLast() } } } }
                Spacer()
                shutter
                Spacer()
                side {
                    if isSeveral, model.pages > 0 {
                        Button(Strings.text("finish")) { Task { await model.seal() } }.font(.headline)
                    }
                }
            }
            .disabled(model.phase != .live)
            if isSeveral { Text(Strings.text("pages", model.pages)).font(.footnote) }
        }
        .padding()
        .foregroundColor(.white)
    }

    private var isSeveral: Bool { model.session.task.mostPages > 1 }

    private var text: String? {
        switch model.phase {
        case .examining: return Strings.text("examining")
        case .sealing: return Strings.text("sealing")
        default: return model.hint
        }
    }

    private var shutter: some View {
        Button { Task { await model.take() } } label: {
            ProgressRing(share: model.result?.steadiness ?? 0)
        }
        .accessibilityLabel(Strings.text("shutter"))
        .accessibilityHint(Strings.text("shutter.hint"))
        .accessibilityValue("\(Strings.text("steadiness")) \(Int((model.result?.steadiness ?? 0) * 100))%")
    }

    private func button(_ symbol: String, label: String, action: @escaping () -> Void) -> some View {
        Button(action: action) {
            Image(systemName: symbol)
                .font(.title2)
                .frame(width: 44, height: 44)
                .background(.ultraThinMaterial, in: Circle())
        }
        .accessibilityLabel(Strings.text(label))
    }

    /// Left and right of the shutter, as wide as each other.
    private func side<Content: View>(@ViewBuilder _ content: () -> Content) -> some View {
        content().frame(minWidth: 88, minHeight: 44)
    }
}
#endif
