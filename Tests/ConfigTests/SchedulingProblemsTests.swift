import Config
import FlowControl
import Scheduling
import Testing

@Suite struct SchedulingProblemsTests {
    @Test(arguments: [
        (
            "plugins: [{type: queue-scorr}]",
            "plugins[0].type: expected the type of a plug-in, found \"queue-scorr\" (line 1); "
                + "did you mean `queue-scorer`?"
        ),
        (
            "plugins:\n- {type: queue-scorer, name: q}\nschedulingProfiles:\n- name: default\n"
                + "  plugins:\n  - pluginRef: qq\n",
            "schedulingProfiles[0].plugins[0].pluginRef: expected the name of an entry of plugins, "
                + "found \"qq\" (line 6); did you mean `q`?"
        ),
        (
            "plugins:\n- type: load-aware-scorer\n  parameters:\n    threshold: many\n",
            "plugins[0].parameters.threshold: expected a whole number from 1 to 1000000000, found "
                + "many (line 4)"
        ),
        (
            "plugins: [{type: queue-scorer}, {type: queue-scorer}]",
            "plugins[1].name: expected a name of its own, found \"queue-scorer\" again (line 1)"
        ),
        (
            "plugins: [{type: queue-scorer}]\nschedulingProfiles:\n"
                + "- {name: a, plugins: [{pluginRef: queue-scorer}]}\n"
                + "- {name: b, plugins: [{pluginRef: queue-scorer}]}",
            "schedulingProfiles: expected exactly one profile, found 2 (line 2)"
        ),
        (
            "plugins: [{type: queue-scorer}, {type: pd-profile-handler}]\nschedulingProfiles:\n"
                + "- {name: decode, plugins: [{pluginRef: queue-scorer}]}",
            "plugins[1]: expected a profile by the name of \"prefill\" in schedulingProfiles, "
                + "found \"decode\" (line 1)"
        ),
        (
            "plugins: [{type: queue-scorer}]\nschedulingProfiles:\n"
                + "- {name: a, plugins: [{pluginRef: queue-scorer, weight: -1}]}",
            "schedulingProfiles[0].plugins[0].weight: expected a number from 0 to 1000000, found "
                + "-1 (line 3)"
        ),
        (
            "plugins: [{type: max-score-picker}, {type: random-picker}]",
            "plugins[1]: expected one picker, found \"random-picker\" beside \"max-score-picker\" "
                + "(line 1)"
        ),
        (
            "plugins: [{type: single-profile-handler}, {type: disagg-profile-handler}, "
                + "{type: queue-scorer}]",
            "plugins: expected at most one profile handler, found single-profile-handler (line 1), "
                + "disagg-profile-handler (line 1)"
        ),
        (
            "plugins: [{type: queue-scorer}, {type: prefix-based-pd-decider, "
                + "parameters: {promptTokens: -1}}]",
            "plugins[1].parameters.promptTokens: expected a whole number from 0 to 1000000000, "
                + "found -1 (line 1)"
        ),
        ("plugins: [{name: a}]", "plugins[0].type: expected a type, found nothing (line 1)"),
        ("kind: Deployment", "kind: expected EndpointPickerConfig, found Deployment (line 1)"),
        (
            "replicas: 3",
            "expected an EndpointPickerConfig, or a list of profiles, found replicas (line 1)"
        ),
        (
            "plugins: [{type: queue-scorer},\n {type: header-profile-handler, "
                + "parameters: {defaultProfile: c}}]\nschedulingProfiles:\n"
                + "- {name: a, plugins: [{pluginRef: queue-scorer}]}\n"
                + "- {name: b, plugins: [{pluginRef: queue-scorer}]}",
            "plugins[1]: expected defaultProfile to be one of \"a\", \"b\", found \"c\" (line 2)"
        ),
        (
            "plugins: [{type: queue-scorer}, {type: decision-tree-filter, parameters: "
                + "{current: {}}}]",
            "plugins[1].parameters.current: expected a pluginRef or a decisionTree, "
                + "found neither (line 1)"
        ),
        (
            "plugins: [{type: disagg-profile-handler, parameters: {deciders: {prefill: x}}}]",
            "plugins[0].parameters.deciders.prefill: expected the name of a plug-in that decides on "
                + "this, found x (line 1)"
        ),
    ])
    func `what is wrong is told with its place, its value, and what was expected`(
        document: String,
        problem: String
    ) {
        #expect(SchedulingDocument.problems(document) == [problem])
    }

