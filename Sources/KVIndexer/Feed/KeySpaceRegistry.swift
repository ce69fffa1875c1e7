package import BlockKeys
import Synchronization

/// Every key space, by number; and which of them hold blocks, so that lookups ask no others.
///
/// Thread safety: every method may be called from any thread.
package final class KeySpaceRegistry: Sendable {
    /// Bounds what engines can cause by naming ever new models.
    private static let spacesMax = 1_024
    private static let adaptersMax = 1_024

    private struct Name: Hashable {
        let scheme: BlockKeyScheme
        let model: String
    }

    private struct State {
        var spaces: [KeySpaceID: KeySpace] = [:]
        var ids: [Name: KeySpaceID] = [:]
        /// In ascending order of numbers. Made anew when it changes, and shared by all readers.
        var active: [KeySpace] = []

        mutating func change(_ id: KeySpaceID, _ body: (inout KeySpace) -> Void) {
            guard var space = spaces[id] else { return }
            body(&space)
            spaces[id] = space
            active = spaces.values.filter { $0.userCount > 0 }
                .sorted { $0.id.rawValue < $1.id.rawValue }
        }
    }

    private let state = Mutex(State())

    package init() {}

    /// Spaces that hold blocks. Costs an uncontended lock and a retain.
    package var active: [KeySpace] { state.withLock { $0.active } }

    package func space(_ id: KeySpaceID) -> KeySpace? { state.withLock { $0.spaces[id] } }

    /// The number of a space. The same for the same scheme and model, while anybody uses it.
    ///
    /// - Returns: nil if there are too many spaces.
    package func id(of scheme: BlockKeyScheme, model: String) -> KeySpaceID? {
        let name = Name(scheme: KeySpace.identity(of: scheme), model: model)
        return state.withLock { state in
            if let known = state.ids[name] { return known }
            guard let id = KeySpaceRegistry.freeID(in: &state) else { return nil }
            state.ids[name] = id
            state.spaces[id] = KeySpace(id: id, scheme: name.scheme, model: model)
            return id
        }
    }

    /// Counts one more publisher that keeps blocks in the space: lookups ask it from here on.
    package func join(_ id: KeySpaceID) { state.withLock { $0.change(id) { $0.addUser() } } }

    /// Counts one less.
    package func leave(_ id: KeySpaceID) { state.withLock { $0.change(id) { $0.removeUser() } } }

    /// Notes in which style engines of the space write what they hash beside tokens.
    package func learn(_ style: ExtraKeyStyle, in id: KeySpaceID) {
        state.withLock { state in
            guard state.spaces[id]?.styles.contains(style) == false else { return }
            state.change(id) { $0.learn(style) }
        }
    }

    /// Notes what engines of the space hash of an adapter.
    package func learn(_ adapter: LoRAAdapter, in id: KeySpaceID) {
        state.withLock { state in
            guard state.spaces[id]?.adapters[adapter.name] != adapter else { return }
            state.change(id) { $0.learn(adapter, adaptersMax: KeySpaceRegistry.adaptersMax) }
        }
    }

    /// A number that no space has; if there is none, that of a space that nobody uses.
    private static func freeID(in state: inout State) -> KeySpaceID? {
        if state.spaces.count < spacesMax {
            return (1...UInt16(spacesMax)).lazy.map { KeySpaceID(rawValue: $0) }
                .first { state.spaces[$0] == nil }
        }
        guard let unused = state.spaces.values.first(where: { $0.userCount == 0 }) else {
            return nil
        }
        state.spaces[unused.id] = nil
        state.ids[Name(scheme: unused.scheme, model: unused.model)] = nil
        return unused.id
    }
}
