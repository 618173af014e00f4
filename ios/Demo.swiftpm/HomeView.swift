import BailingCore
import SwiftUI

/// Enrols first; then tasks and the outbox.
struct HomeView: View {
    @EnvironmentObject private var model: DemoModel

    var body: some View {
        NavigationStack {
            if model.enrolment == nil {
                EnrolView()
            } else {
                List {
                    TasksSection()
                    OutboxSection()
                }
                .navigationTitle(localised("title"))
            }
        }
        .alert(localised("problem"), isPresented: hasProblem) {
            Button(localised("ok")) {}
        } message: {
            Text(model.problem ?? "")
        }
    }

    private var hasProblem: Binding<Bool> {
        Binding(get: { model.problem != nil }, set: { if !$0 { model.problem = nil } })
    }
}

/// The demo's own texts.
func localised(_ key: String) -> String {
    Bundle.module.localizedString(forKey: key, value: nil, table: nil)
}

/// The language in which server and SDK are asked to speak.
let language = Guidance.Language(tag: Bundle.module.preferredLocalizations.first ?? "en")
