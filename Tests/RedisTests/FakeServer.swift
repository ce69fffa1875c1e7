import Foundation
import Synchronization

/// Answers whatever is sent with what the test says, on a unix socket.
///
/// Every connection gets the next script; the last one serves all that follow. A script's parts
/// are sent one for each time that bytes arrive; then the connection is closed, or stays silent.
final class FakeServer: Sendable {
    struct Script: Sendable {
        var parts: [[UInt8]]
        var staysOpen = false

        init(_ parts: String..., staysOpen: Bool = false) {
            self.parts = parts.map { Array($0.utf8) }
            self.staysOpen = staysOpen
        }

        /// What answers the PING and the INFO that begin a connection.
        static let greeting = "+PONG\r\n$12\r\nrun_id:abcde\r\n"
    }

    let path: String
    private let listener: Int32
    private let scripts: Mutex<[Script]>
    private let heard = Mutex<[UInt8]>([])
    private let accepted = Atomic(0)

    init(_ scripts: Script...) {
        path = NSTemporaryDirectory() + "/fake-\(UUID().uuidString.prefix(8)).sock"
        self.scripts = Mutex(scripts)
        listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let name = Array(path.utf8)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: name) }
        let bound = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                unsafe bind(listener, pointer, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        precondition(bound == 0 && listen(listener, 16) == 0, "a socket can be made")
        Thread.detachNewThread { [weak self, listener] in
            while case let client = accept(listener, nil, nil), client >= 0 {
                guard let self else {
                    close(client)
                    break
                }
                accepted.wrappingAdd(1, ordering: .relaxed)
                let script = self.scripts.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] }
                Thread.detachNewThread { [weak self] in FakeServer.serve(client, script, self) }
            }
            close(listener)  // here, or another socket may get its number while this one waits
        }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        unsafe unlink(path)
    }

    var heardText: String { heard.withLock { String(decoding: $0, as: UTF8.self) } }
    var acceptedCount: Int { accepted.load(ordering: .relaxed) }

    private static func serve(_ client: Int32, _ script: Script, _ server: FakeServer?) {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        for part in script.parts {
            let count = unsafe recv(client, &buffer, buffer.count, 0)
            guard count > 0 else { break }
            server?.heard.withLock { $0 += buffer[..<count] }
            var sent = 0
            while sent < part.count {
                let rest = Array(part[sent...])
                let result = unsafe send(client, rest, rest.count, Int32(MSG_NOSIGNAL))
                guard result > 0 else { break }
                sent += result
            }
        }
        if script.staysOpen { while unsafe recv(client, &buffer, buffer.count, 0) > 0 {} }
        close(client)
    }
}
