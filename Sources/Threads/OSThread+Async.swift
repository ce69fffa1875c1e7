extension OSThread {
    /// Runs what blocks on a thread of its own, and returns its result.
    package static func perform<R: Sendable>(
        named name: StaticString,
        _ body: @escaping @Sendable () -> R
    ) async throws(OSThreadError) -> R {
        let result: Result<R, OSThreadError> = await withCheckedContinuation { continuation in
            do throws(OSThreadError) {
                _ = try OSThread(named: name) { continuation.resume(returning: .success(body())) }
            } catch {
                continuation.resume(returning: .failure(error))
            }
        }
        return try result.get()
    }
}
