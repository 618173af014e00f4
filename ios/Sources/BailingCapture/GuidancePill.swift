#if canImport(SwiftUI) && canImport(UIKit)
import SwiftUI

/// The hint. Grows with the merchant's type size, to several lines where it has to.
@available(iOS 16, *)
struct GuidancePill: View {
    let text: String?
    let isGood: Bool

    var body: some View {
        Text(text ?? " ")
            .font(.headline)
            .multilineTextAlignment(.center)
            .padding(.horizontal, 18)
            .padding(.vertical, 10)
            .background(isGood ? AnyShapeStyle(Color.green.opacity(0.85)) : AnyShapeStyle(.ultraThinMaterial))
            .clipShape(RoundedRectangle(cornerRadius: 22))
            .opacity(text == nil ? 0 : 1)
            // What changes is announced; a finger on it reads it again.
            .accessibilityHidden(text == nil)
    }
}

/// The shutter, and around it how long everything has held still.
@available(iOS 16, *)
struct ProgressRing: View {
    /// 0..1.
    let share: Float
    @Environment(\.accessibilityReduceMotion) private var reduceMotion

    var body: some View {
        ZStack {
            Circle().fill(.white).padding(8)
            Circle().stroke(.white.opacity(0.35), lineWidth: 5)
            Circle()
                .trim(from: 0, to: CGFloat(share))
                .stroke(Color.green, style: StrokeStyle(lineWidth: 5, lineCap: .round))
                .rotationEffect(.degrees(-90))
                .animation(reduceMotion ? nil : .linear(duration: 0.1), value: share)
        }
        .frame(width: 76, height: 76)
    }
}
#endif
