import BailingCore
import Foundation

/// Where the upright frame lies in a view that it fills, keeping its shape: what does not fit is cut off evenly on both
/// sides (`AVLayerVideoGravity.resizeAspectFill`).
struct PreviewMapping: Equatable {
    /// The frame, in points of the view; reaches beyond it on two sides.
    let frame: CGRect

    /// - Parameters:
    ///   - picture: the upright frame's width and height; only their ratio matters.
    ///   - view: the view's size in points.
    init(picture: CGSize, view: CGSize) {
        guard picture.width > 0, picture.height > 0 else {
            frame = CGRect(origin: .zero, size: view)
            return
        }
        let scale = max(view.width / picture.width, view.height / picture.height)
        let size = CGSize(width: picture.width * scale, height: picture.height * scale)
        let origin = CGPoint(x: (view.width - size.width) / 2, y: (view.height - size.height) / 2)
        frame = CGRect(origin: origin, size: size)
    }

    /// A place of the frame as a point of the view.
    func point(_ place: Outline.Point) -> CGPoint {
        CGPoint(x: frame.minX + CGFloat(place.x) * frame.width, y: frame.minY + CGFloat(place.y) * frame.height)
    }
}
