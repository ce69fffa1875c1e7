import Domain

/// The figures of one answer. An engine's ranks report side by side (vLLM's label `engine`) and
/// are one endpoint: requests and blocks add up, usage is their average.
struct EngineFigures {
    private var waiting = 0.0
    private var running = 0.0
    private var usage = (sum: 0.0, count: 0.0)
    private var earlierUsage = (sum: 0.0, count: 0.0)
    private var blockTokens = 0.0
    private var blockCount = 0.0
    private(set) var isTold = false

    /// What is negative or no number counts as not told.
    mutating func add(_ value: Double, to figure: EngineMetricNames.Figure) {
        guard value >= 0 else { return }
        isTold = true
        switch figure {
        case .waitingRequests: waiting += value
        case .runningRequests: running += value
        case .kvCacheUsage: usage = (usage.sum + min(value, 1), usage.count + 1)
        case .earlierKVCacheUsage:
            earlierUsage = (earlierUsage.sum + min(value, 1), earlierUsage.count + 1)
        case .blockTokens: blockTokens = value
        case .blockCount: blockCount += value
        case .cacheInfo, .adapters: break
        }
    }

    var report: EngineReport {
        let usage = usage.count > 0 ? usage : earlierUsage
        var report = EngineReport()
        report.waitingRequests = Int32(saturating: waiting)
        report.runningRequests = Int32(saturating: running)
        report.kvCacheUsage = usage.count > 0 ? usage.sum / usage.count : 0
        report.blockTokens = Int32(saturating: blockTokens)
        report.kvCacheTokens = Int(saturating: blockTokens * blockCount)
        return report
    }
}

extension FixedWidthInteger {
    /// The whole part, or the nearest value that there is; 0 for what is not a number.
    init(saturating value: Double) {
        if value.isNaN {
            self = 0
        } else {
            // `max` may round up to one more than there is, which `exactly` refuses.
            self = Self(exactly: value.rounded(.towardZero)) ?? (value < 0 ? .min : .max)
        }
    }
}
