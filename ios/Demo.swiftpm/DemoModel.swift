import BailingCapture
import BailingCore
import Combine
import Foundation

/// What the screens show: a copy of the outbox, renewed at each piece of news.
@MainActor
final class DemoModel: ObservableObject {
    @Published private(set) var bailing: Bailing?
    @Published private(set) var enrolment: Enrolment?
    @Published private(set) var tickets = 0
    @Published private(set) var entries: [OutboxEntry] = []
    @Published var problem: String?

    private var listening: Task<Void, Never>?

    init() {
        if let origin = UserDefaults.standard.string(forKey: "origin") { open(origin) }
    }

    /// Opens the outbox towards a server.
    func open(_ origin: String) {
        do {
            // The Simulator has no App Attest; its keys count only where a server takes software's.
            let keys: any DeviceKeys = AppAttestKeys.isSupported ? AppAttestKeys() : SecureEnclaveKeys()
            let bailing = try Bailing.open(serverOrigin: origin, keys: keys)
            UserDefaults.standard.set(origin, forKey: "origin")
            self.bailing = bailing
            listen(to: bailing)
        } catch {
            problem = error.localizedDescription
        }
    }

    func enrol(merchantId: String) async {
        await attempt {
            try await self.bailing?.outbox.enrol(merchantId: merchantId)
            self.wake()
        }
    }

    func session(for task: CaptureTask) async -> CaptureSession? {
        do {
            return try await bailing?.outbox.capture(task)
        } catch {
            problem = error.localizedDescription
            return nil
        }
    }

    func ended(_ outcome: CaptureOutcome) {
        switch outcome {
        case .captured: wake()
        case .cancelled, .failed(.camera): break
        case .failed(.sdk(let error)): problem = error.detail
        }
    }

    func decision(on bundle: String) async -> Decision? {
        try? await bailing?.outbox.decision(on: bundle)
    }

    func forget(_ bundle: String) async {
        await attempt {
            try await self.bailing?.outbox.forget(bundle)
            await self.renew()
        }
    }

    func wake() {
        Task {
            await bailing?.uploader.wake()
            await renew()
        }
    }

    private func listen(to bailing: Bailing) {
        listening?.cancel()
        listening = Task { [weak self] in
            let news = await bailing.uploader.news()
            await bailing.uploader.wake()
            await self?.renew()
            for await item in news {
                switch item {
                case .enrolmentRefused(let error): self?.problem = error.detail
                case .delayed(let error) where self?.enrolment == nil: self?.problem = error.detail
                default: break
                }
                await self?.renew()
            }
        }
    }

    private func renew() async {
        guard let outbox = bailing?.outbox else { return }
        enrolment = await outbox.enrolment()
        tickets = await outbox.tickets()
        entries = await outbox.entries().reversed()
    }

    private func attempt(_ work: () async throws -> Void) async {
        do {
            try await work()
        } catch {
            problem = error.localizedDescription
        }
    }
}
