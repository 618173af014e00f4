import Foundation

/// What a bundle came to at the server, as far as a merchant sees it. The phone shows it and decides nothing.
public struct Decision: Hashable, Sendable, Decodable {
    /// The merchant's quota before this bundle, yuan.
    public let quotaBefore: Int
    /// The quota with it, and why.
    public let quota: Quota

    /// A quota and its reasons.
    public struct Quota: Hashable, Sendable, Decodable {
        /// Yuan.
        public let quota: Int
        /// Yuan, without any proof.
        public let before: Int
        /// Why, largest first.
        public let reasons: [Reason]
        /// The proofs that would help most for the least effort, best first.
        public let nextTasks: [NextTask]
    }

    /// One part of the change.
    public struct Reason: Hashable, Sendable, Decodable {
        /// Stable code, as listed in `CODES.md`.
        public let code: String
        /// Yuan; negative where a cap takes something back.
        public let amount: Int
        /// For the merchant.
        public let text: Text
    }

    /// A proof that the merchant could give next.
    public struct NextTask: Hashable, Sendable, Decodable {
        /// Kind of voucher to photograph.
        public let kind: String
        /// What a typical one would add, yuan.
        public let expectedGain: Int
        /// What it takes, minutes.
        public let effort: Int
        /// For the merchant.
        public let text: Text
    }

    /// A text in the merchant's languages.
    public struct Text: Hashable, Sendable, Decodable {
        let zh: String
        let en: String

        /// The text in a language.
        public func text(in language: Guidance.Language) -> String {
            language == .chinese ? zh : en
        }
    }

    /// Of the server's JSON.
    ///
    /// - Throws: `answer_malformed`.
    init(json: String) throws {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        do {
            self = try decoder.decode(Self.self, from: Data(json.utf8))
        } catch {
            throw BailingError(code: "answer_malformed", detail: "the decision is not one that this version reads")
        }
    }
}
