import Domain
import Redis

/// Commands for one round trip that bring blocks in Redis to what their claims hold.
///
/// Redis deletes a hash with its last field, so no key has to be looked after.
struct RedisBatch {
    /// About half a megabyte of commands: short enough that no other client waits for long.
    private static let commandsMax = 4_096

    private(set) var commands = RedisCommands()
    /// What the commands change.
    private(set) var blocks: [(key: BlockKey, space: KeySpaceID)] = []
    private(set) var claims: [RedisClaim] = []
    private let timeToLiveSeconds: Int

    init(timeToLiveSeconds: Int) { self.timeToLiveSeconds = timeToLiveSeconds }

    var isEmpty: Bool { commands.count == 0 }
    var isFull: Bool { commands.count >= RedisBatch.commandsMax }

    mutating func removeAll() {
        commands.removeAll()
        blocks.removeAll(keepingCapacity: true)
        claims.removeAll(keepingCapacity: true)
    }

    /// Brings one block of a claim up to date in some tiers, a bit each.
    ///
    /// - Parameter state: the claim's, under its lock, so that a later change is written later.
    mutating func bring(
        _ key: BlockKey,
        of claim: RedisClaim,
        to state: borrowing RedisClaim.State,
        tiers: UInt8
    ) {
        guard tiers != 0 else { return }
        let held = state.tiers(of: key)
        for tier in 0..<4 where tiers & 1 << UInt8(tier) != 0 {
            let isHeld = held & 1 << UInt8(tier) != 0
            if isHeld {
                commands.begin("HSET", argumentCount: 3)
            } else {
                commands.begin("HDEL", argumentCount: 2)
            }
            commands.append(claim.identity.keyPrefix, digitsOf: key.rawValue)
            commands.append(claim.fields[tier])
            if isHeld { commands.append([]) }
        }
        if held & tiers != 0, timeToLiveSeconds > 0 {
            commands.begin("EXPIRE", argumentCount: 2)
            commands.append(claim.identity.keyPrefix, digitsOf: key.rawValue)
            commands.append(digitsOf: UInt64(timeToLiveSeconds))
        }
        for name in state.names { blocks.append((key, name.space)) }
        if claims.last !== claim { claims.append(claim) }
    }
}
