package import ConfigTree

/// Something a user is to know about an object: what, and at which value.
package struct Report: Sendable {
    package var severity: ConfigSeverity
    /// On whose status it is shown.
    package var object: ObjectID
    /// The object in whose document the value stands: a route table's, on the status of the virtual service that uses it.
    package var owner: ObjectID
    /// The way from the object to the owner, both left out: the tables between a virtual service and the table with the mistake.
    package var chain: [ObjectID]
    /// Nil: the object as a whole. Where it stands is looked up when the report is shown, since lines move while content stays.
    package var value: ConfigValue?
    package var message: String

    package init(
        _ severity: ConfigSeverity, _ object: ObjectID, owner: ObjectID? = nil, chain: [ObjectID] = [], at value: ConfigValue? = nil,
        _ message: String
    ) {
        self.severity = severity
        self.object = object
        self.owner = owner ?? object
        self.chain = chain
        self.value = value
        self.message = message
    }

    /// The message as the object's status shows it: `RouteTable ns/a > RouteTable ns/b: <message>` when the mistake is elsewhere.
    package var text: String {
        owner == object ? message : "\((chain + [owner]).map(\.description).joined(separator: " > ")): \(message)"
    }
}

/// Reports, each of them once: a route table that is reached in many ways has its mistakes only once.
package struct DistinctReports {
    package private(set) var all: [Report] = []
    private var seen: Set<Key> = []

    private struct Key: Hashable {
        var object: ObjectID
        var owner: ObjectID
        var value: Int?
        var message: String
    }

    package init() {}

    package mutating func append(_ report: Report) {
        let key = Key(object: report.object, owner: report.owner, value: report.value?.index, message: report.message)
        if seen.insert(key).inserted { all.append(report) }
    }
}
