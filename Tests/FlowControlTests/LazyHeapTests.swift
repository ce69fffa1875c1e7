import Randomness
import Testing

@testable import FlowControl

@Suite struct LazyHeapTests {
    @Test(arguments: [1, 2, 3] as [UInt64])
    func `the first that is alive comes first, whatever has ended`(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var heap = LazyHeap<Int>()
        var live: [UInt64: Int] = [:]
        for number in 1...5000 as ClosedRange<UInt64> {
            let key = random.below(100)
            live[number] = key
            heap.push(number, by: key, amongst: live, liveCount: live.count)
            switch random.below(3) {
            case 0: live[1 + UInt64(random.below(Int(number)))] = nil
            case 1:
                let least = live.min { ($0.value, $0.key) < ($1.value, $1.key) }
                #expect(heap.popFirst(amongst: live)?.number == least?.key)
                if let least { live[least.key] = nil }
            default: break
            }
            #expect(heap.count <= 2 * live.count + 35)
        }
    }
}
