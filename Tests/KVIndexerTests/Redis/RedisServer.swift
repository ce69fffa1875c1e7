import Foundation
import Redis

/// A `redis-server` of the test's own, on a unix socket in a temporary folder.
///
/// Not thread-safe: one test starts and stops it.
final class RedisServer {
    let path: String
    private let folder: String
    private let options: [String]
    private var process: Process?

    /// Starts it and waits until it takes connections.
    init(_ options: String...) throws {
        folder = NSTemporaryDirectory() + "/redis-\(UUID().uuidString.prefix(8))"
        path = folder + "/redis.sock"
        self.options = options
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try start()
    }

    deinit {
        kill()
        try? FileManager.default.removeItem(atPath: folder)
    }

    var address: String { "unix://\(path)" }

    /// As after a crash: nothing was saved, unless the options say otherwise.
    func start() throws {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments =
            ["redis-server", "--port", "0", "--unixsocket", path, "--dir", folder, "--save", ""]
            + options
        process.standardOutput = output
        try process.run()
        self.process = process
        var log = Data()
        while log.firstRange(of: Data("eady to accept".utf8)) == nil {
            let read = output.fileHandleForReading.availableData
            guard !read.isEmpty else { throw RedisError.connect(reason: "redis-server ended") }
            log += read
        }
    }

    /// Ends it without giving it a chance to say goodbye.
    func kill() {
        guard let process else { return }
        Foundation.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        self.process = nil
    }

    /// Stops it where it stands: connections stay, and nothing answers.
    func freeze() { process.map { _ = Foundation.kill($0.processIdentifier, SIGSTOP) } }
    func thaw() { process.map { _ = Foundation.kill($0.processIdentifier, SIGCONT) } }

    /// The texts in the answer to one command, or its number.
    @discardableResult
    func ask(_ words: String..., as login: String = "", database: Int = 0) throws -> [String] {
        try ask(words.map { Array($0.utf8) }, as: login, database: database)
    }

    @discardableResult
    func ask(
        _ words: [[UInt8]],
        as login: String = "",
        database: Int = 0
    ) throws -> [String] {
        let address = try RedisAddress("unix://\(login)\(path)?db=\(database)")
        let deadline = ContinuousClock.now + .seconds(10)
        var connection = try RedisConnection.open(address, until: deadline)
        var commands = RedisCommands()
        commands.begin(wordCount: words.count)
        for word in words { commands.append(word) }
        try connection.send(commands, until: deadline)
        switch try connection.receive(until: deadline) {
        case .error(let message): throw RedisError.server(message)
        case .integer(let number): return ["\(number)"]
        default: break
        }
        return (0..<connection.nodeCount).compactMap { index in
            guard case .text(let byteCount) = connection.node(at: index) else { return nil }
            let text = connection.text(of: index)
            return String(decoding: (0..<byteCount).map { text[$0] }, as: UTF8.self)
        }
    }
}
