import Foundation

/// Carries an outbox to its server: runs one errand after another, and rests when there is none.
///
/// Start it when the app starts, and wake it when something was sealed or enrolled or the network is back. It keeps
/// nothing itself: whatever a death of the process interrupts is an errand again.
public actor Uploader {
    /// Seconds to wait after the first, second, … errand that failed on the phone itself.
    private static let pauses: [TimeInterval] = [2, 8, 30, 120, 600]

    private let outbox: any ErrandSource
    private let keys: any DeviceKeys
    private let transport: any Transport
    private let now: @Sendable () -> Date
    private let sleep: @Sendable (TimeInterval) async -> Void

    private var work: Task<Void, Never>?
    private var rest: Task<Void, Never>?
    private var isWoken = false
    private var listeners: [UUID: AsyncStream<News>.Continuation] = [:]

    /// An uploader that rests until it is woken.
    public init(outbox: any ErrandSource, keys: any DeviceKeys, transport: any Transport) {
        self.init(outbox: outbox, keys: keys, transport: transport, now: { Date() }) { seconds in
            try? await Task.sleep(nanoseconds: UInt64(max(0, min(seconds, 86_400)) * 1_000_000_000))
        }
    }

    init(
        outbox: any ErrandSource,
        keys: any DeviceKeys,
        transport: any Transport,
        now: @escaping @Sendable () -> Date,
        sleep: @escaping @Sendable (TimeInterval) async -> Void
    ) {
        self.outbox = outbox
        self.keys = keys
        self.transport = transport
        self.now = now
        self.sleep = sleep
    }

    /// Something may be to do: looks at once, also where it was waiting.
    public func wake() {
        isWoken = true
        rest?.cancel()
        if work == nil {
            work = Task { await run() }
        }
    }

    /// The network is back: what could not be reached is tried at once.
    public func networkIsBack() async throws {
        try await outbox.networkIsBack()
        wake()
    }

    /// Stops after the exchange under way.
    public func stop() {
        work?.cancel()
        rest?.cancel()
    }

    /// What happens from now on. Each listener has a stream of its own, and loses the oldest news where it does not
    /// read them: read the outbox for what is so.
    public func news() -> AsyncStream<News> {
        AsyncStream(bufferingPolicy: .bufferingNewest(64)) { continuation in
            let id = UUID()
            listeners[id] = continuation
            continuation.onTermination = { [weak self] _ in
                Task { await self?.forget(id) }
            }
        }
    }

    /// Returns when there is nothing to do: for tests, and for a background task with a deadline.
    public func finish() async {
        await work?.value
    }

    private func run() async {
        var failures = 0
        while !Task.isCancelled {
            isWoken = false
            do {
                switch try await outbox.nextErrand() {
                case .send(let exchange, let request):
                    let answer = await transport.send(request)
                    if let news = try await outbox.answer(exchange, answer) { try await heard(news) }
                case .attest(let challenge):
                    try await outbox.prove(try await keys.make(for: challenge))
                case .wait(let until):
                    await pause(until.timeIntervalSince(now()))
                case .nothing:
                    if isWoken { continue }
                    work = nil
                    return
                }
                failures = 0
            } catch {
                tell(.delayed(error as? BailingError ?? BailingError(code: "key_failed", detail: "\(error)")))
                await pause(Self.pauses[min(failures, Self.pauses.count - 1)])
                failures += 1
            }
        }
        work = nil
    }

    private func heard(_ news: News) async throws {
        tell(news)
        if news == .enrolled, let enrolment = try await outbox.enrolment() {
            try keys.keepOnly(enrolment.keyId)
        }
    }

    private func tell(_ news: News) {
        for listener in listeners.values { listener.yield(news) }
    }

    private func forget(_ listener: UUID) {
        listeners[listener] = nil
    }

    /// Rests so long, or until it is woken.
    private func pause(_ seconds: TimeInterval) async {
        if isWoken || seconds <= 0 { return }
        let sleep = sleep
        let resting = Task { await sleep(seconds) }
        rest = resting
        await withTaskCancellationHandler {
            await resting.value
        } onCancel: {
            resting.cancel()
        }
        rest = nil
    }
}
