import Glibc

/// Changes of folders and names. Each call may block on the disk.
package enum FileTree {
    /// Makes the folder and those around it, where they are missing.
    package static func makeFolder(_ path: String) throws(FileError) {
        var end = path.utf8.startIndex
        while end < path.utf8.endIndex {
            let next = path.utf8.index(after: end)
            end = path.utf8[next...].firstIndex(of: UInt8(ascii: "/")) ?? path.utf8.endIndex
            let folder = String(path[..<end])
            guard unsafe mkdir(folder, 0o755) != 0, errno != EEXIST else { continue }
            // Folders on the way may be ones that we cannot write to, and need not.
            guard FileIdentity(of: folder) == nil else { continue }
            throw FileError(systemErrorAt: folder)
        }
    }

    /// Gives the file a new name in one step; a file that has that name is gone.
    package static func rename(_ path: String, to newPath: String) throws(FileError) {
        guard unsafe Glibc.rename(path, newPath) == 0 else {
            throw FileError(systemErrorAt: path)
        }
    }

    /// Makes a symbolic link in one step, in the place of what has that name.
    ///
    /// - Parameter temporaryPath: in the same folder, and of nobody else's.
    package static func link(
        _ path: String,
        to target: String,
        by temporaryPath: String
    ) throws(FileError) {
        unsafe _ = unlink(temporaryPath)
        guard unsafe symlink(target, temporaryPath) == 0 else {
            throw FileError(systemErrorAt: temporaryPath)
        }
        try rename(temporaryPath, to: path)
    }

    /// Writes the file in one step: whoever reads it sees all of the old bytes or all of these.
    ///
    /// - Parameter temporaryPath: in the same folder, and of nobody else's.
    package static func write(
        _ bytes: [UInt8],
        to path: String,
        by temporaryPath: String
    ) throws(FileError) {
        let file = try FileWriter.open(temporaryPath)
        try file.empty()
        try file.append(bytes.span)
        try rename(temporaryPath, to: path)
    }

    /// Returns also if there is no such file.
    package static func remove(_ path: String) throws(FileError) {
        guard unsafe unlink(path) == 0 || errno == ENOENT else {
            throw FileError(systemErrorAt: path)
        }
    }

    /// Bytes in the file that `path` leads to. Nil if there is none.
    package static func byteCount(of path: String) -> Int? {
        var status = stat()
        guard unsafe stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            return nil
        }
        return Int(status.st_size)
    }

    /// The names in a folder, in no order, `.` and `..` aside; at most 10,000.
    package static func names(in path: String) throws(FileError) -> [String] {
        guard let folder = unsafe opendir(path) else { throw FileError(systemErrorAt: path) }
        defer { unsafe closedir(folder) }
        var names: [String] = []
        while names.count < 10_000, let entry = unsafe readdir(folder) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { tuple in
                unsafe tuple.withMemoryRebound(to: CChar.self, capacity: 256) {
                    unsafe String(cString: $0)
                }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }
}
