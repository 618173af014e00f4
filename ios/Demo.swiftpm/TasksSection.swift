import BailingCapture
import BailingCore
import SwiftUI

/// The proofs that a merchant can give.
struct TasksSection: View {
    @EnvironmentObject private var model: DemoModel
    @State private var running: Running?

    private static let tasks = [
        CaptureTask(kind: "business_licence"),
        CaptureTask(kind: "vat_invoice"),
        CaptureTask(kind: "sales_contract", mode: .pages(most: 8)),
        CaptureTask(kind: "haulage_contract", mode: .pages(most: 8)),
        CaptureTask(kind: "waybill"),
        CaptureTask(kind: "road_transport_permit"),
        CaptureTask(kind: "vehicle_licence"),
        CaptureTask(kind: "vehicle_photo", mode: .scene),
    ]

    var body: some View {
        Section {
            ForEach(Self.tasks, id: \.kind) { task in
                Button(localised("kind.\(task.kind)")) {
                    Task { running = await model.session(for: task).map(Running.init) }
                }
            }
        } header: {
            Text(localised("tasks"))
        } footer: {
            // So many captures work without a network.
            Text("\(localised("tickets")): \(model.tickets)")
        }
        .fullScreenCover(item: $running) { running in
            CaptureView(session: running.session) { outcome in
                self.running = nil
                model.ended(outcome)
            }
        }
    }
}

/// A capture on the screen.
private struct Running: Identifiable {
    let session: CaptureSession
    var id: ObjectIdentifier { ObjectIdentifier(session) }
}
