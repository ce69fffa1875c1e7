// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),  // every use of an unsafe construct says `unsafe`
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableExperimentalFeature("Lifetimes"),  // for our own ~Escapable readers
]

func library(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

/// Files that are no sources, by the folder of a program.
let pythonFiles = [
    "Benchmarks/Index": ["peer.py"],
    "Benchmarks/Jinja": ["peer.py"],
    "Benchmarks/Scheduling": ["peer.py"],
    "Benchmarks/Tokenizer": ["peer.py", "texts.py", "vocabularies.py"],
]

func program(_ name: String, path: String? = nil, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(
        name: name,
        dependencies: dependencies,
        path: path,
        exclude: pythonFiles[path ?? ""] ?? [],
        swiftSettings: strict
    )
}

func tests(of name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: "\(name)Tests", dependencies: dependencies, swiftSettings: strict)
}

// From the ground up: a target depends only on targets listed above it.
let targets: [Target] = [
    library("Domain"),
    library("Telemetry"),
    library("Bytes"),
    library("Randomness"),
    library("Files"),
    .systemLibrary(name: "CThreads"),
    library("Threads", ["CThreads"]),
    library("CommandLineArguments"),

    // C and C++ enter here, each behind one wrapper.
    .systemLibrary(name: "CGRPC"),
    .target(name: "CExtProc", linkerSettings: [.linkedLibrary("protobuf-c")]),
    .target(name: "CProcessReply", dependencies: ["CExtProc"]),
    .target(name: "CSimdJSON", linkerSettings: [.linkedLibrary("simdjson")]),
    .systemLibrary(name: "CZMQ"),
    .systemLibrary(name: "CMicroHTTPD"),
    .systemLibrary(name: "CCurl"),
    .systemLibrary(name: "CCrypto"),
    .target(name: "CBlockHash"),
    .systemLibrary(name: "CXXHash"),
    .systemLibrary(name: "CYAML"),
    .systemLibrary(name: "CHiredis"),
    library("JSON", ["Bytes", "CSimdJSON"]),
    library("GRPC", ["Bytes", "CGRPC", "Threads"]),
    library("ZMQ", ["CZMQ"]),
    library("HTTP", ["CMicroHTTPD", "CCurl", "Threads"]),
    library("Crypto", ["CCrypto"]),
    library("YAML", ["CYAML"]),
    library("Redis", ["CHiredis"]),

    // The core: what a prompt is, what is cached, where to go.
    library("Tokenizer", ["Domain", "Files", "JSON"]),
    library("Jinja", ["JSON"]),
    library("ChatTemplates", ["Files", "JSON", "Jinja"]),
    library(
        "Tokenization",
        [
            "ChatTemplates", "Crypto", "Domain", "Files", "HTTP", "JSON", "Jinja", "Telemetry",
            "Threads", "Tokenizer",
        ]
    ),
    library("BlockKeys", ["CXXHash", "CBlockHash", "Domain"]),
    library("KVEvents", ["BlockKeys", "Domain"]),
    library(
        "KVIndexer",
        [
            "BlockKeys", "Domain", "Files", "HTTP", "KVEvents", "Redis", "Telemetry", "Threads",
            "ZMQ",
        ]
    ),
    library("Discovery", ["Domain", "Files", "HTTP", "JSON", "Telemetry", "YAML"]),
    library("Scheduling", ["Domain"]),
    library("Scorers", ["Domain", "Randomness", "Scheduling"]),
    library("FlowControl", ["Domain", "Randomness", "Telemetry"]),
    library(
        "Routing",
        [
            "Bytes", "Discovery", "Domain", "FlowControl", "JSON", "KVIndexer", "Scheduling",
            "Telemetry", "Tokenization",
        ]
    ),

    // The protocol around it.
    library("ExtProc", ["Bytes", "CProcessReply", "Domain", "GRPC", "Routing", "Telemetry"]),

    library(
        "Config",
        [
            "BlockKeys", "CommandLineArguments", "Domain", "FlowControl", "KVEvents", "KVIndexer",
            "Scheduling", "Scorers", "Tokenization", "YAML",
        ]
    ),
    program(
        "Warmpath",
        [
            "BlockKeys", "Bytes", "ChatTemplates", "CommandLineArguments", "Config", "Discovery",
            "Domain", "ExtProc", "Files", "FlowControl", "GRPC", "HTTP", "Jinja", "JSON",
            "KVIndexer", "Routing", "Scheduling", "Telemetry", "Threads", "Tokenization",
            "Tokenizer", "ZMQ",
        ]
    ),

    // Trials.
    program(
        "EngineSimulator",
        [
            "BlockKeys", "Domain", "Telemetry", "CommandLineArguments", "JSON", "HTTP", "Crypto",
            "Randomness", "Threads", "Tokenization", "Tokenizer", "ZMQ",
        ]
    ),
    program("LoadTest", ["CommandLineArguments", "HTTP", "JSON", "Randomness"]),
    program("TokenizerBenchmark", path: "Benchmarks/Tokenizer", ["Domain", "Tokenizer"]),
    program("JinjaBenchmark", path: "Benchmarks/Jinja", ["Files", "JSON", "Jinja"]),
    program(
        "TokenizationBenchmark",
        path: "Benchmarks/Tokenization",
        ["Domain", "Randomness", "Telemetry", "Tokenization", "Tokenizer"]
    ),
    program(
        "ExtProcBenchmark",
        path: "Benchmarks/ExtProc",
        [
            "BlockKeys", "Discovery", "Domain", "ExtProc", "ExtProcTestSupport", "FlowControl",
            "GRPC", "JSON", "KVIndexer", "Randomness", "Routing", "Scheduling", "Scorers",
            "Telemetry", "Threads", "Tokenization", "Tokenizer",
        ]
    ),
    program(
        "IndexBenchmark",
        path: "Benchmarks/Index",
        [
            "BlockKeys", "Domain", "KVEvents", "KVIndexer", "Randomness", "Telemetry", "Threads",
            "ZMQ",
        ]
    ),
    .target(name: "CAllocationCount", path: "Benchmarks/CAllocationCount"),
    program(
        "SchedulingBenchmark",
        path: "Benchmarks/Scheduling",
        [
            "Bytes", "CAllocationCount", "Domain", "Files", "JSON", "Routing", "Scheduling",
            "Scorers",
        ]
    ),
]

