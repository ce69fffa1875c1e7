import HTTP

/// One file of a model at one commit, as the hub describes it.
struct HubFile: Equatable, Sendable {
    let name: String
    let commit: String
    let url: HubURL
    let checksum: HubChecksum
    /// Nil if the hub does not say.
    let byteCount: Int?
}

extension HubClient {
    /// Asks the hub what the file is. A large file lies elsewhere, but the hub knows it: its
    /// `X-Linked-` headers come before the `ETag` of whoever answers.
    func describe(
        _ name: String,
        of model: HubModel,
        at commit: String
    ) async throws(HubError) -> HubFile {
        let url = endpoint.appending("/\(model.id)/resolve/\(commit)/\(name)")
        let head = try await send(
            "HEAD",
            url,
            following: .sameOrigin,
            bodyBytesMax: 0,
            onBody: { _, _ in }
        )
        let tag = head.headers["x-linked-etag"] ?? head.headers["etag"]
        guard let checksum = tag.flatMap(HubChecksum.init(entityTag:)) else {
            throw .malformedAnswer(url: url.withoutQuery, reason: "no checksum in its entity tag")
        }
        let isRedirect = (300..<400).contains(head.status)
        let size =
            head.headers["x-linked-size"] ?? (isRedirect ? nil : head.headers["content-length"])
        let byteCount = size.flatMap(Int.init)
        if let byteCount, byteCount < 0 || byteCount > config.fileBytesMax {
            throw .tooLarge(file: url.withoutQuery, bytesMax: config.fileBytesMax)
        }
        return HubFile(
            name: name,
            commit: commit,
            url: url,
            checksum: checksum,
            byteCount: byteCount
        )
    }
}
