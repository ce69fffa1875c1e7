import Glibc

/// This program again, as a server in a process of its own.
struct ServerProcess: ~Copyable {
    let port: Int
    private let id: pid_t
    private let clock: clockid_t
    /// The server lives for as long as this is open.
    private let input: Int32

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    static func start(_ arguments: [String]) throws -> ServerProcess {
        let input = try pipe()
        let output = try pipe()
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        unsafe posix_spawn_file_actions_adddup2(&actions, input.read, 0)
        unsafe posix_spawn_file_actions_adddup2(&actions, output.write, 1)
        var list = unsafe (["ExtProcBenchmark"] + arguments).map { unsafe strdup($0) } + [nil]
        var id = pid_t()
        let code = unsafe posix_spawn(&id, "/proc/self/exe", &actions, nil, &list, environ)
        unsafe posix_spawn_file_actions_destroy(&actions)
        unsafe list.forEach { unsafe free($0) }
        close(input.read)
        close(output.write)
        guard code == 0 else { throw Failure(description: "cannot start a process: \(code)") }
        var clock = clockid_t()
        guard let port = readNumber(from: output.read),
            unsafe clock_getcpuclockid(id, &clock) == 0
        else { throw Failure(description: "the server did not start") }
        return ServerProcess(port: port, id: id, clock: clock, input: input.write)
    }

    /// CPU time of all of its threads so far, in user and in kernel mode.
    var cpuSeconds: Double {
        var time = timespec()
        unsafe clock_gettime(clock, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    consuming func stop() {
        close(input)
        waitpid(id, nil, 0)
    }

    private static func pipe() throws -> (read: Int32, write: Int32) {
        var ends: [Int32] = [0, 0]
        guard unsafe Glibc.pipe(&ends) == 0 else { throw Failure(description: "no pipe") }
        // The server must not hold its own input open.
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }

    /// A number, as a line of its own.
    private static func readNumber(from file: Int32) -> Int? {
        var text = ""
        var byte: UInt8 = 0
        while unsafe read(file, &byte, 1) == 1, byte != UInt8(ascii: "\n") {
            text.append(Character(UnicodeScalar(byte)))
        }
        return Int(text)
    }
}
