import BailingBindings
import Foundation

/// Why a call did not do what it was for.
public struct BailingError: Error, Equatable, Sendable {
    /// Stable, the same on every platform and over HTTP, as listed in `CODES.md`.
    public let code: String
    /// What happened and what to do. Holds no user data: it may be logged.
    public let detail: String

    /// An error of that code.
    public init(code: String, detail: String) {
        self.code = code
        self.detail = detail
    }
}

extension BailingError: LocalizedError {
    public var errorDescription: String? { detail }
}

/// Runs `call`, and throws what the library threw as a ``BailingError``.
func calling<Value>(_ call: () throws -> Value) throws -> Value {
    do {
        return try call()
    } catch let SdkError.Failed(code, detail) {
        throw BailingError(code: code, detail: detail)
    } catch let error as BailingError {
        throw error
    } catch {
        // A panic that was caught at the boundary: its message is for a developer.
        throw BailingError(code: "sdk_failed", detail: "the library failed: \(error)")
    }
}
