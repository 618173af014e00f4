#if canImport(AVFoundation) && canImport(UIKit)
import BailingCore
import SwiftUI

/// The capture screen: preview with the page's outline, one hint, and a still that is taken by itself.
///
/// Show it full screen; it asks for the camera itself and ends once, with one of three outcomes.
///
/// ```swift
/// .fullScreenCover(item: $capture) { session in
///     CaptureView(session: session) { outcome in capture = nil }
/// }
/// ```
@available(iOS 16, *)
public struct CaptureView: View {
    @StateObject private var model: CaptureModel
    @Environment(\.scenePhase) private var scenePhase

    /// - Parameters:
    ///   - session: from ``BailingCore/Outbox/capture(_:)``, used by nobody else meanwhile.
    ///   - language: of the hints; the app's by default.
    ///   - finished: called once, on the main thread.
    @MainActor
    public init(
        session: CaptureSession,
        language: Guidance.Language = Guidance.Language(tag: Bundle.main.preferredLocalizations.first ?? "en"),
        finished: @escaping (CaptureOutcome) -> Void
    ) {
        _model = StateObject(wrappedValue: CaptureModel(session: session, language: language, finished: finished))
    }

    public var body: some View {
        ZStack {
            Color.black.ignoresSafeArea()
            if case .refused(let refusal) = model.phase {
                RefusedView(refusal: refusal) { model.giveUp(refusal) }
            } else {
                CameraPreview(camera: model.camera) { model.turn($0) }.ignoresSafeArea()
                OutlineView(outline: model.result?.outline, picture: model.picture).ignoresSafeArea()
                CaptureControls(model: model)
            }
        }
        .task { await model.start() }
        .onDisappear { model.stop() }
        .onChange(of: scenePhase) { phase in
            // The system stops the camera behind the app; coming back starts it, and asks again after Settings.
            if phase == .active { Task { await model.start() } }
        }
        .alert(Strings.text("again.title"), isPresented: showing(.again)) {
            Button(Strings.text("again.go")) { model.goOn() }
            Button(Strings.text("again.skip"), role: .cancel) { Task { await model.skipSecond() } }
        } message: {
            Text(Strings.text("again.text"))
        }
        .alert(Strings.text("retake.title"), isPresented: showing(retakeReasons.map(CaptureModel.Phase.retake))) {
            Button(Strings.text("retake.go")) { model.goOn() }
        } message: {
            Text(Reasons.text(retakeReasons ?? []))
        }
        .statusBarHidden()
        .preferredColorScheme(.dark)
    }

    private var retakeReasons: [String]? {
        if case .retake(let reasons) = model.phase { return reasons }
        return nil
    }

    /// An alert is answered by its buttons alone.
    private func showing(_ phase: CaptureModel.Phase?) -> Binding<Bool> {
        Binding(get: { phase != nil && model.phase == phase }, set: { _ in })
    }
}
#endif
