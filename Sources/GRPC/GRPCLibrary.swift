internal import CGRPC

/// C-core, initialized.
///
/// It is never shut down: C-core does that on a thread of its own, which races with whoever
/// initializes it again meanwhile, and the end of the process needs no shutdown.
enum GRPCLibrary {
    private static let initialized: Void = grpc_init()

    /// To be called before anything else of C-core. Costs one atomic load after the first time.
    static func use() { initialized }
}
