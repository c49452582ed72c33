package import EnvoyResources
package import HashTreeCollections

/// Finds virtual hosts by the table they belong to and by their domains. A value that shares structure with the one before.
package struct VirtualHostIndex: Sendable {
    /// By name of the route configuration.
    package private(set) var tables: TreeDictionary<String, EnvoySnapshot.Resources> = [:]
    /// Alias in lower case (domains have no other) to the virtual host's name.
    private var domains: TreeDictionary<String, String> = [:]

    package init() {}

    /// Costs what the two have of domains.
    mutating func replace(_ before: EnvoyResource?, with after: EnvoyResource?) {
        if let before {
            if after == nil, let table = before.name.nameSpace {
                tables[table]?[before.name] = nil
                if tables[table]?.isEmpty == true { tables[table] = nil }
            }
            // Another host may have taken the domain over already.
            for alias in before.aliases where domains[alias.lowercased()] == before.name { domains[alias.lowercased()] = nil }
        }
        if let after {
            if let table = after.name.nameSpace { tables[table, default: [:]][after.name] = after }
            for alias in after.aliases { domains[alias.lowercased()] = after.name }
        }
    }

    /// The virtual host that Envoy would take for `<route configuration>/<host>`: the domain itself, then the longest `*suffix`, then
    /// the longest `prefix*`, then `*`. As many look-ups as the host has letters, however many hosts there are.
    package func resolve(_ asked: String) -> String? {
        guard !domains.isEmpty, let table = asked.nameSpace else { return nil }
        if let exact = domains[asked.lowercased()] { return exact }
        let host = asked.dropFirst(table.count + 1).lowercased()
        guard host.utf8.count <= Self.longestHost else { return nil }
        let head = table.lowercased() + "/"
        // A star stands for one letter at least.
        for start in host.indices.dropFirst() {
            if let found = domains[head + "*" + host[start...]] { return found }
        }
        for end in host.indices.dropFirst().reversed() {
            if let found = domains[head + host[..<end] + "*"] { return found }
        }
        return domains[head + "*"]
    }

    /// DNS has no longer names; what a request's host header says may be anything.
    private static let longestHost = 255 + 6
}

extension String {
    /// What stands before the last slash.
    var nameSpace: String? {
        utf8.lastIndex(of: UInt8(ascii: "/")).map { String(self[..<$0]) }
    }
}
