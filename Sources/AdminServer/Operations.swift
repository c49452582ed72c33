package import XDSCache
import Synchronization

/// What the control plane itself tells its operators: how far it is, what it worked on, and which objects proxies refused.
package final class Operations: Sendable {
    package enum Stage: Sendable {
        /// The first configuration is being translated.
        case starting
        case serving
        /// Proxies are told to go elsewhere.
        case draining
    }

    /// An object of the user's configuration.
    package struct Object: Sendable, Hashable, Comparable {
        package var kind: String
        package var namespace: String
        package var name: String

        package init(kind: String, namespace: String, name: String) {
            self.kind = kind
            self.namespace = namespace
            self.name = name
        }

        package static func < (a: Self, b: Self) -> Bool { (a.kind, a.namespace, a.name) < (b.kind, b.namespace, b.name) }
    }

    package struct Counts: Sendable {
        package var stage = Stage.starting
        package var translations = Histogram()
        /// Of objects now, as their statuses tell them.
        package var errors = 0
        package var warnings = 0
        /// Refusals of resources, by the objects that wrote them.
        package var refusals: [Object: UInt64] = [:]
    }

    /// A metrics server keeps every label it ever saw. Objects beyond this many are counted together.
    package static let objectLimit = 1_000

    private let counts = Mutex(Counts())

    package init() {}

    package var current: Counts { counts.withLock { $0 } }

    package var stage: Stage {
        get { counts.withLock(\.stage) }
        set { counts.withLock { $0.stage = newValue } }
    }

    package func translated(in duration: Duration) {
        counts.withLock { $0.translations.observe(duration) }
    }

    /// More, or fewer, errors and warnings than before.
    package func problemsChanged(errors: Int, warnings: Int) {
        counts.withLock { counts in
            counts.errors += errors
            counts.warnings += warnings
        }
    }

    /// A proxy refused a resource that this object wrote, or helped to write.
    package func refused(_ object: Object) {
        counts.withLock { counts in
            let isKnown = counts.refusals[object] != nil || counts.refusals.count < Self.objectLimit
            counts.refusals[isKnown ? object : Object(kind: "other", namespace: "", name: ""), default: 0] += 1
        }
    }
}

/// What waits, at one moment.
package struct QueueDepths: Sendable {
    /// Events that the Syncer has not begun with.
    package var events = 0
    /// Responses that their proxies have not taken yet.
    package var messages = 0
    /// The same, of the stream with the most.
    package var longest = 0

    package init(events: Int = 0, messages: Int = 0, longest: Int = 0) {
        self.events = events
        self.messages = messages
        self.longest = longest
    }
}

/// Where the pages get what they show.
package struct AdminSources: Sendable {
    package var cache: XDSCache
    package var operations: Operations
    package var queues: @Sendable () async -> QueueDepths
    /// Of the program.
    package var version: String

    package init(cache: XDSCache, operations: Operations, version: String, queues: @escaping @Sendable () async -> QueueDepths) {
        self.cache = cache
        self.operations = operations
        self.version = version
        self.queues = queues
    }
}
