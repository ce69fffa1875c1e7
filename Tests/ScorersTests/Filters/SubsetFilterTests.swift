import Domain
import Scheduling
import Scorers
import Testing

private let addresses = ["10.0.0.1:8000", "10.0.0.1:8001", "10.0.0.2:8000", "[fd00::1]:8000"]
private let pool = zip(UInt32(0)..., addresses).map { Endpoint.fake($0, address: $1) }

@Suite struct SubsetFilterTests {
    @Test(
        arguments: [
            (nil, [0, 1, 2, 3]),
            ([], []),
            (["10.0.0.1:8000"], [0]),
            (["10.0.0.1"], [0, 1]),
            ([" 10.0.0.1 ", "\t10.0.0.2:8000"], [0, 1, 2]),
            (["10.0.0.2", "[fd00::1]:8000"], [2, 3]),
            (["fd00::1"], [3]),
            (["[fd00::1]"], [3]),
            (["10.0.0.1:9999", "10.0.0.9", "", " ", "8000", ":8000", ":"], []),
            (["[", "]", "[]", "[]:8000", "fd00::1:8000", "[fd00::1", "10.0.0"], []),
            (["10.0.0.2", "10.0.0.2", "10.0.0.2:8000"], [2]),
        ] as [([String]?, [Int])]
    )
    func `a hint allows an address, or every port of a host`(hint: [String]?, kept: [Int]) {
        let context = SchedulingContext.fake(pool, subsetHint: hint)
        #expect(context.positions(leftBy: SubsetFilter()) == kept)
    }

    @Test func `a long hint allows all that it lists, and nothing else`() {
        let endpoints = (0..<500).map {
            Endpoint.fake($0, address: "10.0.\($0 / 250).\($0 % 250):8000")
        }
        let hint = endpoints.enumerated().filter { $0.offset % 3 == 0 }.map(\.element.address)
        let kept = SchedulingContext.fake(endpoints, subsetHint: hint.reversed())
            .positions(leftBy: SubsetFilter())
        #expect(kept == Array(stride(from: 0, to: 500, by: 3)))
    }
}

@Suite struct HeaderBasedTestingFilterTests {
    @Test(
        arguments: [
            (nil, [0, 1, 2, 3]),
            ("", [0, 1, 2, 3]),
            (" , ", [0, 1, 2, 3]),
            ("10.0.0.2", [2]),
            ("10.0.0.1:8001", [1]),
            ("[fd00::1]:8000, 10.0.0.1", [0, 1, 3]),
            ("256.256.256.256", []),
        ] as [(String?, [Int])]
    )
    func `only endpoints that the header lists are left`(value: String?, kept: [Int]) {
        var request = InferenceRequest(model: "m")
        request.headers = value.map { [HeaderField(HeaderBasedTestingFilter.header, $0)] } ?? []
        let context = SchedulingContext.fake(pool, request: request)
        #expect(context.positions(leftBy: HeaderBasedTestingFilter()) == kept)
    }
}
