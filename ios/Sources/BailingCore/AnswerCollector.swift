import Foundation
#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// Collects the answers to a session's tasks, and gives each to whoever waits for it.
class AnswerCollector: NSObject, URLSessionDataDelegate, @unchecked Sendable {
    private struct Awaited {
        let continuation: CheckedContinuation<HTTPAnswer?, Never>
        var body = Data()
        var isTooLong = false
    }

    private let lock = NSLock()
    private var awaited: [Int: Awaited] = [:]

    /// Starts a task, and waits for what comes back.
    func answer(to task: URLSessionTask) async -> HTTPAnswer? {
        await withCheckedContinuation { continuation in
            lock.withLock { awaited[task.taskIdentifier] = Awaited(continuation: continuation) }
            task.resume()
        }
    }

    func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
        let isTooLong = lock.withLock { () -> Bool in
            guard var answer = awaited[dataTask.taskIdentifier] else { return false }
            answer.isTooLong = answer.isTooLong || answer.body.count + data.count > Exchange.longestAnswer
            if answer.isTooLong { answer.body = Data() } else { answer.body.append(data) }
            awaited[dataTask.taskIdentifier] = answer
            return answer.isTooLong
        }
        if isTooLong { dataTask.cancel() }
    }

    func urlSession(
        _ session: URLSession,
        task: URLSessionTask,
        willPerformHTTPRedirection response: HTTPURLResponse,
        newRequest request: URLRequest,
        completionHandler: @escaping (URLRequest?) -> Void
    ) {
        // What is sent is for one server alone.
        completionHandler(nil)
    }

    func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: Error?) {
        let done = lock.withLock { awaited.removeValue(forKey: task.taskIdentifier) }
        guard let done else { return }
        guard error == nil, !done.isTooLong, let response = task.response as? HTTPURLResponse else {
            return done.continuation.resume(returning: nil)
        }
        let headers = response.allHeaderFields.compactMap { name, value -> HTTPHeader? in
            guard let name = name as? String else { return nil }
            return HTTPHeader(name: name, value: "\(value)")
        }
        done.continuation.resume(
            returning: HTTPAnswer(status: response.statusCode, headers: headers, body: done.body)
        )
    }
}
