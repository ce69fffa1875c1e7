import Domain

/// What one answer of an engine's metrics port says.
struct EngineReading: Equatable, Sendable {
    var report = EngineReport()
    /// LoRA adapters with requests that run, and with such that wait.
    private(set) var adapters = AdapterActivity()

    /// Nil if the text has none of the engine's figures: what answers is something else.
    init?(_ text: Span<UInt8>, from family: EngineFamily) {
        let metrics = EngineMetricNames.of(family)
        var samples = PrometheusSamples(text, of: metrics.names)
        var figures = EngineFigures()
        var latest: PrometheusSamples.Sample?
        while let sample = samples.next() {
            for source in metrics.sources(named: sample.name) {
                if let label = source.label, !samples.has(label.name, label.value, of: sample) {
                    continue
                }
                switch source.figure {
                case .adapters:
                    // The value is when it was so; earlier states stay beside it.
                    if sample.value >= latest?.value ?? 0 { latest = sample }
                case .cacheInfo(let tokens, let count):
                    samples.int(tokens, of: sample).map { figures.add($0, to: .blockTokens) }
                    samples.int(count, of: sample).map { figures.add($0, to: .blockCount) }
                default: figures.add(sample.value, to: source.figure)
                }
            }
        }
        guard figures.isTold else { return nil }
        report = figures.report
        if let latest { readAdapters(latest, in: samples) }
    }

    private mutating func readAdapters(
        _ sample: PrometheusSamples.Sample,
        in samples: borrowing PrometheusSamples
    ) {
        adapters = AdapterActivity(
            running: samples.label("running_lora_adapters", of: sample) ?? [],
            waiting: samples.label("waiting_lora_adapters", of: sample) ?? []
        )
        report.activeAdapters = adapters.count
        report.adaptersMax = Int32(saturating: samples.int("max_lora", of: sample) ?? 0)
    }
}

extension PrometheusSamples {
    /// A label that is a number. Engines write `None` for what they do not know yet.
    fileprivate borrowing func int(_ name: String, of sample: Sample) -> Double? {
        label(name, of: sample).flatMap { Int32(String(decoding: $0, as: UTF8.self)) }
            .map(Double.init)
    }
}
