import CommandLineArguments
import Telemetry

/// What `warmpath serve` can be told. Names are those of llm-d's endpoint picker where it has
/// the same setting.
enum ServeOptions {
    static let endpointsFile = Option<String>(
        required: "endpoints-file",
        "FILE",
        help: "YAML or JSON list of endpoints. Read again when it changes."
    )

    static let poolName = Option(
        "pool-name",
        "NAME",
        default: "default",
        help: "What metrics call the pool."
    )

    static let listenHost = Option(
        "listen-host",
        "ADDRESS",
        default: "0.0.0.0",
        help: "Address to listen on."
    )
    static let grpcPort = Option("grpc-port", "PORT", default: 9002, help: "Port of ext_proc.")
    static let healthPort = Option(
        "grpc-health-port",
        "PORT",
        default: 9003,
        help: "Port of grpc.health.v1."
    )
    static let healthChecking = Option(
        flag: "health-checking",
        help: "Answers health checks on the ext_proc port, too."
    )
    static let metricsPort = Option(
        "metrics-port",
        "PORT",
        default: 9090,
        help: "Port of Prometheus metrics (GET /metrics)."
    )
    static let secureServing = Option(
        flag: "secure-serving",
        help: "TLS on the ext_proc port. Needs --cert-path."
    )
    static let certPath = Option<String?>(
        "cert-path",
        "DIR",
        default: nil,
        help: "Folder with tls.crt and tls.key; with ca.crt, clients must show a certificate."
    )
    static let drainTimeout = Option(
        "drain-timeout",
        "DURATION",
        default: Duration.seconds(30),
        help: "After SIGTERM, how long requests in flight may take to finish."
    )

    static let model = Option(
        "model",
        "NAME",
        default: "",
        help: "The pool's model: whose tokenizer is found and checked, and of events without one."
    )
    static let bodyBytesMax = Option(
        "max-body-bytes",
        "BYTES",
        default: 16 << 20,
        help: "Larger requests are answered with 413."
    )
    static let receiveBytesMax = Option(
        "grpc-max-recv-msg-size",
        "SIZE",
        default: ByteCount(bytes: 4 << 20),
        help: "Larger messages of the gateway end their stream."
    )
    static let grpcThreads = Option(
        "grpc-threads",
        "N",
        default: 1,
        help: "Threads that serve ext_proc streams."
    )
    static let logLevel = Option(
        "log-level",
        "LEVEL",
        default: Log.Level.info,
        help: "debug, info, warning or error."
    )

    static let command = Command(
        name: "warmpath serve",
        summary: "Picks the endpoint of each inference request for a gateway that speaks ext_proc.",
        discussion: """
            Scheduling is also configured by the environment: ENABLE_LOAD_AWARE_SCORER,
            LOAD_AWARE_SCORER_WEIGHT, PD_ENABLED and all other variables of llm-d's first releases
            (docs/configuration.md). `warmpath config show` tells what comes of everything.
            """,
        sections: [
            .init("Pool", [endpointsFile, poolName]),
            .init(
                "Listening",
                [
                    listenHost, grpcPort, healthPort, healthChecking, metricsPort, secureServing,
                    certPath,
                    drainTimeout,
                ]
            ),
            schedulingSection,
            kvCacheSection,
            tokenizerSection,
            chatTemplateSection,
            engineSection,
            .init(
                "Limits and threads",
                [
                    bodyBytesMax, receiveBytesMax, grpcThreads,
                    tokenizerWorkers, tokenizerQueue, tokenizerTimeout,
                ]
            ),
            .init("Logging", [logLevel]),
            IgnoredOptions.section,
        ]
    )
}

extension Log.Level: OptionWord {}
