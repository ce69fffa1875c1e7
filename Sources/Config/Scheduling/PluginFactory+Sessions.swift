import Scheduling
import Scorers

/// What keeps a session at one endpoint.
extension PluginFactory {
    static let sessionPlugins: [String: Maker] = [
        "session-affinity-scorer": { parameters, plugin, factory in
            let affinity = factory.readAffinity(&parameters)
            plugin.scorer = SessionAffinityScorer(affinity)
            plugin.needs.sessions = [affinity]
        },
        "session-affinity-filter": { parameters, plugin, factory in
            let affinity = factory.readAffinity(&parameters)
            plugin.filter = SessionFilter(affinity)
            plugin.needs.sessions = [affinity]
        },
    ]

    private func readAffinity(_ parameters: inout PluginParameters) -> SessionAffinity {
        // Fields of llm-d's strategy by cookie, which was never released, mean that strategy.
        let isCookie = ["maxAge", "secure", "sameSite", "cookieName"].contains(
            where: parameters.contains
        )
        var strategy = parameters.read(
            "strategy",
            or: isCookie ? SessionStrategy.cookie : .encodedEndpointHeader
        )
        if parameters.contains("algorithm") {
            strategy = parameters.read("algorithm", or: strategy)
        }
        let profile: String? = parameters.read("profileName")
        let header = parameters.read("headerName", or: "").lowercased()
        var lifetime = readLifetime(&parameters, or: .seconds(300))
        var tokenHeader = header.isEmpty ? "x-session-token" : header
        parameters.section("encodedEndpointHeaderConfig") { config in
            tokenHeader = config.read("headerName", or: tokenHeader).lowercased()
        }
        var headers = header.isEmpty ? [] : [header]
        parameters.section("sessionIdConfig") { config in
            headers += readSources(&config)
            lifetime = readLifetime(&config, or: lifetime)
        }
        let cookie = parameters.read("cookieName", or: "llm-d-session")
        parameters.lose(
            "maxAge",
            "secure",
            "sameSite",
            because: "cookies last for the client's session, with SameSite=Lax"
        )
        parameters.lose("missThreshold", because: "a session stays until its endpoint leaves")
        switch strategy {
        case .encodedEndpointHeader: return .token(header: tokenHeader, profile: profile)
        case .sessionID, .sessionIDHeader:
            return .bound(headers: headers.isEmpty ? defaultHeaders : headers, lifetime: lifetime)
        case .cookie:
            if !Self.isCookieName(cookie) {
                parameters.refuse("cookieName", expected: "letters, digits, `-` and `_`")
            }
            return .cookie(name: cookie)
        }
    }

    /// llm-d's, and the one that Claude Code sends.
    private var defaultHeaders: [String] { ["x-session-id", "x-claude-code-session-id"] }

    private func readSources(_ config: inout PluginParameters) -> [String] {
        var headers: [String] = []
        config.sections("sources", countMax: 16) { source in
            if let header: String = source.read("header") { headers.append(header.lowercased()) }
            if let cookie: String = source.read("cookie") { headers.append("cookie:\(cookie)") }
            guard let attribute: String = source.read("attribute") else { return }
            if attribute.hasPrefix("session-id") {
                headers += defaultHeaders
            } else {
                findings.mistake(
                    "\(source.path(of: "attribute")): \"\(attribute.forMessages)\" is not supported: "
                        + "sessions are named by headers and cookies "
                        + "(line \(source.line(of: "attribute")))"
                )
            }
        }
        return headers
    }

    /// 0 is the default, as for llm-d.
    private func readLifetime(
        _ parameters: inout PluginParameters,
        or lifetime: Duration
    ) -> Duration {
        parameters.ignore("evictionSweepSeconds", because: "what is too old is never used")
        let seconds = parameters.read("evictionTtlSeconds", 0...86_400 * 365, or: 0.0)
        return seconds > 0 ? .seconds(seconds) : lifetime
    }

    private static func isCookieName(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= 64
            && name.utf8.allSatisfy { byte in
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                    || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
            }
    }
}

private enum SessionStrategy: String, CaseIterable {
    case encodedEndpointHeader = "encoded_endpoint_header"
    case sessionID = "session_id"
    /// Between llm-d 0.9 and 0.10.
    case sessionIDHeader = "session_id_header"
    case cookie
}
