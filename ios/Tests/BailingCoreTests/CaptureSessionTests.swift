import Foundation
import XCTest
@testable import BailingCore

/// Against the real library: frames by the frame path, a still from the samples.
final class CaptureSessionTests: XCTestCase {
    private var folder = URL(fileURLWithPath: NSTemporaryDirectory())

    override func setUpWithError() throws {
        folder = URL(fileURLWithPath: NSTemporaryDirectory()).appendingPathComponent(UUID().uuidString)
    }

    override func tearDown() {
        try? FileManager.default.removeItem(at: folder)
    }

    private func outbox(storageKey: UInt8 = 7) throws -> Outbox {
        try Outbox(
            Outbox.Configuration(
                folder: folder, storageKey: Data(repeating: storageKey, count: 32),
                serverOrigin: "https://bank.example", appId: "org.bailing.demo", appVersion: "1.0",
                bootMarker: try BootMarker.current()
            ),
            keys: CountedKeys()
        )
    }

    /// A grey frame; `padding` bytes follow each row but the last.
    private func process(
        _ session: CaptureSession, luma: UInt8, width: Int, height: Int, padding: Int, short: Int = 0
    ) throws -> FrameResult? {
        let stride = width + padding
        let luma = [UInt8](repeating: luma, count: stride * height - padding - short)
        let chroma = [UInt8](repeating: 128, count: stride * (height / 2) - padding)
        return try luma.withUnsafeBytes { luma in
            try chroma.withUnsafeBytes { chroma in
                try session.process(
                    luma: luma, lumaStride: stride, chroma: chroma, chromaStride: stride,
                    width: width, height: height, rotation: .quarter
                )
            }
        }
    }

    func testFramesLeadToHints() async throws {
        let session = try await outbox().capture(CaptureTask(kind: "waybill"))
        for _ in 0..<5 {
            let result = try process(session, luma: 90, width: 640, height: 480, padding: 32)
            XCTAssertEqual(result?.guidance, .noDocument)
            XCTAssertNil(result?.outline)
            XCTAssertEqual(result?.isTimeToCapture, false)
        }
    }

    func testFramesThatDoNotFitAreRefused() async throws {
        let session = try await outbox().capture(CaptureTask(kind: "waybill"))
        XCTAssertThrowsError(try process(session, luma: 90, width: 640, height: 480, padding: 0, short: 1)) { error in
            XCTAssertEqual((error as? BailingError)?.code, "frame_unusable")
        }
        XCTAssertThrowsError(try process(session, luma: 90, width: 0, height: 2, padding: 4)) { error in
            XCTAssertEqual((error as? BailingError)?.code, "frame_unusable")
        }
    }

    func testAStillIsExamined() async throws {
        let session = try await outbox().capture(CaptureTask(kind: "waybill", mode: .pages(most: 2)))
        do {
            _ = try await session.photograph(Data("no picture".utf8))
            XCTFail("that is no picture")
        } catch let error as BailingError {
            XCTAssertEqual(error.code, "image_format_unknown")
        }
        let photograph = try await session.photograph(sample())
        XCTAssertGreaterThan(photograph.still.width, 500)
        XCTAssertNotNil(photograph.still.outline)
        let pages = try await session.pages()
        if case .retake = photograph { XCTAssertEqual(pages, 0) } else { XCTAssertEqual(pages, 1) }
        try await session.dropLast()
        let left = try await session.pages()
        XCTAssertEqual(left, 0)
    }

    func testNothingIsSealedBeforeThePhoneIsEnrolled() async throws {
        let session = try await outbox().capture(CaptureTask(kind: "waybill"))
        do {
            _ = try await session.seal()
            XCTFail("no key is enrolled")
        } catch let error as BailingError {
            XCTAssertEqual(error.code, "key_unknown")
        }
    }

    func testAnOutboxKeepsWhatItWasAsked() async throws {
        let first = try outbox()
        try await first.enrol(merchantId: "m-1")
        let (entries, tickets, enrolment) = await (first.entries(), first.tickets(), first.enrolment())
        XCTAssertEqual(entries, [])
        XCTAssertEqual(tickets, 0)
        XCTAssertNil(enrolment)
        guard case .send(let exchange, let request) = try await first.nextErrand() else { return XCTFail("a request") }
        XCTAssertEqual([request.method, request.path], ["POST", "/api/v1/challenges"])
        let news = try await first.answer(exchange, nil)
        XCTAssertNil(news)
        guard case .wait(let until) = try await first.nextErrand() else { return XCTFail("it waits before it repeats") }
        XCTAssertGreaterThan(until, Date())
    }

    func testAChallengeIsAttestedAndTheKeySent() async throws {
        let outbox = try outbox()
        try await outbox.enrol(merchantId: "m-1")
        let challenge = #"{"challenge":"\#(String(repeating: "A", count: 43))","expires_at":"2999-01-01T00:00:00Z"}"#
        let keys = CountedKeys()
        let uploader = Uploader(
            outbox: outbox, keys: keys,
            transport: ScriptedTransport(answers: [
                "/api/v1/challenges": HTTPAnswer(status: 201, body: Data(challenge.utf8)),
                "/api/v1/keys": HTTPAnswer(
                    status: 403,
                    headers: [HTTPHeader(name: "content-type", value: "application/problem+json")],
                    body: Data(#"{"type":"urn:bailing:problem:challenge_mismatch","title":"Forbidden","status":403,"detail":"the attestation answers another challenge","code":"challenge_mismatch"}"#.utf8)
                ),
            ])
        )
        let news = await uploader.news()
        await uploader.wake()
        var heard = news.makeAsyncIterator()
        guard case .enrolmentRefused(let error) = await heard.next() else { return XCTFail("the server refuses") }
        XCTAssertEqual(error.code, "challenge_mismatch")
        XCTAssertEqual(keys.challenges, [Data(count: 32)])
        await uploader.stop()
    }

    private func sample() throws -> Data {
        let repository = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
            .deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        return try Data(contentsOf: repository.appendingPathComponent("demo/samples/haulier-waybill.jpg"))
    }
}
