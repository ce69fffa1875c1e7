import Files
import HTTP
import Synchronization
package import Telemetry

/// Downloads what a model's tokenizer and chat template are made of, from a hub that speaks
/// Hugging Face's protocol, into Hugging Face's cache.
///
/// Thread safety: may be used from any task. Several downloads of one model, here and in other
/// processes, bring each file once. Blocks on the disk in between: meant for start-up and for
/// models that appear, not for a request's path.
///
/// Every file is verified by its checksum before it gets its name, and `refs` follow last, so
/// the cache never shows a part as the whole.
package final class HubDownloader: Sendable {
    package let config: HubConfig
    private let client: HubClient?
    private let log: Log

    package init(_ config: HubConfig, log: Log) {
        self.config = config
        self.log = log
        let endpoint = HubURL(config.endpoint)
        client = endpoint.map { HubClient(config, $0, HTTPClient(config.http)) }
    }

    /// The folder with the model's files. Asks the hub which commit the revision is and downloads
    /// what the cache does not have; returns what it has if the hub cannot be reached.
    package func download(_ model: HubModel) async throws(HubError) -> String {
        let cache = HubCache(at: config.cachePath, for: model)
        guard !config.isOffline else {
            guard let known = cache.knownSnapshot() else {
                throw .offline(model: model.description)
            }
            return known
        }
        guard let client else {
            throw .malformedAnswer(url: config.endpoint, reason: "the endpoint is not a URL")
        }
        do {
            return try await download(model, cache, client)
        } catch {
            guard error.isTransient, let known = cache.knownSnapshot() else { throw error }
            log.warning(
                "the hub cannot be reached: the cached files are used",
                ["model": model.description, "reason": "\(error)"]
            )
            return known
        }
    }

    private func download(
        _ model: HubModel,
        _ cache: HubCache,
        _ client: HubClient
    ) async throws(HubError) -> String {
        let listing = try await client.retrying { () throws(HubError) in
            try await client.list(model)
        }
        guard HubListing.hasTokenizer(listing.files) else {
            throw .noTokenizerFiles(model: model.description)
        }
        let missing = listing.files.filter { !cache.has($0, at: listing.commit) }
        if !missing.isEmpty {
            try HubDownload.onDisk { () throws(FileError) in
                try cache.makeFolders(commit: listing.commit)
            }
        }
        for name in missing {
            let file = try await client.retrying { () throws(HubError) in
                try await client.describe(name, of: model, at: listing.commit)
            }
            try await HubDownload(client: client, cache: cache, file: file).run()
            log.info("downloaded", ["model": model.description, "file": name])
        }
        try HubDownload.onDisk { () throws(FileError) in try cache.refer(to: listing.commit) }
        return cache.snapshot(listing.commit)
    }
}

extension HubClient {
    fileprivate func list(_ model: HubModel) async throws(HubError) -> HubListing {
        let revision = model.revision.split(separator: "/").joined(separator: "%2F")
        let url = endpoint.appending("/api/models/\(model.id)/revision/\(revision)")
        let body = Mutex<[UInt8]>([])
        _ = try await send("GET", url, bodyBytesMax: config.listingBytesMax) { head, piece in
            guard head.status == 200 else { return }
            body.withLock { body in
                unsafe piece.withUnsafeBufferPointer { unsafe body.append(contentsOf: $0) }
            }
        }
        return try HubListing(body.withLock { $0 }, from: url, filesMax: config.filesMax)
    }
}
