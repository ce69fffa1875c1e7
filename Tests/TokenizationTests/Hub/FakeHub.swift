import Crypto
import HTTP
import Synchronization

/// A hub with one model, `org/name`, and the storage that it sends clients to for `.json` files.
/// Both are the same server: clients see two origins because they know them by two ports.
final class FakeHub: Sendable {
    struct Request: Equatable, Sendable {
        let method: String
        let path: String
        let authorization: String?
        let range: String?
    }

    /// What goes wrong with one GET of a file.
    enum Fault: Sendable {
        case cut(after: Int)
        case spoil
        case status(Int)
        /// The whole file, whatever range was asked for.
        case ignoreRange
        /// One byte too late.
        case sendOtherRange
    }

    static let commit = "0123456789abcdef0123456789abcdef01234567"

    let files: [String: [UInt8]]
    let requests = Recorder<Request>()
    let storageRequests = Recorder<Request>()
    private let storage = Mutex<String?>(nil)
    private let faults: Mutex<[String: [Fault]]>

    init(_ files: [String: [UInt8]], faults: [String: [Fault]] = [:]) {
        self.files = files
        self.faults = Mutex(faults)
    }

    /// Runs `body` with the hub and its storage.
    func run(_ body: (_ url: String) async throws -> Void) async throws {
        try await withServer {
            self.answerAsStorage($0)
        } _: { storage in
            self.storage.withLock { $0 = storage }
            try await withServer {
                self.answer($0)
            } _: { url in
                try await body(url)
            }
        }
    }

    /// The names of the files that were asked for, in order.
    var transfers: [String] {
        (requests.all + storageRequests.all).filter { $0.method == "GET" }
            .compactMap { $0.path.split(separator: "/").last.map(String.init) }
            .filter { files[$0] != nil }
    }

    static func entityTag(_ bytes: [UInt8]) -> String {
        SHA1Digest(of: Array("blob \(bytes.count)\0".utf8) + bytes).hex
    }

    // MARK: Answers

    private func record(_ request: HTTPRequest, in requests: Recorder<Request>) {
        requests.record(
            Request(
                method: request.method,
                path: request.path,
                authorization: request.headers["authorization"],
                range: request.headers["range"]
            )
        )
    }

    private func fault(_ name: String) -> Fault? {
        faults.withLock { faults in
            guard let first = faults[name]?.first else { return nil }
            faults[name]?.removeFirst()
            return first
        }
    }

    private func answer(_ request: HTTPRequest) -> HTTPResponse {
        record(request, in: requests)
        if request.path == "/api/models/org/name/revision/main" {
            if case .status(let status) = fault("listing") { return HTTPResponse(status: status) }
            let siblings = files.keys.sorted().map { "{\"rfilename\":\"\($0)\"}" }
            return HTTPResponse(
                json:
                    "{\"sha\":\"\(FakeHub.commit)\",\"siblings\":[\(siblings.joined(separator: ","))]}"
            )
        }
        let prefix = "/org/name/resolve/\(FakeHub.commit)/"
        guard request.path.hasPrefix(prefix) else { return HTTPResponse(status: 404) }
        let name = String(request.path.dropFirst(prefix.count))
        guard let bytes = files[name] else { return HTTPResponse(status: 404) }
        guard name.hasSuffix(".json") else { return send(name, request) }
        return HTTPResponse(
            status: 302,
            headers: [
                "location": "\(storage.withLock { $0 } ?? "")/\(name)?signature=secret",
                "x-linked-etag": "\"\(SHA256Digest(of: bytes).hex)\"",
                "x-linked-size": "\(bytes.count)",
            ],
            body: .bytes(Array("not the file".utf8))
        )
    }

    private func answerAsStorage(_ request: HTTPRequest) -> HTTPResponse {
        record(request, in: storageRequests)
        return send(String(request.path.dropFirst()), request)
    }

    private func send(_ name: String, _ request: HTTPRequest) -> HTTPResponse {
        guard var bytes = files[name] else { return HTTPResponse(status: 404) }
        var headers: HTTPHeaders = ["etag": "\"\(FakeHub.entityTag(bytes))\""]
        let fault = request.method == "GET" ? fault(name) : nil
        if case .status(let status) = fault { return HTTPResponse(status: status) }
        if case .spoil = fault { bytes[bytes.count / 2] ^= 1 }
        var status = 200
        let ignoresRange = if case .ignoreRange = fault { true } else { false }
        if let range = request.headers["range"], !ignoresRange,
            var offset = Int(range.dropFirst("bytes=".count).dropLast())
        {
            if case .sendOtherRange = fault { offset += 1 }
            headers.append("content-range", "bytes \(offset)-\(bytes.count - 1)/\(bytes.count)")
            bytes = Array(bytes[offset...])
            status = 206
        }
        guard case .cut(let count) = fault else {
            return HTTPResponse(status: status, headers: headers, body: .bytes(bytes))
        }
        let part = Array(bytes[..<count])
        return HTTPResponse(
            status: status,
            headers: headers,
            body: .stream { writer in
                try await writer.write(part)
                throw CancellationError()
            }
        )
    }
}
