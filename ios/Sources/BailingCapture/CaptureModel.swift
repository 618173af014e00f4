#if canImport(AVFoundation) && canImport(UIKit)
import AVFoundation
import BailingCore
import Combine
import UIKit

/// One capture on the screen: what the camera sees goes to the session, what the session says comes here.
@available(iOS 16, *)
@MainActor
final class CaptureModel: ObservableObject {
    /// What is going on.
    enum Phase: Equatable {
        case starting
        case live
        /// A still is taken and examined.
        case examining
        /// A second photo is wanted.
        case again
        /// The still was not kept, for these reasons.
        case retake([String])
        case sealing
        case refused(CameraAccess.Refusal)
    }

    @Published private(set) var phase = Phase.starting
    @Published private(set) var result: FrameResult?
    @Published private(set) var pages = 0
    @Published var isTorchOn = false {
        didSet { camera.setTorch(on: isTorchOn) }
    }
    /// The upright frame's size; only its ratio matters.
    @Published private(set) var picture = CGSize.zero

    let session: CaptureSession
    let language: Guidance.Language
    private(set) var camera: Camera!
    private let finished: (CaptureOutcome) -> Void
    private let voice = Voice()
    private var sensor = CGSize.zero
    private var rotation = Rotation.quarter
    private var isFinished = false

    init(session: CaptureSession, language: Guidance.Language, finished: @escaping (CaptureOutcome) -> Void) {
        self.session = session
        self.language = language
        self.finished = finished
        camera = Camera { [weak self] buffer, rotation in
            // A frame of another format cannot come: the camera was asked for this one.
            guard let result = try? session.process(buffer, rotation: rotation) else { return }
            DispatchQueue.main.async { [weak self] in MainActor.assumeIsolated { self?.show(result) } }
        }
    }

    /// The hint, as text.
    var hint: String? { result?.guidance.text(in: language) }

    /// Asks for the camera and starts it; again when the app comes back, perhaps from Settings.
    func start() async {
        guard !isFinished else { return }
        if case .refused(let refusal) = await CameraAccess.request() { return phase = .refused(refusal) }
        guard let sensor = await camera.start() else { return phase = .refused(.missing) }
        self.sensor = sensor
        turn(rotation)
        // A question that was on the screen stays there.
        switch phase {
        case .starting, .refused: phase = .live
        default: break
        }
    }

    /// The screen is gone.
    func stop() {
        isTorchOn = false
        camera.stop()
    }

    func turn(_ rotation: Rotation) {
        self.rotation = rotation
        picture = rotation.swapsSides ? CGSize(width: sensor.height, height: sensor.width) : sensor
    }

    /// Takes the still, by itself or because the merchant pressed.
    func take() async {
        guard phase == .live else { return }
        phase = .examining
        voice.say(Strings.text("examining"))
        do {
            let photograph = try await session.photograph(try await camera.still())
            pages = try await session.pages()
            switch photograph {
            case .kept: await kept()
            case .again: phase = .again
            case .retake(let still): phase = .retake(still.reasons)
            }
        } catch let error as BailingError where error.code == "image_damaged" {
            // Nothing was kept: the session asks for another.
            phase = .live
        } catch {
            fail(error)
        }
    }

    /// On after a question.
    func goOn() {
        phase = .live
    }

    /// No second photo: a person will look.
    func skipSecond() async {
        do {
            try await session.skipSecond()
            await kept()
        } catch {
            fail(error)
        }
    }

    func dropLast() async {
        do {
            try await session.dropLast()
            pages = try await session.pages()
        } catch {
            fail(error)
        }
    }

    /// Signs what there is.
    func seal() async {
        // Who has left meanwhile wants nothing sent.
        guard !isFinished else { return }
        phase = .sealing
        voice.say(Strings.text("sealing"))
        do {
            finish(.captured(bundle: try await session.seal()))
        } catch {
            fail(error)
        }
    }

    func cancel() {
        finish(.cancelled)
    }

    /// There is no camera for this.
    func giveUp(_ refusal: CameraAccess.Refusal) {
        finish(.failed(.camera(refusal)))
    }

    private func show(_ result: FrameResult) {
        if result.guidance != self.result?.guidance, phase == .live { voice.say(result.guidance.text(in: language)) }
        // Many frames in a row change nothing: then nothing is drawn.
        if result != self.result { self.result = result }
        if result.isTimeToCapture, phase == .live { Task { await take() } }
    }

    private func kept() async {
        let most = session.task.mostPages
        if pages >= most { return await seal() }
        voice.say(Strings.text("kept", pages, most))
        phase = .live
    }

    private func fail(_ error: any Error) {
        finish(.failed(.sdk(error as? BailingError ?? BailingError(code: "sdk_failed", detail: "\(error)"))))
    }

    /// Once, whatever comes after.
    private func finish(_ outcome: CaptureOutcome) {
        guard !isFinished else { return }
        isFinished = true
        stop()
        finished(outcome)
    }
}
#endif
