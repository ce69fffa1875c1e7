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

// From the ground up: a target depends only on targets listed above it.
let targets: [Target] = [
    .target(name: "Domain", swiftSettings: strict),
    .target(name: "Telemetry", swiftSettings: strict),
    .target(name: "CommandLineArguments", swiftSettings: strict),

    // C and C++ enter here, each behind one wrapper.
    .target(name: "CSimdJSON", linkerSettings: [.linkedLibrary("simdjson")]),
    .target(name: "JSON", dependencies: ["CSimdJSON"], swiftSettings: strict),
    .systemLibrary(name: "CZMQ"),
    .target(name: "ZMQ", dependencies: ["CZMQ"], swiftSettings: strict),
    .systemLibrary(name: "CMicroHTTPD"),
    .systemLibrary(name: "CCurl"),
    .target(name: "HTTP", dependencies: ["CMicroHTTPD", "CCurl"], swiftSettings: strict),
    .systemLibrary(name: "CCrypto"),
    .target(name: "Crypto", dependencies: ["CCrypto"], swiftSettings: strict),
    .systemLibrary(name: "CXXHash"),

    .target(name: "Tokenizer", dependencies: ["Domain", "JSON"], swiftSettings: strict),
    .target(
        name: "KVIndexer",
        dependencies: ["Domain", "Telemetry", "ZMQ", "CXXHash"],
        swiftSettings: strict
    ),

    // Trials.
    .executableTarget(
        name: "TokenizerBenchmark",
        dependencies: ["Domain", "Tokenizer"],
        path: "Benchmarks/Tokenizer",
        exclude: ["peer.py"],
        swiftSettings: strict
    ),
    .executableTarget(
        name: "IndexBenchmark",
        dependencies: ["Domain", "Telemetry", "KVIndexer"],
        path: "Benchmarks/Index",
        swiftSettings: strict
    ),
    .executableTarget(
        name: "EngineSimulator",
        dependencies: [
            "Domain", "Telemetry", "CommandLineArguments", "JSON", "HTTP", "Crypto", "ZMQ",
            "Tokenizer",
        ],
        swiftSettings: strict
    ),
    .executableTarget(
        name: "LoadTest",
        dependencies: ["CommandLineArguments", "JSON", "HTTP"],
        swiftSettings: strict
    ),
]

let tests: [Target] = [
    .testTarget(name: "TelemetryTests", dependencies: ["Telemetry"], swiftSettings: strict),
    .testTarget(
        name: "CommandLineArgumentsTests",
        dependencies: ["CommandLineArguments"],
        swiftSettings: strict
    ),
    .testTarget(name: "JSONTests", dependencies: ["JSON"], swiftSettings: strict),
    .testTarget(name: "ZMQTests", dependencies: ["ZMQ"], swiftSettings: strict),
    .testTarget(name: "HTTPTests", dependencies: ["HTTP"], swiftSettings: strict),
    .testTarget(
        name: "TokenizerTests",
        dependencies: ["Domain", "JSON", "Tokenizer"],
        swiftSettings: strict
    ),
    .testTarget(
        name: "KVIndexerTests",
        dependencies: ["Domain", "JSON", "KVIndexer", "Telemetry", "ZMQ"],
        swiftSettings: strict
    ),
    .testTarget(
        name: "EngineSimulatorTests",
        dependencies: ["Domain", "EngineSimulator", "HTTP", "JSON", "Telemetry", "ZMQ"],
        swiftSettings: strict
    ),
    .testTarget(
        name: "LoadTestTests",
        dependencies: ["LoadTest", "EngineSimulator", "HTTP", "JSON"],
        swiftSettings: strict
    ),
]

let package = Package(
    name: "warmpath",
    products: [
        .executable(name: "warmpath-engine-sim", targets: ["EngineSimulator"]),
        .executable(name: "warmpath-load", targets: ["LoadTest"]),
    ],
    targets: targets + tests,
    cxxLanguageStandard: .cxx17
)
