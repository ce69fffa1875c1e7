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

    // C and C++ enter here, each behind one wrapper.
    .target(name: "CSimdJSON", linkerSettings: [.linkedLibrary("simdjson")]),
    .target(name: "JSON", dependencies: ["CSimdJSON"], swiftSettings: strict),
    .systemLibrary(name: "CZMQ"),
    .target(name: "ZMQ", dependencies: ["CZMQ"], swiftSettings: strict),
    .systemLibrary(name: "CXXHash"),

    .target(
        name: "KVIndexer",
        dependencies: ["Domain", "Telemetry", "ZMQ", "CXXHash"],
        swiftSettings: strict
    ),

    .executableTarget(
        name: "IndexBenchmark",
        dependencies: ["Domain", "Telemetry", "KVIndexer"],
        path: "Benchmarks/Index",
        swiftSettings: strict
    ),
]

let tests: [Target] = [
    .testTarget(name: "TelemetryTests", dependencies: ["Telemetry"], swiftSettings: strict),
    .testTarget(name: "JSONTests", dependencies: ["JSON"], swiftSettings: strict),
    .testTarget(name: "ZMQTests", dependencies: ["ZMQ"], swiftSettings: strict),
    .testTarget(
        name: "KVIndexerTests",
        dependencies: ["Domain", "JSON", "KVIndexer", "Telemetry", "ZMQ"],
        swiftSettings: strict
    ),
]

let package = Package(
    name: "warmpath",
    products: [],
    targets: targets + tests,
    cxxLanguageStandard: .cxx17
)
