extension HubDownloader: ModelDownloading {
    package func download(_ model: String) async throws(ModelLoadError) -> String {
        guard let model = HubModel(model) else {
            throw ModelLoadError(reason: "\(model) is no name that a hub knows: OWNER/NAME")
        }
        do throws(HubError) {
            return try await download(model)
        } catch {
            throw ModelLoadError(reason: error.description)
        }
    }
}
