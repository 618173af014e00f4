import Foundation

/// What tells one run of the phone from the next.
enum BootMarker {
    /// The same until the phone boots again.
    ///
    /// - Throws: `internal`, where the system does not say.
    static func current() throws -> String {
        #if canImport(Darwin)
        let name = "kern.bootsessionuuid"
        var length = 0
        guard sysctlbyname(name, nil, &length, nil, 0) == 0, (1...256).contains(length) else { throw unknown }
        var bytes = [UInt8](repeating: 0, count: length)
        guard sysctlbyname(name, &bytes, &length, nil, 0) == 0 else { throw unknown }
        return String(decoding: bytes.prefix(length).prefix { $0 != 0 }, as: UTF8.self)
        #else
        let marker = try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)
        guard let marker else { throw unknown }
        return marker.trimmingCharacters(in: .whitespacesAndNewlines)
        #endif
    }

    private static let unknown = BailingError(code: "sdk_failed", detail: "the system does not say when it was booted")
}
