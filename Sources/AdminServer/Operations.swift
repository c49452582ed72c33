internal import Synchronization
package import XDSCache

/// What the control plane itself tells its operators: how far it is, and what it worked on.
package final class Operations: Sendable {
    package enum Stage: Sendable {
        /// The first configuration is being translated.
        case starting
        case serving
        /// Proxies are told to go elsewhere.
        case draining
    }

    package struct Counts: Sendable {
        package var stage = Stage.starting
        package var translations = Histogram()
        /// Of objects now, as their statuses tell them.
        package var errors = 0
        package var warnings = 0
    }

    private let counts = Mutex(Counts())
    private let pluginReports = Mutex<[PluginReport]>([])

    package init() {}

    package var current: Counts { counts.withLock { $0 } }

    package var stage: Stage {
        get { counts.withLock(\.stage) }
        set { counts.withLock { $0.stage = newValue } }
    }

    /// The plugins as they are after the newest translation.
    package var plugins: [PluginReport] {
        get { pluginReports.withLock { $0 } }
        set { pluginReports.withLock { $0 = newValue } }
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
    package var refusalCounts: RefusalCounts
    package var queues: @Sendable () async -> QueueDepths
    /// Of the program.
    package var version: String

    package init(
        cache: XDSCache, operations: Operations, refusalCounts: RefusalCounts, version: String, queues: @escaping @Sendable () async -> QueueDepths
    ) {
        self.cache = cache
        self.operations = operations
        self.refusalCounts = refusalCounts
        self.version = version
        self.queues = queues
    }
}
