import Config
import Scheduling
import Scorers
import Testing

@Suite struct SchedulingHandlersTests {
    private func handler(_ plugins: String) throws -> any ProfileHandler {
        let profiles = ["decode", "prefill", "encode"].map {
            "- {name: \($0), plugins: [{pluginRef: queue-scorer}]}"
        }
        return try SchedulingDocument.read(
            """
            plugins:
            - {type: queue-scorer}
            \(plugins)
            schedulingProfiles:
            \(profiles.joined(separator: "\n"))
            """
        ).scheduler.handler
    }

    private func config(
        _ change: (inout DisaggregationProfileHandler.Config) -> Void
    ) -> DisaggregationProfileHandler {
        var config = DisaggregationProfileHandler.Config()
        config.prefill = nil
        config.prefillDecider = .never
        config.encodeDecider = .never
        change(&config)
        return DisaggregationProfileHandler(config: config)
    }

    @Test func `a prefill is looked for if a decider is named`() throws {
        let without = try handler("- {type: disagg-profile-handler}")
        #expect(without as? DisaggregationProfileHandler == config { _ in })
        let tokens = try handler(
            """
            - {type: prefix-based-pd-decider, parameters: {nonCachedTokens: 16, promptTokens: 64}}
            - {type: disagg-profile-handler, parameters: {deciders: {prefill: prefix-based-pd-decider}}}
            """
        )
        let expected = config {
            $0.prefill = "prefill"
            $0.prefillDecider = .uncachedTokens(min: 16, promptMin: 64)
        }
        #expect(tokens as? DisaggregationProfileHandler == expected)
    }

    @Test func `media are encoded apart if a decider is named`() throws {
        let read = try handler(
            """
            - {type: disagg-profile-handler, parameters: {deciders: {encode: media}}}
            - {type: always-disagg-multimodal-decider, name: media}
            """
        )
        let expected = config {
            $0.encode = "encode"
            $0.encodeDecider = .multimodal
        }
        #expect(read as? DisaggregationProfileHandler == expected)
    }

    @Test func `with the prefill first, there always is one`() throws {
        let read = try handler(
            "- {type: disagg-profile-handler, parameters: {stageOrder: prefill-first}}"
        )
        let expected = config {
            $0.prefill = "prefill"
            $0.prefillDecider = .always
            $0.order = .prefillFirst
        }
        #expect(read as? DisaggregationProfileHandler == expected)
    }

    @Test(arguments: [("", 0), ("threshold: 10", 10)])
    func `the threshold of the first releases is in bytes`(
        parameters: String,
        bytes: Int
    ) throws {
        let read = try handler("- {type: pd-profile-handler, parameters: {\(parameters)}}")
        let expected = config {
            $0.prefill = "prefill"
            $0.prefillDecider = .uncachedBytes(threshold: bytes)
        }
        #expect(read as? DisaggregationProfileHandler == expected)
    }

    @Test func `a port of its own puts a sidecar in between`() throws {
        let read = try handler("- {type: pd-profile-handler, parameters: {primaryPort: 8000}}")
        #expect(read is DataParallelProfileHandler)
        #expect(read.profileNames == ["decode", "prefill"])
    }

    @Test func `a header chooses among all profiles`() throws {
        let read = try handler(
            "- {type: header-profile-handler, parameters: {headerName: X-Phase}}"
        )
        let expected = HeaderProfileHandler(
            header: "x-phase",
            fallback: "decode",
            profiles: ["decode", "prefill", "encode"]
        )
        #expect(read as? HeaderProfileHandler == expected)
    }
}
