// swift-tools-version:5.9
// The released package: the library as a binary, the Swift above it as source. `ios/xcframework VERSION` builds the
// binary and writes `version` and `checksum`; `ios/check` holds the rest against Package.dev.swift.
import PackageDescription

let version = "0.1.0"
/// Of BailingFFI.xcframework.zip; all zeros until a release is cut, so that nothing else can be taken for it.
let checksum = "0000000000000000000000000000000000000000000000000000000000000000"

let library = Target.binaryTarget(
    name: "BailingFFI",
    url: "https://releases.bailing.example/ios/\(version)/BailingFFI.xcframework.zip",
    checksum: checksum
)

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
