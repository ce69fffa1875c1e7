import Config
import Scorers
import Testing

@Suite struct SchedulingConfigEnvironmentTests {
    private func read(_ environment: [String: String]) -> (SchedulingConfig, warnings: [String]) {
        SchedulingConfig.fromEnvironment(environment)
    }

    @Test func `without any variable the defaults hold, in silence`() {
        let (config, warnings) = read(["HOME": "/root", "ENABLE_LOAD_AWARE_SCORER": ""])
        #expect(config == SchedulingConfig())
        #expect(warnings.isEmpty)
    }

    @Test(
        arguments: [
            (kvCache: "true", load: "true", expected: (1, 1)),
            (kvCache: "1", load: nil, expected: (1, nil)),
            (kvCache: nil, load: "T", expected: (nil, 1)),
            (kvCache: "false", load: "t", expected: (nil, 1)),
            (kvCache: "f", load: "0", expected: (nil, nil)),
            (kvCache: nil, load: "FALSE", expected: (nil, nil)),
        ] as [(kvCache: String?, load: String?, expected: (Double?, Double?))]
    )
    func `once a switch is set, exactly those switched on have a say, with weight 1`(
        kvCache: String?,
        load: String?,
        expected: (Double?, Double?)
    ) {
        var environment: [String: String] = [:]
        environment["ENABLE_KVCACHE_AWARE_SCORER"] = kvCache
        environment["ENABLE_LOAD_AWARE_SCORER"] = load
        let (config, warnings) = read(environment)
        #expect(config.prefixCacheWeight == expected.0)
        #expect(config.loadAwareWeight == expected.1)
        #expect(warnings.isEmpty)
    }

    @Test func `weights and the threshold are taken over`() {
        let (config, warnings) = read([
            "ENABLE_KVCACHE_AWARE_SCORER": "true",
            "KVCACHE_AWARE_SCORER_WEIGHT": "2",
            "ENABLE_LOAD_AWARE_SCORER": "True",
            "LOAD_AWARE_SCORER_WEIGHT": "0.5",
            "LOAD_AWARE_SCORER_QUEUE_THRESHOLD": "64",
        ])
        let expected = SchedulingConfig(
            prefixCacheWeight: 2,
            loadAwareWeight: 0.5,
            loadThreshold: 64
        )
        #expect(config == expected)
        #expect(warnings.isEmpty)
    }

    @Test func `weights and the threshold adjust the defaults, too`() {
        let (config, _) = read([
            "KVCACHE_AWARE_SCORER_WEIGHT": "3", "LOAD_AWARE_SCORER_QUEUE_THRESHOLD": "256",
        ])
        var expected = SchedulingConfig()
        expected.prefixCacheWeight = 3
        expected.loadThreshold = 256
        #expect(config == expected)
    }

    @Test(arguments: [
        ("ENABLE_KVCACHE_AWARE_SCORER", "yes", "true or false"),
        ("KVCACHE_AWARE_SCORER_WEIGHT", "heavy", "a number, 0 or more"),
        ("KVCACHE_AWARE_SCORER_WEIGHT", "-1", "a number, 0 or more"),
        ("LOAD_AWARE_SCORER_WEIGHT", "nan", "a number, 0 or more"),
        ("LOAD_AWARE_SCORER_QUEUE_THRESHOLD", "0", "a whole number, 1 or more"),
        ("LOAD_AWARE_SCORER_QUEUE_THRESHOLD", "1.5", "a whole number, 1 or more"),
    ])
    func `a value that does not parse leaves the default and is named`(
        name: String,
        value: String,
        expectation: String
    ) {
        let (config, warnings) = read([name: value])
        #expect(config == SchedulingConfig())
        #expect(warnings == ["\(name) is ignored: expected \(expectation), found `\(value)`"])
    }

    @Test func `what llm-d would switch on and we cannot is named, what is off is not`() {
        let (config, warnings) = read([
            "ENABLE_SESSION_AWARE_SCORER": "true",
            "ENABLE_PREFIX_AWARE_SCORER": "false",
            "PREFILL_ENABLE_LOAD_AWARE_SCORER": "1",
            "PD_ENABLED": "true",
        ])
        #expect(config == SchedulingConfig())
        let expected = [
            "ENABLE_SESSION_AWARE_SCORER is ignored: not supported",
            "PD_ENABLED is ignored: not supported",
            "PREFILL_ENABLE_LOAD_AWARE_SCORER is ignored: not supported",
        ]
        #expect(warnings == expected)
    }
}
