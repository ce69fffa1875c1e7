import Domain

/// All requests in flight, found by slot, by age, and by when their prompts should be computed.
///
/// Every operation takes the same time, however many there are, but for those on estimated ends,
/// which take the logarithm of it.
///
/// Invariants:
/// 1. A slot is in `aged` as long as it is taken, and in `prefilling` as long as its stage is.
/// 2. `prefilling` ascends by `checkedAt`, `aged` by `pickedAt`, as far as callers' clocks do.
struct ReservationTable: Sendable {
    private var slots: [Reservation] = []
    private var free: [Int] = []
    private var aged = SlotQueue()
    private var prefilling = SlotQueue()
    private var estimated = EstimatedEnds()

    var count: Int { slots.count - free.count }

    /// - Returns: its slot.
    mutating func insert(_ reservation: Reservation) -> Int {
        let slot: Int
        if let freed = free.popLast() {
            slot = freed
            slots[slot] = reservation
        } else {
            slot = slots.count
            slots.append(reservation)
        }
        aged.append(slot)
        prefilling.append(slot)
        return slot
    }

    /// Nobody will see the first token: the prompt counts as computed at `time`.
    mutating func estimate(end time: Duration, of slot: Int) {
        estimated.insert(
            EstimatedEnds.Entry(time: time, slot: slot, number: slots[slot].number)
        )
    }

    func holds(_ number: UInt64, in slot: Int) -> Bool { slots[slot].number == number }

    subscript(slot: Int) -> Reservation { slots[slot] }

    mutating func stopTeaching(_ slot: Int) { slots[slot].teachesRate = false }

    /// - Returns: false if it has ended before.
    mutating func endPrefill(_ slot: Int) -> Bool {
        guard case .prefilling = slots[slot].stage else { return false }
        slots[slot].stage = .decoding
        prefilling.remove(slot)
        return true
    }

    /// - Precondition: the prefill has ended.
    mutating func remove(_ slot: Int) {
        slots[slot].number = 0
        aged.remove(slot)
        free.append(slot)
    }

    var oldest: Int? { aged.first }

    /// One that was picked `lifetime` ago.
    func aged(_ lifetime: Duration, at now: Duration) -> Int? {
        guard let slot = aged.first, slots[slot].pickedAt + lifetime <= now else {
            return nil
        }
        return slot
    }

    /// One whose prompt should be computed: it is estimated to be, or nothing was heard of it for
    /// `lifetime` and for some times the predicted time.
    mutating func overduePrefill(
        _ lifetime: Duration,
        at now: Duration
    ) -> Int? {
        while let entry = estimated.popDue(at: now) {
            if holds(entry.number, in: entry.slot), case .prefilling = slots[entry.slot].stage {
                return entry.slot
            }
        }
        while let slot = prefilling.first, slots[slot].checkedAt + lifetime <= now {
            guard slots[slot].mayPrefill(at: now) else { return slot }
            slots[slot].checkedAt = now
            prefilling.remove(slot)
            prefilling.append(slot)
        }
        return nil
    }
}
