import Glibc
import Synchronization

/// Lets in any number of readers or one writer, and makes readers wait as little as it can.
///
/// A reader announces itself in a cache line of its own, so readers do not slow each other down.
/// A writer raises a flag and waits until nobody is announced. It withdraws the flag while it
/// waits for long: a reader that has lost its core then holds up writers, but no other reader.
/// Before it begins, a writer lets those readers in that waited for the one before it.
///
/// `@unchecked Sendable`: `mutex` and `places` never change; all they point to is atomic, or made
/// for several threads.
@safe final class ReadMostlyLock: @unchecked Sendable {
    /// Readers beyond these wait for one to leave.
    static let placesMax = 64
    /// Bytes between two places: a line, and the one the processor fetches with it.
    private static let placeStride = 128

    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let places: UnsafeMutableRawPointer
    /// Places that were ever taken, as bits: no writer looks at others.
    private let knownPlaces = Atomic<UInt64>(0)
    private let isWriting = Atomic<Bool>(false)
    private let waitingReaders = Atomic<Int>(0)

    init() {
        unsafe mutex = .allocate(capacity: 1)
        let code = unsafe pthread_mutex_init(mutex, nil)
        precondition(code == 0, "no mutex: errno \(code)")
        unsafe places = .allocate(
            byteCount: Self.placesMax * Self.placeStride,
            alignment: Self.placeStride
        )
        for place in 0..<Self.placesMax {
            unsafe (places + place * Self.placeStride)
                .bindMemory(to: Atomic<Bool>.self, capacity: 1).initialize(to: Atomic(false))
        }
    }

    deinit {
        unsafe pthread_mutex_destroy(mutex)
        unsafe mutex.deallocate()
        unsafe places.deallocate()
    }

    // MARK: Readers

    /// Returns the reader's place, which nobody else has until `endReading`.
    func beginReading() -> Int {
        let place = takePlace()
        // Sequentially consistent, as in `beginWriting`: of a reader and a writer that meet, at
        // least one sees the other.
        if !isWriting.load(ordering: .sequentiallyConsistent) { return place }
        endReading(place)
        return waitAndBeginReading()
    }

    func endReading(_ place: Int) {
        unsafe isTaken(place).pointee.store(false, ordering: .releasing)
    }

    private func waitAndBeginReading() -> Int {
        waitingReaders.wrappingAdd(1, ordering: .relaxed)
        defer { waitingReaders.wrappingSubtract(1, ordering: .relaxed) }
        var patience = Patience()
        while true {
            while isWriting.load(ordering: .relaxed) { patience.wait() }
            let place = takePlace()
            if !isWriting.load(ordering: .sequentiallyConsistent) { return place }
            endReading(place)
        }
    }

    private func takePlace() -> Int {
        let hash = UInt64(UInt(pthread_self())) &* 0x9E37_79B9_7F4A_7C15
        var place = Int(truncatingIfNeeded: hash >> 58)
        var patience = Patience()
        while true {
            let bit = UInt64(1) << UInt64(place)
            if knownPlaces.load(ordering: .relaxed) & bit == 0 {
                knownPlaces.bitwiseOr(bit, ordering: .sequentiallyConsistent)
            }
            let wasTaken = unsafe isTaken(place).pointee.exchange(
                true,
                ordering: .sequentiallyConsistent
            )
            if !wasTaken { return place }
            place = (place + 1) % Self.placesMax
            patience.wait()
        }
    }

    private func isTaken(_ place: Int) -> UnsafeMutablePointer<Atomic<Bool>> {
        unsafe (places + place * Self.placeStride).assumingMemoryBound(to: Atomic<Bool>.self)
    }

    // MARK: Writers

    func beginWriting() {
        _ = unsafe pthread_mutex_lock(mutex)
        var patience = Patience()
        while waitingReaders.load(ordering: .relaxed) > 0, patience.rounds < 1_000 {
            patience.wait()
        }
        for attempt in 0... {
            isWriting.store(true, ordering: .sequentiallyConsistent)
            if waitForReaders(insisting: attempt >= 64) { return }
            isWriting.store(false, ordering: .releasing)
            sched_yield()
        }
    }

    func endWriting() {
        isWriting.store(false, ordering: .releasing)
        _ = unsafe pthread_mutex_unlock(mutex)
    }

    /// Whether all readers have left. Waits about as long as a lookup takes, or without end.
    private func waitForReaders(insisting: Bool) -> Bool {
        var known = knownPlaces.load(ordering: .sequentiallyConsistent)
        while known != 0 {
            let place = known.trailingZeroBitCount
            var patience = Patience()
            while unsafe isTaken(place).pointee.load(ordering: .sequentiallyConsistent) {
                if !insisting, patience.rounds >= Patience.spins { return false }
                patience.wait()
            }
            known &= known - 1
        }
        return true
    }
}

/// How somebody waits who expects not to wait for long: awake at first, then giving the core
/// away, then asleep.
private struct Patience {
    static let spins = 2_000
    private static let yields = 200
    private(set) var rounds = 0

    mutating func wait() {
        rounds += 1
        if rounds > Self.spins + Self.yields {
            usleep(50)
        } else if rounds > Self.spins {
            sched_yield()
        }
    }
}
