import CommandLineArguments

/// What `warmpath-load` can be told.
enum LoadOptions {
    static let url = Option(
        "url",
        "URL",
        default: "http://127.0.0.1:8080",
        help: "Where requests are sent."
    )
    static let model = Option(
        "model",
        "NAME",
        default: Workload().model,
        help: "Model that requests ask for."
    )
    static let workload = Option(
        "workload",
        "NAME",
        default: Workload.Kind.sharedPrefix,
        help: "shared-prefix: few long prefixes, many questions. multi-turn: growing chats."
    )
    static let groups = Option(
        "groups",
        "N",
        default: Workload().groupCount,
        help: "Different prefixes, or conversations under way at once."
    )
    static let turns = Option(
        "turns",
        "N",
        default: Workload().turnCount,
        help: "Turns of a conversation."
    )
    static let prefixBytes = Option(
        "prefix-bytes",
        "N",
        default: 4096,
        help: "Length of each group's prefix."
    )
    static let prefixTokens = Option<Int?>(
        "prefix-tokens",
        "N",
        default: nil,
        help: "Length of each group's prefix in words, which are about as many tokens."
    )
    static let questionBytes = Option(
        "question-bytes",
        "N",
        default: Workload().questionBytes,
        help: "Length of what is different in each request."
    )
    static let outputTokens = Option(
        "output-tokens",
        "N",
        default: Workload().outputTokens,
        help: "Tokens of each answer."
    )
    static let stream = Option(
        flag: "stream",
        default: true,
        help: "Asks for whole answers instead of streams; the time to the first token is unknown."
    )

    static let requests = Option(
        "requests",
        "N",
        default: 1000,
        help: "Requests that are measured."
    )
    static let warmup = Option(
        "warmup",
        "N",
        default: 0,
        help: "Requests that are sent before and not measured."
    )
    static let rate = Option<Double?>(
        "rate",
        "N",
        default: nil,
        help: "Requests a second, at random intervals, however long answers take."
    )
    static let concurrency = Option(
        "concurrency",
        "N",
        default: 16,
        help: "Clients that each wait for their answer, if no rate is given."
    )
    static let seed = Option<UInt64>(
        "seed",
        "N",
        default: 1,
        help: "The same seed sends the same bytes in the same order."
    )
    static let deadline = Option(
        "deadline-seconds",
        "N",
        default: 120.0,
        help: "After which a request has failed."
    )

    static let engineMetrics = Option<[String]>(
        "engine-metrics",
        "URL,…",
        default: [],
        help: "Engines whose counters tell the prefix hit ratio; without, the answers' usage does."
    )
    static let json = Option<String?>(
        "json",
        "FILE",
        default: nil,
        help: "Writes the report as JSON."
    )
    static let progress = Option(
        "progress",
        "WHEN",
        default: ProgressDisplay.Mode.auto,
        help: "auto, always (a bar even if standard error is no terminal) or never."
    )
    static let failOnError = Option(
        flag: "fail-on-error",
        help: "Exits with status 1 if any request failed."
    )

    static let command = Command(
        name: "warmpath-load",
        summary: "Sends completions to a router or an engine, and reports latency and cache hits.",
        sections: [
            .init(
                "Requests",
                [
                    url, model, workload, groups, turns, prefixBytes, prefixTokens, questionBytes,
                    outputTokens, stream,
                ]
            ),
            .init("Pace", [requests, warmup, rate, concurrency, seed, deadline]),
            .init("Report", [engineMetrics, json, progress, failOnError]),
        ]
    )
}
