import BailingCore
import SwiftUI

/// The quota, why it is that, and what would raise it.
struct DecisionView: View {
    let entry: OutboxEntry
    @EnvironmentObject private var model: DemoModel
    @State private var decision: Decision?

    var body: some View {
        List {
            if let decision {
                Section {
                    LabeledContent(localised("quota"), value: yuan(decision.quota.quota)).font(.title2)
                    LabeledContent(localised("quota.before"), value: yuan(decision.quotaBefore))
                }
                Section(localised("reasons")) {
                    ForEach(decision.quota.reasons, id: \.self) { reason in
                        LabeledContent(reason.text.text(in: language), value: yuan(reason.amount))
                    }
                }
                Section(localised("next")) {
                    ForEach(decision.quota.nextTasks, id: \.self) { task in
                        LabeledContent(task.text.text(in: language), value: "+\(yuan(task.expectedGain))")
                    }
                }
            } else {
                Text(localised("decision.gone")).foregroundStyle(.secondary)
            }
        }
        .navigationTitle(localised("decision"))
        .task { decision = await model.decision(on: entry.id) }
    }

    private func yuan(_ amount: Int) -> String {
        amount.formatted(.currency(code: "CNY").precision(.fractionLength(0)))
    }
}
