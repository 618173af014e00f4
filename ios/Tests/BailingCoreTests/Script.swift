import Foundation
@testable import BailingCore

/// Errands that a test wrote down, and what was answered to them.
actor Script: ErrandSource {
    private var errands: [Result<Errand, BailingError>]
    private let newsOf: [UInt64: News]
    private(set) var answers: [UInt64: HTTPAnswer?] = [:]
    private(set) var proofs = 0
    private(set) var asked = 0
    private(set) var networks = 0

    init(_ errands: [Result<Errand, BailingError>], news: [UInt64: News] = [:]) {
        self.errands = errands
        newsOf = news
    }

    func add(_ errand: Errand) { errands.append(.success(errand)) }

    func nextErrand() throws -> Errand {
        asked += 1
        return errands.isEmpty ? .nothing : try errands.removeFirst().get()
    }

    func answer(_ exchange: UInt64, _ answer: HTTPAnswer?) -> News? {
        answers.updateValue(answer, forKey: exchange)
        return newsOf[exchange]
    }

    func prove(_ proof: KeyProof) { proofs += 1 }

    func enrolment() -> Enrolment? { Enrolment(keyId: "aa", grade: "A", merchantId: "m-1") }

    func networkIsBack() { networks += 1 }
}

/// Answers each path as a test wrote down, and nothing to others.
struct ScriptedTransport: Transport {
    let answers: [String: HTTPAnswer]

    func send(_ request: HTTPRequest) async -> HTTPAnswer? { answers[request.path] }
}

/// Keys that count what they are asked for.
final class CountedKeys: DeviceKeys, @unchecked Sendable {
    private let lock = NSLock()
    private var counted: (challenges: [Data], kept: [String]) = ([], [])
    private let failures: Int

    init(failures: Int = 0) { self.failures = failures }

    var challenges: [Data] { lock.withLock { counted.challenges } }
    var kept: [String] { lock.withLock { counted.kept } }

    func make(for challenge: Data) async throws -> KeyProof {
        let made = lock.withLock { () -> Int in
            counted.challenges.append(challenge)
            return counted.challenges.count
        }
        if made <= failures { throw BailingError(code: "key_failed", detail: "try again later") }
        return .appAttest(object: Data([1]))
    }

    func key(_ id: String) throws -> (any DeviceKey)? { nil }

    func keepOnly(_ id: String) throws { lock.withLock { counted.kept.append(id) } }
}

/// How long was slept; nobody sleeps.
actor Naps {
    private(set) var seconds: [TimeInterval] = []

    func nap(_ length: TimeInterval) { seconds.append(length) }
}
