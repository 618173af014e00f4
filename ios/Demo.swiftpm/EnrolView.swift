import SwiftUI

/// Makes this phone known to a server, for one merchant.
struct EnrolView: View {
    @EnvironmentObject private var model: DemoModel
    @State private var origin = UserDefaults.standard.string(forKey: "origin") ?? "http://localhost:8080"
    @State private var merchantId = ""
    @State private var isAsked = false

    var body: some View {
        Form {
            Section(localised("enrol.server")) {
                TextField("https://bank.example", text: $origin)
                    .keyboardType(.URL)
                    .textInputAutocapitalization(.never)
                    .autocorrectionDisabled()
                    // One outbox is for one server.
                    .disabled(model.bailing != nil)
            }
            Section(localised("enrol.merchant")) {
                TextField(localised("enrol.merchant"), text: $merchantId)
                    .textInputAutocapitalization(.never)
                    .autocorrectionDisabled()
            }
            Button(localised("enrol.go")) {
                isAsked = true
                if model.bailing == nil { model.open(origin) }
                Task { await model.enrol(merchantId: merchantId) }
            }
            .disabled(merchantId.isEmpty)
            if isAsked { Text(localised("enrol.waiting")).foregroundStyle(.secondary) }
        }
        .navigationTitle(localised("enrol.title"))
    }
}
