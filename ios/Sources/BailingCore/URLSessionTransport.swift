import Foundation
#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// Sends requests while the app runs.
public final class URLSessionTransport: Transport {
    private let origin: URL
    private let session: URLSession
    private let answers = AnswerCollector()

    /// - Parameter configuration: nothing of it is kept on disk by default.
    public init(origin: URL, configuration: URLSessionConfiguration = .ephemeral) {
        self.origin = origin
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
        guard let urlRequest = URLRequest(request, below: origin, withBody: true) else { return nil }
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
}
