/// Downloads models from a hub into Hugging Face's cache.
package struct HubModelDownloader: ModelDownloading {
    private let downloader: HubDownloader

    package init(_ downloader: HubDownloader) { self.downloader = downloader }

    package func download(_ model: String) async throws(ModelLoadError) -> String {
        guard let model = HubModel(model) else {
            throw ModelLoadError(reason: "\(model) is no name that a hub gives")
        }
        do throws(HubError) { return try await downloader.download(model) } catch {
            throw ModelLoadError(reason: "\(error)")
        }
    }
}
