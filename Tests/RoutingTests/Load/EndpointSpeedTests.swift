import Foundation
import Routing
import Testing

@Suite struct EndpointSpeedTests {
    private func slowness(_ ratio: Double, times: Int) -> Double {
        var speed = EndpointSpeed()
        for _ in 0..<times { speed.learn(log(ratio)) }
        return speed.slowness
    }

    @Test func `one that takes twice as long is found out within fifty requests`() {
        #expect(slowness(2, times: 50) > 1.75)
        #expect(slowness(2, times: 1000) > 1.9)
        #expect(slowness(0.5, times: 50) < 0.6)
    }

    @Test func `a difference that may be chance counts as none`() {
        #expect(slowness(1.1, times: 1000) == 1)
        #expect(slowness(0.9, times: 1000) == 1)
        #expect(slowness(8, times: 0) == 1)
    }

    @Test func `one odd response changes nothing, many do`() {
        var speed = EndpointSpeed()
        for _ in 0..<50 { speed.learn(0) }
        speed.learn(log(1000))
        #expect(speed.slowness == 1)
        for _ in 0..<500 { speed.learn(log(3)) }
        #expect(abs(speed.slowness / 3 - 1) < 0.15)
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity])
    func `what is no number is not taken`(difference: Double) {
        var speed = EndpointSpeed()
        speed.learn(difference)
        #expect(speed == EndpointSpeed())
    }
}
