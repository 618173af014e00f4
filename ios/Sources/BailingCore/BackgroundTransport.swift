#if os(iOS)
import Foundation

/// Sends bundles in the background: the system goes on while the app is suspended, and wakes it for the answer.
/// Requests of a few bytes go at once, while the app runs.
///
/// A background session outlives its process, and gives its answers to the next one. Nobody there waits for them, and
/// nobody has to: each exchange may be repeated, and the outbox asks again.
public final class BackgroundTransport: Transport {
    /// Longer bodies go in the background.
    private static let longestInForeground = 16 * 1024

    /// Tells this process's tasks from those of earlier ones.
    private static let process = UUID().uuidString

    private let origin: URL
    private let folder: URL
    private let foreground: URLSessionTransport
    private let background: URLSession
    private let authorization: Authorization
    private let answers = BackgroundAnswers()

    /// - Parameters:
    ///   - folder: for bodies on their way; emptied here, because no body outlives its process.
    ///   - identifier: the background session's, one an app.
    ///   - authorization: asked before each request.
    public init(
        origin: URL,
        folder: URL,
        identifier: String,
        authorization: @escaping Authorization = { nil }
    ) throws {
        self.origin = origin
        self.folder = folder
        self.authorization = authorization
        foreground = URLSessionTransport(origin: origin, authorization: authorization)
        try? FileManager.default.removeItem(at: folder)
        try PrivateFolder.make(at: folder)
        let configuration = URLSessionConfiguration.background(withIdentifier: identifier)
        configuration.sessionSendsLaunchEvents = true
        configuration.isDiscretionary = false
        // A background session waits for a network by itself; so long, and the outbox decides anew.
        configuration.timeoutIntervalForResource = Exchange.longest
        configuration.httpShouldSetCookies = false
        configuration.urlCache = nil
        background = URLSession(configuration: configuration, delegate: answers, delegateQueue: nil)
        background.getAllTasks { tasks in
            for task in tasks where task.taskDescription != Self.process { task.cancel() }
        }
    }

    public func send(_ request: HTTPRequest) async -> HTTPAnswer? {
        if request.body.count <= Self.longestInForeground { return await foreground.send(request) }
        guard var urlRequest = URLRequest(request, below: origin, withBody: false) else { return nil }
        urlRequest.authorize(await authorization())
        let file = folder.appendingPathComponent(UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: file) }
        do {
            try request.body.write(to: file, options: .completeFileProtectionUntilFirstUserAuthentication)
        } catch {
            return nil
        }
        let task = background.uploadTask(with: urlRequest, fromFile: file)
        task.taskDescription = Self.process
        return await answers.answer(to: task)
    }

    /// For `application(_:handleEventsForBackgroundURLSession:completionHandler:)`: the system is told once the answers
    /// that woke the app are dealt with. Called back on the main thread.
    public func handleEvents(completion: @escaping () -> Void) {
        answers.handleEvents(completion: completion)
    }
}

private final class BackgroundAnswers: AnswerCollector, @unchecked Sendable {
    private let lock = NSLock()
    private var completion: (() -> Void)?

    func handleEvents(completion: @escaping () -> Void) {
        lock.withLock { self.completion = completion }
    }

    // A subclass has to say so itself: the conformance is its parent's.
    @objc(URLSessionDidFinishEventsForBackgroundURLSession:)
    func urlSessionDidFinishEvents(forBackgroundURLSession session: URLSession) {
        // UIKit's completion handlers belong on the main thread.
        DispatchQueue.main.async {
            let completion = self.lock.withLock { () -> (() -> Void)? in
                defer { self.completion = nil }
                return self.completion
            }
            completion?()
        }
    }
}
#endif