    @Test func `everything that is wrong is told at once`() {
        let document = """
            plugins:
            - type: queue-scorr
            - {type: load-aware-scorer, parameters: {threshold: 0}}
            - {type: precise-prefix-cache-scorer, parameters: {tokenProcessorConfig: {blockSize: x}}}
            schedulingProfiles:
            - name: default
              plugins: [{pluginRef: nobody}]
            flowControl: {maxBytes: much}
            """
        let problems = SchedulingDocument.problems(document)
        #expect(problems.count == 5)
        for word in ["queue-scorr", "threshold", "blockSize", "nobody", "maxBytes"] {
            #expect(problems.contains { $0.contains(word) })
        }
    }

    /// llm-d's own cases for the handler of its first releases.
    @Test(arguments: [
        ("threshold: -1", false), ("threshold: 0", true), ("threshold: 100", true),
        ("hashBlockSize: 0", false), ("hashBlockSize: -5", false), ("hashBlockSize: 32", true),
        ("primaryPort: 0", true), ("primaryPort: 8080", true), ("primaryPort: -1", false),
        ("primaryPort: 65535", true), ("primaryPort: 65536", false),
        ("deciderPluginName: nobody", false),
        ("decodeProfile: decode, prefillProfile: prefill", true),
        ("prefillProfile: nobody", false),
    ])
    func `parameters of the prefill and decode handler are checked`(
        parameters: String,
        isValid: Bool
    ) {
        let document = """
            plugins: [{type: queue-scorer},
                      {type: pd-profile-handler, parameters: {\(parameters)}}]
            schedulingProfiles: [{name: decode, plugins: [{pluginRef: queue-scorer}]},
                                 {name: prefill, plugins: [{pluginRef: queue-scorer}]}]
            """
        #expect(SchedulingDocument.problems(document).isEmpty == isValid)
    }

    @Test(arguments: [
        "plugins: [{type: mm-embeddings-cache-scorer}, {type: queue-scorer}]",
        "plugins: [{type: multicluster-queue-scorer}, {type: queue-scorer}]",
        "plugins: [{type: queue-scorer, parameters: {colour: red}}]",
        "plugins: [{type: queue-scorer}]\ncolour: red",
        "plugins: [{type: queue-scorer}]\napiVersion: other/v1",
    ])
    func `what has no effect is a warning, and an error if strictness is asked for`(
        document: String
    ) throws {
        let setup = try SchedulingDocument.read(document)
        #expect(setup.remarks.warnings.count == 1)
        #expect(setup.profile()?.scorers.count == 1)
        #expect(SchedulingDocument.problems(document, isStrict: true).count == 1)
    }

    @Test func `a warning names what is not supported and what happens instead`() throws {
        let setup = try SchedulingDocument.read(
            "plugins: [{type: queue-scorer}, {type: mm-embeddings-cache-scorer, name: media}]\n"
                + "schedulingProfiles: [{name: default, plugins: [{pluginRef: queue-scorer}, "
                + "{pluginRef: media, weight: 3}]}]"
        )
        let expected =
            "plugins[1].type: \"mm-embeddings-cache-scorer\" (line 1) is not supported: "
            + "which media an encoder holds is not known"
        #expect(setup.remarks.warnings == [expected])
        #expect(setup.profile()?.scorers.map(\.name) == ["queue-scorer"])
    }

    @Test func `gates of other releases are accepted`() throws {
        let setup = try SchedulingDocument.read(
            "featureGates: [dataLayer, prepareDataPlugins=true, somethingNew, flowControl=false]"
        )
        #expect(setup.admission.flowControl == nil)
        let expected = ["featureGates[2]: \"somethingNew\" is no gate that has an effect (line 1)"]
        #expect(setup.remarks.warnings == expected)
    }
}
