#if canImport(UIKit)
import UIKit

/// Says hints to who uses VoiceOver. Not faster than they can be heard: what changes meanwhile is said last.
@MainActor
final class Voice {
    /// Seconds that a hint takes to be heard.
    private static let pause: TimeInterval = 2

    private var last = Date.distantPast
    private var waiting: Task<Void, Never>?

    func say(_ text: String) {
        guard UIAccessibility.isVoiceOverRunning else { return }
        waiting?.cancel()
        let wait = Self.pause - Date().timeIntervalSince(last)
        waiting = Task { [weak self] in
            if wait > 0 { try? await Task.sleep(nanoseconds: UInt64(wait * 1_000_000_000)) }
            guard !Task.isCancelled else { return }
            self?.last = Date()
            UIAccessibility.post(notification: .announcement, argument: text)
        }
    }
}
#endif
