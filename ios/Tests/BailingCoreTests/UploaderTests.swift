import Foundation
import XCTest
@testable import BailingCore

final class UploaderTests: XCTestCase {
    private let naps = Naps()

    private func uploader(_ script: Script, keys: CountedKeys = CountedKeys(), answers: [String: HTTPAnswer] = [:]) -> Uploader {
        let naps = naps
        return Uploader(
            outbox: script, keys: keys, transport: ScriptedTransport(answers: answers),
            now: { Date(timeIntervalSince1970: 1_000) },
            sleep: { await naps.nap($0) }
        )
    }

    private func send(_ exchange: UInt64, _ path: String) -> Result<Errand, BailingError> {
        .success(.send(exchange: exchange, request: HTTPRequest(method: "GET", path: path, headers: [], body: Data())))
    }

    func testErrandsAreRunInTurnUntilThereIsNone() async {
        let script = Script([send(1, "/a"), send(2, "/b"), send(3, "/gone")])
        let uploader = uploader(script, answers: ["/a": HTTPAnswer(status: 201), "/b": HTTPAnswer(status: 409)])
        await uploader.wake()
        await uploader.finish()
        let answers = await script.answers
        XCTAssertEqual(answers[1], HTTPAnswer(status: 201))
        XCTAssertEqual(answers[2], HTTPAnswer(status: 409), "what a status means is the outbox's to say")
        XCTAssertEqual(answers[3], .some(nil), "no answer is an answer too")
        XCTAssertEqual(answers.count, 3)
    }

    func testAKeyIsMadeForAChallengeAndKeptOnceItIsEnrolled() async {
        let script = Script(
            [.success(.attest(challenge: Data([7]))), send(1, "/keys")],
            news: [1: .enrolled]
        )
        let keys = CountedKeys()
        let uploader = uploader(script, keys: keys)
        let news = await uploader.news()
        await uploader.wake()
        await uploader.finish()
        let proofs = await script.proofs
        XCTAssertEqual(proofs, 1)
        XCTAssertEqual(keys.challenges, [Data([7])])
        XCTAssertEqual(keys.kept, ["aa"])
        var first = news.makeAsyncIterator()
        let heard = await first.next()
        XCTAssertEqual(heard, .enrolled)
    }

    func testWhatFailsOnThePhoneIsTriedAgainLaterAndLater() async {
        let challenge = Result<Errand, BailingError>.success(.attest(challenge: Data([7])))
        let script = Script(Array(repeating: challenge, count: 4))
        let uploader = uploader(script, keys: CountedKeys(failures: 3))
        await uploader.wake()
        await uploader.finish()
        let (proofs, slept) = await (script.proofs, naps.seconds)
        XCTAssertEqual(proofs, 1)
        XCTAssertEqual(slept, [2, 8, 30])
    }

    func testItRestsAsLongAsTheOutboxSays() async {
        let script = Script([
            .success(.wait(until: Date(timeIntervalSince1970: 1_060))),
            .success(.wait(until: Date(timeIntervalSince1970: 900))),
        ])
        let uploader = uploader(script)
        await uploader.wake()
        await uploader.finish()
        let slept = await naps.seconds
        XCTAssertEqual(slept, [60], "a time that has passed is not waited for")
    }

    func testItIsWokenFromItsRest() async {
        let script = Script([.success(.wait(until: Date(timeIntervalSince1970: 5_000))), send(1, "/a")])
        let uploader = Uploader(
            outbox: script, keys: CountedKeys(), transport: ScriptedTransport(answers: [:]),
            now: { Date(timeIntervalSince1970: 1_000) },
            // Longer than the test may take: only waking ends it.
            sleep: { _ in try? await Task.sleep(nanoseconds: 60_000_000_000) }
        )
        await uploader.wake()
        var asked = 0
        while asked == 0 {
            await Task.yield()
            asked = await script.asked
        }
        try? await uploader.networkIsBack()
        await uploader.finish()
        let (answers, networks) = await (script.answers, script.networks)
        XCTAssertEqual(answers.count, 1)
        XCTAssertEqual(networks, 1)
    }

    func testItGoesOnAfterARest() async {
        let script = Script([send(1, "/a")])
        let uploader = uploader(script)
        await uploader.wake()
        await uploader.finish()
        await script.add(.send(exchange: 2, request: HTTPRequest(method: "GET", path: "/b", headers: [], body: Data())))
        await uploader.wake()
        await uploader.finish()
        let answers = await script.answers
        XCTAssertEqual(answers.keys.sorted(), [1, 2])
    }
}
