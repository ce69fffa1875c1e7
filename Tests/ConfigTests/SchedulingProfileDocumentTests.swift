import Config
import Domain
import Scheduling
import Scorers
import Testing

@Suite struct SchedulingProfileDocumentTests {
    @Test func `a scorer weighs 100 where nothing is said`() throws {
        let setup = try SchedulingDocument.read(
            "profiles: [{name: a, plugins: {score: {enabled: [{name: queue-scorer}, "
                + "{name: kv-cache-utilization-scorer, weight: 5}]}}}]"
        )
        #expect(setup.profile("a")?.scorers.map(\.weight) == [100, 5])
        #expect(setup.setting("schedulingProfiles.a.queue-scorer.weight") == "100.0 # default")
    }

    @Test func `each profile's plug-in has arguments of its own`() throws {
        let setup = try SchedulingConfigFile.read(
            document: SchedulingDocument.bytes("profiles-phases.yaml")
        )
        let scorers = ["decode", "prefill"].map {
            setup.profile($0)?.scorer(LoadAwareScorer.self)
        }
        #expect(scorers == [LoadAwareScorer(threshold: 64), LoadAwareScorer(threshold: 32)])
        let roles = ["decode", "prefill"].map { setup.profile($0)?.filter(RoleFilter.self) }
        #expect(roles == [RoleFilter(serving: .decode), RoleFilter(serving: .prefill)])
        var config = DisaggregationProfileHandler.Config()
        config.prefillDecider = .uncachedBytes(threshold: 100)
        config.encodeDecider = .never
        #expect(
            setup.scheduler.handler as? DisaggregationProfileHandler
                == DisaggregationProfileHandler(config: config)
        )
    }

    @Test func `of other profiles a header names one`() throws {
        let score = "{score: {enabled: [{name: queue-scorer}]}}"
        let setup = try SchedulingDocument.read(
            "profiles: [{name: a, plugins: \(score)}, {name: b, plugins: \(score)}]"
        )
        #expect(
            setup.scheduler.handler as? HeaderProfileHandler
                == HeaderProfileHandler(fallback: "a", profiles: ["a", "b"])
        )
    }

    @Test(arguments: [
        (
            "profiles: [{name: a, plugins: {score: {enabled: [{name: queue}]}}}]",
            "profiles[0].plugins.score.enabled[0].type: expected the type of a plug-in, found "
                + "\"queue\" (line 1)"
        ),
        (
            "profiles: [{name: a, plugins: {score: {enabled: [{name: load-aware-scorer, "
                + "args: {threshold: -1}}]}}}]",
            "profiles[0].plugins.score.enabled[0].args.threshold: expected a whole number from 1 "
                + "to 1000000000, found -1 (line 1)"
        ),
        ("profiles: []", ""),
        (
            "profiles: none",
            "profiles: expected a list of at most 32 mappings, found none (line 1)"
        ),
        (
            "profiles: [{plugins: {}}]", "profiles[0].name: expected a name, found nothing (line 1)"
        ),
    ])
    func `what is wrong is told with its place`(document: String, problem: String) {
        #expect(SchedulingDocument.problems(document) == (problem.isEmpty ? [] : [problem]))
    }
}
