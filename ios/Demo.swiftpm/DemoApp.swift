import BailingCore
import SwiftUI
import UIKit

@main
struct DemoApp: App {
    @UIApplicationDelegateAdaptor private var delegate: DemoDelegate
    @Environment(\.scenePhase) private var scenePhase

    var body: some Scene {
        WindowGroup {
            HomeView()
                .environmentObject(delegate.model)
                .onChange(of: scenePhase) { phase in
                    if phase == .active { delegate.model.wake() }
                }
        }
    }
}

/// Opens the outbox as early as the process begins: the system may have started it for an answer alone.
final class DemoDelegate: NSObject, UIApplicationDelegate {
    let model = DemoModel()

    func application(
        _ application: UIApplication,
        handleEventsForBackgroundURLSession identifier: String,
        completionHandler: @escaping () -> Void
    ) {
        guard identifier == Bailing.sessionIdentifier, let bailing = model.bailing else { return completionHandler() }
        bailing.transport.handleEvents(completion: completionHandler)
        model.wake()
    }
}