let testTargets: [Target] = [
    .target(
        name: "CExtProcTestSupport",
        dependencies: ["CExtProc"],
        path: "Tests/CExtProcTestSupport"
    ),
    .target(
        name: "ExtProcTestSupport",
        dependencies: ["GRPC"],
        path: "Tests/ExtProcTestSupport",
        swiftSettings: strict
    ),
    tests(of: "Telemetry", ["Telemetry"]),
    tests(of: "Bytes", ["Bytes"]),
    tests(of: "Randomness", ["Randomness"]),
    tests(of: "Threads", ["Threads"]),
    tests(of: "Files", ["Files"]),
    tests(of: "YAML", ["YAML"]),
    tests(of: "Discovery", ["Discovery", "Domain", "Files", "HTTP", "Randomness", "Telemetry"]),
    tests(of: "Scheduling", ["Domain", "Scheduling"]),
    tests(of: "Scorers", ["Domain", "Scheduling", "Scorers"]),
    tests(of: "FlowControl", ["Domain", "FlowControl", "Randomness", "Telemetry"]),
    tests(
        of: "Config",
        [
            "BlockKeys", "Config", "Domain", "Files", "FlowControl", "KVIndexer", "Randomness",
            "Scheduling", "Scorers", "Tokenization",
        ]
    ),
    tests(of: "CommandLineArguments", ["CommandLineArguments"]),
    tests(of: "JSON", ["JSON"]),
    tests(of: "GRPC", ["Bytes", "GRPC", "Randomness"]),
    tests(of: "CExtProc", ["Bytes", "CExtProcTestSupport", "Domain", "ExtProc", "GRPC"]),
    tests(
        of: "ExtProc",
        [
            "Bytes", "Domain", "ExtProc", "ExtProcTestSupport", "GRPC", "Randomness", "Routing",
            "Telemetry",
        ]
    ),
    tests(of: "ZMQ", ["Threads", "ZMQ"]),
    tests(of: "HTTP", ["HTTP"]),
    tests(of: "Tokenizer", ["Domain", "Files", "JSON", "Tokenizer"]),
    tests(of: "Jinja", ["Files", "Jinja", "JSON"]),
    tests(of: "ChatTemplates", ["ChatTemplates", "Files", "JSON", "Jinja"]),
    tests(
        of: "Tokenization",
        [
            "ChatTemplates", "Crypto", "Domain", "Files", "HTTP", "JSON", "Jinja", "Randomness",
            "Telemetry", "Threads", "Tokenization", "Tokenizer",
        ]
    ),
    tests(of: "BlockKeys", ["BlockKeys", "Crypto", "Domain", "JSON", "Randomness"]),
    tests(of: "KVEvents", ["Domain", "JSON", "KVEvents", "Randomness"]),
    tests(of: "Redis", ["Redis"]),
    tests(
        of: "KVIndexer",
        [
            "BlockKeys", "Domain", "HTTP", "JSON", "KVEvents", "KVIndexer", "Randomness", "Redis",
            "Telemetry", "Threads", "ZMQ",
        ]
    ),
    tests(
        of: "Routing",
        [
            "BlockKeys", "Bytes", "Discovery", "Domain", "FlowControl", "HTTP", "JSON", "KVIndexer",
            "Randomness", "Routing", "Scheduling", "Scorers", "Telemetry", "Tokenization",
            "Tokenizer",
        ]
    ),
    tests(
        of: "EngineSimulator",
        [
            "BlockKeys", "ChatTemplates", "Domain", "EngineSimulator", "HTTP", "JSON", "Telemetry",
            "Tokenization", "Tokenizer", "ZMQ",
        ]
    ),
    tests(of: "LoadTest", ["LoadTest", "EngineSimulator", "HTTP", "JSON"]),
]

let package = Package(
    name: "warmpath",
    products: [
        .executable(name: "warmpath", targets: ["Warmpath"]),
        .executable(name: "warmpath-engine-sim", targets: ["EngineSimulator"]),
        .executable(name: "warmpath-load", targets: ["LoadTest"]),
    ],
    targets: targets + testTargets,
    cxxLanguageStandard: .cxx17
)
