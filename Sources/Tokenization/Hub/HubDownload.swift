import Files
import HTTP

/// Brings one file into the cache: resumes what was begun, verifies the checksum, and only then
/// gives the blob its name.
struct HubDownload: Sendable {
    let client: HubClient
    let cache: HubCache
    let file: HubFile

    /// Returns once the snapshot has the file, downloaded by us or by whoever held the lock.
    func run() async throws(HubError) {
        let lock = try await takeLock()
        if FileTree.byteCount(of: cache.blob(file.checksum)) == nil { try await fetch() }
        try HubDownload.onDisk { () throws(FileError) in
            try cache.link(file.name, at: file.commit, to: file.checksum)
        }
        _ = consume lock
    }

    private func takeLock() async throws(HubError) -> FileLock {
        let path = cache.lock(file.checksum)
        let start = ContinuousClock.now
        while ContinuousClock.now - start < client.config.lockWaitMax {
            do {
                if let lock = try FileLock.take(path) { return lock }
            } catch {
                throw .file(path: error.path, reason: error.reason)
            }
            do {
                try await Task.sleep(for: client.config.lockPollInterval)
            } catch {
                throw .cancelled
            }
        }
        throw .locked(path: path)
    }

    /// Bytes that redirects and errors may have, whose bodies count too.
    private let otherBytesMax = 64 << 10

    private var incomplete: String { cache.incompleteBlob(file.checksum) }

    private func fetch() async throws(HubError) {
        // What an earlier run left may be spoilt; if so, one download from the start must do.
        let isResumed = FileTree.byteCount(of: incomplete).map { $0 > 0 } ?? false
        try await fetchRest()
        if try accept() { return }
        guard isResumed else { throw .checksumMismatch(file: file.url.withoutQuery) }
        try await fetchRest()
        guard try accept() else { throw .checksumMismatch(file: file.url.withoutQuery) }
    }

    /// Attempts until the file has all its bytes. Attempts that do not make it longer are bounded,
    /// and the others are by its size.
    private func fetchRest() async throws(HubError) {
        var failureCount = 0
        while true {
            var offset = FileTree.byteCount(of: incomplete) ?? 0
            if offset > 0, offset == file.byteCount { return }
            // Of a file whose size is not known, nobody can say what is missing.
            if offset > file.byteCount ?? 0 {
                try remove()
                offset = 0
            }
            let transfer = try HubDownload.onDisk { () throws(FileError) in
                try HubTransfer(appendingTo: incomplete, at: offset, from: file.url.withoutQuery)
            }
            do {
                try await attempt(transfer, from: offset)
                return
            } catch {
                let byteCount = FileTree.byteCount(of: incomplete) ?? 0
                failureCount = byteCount > offset ? 1 : failureCount + 1
                guard error.isTransient, failureCount < client.config.attemptsMax else {
                    throw error
                }
                try await client.pause(before: failureCount)
            }
        }
    }

    private func attempt(_ transfer: HubTransfer, from offset: Int) async throws(HubError) {
        var headers: HTTPHeaders = [:]
        if offset > 0 { headers.append("range", "bytes=\(offset)-") }
        let result: Result<Void, HubError>
        do {
            _ = try await client.send(
                "GET",
                file.url,
                headers: headers,
                bodyBytesMax: max(file.byteCount ?? client.config.fileBytesMax, otherBytesMax),
                onBody: { transfer.receive($0, $1) }
            )
            result = .success(())
        } catch {
            result = .failure(error)
        }
        try transfer.finish()
        try result.get()
        let byteCount = FileTree.byteCount(of: incomplete) ?? 0
        if let expected = file.byteCount, byteCount < expected {
            throw .unavailable(
                url: file.url.withoutQuery,
                reason: "it sent \(byteCount) of \(expected) bytes"
            )
        }
    }

    /// Whether the bytes are the file's; if not, they are gone.
    private func accept() throws(HubError) -> Bool {
        try HubDownload.onDisk { () throws(FileError) in
            let bytesMax = client.config.fileBytesMax
            let bytes = try FileContents(of: incomplete, byteCountMax: bytesMax).bytes
            guard file.checksum.matches(bytes) else {
                try FileTree.remove(incomplete)
                return false
            }
            try FileTree.rename(incomplete, to: cache.blob(file.checksum))
            return true
        }
    }

    private func remove() throws(HubError) {
        try HubDownload.onDisk { () throws(FileError) in try FileTree.remove(incomplete) }
    }

    static func onDisk<Value>(
        _ body: () throws(FileError) -> Value
    ) throws(HubError) -> Value {
        do {
            return try body()
        } catch {
            throw .file(path: error.path, reason: error.reason)
        }
    }
}
