import BailingCore
import SwiftUI

/// What was captured, the newest first, and how far each has come.
struct OutboxSection: View {
    @EnvironmentObject private var model: DemoModel

    var body: some View {
        Section(localised("outbox")) {
            ForEach(model.entries) { entry in
                if entry.state == .decided {
                    NavigationLink { DecisionView(entry: entry) } label: { row(entry) }
                } else {
                    row(entry)
                }
            }
            .onDelete { places in
                let bundles = places.map { model.entries[$0].id }
                Task { for bundle in bundles { await model.forget(bundle) } }
            }
            if model.entries.isEmpty { Text(localised("outbox.empty")).foregroundStyle(.secondary) }
        }
    }

    private func row(_ entry: OutboxEntry) -> some View {
        VStack(alignment: .leading) {
            Text(entry.kinds.map { localised("kind.\($0)") }.joined(separator: ", "))
            Text(state(entry)).font(.footnote).foregroundStyle(.secondary)
            if case .sending(let sent, let total) = entry.state {
                ProgressView(value: Double(sent), total: Double(max(total, 1)))
            }
        }
        .accessibilityElement(children: .combine)
    }

    private func state(_ entry: OutboxEntry) -> String {
        switch entry.state {
        case .waiting: return localised("state.waiting")
        case .sending: return localised("state.sending")
        case .received: return localised("state.received")
        case .decided: return localised("state.decided")
        case .refused(_, let detail): return "\(localised("state.refused")): \(detail)"
        }
    }
}
