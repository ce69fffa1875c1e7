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
    .target(name: "Bytes", swiftSettings: strict),

    // C and C++ enter here, each behind one wrapper.
    .target(name: "CSimdJSON", linkerSettings: [.linkedLibrary("simdjson")]),
    .systemLibrary(name: "CGRPC"),
    .target(name: "CExtProc"),
    .target(name: "CProcessReply", dependencies: ["CExtProc"]),
    .target(name: "JSON", dependencies: ["Bytes", "CSimdJSON"], swiftSettings: strict),
    .target(name: "GRPC", dependencies: ["Bytes", "CGRPC"], swiftSettings: strict),

    .target(
        name: "Routing",
        dependencies: ["Bytes", "Domain", "Telemetry"],
        swiftSettings: strict
    ),
    .target(
        name: "ExtProc",
        dependencies: ["Bytes", "CProcessReply", "Domain", "GRPC", "Routing", "Telemetry"],
        swiftSettings: strict
    ),
]

let tests: [Target] = [
    .testTarget(name: "TelemetryTests", dependencies: ["Telemetry"], swiftSettings: strict),
    .testTarget(name: "BytesTests", dependencies: ["Bytes"], swiftSettings: strict),
    .testTarget(name: "GRPCTests", dependencies: ["Bytes", "GRPC"], swiftSettings: strict),
    .testTarget(name: "JSONTests", dependencies: ["JSON"], swiftSettings: strict),
]

let package = Package(
    name: "warmpath",
    products: [],
    targets: targets + tests,
    cxxLanguageStandard: .cxx17
)
