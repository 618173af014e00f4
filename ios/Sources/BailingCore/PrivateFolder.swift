import Foundation

/// A folder that stays on this phone.
enum PrivateFolder {
    /// Makes it where it is missing. Readable after the first unlock since boot, because uploads go on while the phone
    /// is locked; kept out of backups, because a restored phone must not sign a sequence number twice.
    static func make(at url: URL) throws {
        do {
            #if os(iOS)
            let protection = [FileAttributeKey.protectionKey: FileProtectionType.completeUntilFirstUserAuthentication]
            try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true, attributes: protection)
            var values = URLResourceValues()
            values.isExcludedFromBackup = true
            var url = url
            try url.setResourceValues(values)
            #else
            try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
            #endif
        } catch {
            // The kind alone: a message could carry a path, and so a name.
            let error = error as NSError
            throw BailingError(code: "sdk_failed", detail: "a folder could not be made: \(error.domain) \(error.code)")
        }
    }
}
