#if canImport(SwiftUI) && canImport(UIKit)
import BailingCore
import SwiftUI

/// The page's outline over the preview.
@available(iOS 16, *)
struct OutlineView: View {
    let outline: Outline?
    let picture: CGSize

    var body: some View {
        GeometryReader { geometry in
            if let outline {
                let mapping = PreviewMapping(picture: picture, view: geometry.size)
                let page = Path { path in
                    path.addLines(outline.corners.map(mapping.point))
                    path.closeSubpath()
                }
                page.fill(Color.green.opacity(0.15))
                page.stroke(Color.green, style: StrokeStyle(lineWidth: 3, lineJoin: .round))
            }
        }
        .allowsHitTesting(false)
        .accessibilityHidden(true)
    }
}
#endif
