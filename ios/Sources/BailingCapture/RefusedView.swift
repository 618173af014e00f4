#if canImport(SwiftUI) && canImport(UIKit)
import SwiftUI
import UIKit

/// Why there is no picture, and what to do.
@available(iOS 16, *)
struct RefusedView: View {
    let refusal: CameraAccess.Refusal
    let close: () -> Void

    var body: some View {
        VStack(spacing: 20) {
            Image(systemName: "camera.fill").font(.largeTitle).accessibilityHidden(true)
            Text(Strings.text("camera.\(name).title")).font(.title2).multilineTextAlignment(.center)
            Text(Strings.text("camera.\(name).text")).multilineTextAlignment(.center)
            if refusal == .denied, let settings = URL(string: UIApplication.openSettingsURLString) {
                Button(Strings.text("settings")) { UIApplication.shared.open(settings) }.buttonStyle(.borderedProminent)
            }
            Button(Strings.text("close"), action: close)
        }
        .foregroundColor(.white)
        .padding(32)
    }

    private var name: String {
        switch refusal {
        case .denied: return "denied"
        case .restricted: return "restricted"
        case .missing: return "missing"
        }
    }
}
#endif
