package import Telemetry

/// Everything that this target reports. Dashboards are written against these names; those that
/// begin with `llm_d_epp_` are llm-d's.
package struct KVIndexerMetrics: Sendable {
    /// Why blocks that an engine announced are not in the index.
    package enum SkippedStore: String, CaseIterable, Sendable {
        /// Not the main attention: its blocks cannot serve as a prefix by themselves.
        case unsupportedCacheKind = "unsupported_cache_kind"
        /// The engine's block size is not ours.
        case invalidBlockSize = "invalid_block_size"
        /// Hashes and tokens do not tell the same number of blocks.
        case nonDenseBlockSpan = "non_dense_block_span"
        /// The block before the first one was never announced to us.
        case unknownParent = "unknown_parent"
        /// Announced without tokens, and not known from before.
        case unknownBlock = "unknown_block"
        /// Tokens that are not numbers, such as the digest of an image.
        case unindexableTokens = "unindexable_tokens"
        /// An adapter is announced by number only, and requests name it.
        case unnamedAdapter = "unnamed_adapter"
        /// The endpoint announced more blocks than `endpointBlocksMax`.
        case tooManyBlocks = "too_many_blocks"
        /// The index or the registry of key spaces is full.
        case tooManyHolders = "too_many_holders"
        /// The endpoint announced more adapters and salts than have numbers.
        case tooManyScopes = "too_many_scopes"
        /// The engine's hash of a block does not tell what comes before it.
        case ambiguousHash = "ambiguous_hash"
        /// The engine's hash cannot be computed, and the mode allows no other keys.
        case unknownScheme = "unknown_scheme"
        /// The engine hashed something into the blocks that its event does not tell.
        case unreadableExtras = "unreadable_extras"
        /// Which of our blocks the images are in cannot be told from the engine's larger ones.
        case imagesOfOtherSize = "images_of_other_size"
    }

    /// By which keys an endpoint's blocks are known.
    package enum KeyMode: String, CaseIterable, Sendable {
        case engineHash = "engine_hash"
        case requestKey = "request_key"
        /// They are not indexed.
        case none
    }

    /// Why the removal of blocks changed nothing.
    package enum SkippedRemoval: String, CaseIterable, Sendable {
        case unknownGroup = "unknown_group"
    }

    private static let prefix = "llm_d_epp_kv_cache_"
    private let registry: MetricsRegistry
    private let storesSkipped: [SkippedStore: Counter]
    private let removalsSkipped: [SkippedRemoval: Counter]

    package let activeSubscribers: Gauge
    package let keysStored: Counter
    package let keysRemoved: Counter
    package let keysEvicted: Counter
    package let batchesApplied: Counter
    package let batchesUndecodable: Counter
    package let messagesMalformed: Counter
    package let eventsMalformed: Counter
    package let eventsUnknown: Counter
    package let streamsStartedOver: Counter
    package let expected: ExpectedBlocksMetrics
    package let snapshot: SnapshotMetrics
    package let gaps: Counter
    package let batchesLost: Counter
    package let batchesRepeated: Counter
    package let batchesReplayed: Counter
    package let publishersUnknown: Counter
    private let replays: [Verdict.Outcome: Counter]

    package init(registry: MetricsRegistry) {
        func counter(_ name: String, _ help: String) -> Counter { registry.counter(name, help) }
        func skipped<Reason: RawRepresentable<String> & CaseIterable & Hashable>(
            _ name: String,
            _ help: String
        ) -> [Reason: Counter] {
            let counters = Reason.allCases.map { reason in
                (
                    reason,
                    registry.counter(Self.prefix + name, help, [.init("reason", reason.rawValue)])
                )
            }
            return Dictionary(uniqueKeysWithValues: counters)
        }
        self.registry = registry
        storesSkipped = skipped("events_stores_skipped_total", "Store events not indexed.")
        removalsSkipped = skipped("events_removals_skipped_total", "Removal events not applied.")
        activeSubscribers = registry.gauge(
            Self.prefix + "events_active_subscribers",
            "Publishers whose events are followed: one for each rank of an endpoint."
        )
        keysStored = counter(Self.prefix + "index_admissions_total", "Blocks stored in the index.")
        keysRemoved = counter(Self.prefix + "index_evictions_total", "Blocks that engines removed.")
        keysEvicted = counter(
            "warmpath_kv_index_keys_evicted_total",
            "Blocks displaced because the index was full."
        )
        batchesApplied = counter(
            "warmpath_kv_event_batches_applied_total",
            "Event batches applied to the index."
        )
        batchesUndecodable = counter(
            "warmpath_kv_event_batches_undecodable_total",
            "Event batches that were not valid MessagePack."
        )
        messagesMalformed = counter(
            "warmpath_kv_event_messages_malformed_total",
            "Messages that were not topic, number and payload."
        )
        eventsMalformed = counter(
            "warmpath_kv_events_malformed_total",
            "Events skipped because a field was missing or of the wrong type."
        )
        eventsUnknown = counter(
            "warmpath_kv_events_unknown_total",
            "Events skipped because their type is not known."
        )
        streamsStartedOver = counter(
            "warmpath_kv_event_streams_started_over_total",
            "Times that an endpoint's blocks were forgotten because its engine had restarted."
        )
        expected = ExpectedBlocksMetrics(registry: registry)
        snapshot = SnapshotMetrics(registry: registry)
        gaps = counter("warmpath_kv_event_gaps_total", "Gaps in the numbers of batches.")
        batchesLost = counter(
            "warmpath_kv_event_batches_lost_total",
            "Event batches lost for good: neither received nor replayed, or unreadable."
        )
        batchesRepeated = counter(
            "warmpath_kv_event_batches_repeated_total",
            "Event batches dropped because they had been applied before."
        )
        batchesReplayed = counter(
            "warmpath_kv_event_batches_replayed_total",
            "Event batches applied that an engine had sent again."
        )
        publishersUnknown = counter(
            "warmpath_kv_event_publisher_unknown_total",
            "Event batches whose topic names no endpoint of the pool."
        )
        let replays = Verdict.Outcome.allCases.map { outcome in
            (
                outcome,
                registry.counter(
                    "warmpath_kv_event_replays_total",
                    "Replays of lost events, by how they went.",
                    [.init("outcome", outcome.rawValue)]
                )
            )
        }
        self.replays = Dictionary(uniqueKeysWithValues: replays)
    }

    func reconnections(of endpointName: String) -> Counter {
        registry.counter(
            Self.prefix + "events_subscriber_reconnections_total",
            "Connections of event sockets that came back.",
            [.init("pod", endpointName)]
        )
    }

    func ended(_ outcome: Verdict.Outcome) { replays[outcome]?.add() }
    package func replays(_ outcome: Verdict.Outcome) -> UInt64 { replays[outcome]?.value ?? 0 }

    func skip(_ reason: SkippedStore) { storesSkipped[reason]?.add() }
    func skip(_ reason: SkippedRemoval) { removalsSkipped[reason]?.add() }

    package func skipped(_ reason: SkippedStore) -> UInt64 { storesSkipped[reason]?.value ?? 0 }
    package func skipped(_ reason: SkippedRemoval) -> UInt64 { removalsSkipped[reason]?.value ?? 0 }

    func messagesReceived(from endpointName: String) -> Counter {
        registry.counter(
            Self.prefix + "events_messages_received_total",
            "Event messages received.",
            [.init("pod", endpointName)]
        )
    }

    func socketErrors(of endpointName: String, during operation: String) -> Counter {
        registry.counter(
            Self.prefix + "events_zmq_errors_total",
            "Errors of event sockets.",
            [.init("pod", endpointName), .init("operation", operation)]
        )
    }

    package func keyMode(_ mode: KeyMode, of endpointName: String) -> Gauge {
        registry.gauge(
            "warmpath_kv_key_mode",
            "1 for the keys that an endpoint's blocks are known by.",
            [.init("pod", endpointName), .init("mode", mode.rawValue)]
        )
    }

    /// Unix time in seconds: how long ago that is shows whether an engine has gone silent.
    func lastMessageTime(from endpointName: String) -> Gauge {
        registry.gauge(
            "warmpath_kv_event_last_received_timestamp_seconds",
            "When the last event message was received.",
            [.init("pod", endpointName)]
        )
    }

    /// Forgets the series of an endpoint that has left the pool.
    func forget(_ endpointName: String) {
        registry.removeSeries(labelled: .init("pod", endpointName))
    }
}
