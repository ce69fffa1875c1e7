import CommandLineArguments

/// Which endpoint requests go to, and when. What is given here outweighs the environment and
/// `--config-file`.
extension ServeOptions {
    static let configFile = Option<String?>(
        "config-file",
        "FILE",
        default: nil,
        help: "Plug-ins and profiles: an EndpointPickerConfig. Read again when it changes."
    )
    static let configText = Option<String?>(
        "config-text",
        "TEXT",
        default: nil,
        help: "The same, in place of a file."
    )
    static let strictConfig = Option(
        flag: "strict-config",
        help: "Refuses configurations that name what is not here, instead of a warning."
    )
    static let fallbackEndpoints = Option<Int?>(
        "fallback-endpoints",
        "N",
        default: nil,
        help: "Endpoints named after the picked one (2); 0 for Envoy's ORIGINAL_DST clusters."
    )
    static let endpointRequestsMax = Option<Int?>(
        "max-endpoint-requests",
        "N",
        default: nil,
        help: "Requests in flight at one endpoint; when all have N, clients get 429."
    )
    static let objectives = Option(
        "objectives",
        "LIST",
        default: NamedValues(),
        help: "NAME=PRIORITY,...: what x-llm-d-inference-objective may say. Others are 0."
    )
    static let sendsPrefillerURL = Option(
        flag: "prefiller-url-header",
        default: true,
        help: "Leaves out x-prefiller-url, which only sidecars of llm-d's first releases read."
    )
    static let reportsInterval = Option(
        "refresh-metrics-interval",
        "DURATION",
        default: Duration.milliseconds(200),
        help: "Between two readings of a busy engine's metrics; idle ones are read less often."
    )
    static let readsReports = Option(
        flag: "engine-metrics",
        default: true,
        help: "Does not read the engines' metrics: load is what is sent from here."
    )

    static let schedulingSection = Command.Section(
        "Scheduling",
        [
            configFile, configText, strictConfig, fallbackEndpoints, endpointRequestsMax,
            objectives, sendsPrefillerURL, reportsInterval, readsReports,
        ]
    )
}
