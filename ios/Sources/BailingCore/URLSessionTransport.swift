import Foundation
#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// What a request carries as `Authorization`: `Bearer` and the host app's token for the merchant whose phone this is, whoever
/// uses the app now. Nothing where the server knows no host app.
public typealias Authorization = @Sendable () async -> String?

/// Sends requests while the app runs.
public final class URLSessionTransport: Transport {
    private let origin: URL
    private let session: URLSession
    private let authorization: Authorization
    private let answers = AnswerCollector()

    /// - Parameters:
    ///   - configuration: nothing of it is kept on disk by default.
    ///   - authorization: asked before each request.
    public init(
        origin: URL,
        configuration: URLSessionConfiguration = .ephemeral,
        authorization: @escaping Authorization = { nil }
    ) {
        self.origin = origin
        self.authorization = authorization
        configuration.timeoutIntervalForRequest = 30
        configuration.timeoutIntervalForResource = Exchange.longest
        configuration.httpShouldSetCookies = false
        configuration.requestCachePolicy = .reloadIgnoringLocalCacheData
        session = URLSession(configuration: configuration, delegate: answers, delegateQueue: nil)
    }

    deinit {
        session.finishTasksAndInvalidate()
    }

    public func send(_ request: HTTPRequest) async -> HTTPAnswer? {
        guard var urlRequest = URLRequest(request, below: origin, withBody: true) else { return nil }
        urlRequest.authorize(await authorization())
        return await answers.answer(to: session.dataTask(with: urlRequest))
    }
}

extension URLRequest {
    /// The body is left out where a file carries it.
    init?(_ request: HTTPRequest, below origin: URL, withBody: Bool) {
        guard let url = request.url(below: origin) else { return nil }
        self.init(url: url)
        httpMethod = request.method
        for header in request.headers { setValue(header.value, forHTTPHeaderField: header.name) }
        if withBody, !request.body.isEmpty { httpBody = request.body }
    }

    mutating func authorize(_ authorization: String?) {
        if let authorization { setValue(authorization, forHTTPHeaderField: "Authorization") }
    }
}
