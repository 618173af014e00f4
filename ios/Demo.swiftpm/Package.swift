// swift-tools-version:5.9
// The demo, as an app package: `ios/xcframework && ios/develop && open ios/Demo.swiftpm` opens it in Xcode 15 or later.
import AppleProductTypes
import PackageDescription

let package = Package(
    name: "BailingDemo",
    defaultLocalization: "en",
    platforms: [.iOS(.v16)],
    products: [
        .iOSApplication(
            name: "Bailing",
            targets: ["BailingDemo"],
            bundleIdentifier: "org.bailing.demo",
            displayVersion: "0.1.0",
            bundleVersion: "1",
            appIcon: .placeholder(icon: .camera),
            accentColor: .presetColor(.green),
            supportedDeviceFamilies: [.phone, .pad],
            supportedInterfaceOrientations: [.portrait, .landscapeRight, .landscapeLeft],
            additionalInfoPlistContentFilePath: "Info.plist"
        ),
    ],
    dependencies: [
        .package(name: "Bailing", path: "../build/dev"),
    ],
    targets: [
        .executableTarget(
            name: "BailingDemo",
            dependencies: [
                .product(name: "BailingCore", package: "Bailing"),
                .product(name: "BailingCapture", package: "Bailing"),
            ],
            path: ".",
            exclude: ["Info.plist"],
            resources: [.process("Resources")]
        ),
    ]
)
