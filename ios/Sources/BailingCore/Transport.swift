import Foundation

/// What sends requests. TLS is the platform's.
public protocol Transport: Sendable {
    /// Sends one request; nil where no answer came: no network, no server, or none in time.
    func send(_ request: HTTPRequest) async -> HTTPAnswer?
}

/// How requests are sent, whoever sends them.
enum Exchange {
    /// The outbox counts an answer as lost after three minutes: none may come later.
    static let longest: TimeInterval = 170
    /// Bytes of an answer that are taken; the longest decision has less.
    static let longestAnswer = 4 * 1024 * 1024
}

extension HTTPRequest {
    /// As a request to that server; without its body.
    func url(below origin: URL) -> URL? {
        // Only the path may change: what a library hands out goes to no other server.
        guard path.hasPrefix("/"), !path.hasPrefix("//") else { return nil }
        let url = URL(string: path, relativeTo: origin)?.absoluteURL
        return url?.host == origin.host ? url : nil
    }
}
