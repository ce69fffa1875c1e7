import Glibc

/// How many files and sockets the process may have open.
enum FileDescriptorLimit {
    /// Raises it as far as the system allows: each engine takes up to six, each gateway stream's
    /// connection one, and a shell's 1,024 are meant for programs that wait with `select`.
    static func raise() {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
            return
        }
        limit.rlim_cur = limit.rlim_max
        unsafe _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}
