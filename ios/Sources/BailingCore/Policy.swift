import BailingBindings

/// What the bank asks of its phones, signed by it. Its thresholds hold in every capture that begins from then on.
public struct Policy: Equatable, Sendable {
    /// A proof that the bank takes.
    public struct Task: Equatable, Sendable {
        /// The kind of proof, as the server names it, for example `business_licence`.
        public let kind: String
        /// Pages of it in one bundle, at most.
        public let pages: Int
    }

    /// Counts the bank's policies.
    public let revision: UInt64
    /// The proofs that the bank takes, in the order in which it wants them shown; empty where it takes every kind.
    public let tasks: [Task]

    init(_ native: BailingBindings.Policy) {
        revision = native.revision
        tasks = native.tasks.map { Task(kind: $0.kind, pages: Int($0.pages)) }
    }
}
