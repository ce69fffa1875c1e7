import Glibc

/// What tells a file that was read from one that has changed since. Covers a write in place, a
/// rename over it as editors do, and the swap of a symbolic link on the way to it as Kubernetes
/// does with a config map.
package struct FileIdentity: Equatable, Sendable {
    private let device: UInt64
    private let inode: UInt64
    private let size: Int64
    private let modifiedNanoseconds: Int64
    /// Moves with every write, also with one that sets the time of modification back.
    private let changedNanoseconds: Int64

    /// Of the file that `path` leads to. Nil if there is none, or none that we may look at.
    package init?(of path: String) {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return nil }
        self.init(status)
    }

    init(_ status: stat) {
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
        size = Int64(status.st_size)
        modifiedNanoseconds = FileIdentity.nanoseconds(status.st_mtim)
        changedNanoseconds = FileIdentity.nanoseconds(status.st_ctim)
    }

    private static func nanoseconds(_ time: timespec) -> Int64 {
        Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
