// swift-tools-version:5.9
// For development, against a library built here: `ios/develop` lays a package out in build/dev with this manifest.
import PackageDescription

#if os(Linux)
// A plain toolchain links the host's library; the linker is told where it is (`ios/check`).
let library = Target.systemLibrary(name: "BailingFFI", path: "Sources/BailingFFI")
#else
// What `ios/xcframework` built.
let library = Target.binaryTarget(name: "BailingFFI", path: "BailingFFI.xcframework")
#endif

let strict: [SwiftSetting] = [.enableExperimentalFeature("StrictConcurrency")]

let package = Package(
    name: "Bailing",
    defaultLocalization: "en",
    platforms: [.iOS(.v15)],
    products: [
        .library(name: "BailingCore", targets: ["BailingCore"]),
        .library(name: "BailingCapture", targets: ["BailingCapture"]),
    ],
    targets: [
        library,
        .target(
            name: "BailingBindings",
            dependencies: ["BailingFFI"],
            path: "Sources/BailingCore/Generated"
        ),
        .target(
            name: "BailingCore",
            dependencies: ["BailingBindings", "BailingFFI"],
            exclude: ["Generated"],
            resources: [.process("Resources/PrivacyInfo.xcprivacy")],
            swiftSettings: strict
        ),
        .target(
            name: "BailingCapture",
            dependencies: ["BailingCore"],
            resources: [.process("Resources")],
            swiftSettings: strict
        ),
        .testTarget(name: "BailingCoreTests", dependencies: ["BailingCore", "BailingBindings", "BailingFFI"]),
        .testTarget(name: "BailingCaptureTests", dependencies: ["BailingCapture"]),
    ]
)
