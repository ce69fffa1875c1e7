package import HTTP

/// Where models come from and where they are kept. The defaults are those of Hugging Face's own
/// tools, so that both share one cache.
package struct HubConfig: Equatable, Sendable {
    package var endpoint = "https://huggingface.co"
    /// Sent to the endpoint's own host alone, as a bearer token. Needed for gated models.
    package var token: String?
    /// Holds a `models--org--name` folder for each model.
    package var cachePath: String
    /// Takes what the cache has and asks nobody.
    package var isOffline = false
    /// A larger file is refused. The largest `tokenizer.json` known has 35 MB.
    package var fileBytesMax = 256 << 20
    package var filesMax = 64
    package var listingBytesMax = 32 << 20
    /// How the hub is reached: through which proxy, trusting which authorities.
    package var http = HTTPClient.Config()
    /// For one request. A transfer that takes longer is resumed by the next attempt.
    package var attemptDeadline = Duration.seconds(60)
    /// Attempts in a row that bring no byte before the download is given up.
    package var attemptsMax = 5
    /// Before the second attempt; doubles with each that follows.
    package var retryDelay = Duration.milliseconds(500)
    package var retryDelayMax = Duration.seconds(30)
    /// How long another process may hold a file's lock, and how often we look.
    package var lockWaitMax = Duration.seconds(600)
    package var lockPollInterval = Duration.milliseconds(100)

    package init(cachePath: String) { self.cachePath = cachePath }

    /// The settings that Hugging Face's tools read from environment variables: `HF_ENDPOINT`,
    /// `HF_TOKEN`, `HF_HUB_OFFLINE`, `HF_HUB_CACHE`, `HF_HOME`, `XDG_CACHE_HOME`, `HOME`; the
    /// proxy of the endpoint's scheme, `HTTPS_PROXY` or `HTTP_PROXY`, with `NO_PROXY`, each also
    /// in lower case; and `REQUESTS_CA_BUNDLE` or `SSL_CERT_FILE`.
    ///
    /// - Parameter value: of the variable of that name; nil if it is not set.
    package init(environment value: (_ name: String) -> String?) {
        func text(_ name: String) -> String? {
            value(name).map(HubConfig.trimmed).flatMap { $0.isEmpty ? nil : $0 }
        }
        let home = text("HOME") ?? "/root"
        let caches = text("XDG_CACHE_HOME") ?? home + "/.cache"
        let hubHome = text("HF_HOME") ?? caches + "/huggingface"
        self.init(cachePath: text("HF_HUB_CACHE") ?? hubHome + "/hub")
        if let endpoint = text("HF_ENDPOINT") { self.endpoint = endpoint }
        token = text("HF_TOKEN")
        let proxy = endpoint.lowercased().hasPrefix("https:") ? "https_proxy" : "http_proxy"
        http.proxyURL = text(proxy) ?? text(proxy.uppercased())
        http.noProxyHosts = text("no_proxy") ?? text("NO_PROXY") ?? ""
        http.certificateAuthorityPath = text("REQUESTS_CA_BUNDLE") ?? text("SSL_CERT_FILE")
        let isOn = ["1", "ON", "YES", "TRUE"]
        isOffline = text("HF_HUB_OFFLINE").map { isOn.contains($0.uppercased()) } ?? false
    }

    private static func trimmed(_ text: String) -> String {
        let isSpace: (UInt8) -> Bool = { $0 == 0x20 || (0x09...0x0D).contains($0) }
        let start = text.utf8.drop(while: isSpace)
        let count = start.reversed().drop(while: isSpace).count
        return String(decoding: start.prefix(count), as: UTF8.self)
    }
}

extension HubConfig: CustomStringConvertible {
    /// Without the token.
    package var description: String {
        "\(endpoint), \(token == nil ? "no" : "a") token, cache \(cachePath)"
            + (isOffline ? ", offline" : "")
    }
}
