internal import APIResources

/// To which proxies objects contribute: gateways and virtual services as the proxies' layout has them, and what these are made of
/// (route tables, matchable gateways) with them. Counted, so that a change costs what it changes.
struct Contributions {
    private struct Contribution {
        var roles: Set<String> = []
        var parts: Set<ObjectID> = []
    }

    private var contributions: [ObjectID: Contribution] = [:]
    /// Of each object, how many contributions bring it to a role.
    private var counts: [ObjectID: [String: Int]] = [:]
    private var touched: Set<ObjectID> = []

    /// All that the layout names now; who is not in it contributes nothing.
    mutating func setRoles(_ all: [ObjectID: Set<String>]) {
        for id in contributions.keys where all[id] == nil { setRoles([], of: id) }
        for (id, roles) in all { setRoles(roles, of: id) }
    }

    private mutating func setRoles(_ roles: Set<String>, of id: ObjectID) {
        var contribution = contributions[id] ?? Contribution()
        if contribution.roles == roles { return }
        for object in [id] + contribution.parts {
            count(object, roles.subtracting(contribution.roles), 1)
            count(object, contribution.roles.subtracting(roles), -1)
        }
        contribution.roles = roles
        put(contribution, id)
    }

    mutating func setParts(_ parts: Set<ObjectID>, of id: ObjectID) {
        var contribution = contributions[id] ?? Contribution()
        if contribution.parts == parts { return }
        for part in parts.subtracting(contribution.parts) { count(part, contribution.roles, 1) }
        for part in contribution.parts.subtracting(parts) { count(part, contribution.roles, -1) }
        contribution.parts = parts
        put(contribution, id)
    }

    private mutating func put(_ contribution: Contribution, _ id: ObjectID) {
        contributions[id] = contribution.roles.isEmpty && contribution.parts.isEmpty ? nil : contribution
    }

    private mutating func count(_ id: ObjectID, _ roles: Set<String>, _ step: Int) {
        for role in roles {
            let before = counts[id]?[role] ?? 0
            counts[id, default: [:]][role] = before + step == 0 ? nil : before + step
            if before == 0 || before + step == 0 { touched.insert(id) }
        }
        if counts[id]?.isEmpty == true { counts[id] = nil }
    }

    /// The objects whose roles are others than at the last call, with the roles they have now, sorted.
    mutating func takeChanges() -> [ObjectID: [String]] {
        defer { touched = [] }
        return Dictionary(uniqueKeysWithValues: touched.map { ($0, counts[$0]?.keys.sorted() ?? []) })
    }
}
