import Domain
import FlowControl
import Routing
import Scheduling
import Scorers
import Testing

@Suite struct RoutingPlanTests {
    private static func scheduler(_ filters: [any Filter] = []) -> Scheduler {
        Scheduler(
            profiles: [
                SchedulingProfile(filters: filters, scorers: [], picker: MaxScorePicker())
            ],
            handler: SingleProfileHandler()
        )
    }

    private static let sessions = SessionAffinity.bound(
        headers: ["x-session-id"],
        lifetime: .seconds(300)
    )

    @Test func `a new plan remembers what the old one did, where both keep it alike`() {
        var needs = SchedulingNeeds()
        needs.sessions = [Self.sessions]
        needs.approximatePrefix = ApproximatePrefixConfig()
        let old = RoutingPlan(scheduler: Self.scheduler(), needs: needs)
        let new = RoutingPlan(scheduler: Self.scheduler(), needs: needs, after: old)
        #expect(new.sessions === old.sessions)
        #expect(new.approximate === old.approximate)
        needs.approximatePrefix?.blockTokens = 128
        needs.sessions.insert(.cookie(name: "fleet"))
        let other = RoutingPlan(scheduler: Self.scheduler(), needs: needs, after: new)
        #expect(other.sessions !== old.sessions)
        #expect(other.approximate !== old.approximate)
        #expect(RoutingPlan(scheduler: Self.scheduler(), after: other).approximate == nil)
    }

    @Test func `the headers that anybody looks at are wanted`() {
        var needs = SchedulingNeeds()
        needs.sessions = [Self.sessions]
        needs.headers = ["X-Region"]
        let wanted = RoutingPlan(scheduler: Self.scheduler(), needs: needs).wantedHeaders
        #expect(
            wanted.names.isSuperset(of: [
                "x-session-id", "x-region", "x-llm-d-inference-objective",
                "x-gateway-inference-fairness-id",
            ])
        )
    }

    @Test func `a router follows a new plan from the next request on`() async throws {
        let house = try House(scorers: [])
        func names() async throws -> Set<String> {
            var names: Set<String> = []
            for _ in 0..<6 {
                names.insert(try await house.route("").get().decision.endpoint.name)
            }
            return names
        }
        #expect(try await names() == ["a", "b", "c"])
        let onlyB = SubsetOfNames(names: ["b"])
        house.router.follow(RoutingPlan(scheduler: Self.scheduler([onlyB])))
        #expect(try await names() == ["b"])
    }

    @Test func `a request is routed by the plan that its headers were kept for`() async throws {
        func plan(to name: String, wanting headers: Set<String>) -> RoutingPlan {
            var needs = SchedulingNeeds()
            needs.headers = headers
            return RoutingPlan(
                scheduler: Self.scheduler([SubsetOfNames(names: [name])]),
                needs: needs
            )
        }
        let house = try House(scorers: [])
        func endpoint(_ selection: HeaderSelection?) async throws -> String {
            var request = GatewayRequest(id: "1", body: House.bytes(""), subsetHint: nil)
            request.headerSelection = selection
            return try await house.router.route(request).get().decision.endpoint.name
        }
        house.router.follow(plan(to: "a", wanting: ["x-old"]))
        let old = house.router.wantedHeaders
        house.router.follow(plan(to: "b", wanting: ["x-new"]))
        let new = house.router.wantedHeaders
        #expect(try await endpoint(old) == "a")
        #expect(try await endpoint(new) == "b")
        #expect(try await endpoint(nil) == "b")
        #expect(try await endpoint(HeaderSelection(["x-unheard-of"])) == "b")
        // It keeps to that plan, too, if the next one wants what the last one does.
        house.router.follow(plan(to: "c", wanting: ["x-new"]))
        #expect(try await endpoint(old) == "a")
        #expect(try await endpoint(new) == "c")
    }

    private struct SubsetOfNames: Filter {
        let names: Set<String>

        func filter(_ candidates: inout Candidates, in context: SchedulingContext) {
            candidates.keep { names.contains(context.snapshot.endpoints[$0].name) }
        }
    }

    @Test func `a session's cookie leads back, and is set once`() async throws {
        var needs = SchedulingNeeds()
        needs.sessions = [.cookie(name: "fleet")]
        let house = try House(
            scorers: [
                WeightedScorer(SessionAffinityScorer(.cookie(name: "fleet")), weight: 1)
            ],
            endpoints: (0..<10).map { "pod-\($0)" },
            needs: needs
        )
        let first = try await house.route(house.completion("x")).get()
        let cookie = try #require(first.responseHeaders.first { $0.name == "set-cookie" }).value
        let pair = try #require(cookie.split(separator: ";").first.map(String.init))
        for _ in 0..<5 {
            let next = try await house.route(
                house.completion("x"),
                headers: [HeaderField("cookie", "a=b; \(pair)")]
            ).get()
            #expect(next.decision.endpoint == first.decision.endpoint)
            #expect(next.responseHeaders.isEmpty)
        }
    }

    @Test func `what may not pass is turned away before its body is read`() async throws {
        var admission = AdmissionConfig()
        admission.detector = ConcurrencyDetector(requestsMax: 1)
        let house = try House(
            scorers: [],
            endpoints: ["a"],
            needs: SchedulingNeeds(),
            admission: admission
        )
        house.router.follow(
            RoutingPlan(scheduler: Self.scheduler(), objectives: ["batch": -1])
        )
        let held = try await house.route(house.completion("x")).get()
        let headers = [HeaderField("x-llm-d-inference-objective", "batch")]
        guard case .failure(.shed) = await house.route("{", headers: headers) else {
            Issue.record("expected that it is shed")
            return
        }
        withExtendedLifetime(held) {}
    }
}
