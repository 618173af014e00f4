import Foundation
#if canImport(FoundationNetworking)
import FoundationNetworking
#endif
import XCTest
@testable import BailingCore

final class TransportTests: XCTestCase {
    private let origin = URL(string: "https://bank.example:8443")!

    private func request(_ path: String, body: Data = Data()) -> HTTPRequest {
        HTTPRequest(method: "PUT", path: path, headers: [HTTPHeader(name: "Upload-Offset", value: "7")], body: body)
    }

    private var transport: URLSessionTransport {
        let configuration = URLSessionConfiguration.ephemeral
        configuration.protocolClasses = [ScriptedServer.self]
        return URLSessionTransport(origin: origin, configuration: configuration) { "Bearer a.b.c" }
    }

    func testRequestsGoToTheServerAlone() {
        XCTAssertEqual(
            request("/api/v1/bundles/aa").url(below: origin)?.absoluteString,
            "https://bank.example:8443/api/v1/bundles/aa"
        )
        for path in ["", "api", "//elsewhere.example/api", "https://elsewhere.example/"] {
            XCTAssertNil(request(path).url(below: origin), path)
        }
    }

    func testAnAnswerComesBackWhateverItsStatus() async throws {
        let answer = await transport.send(request("/409"))
        let read = try XCTUnwrap(answer)
        XCTAssertEqual(read.status, 409)
        XCTAssertEqual(read.body, Data("PUT /409 7 Bearer a.b.c".utf8))
        XCTAssertTrue(read.headers.contains { $0.name.lowercased() == "retry-after" && $0.value == "5" })
    }

    func testNoServerIsNoAnswer() async {
        let answer = await transport.send(request("/unreachable"))
        XCTAssertNil(answer)
    }

    func testAnAnswerThatDoesNotEndIsNoAnswer() async {
        let answer = await transport.send(request("/endless"))
        XCTAssertNil(answer)
    }
}

/// A server within the process: the path says what it answers.
final class ScriptedServer: URLProtocol {
    override class func canInit(with request: URLRequest) -> Bool { true }

    override class func canonicalRequest(for request: URLRequest) -> URLRequest { request }

    override func startLoading() {
        guard let client, let url = request.url else { return }
        if url.path == "/unreachable" {
            return client.urlProtocol(self, didFailWithError: URLError(.cannotConnectToHost))
        }
        let status = Int(url.path.dropFirst()) ?? 200
        let response = HTTPURLResponse(url: url, statusCode: status, httpVersion: nil, headerFields: ["Retry-After": "5"])
        client.urlProtocol(self, didReceive: response!, cacheStoragePolicy: .notAllowed)
        if url.path == "/endless" {
            for _ in 0..<5 { client.urlProtocol(self, didLoad: Data(count: 1024 * 1024)) }
        } else {
            let offset = request.value(forHTTPHeaderField: "Upload-Offset") ?? ""
            let authorization = request.value(forHTTPHeaderField: "Authorization") ?? ""
            let echo = "\(request.httpMethod ?? "") \(url.path) \(offset) \(authorization)"
            client.urlProtocol(self, didLoad: Data(echo.utf8))
        }
        client.urlProtocolDidFinishLoading(self)
    }

    override func stopLoading() {}
}
