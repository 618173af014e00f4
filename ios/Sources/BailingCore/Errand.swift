import BailingBindings
import Foundation

/// The next thing to be done for an outbox.
public enum Errand: Equatable, Sendable {
    /// Send this, and give what comes back to the outbox, also where nothing does.
    case send(exchange: UInt64, request: HTTPRequest)
    /// Make a key and let the platform attest it over these bytes. Good for four minutes.
    case attest(challenge: Data)
    /// Nothing until then.
    case wait(until: Date)
    /// Nothing at all, until something is sealed or enrolled.
    case nothing
}

/// One request. It may be sent twice: that does no harm.
public struct HTTPRequest: Equatable, Sendable {
    /// For example `PUT`.
    public let method: String
    /// Below the server's address, with its leading slash.
    public let path: String
    /// Names and values.
    public let headers: [HTTPHeader]
    /// Empty for GET and HEAD.
    public let body: Data
}

/// What came back, whatever the status.
public struct HTTPAnswer: Equatable, Sendable {
    /// HTTP status.
    public let status: Int
    /// Names and values.
    public let headers: [HTTPHeader]
    /// The body.
    public let body: Data

    /// An answer.
    public init(status: Int, headers: [HTTPHeader] = [], body: Data = Data()) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}

/// A header's name and value.
public struct HTTPHeader: Equatable, Sendable {
    public let name: String
    public let value: String

    /// A header.
    public init(name: String, value: String) {
        self.name = name
        self.value = value
    }
}

/// What gives out errands: an ``Outbox``, or a script in a test.
public protocol ErrandSource: Sendable {
    /// What is to be done now.
    func nextErrand() async throws -> Errand
    /// Takes what came back for an exchange; nil where nothing did.
    func answer(_ exchange: UInt64, _ answer: HTTPAnswer?) async throws -> News?
    /// Takes what vouches for a key that was made for ``Errand/attest(challenge:)``.
    func prove(_ proof: KeyProof) async throws
    /// The key that the server knows, if there is one.
    func enrolment() async throws -> Enrolment?
    /// What could not be reached is tried at once.
    func networkIsBack() async throws
}

extension Errand {
    init(_ native: BailingBindings.Errand) {
        switch native {
        case .send(let exchange, let request): self = .send(exchange: exchange, request: HTTPRequest(request))
        case .attest(let challenge): self = .attest(challenge: challenge)
        case .waitUntil(let seconds): self = .wait(until: Date(timeIntervalSince1970: TimeInterval(seconds)))
        case .nothing: self = .nothing
        }
    }
}

extension HTTPRequest {
    init(_ native: HttpRequest) {
        self.init(
            method: native.method,
            path: native.path,
            headers: native.headers.map { HTTPHeader(name: $0.name, value: $0.value) },
            body: native.body
        )
    }
}

extension HTTPAnswer {
    var native: HttpResponse {
        HttpResponse(
            status: UInt16(clamping: status),
            headers: headers.map { HttpHeader(name: $0.name, value: $0.value) },
            body: body
        )
    }
}
