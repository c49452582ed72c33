internal import EnvoyWire

/// A node of the tree in which a rate limit server finds the limit of a request: it goes down by the request's keys and values, one
/// level each, and what it finds at the last one counts.
struct LimitNode {
    var key: String
    /// Nil or empty: any value; each has a count of its own.
    var value: String?
    var limit: Limit?
    var children: [LimitNode] = []

    /// What the server looks up. Two children with the same of it make it refuse everything.
    var name: String {
        guard let value, !value.isEmpty else { return key }
        return "\(key)_\(value)"
    }

    /// The weights in this part of the tree.
    func collectWeights(into weights: inout Set<UInt32>) {
        if let limit { weights.insert(limit.weight) }
        for child in children { child.collectWeights(into: &weights) }
    }
}

struct Limit {
    enum Unit: UInt64 {
        case second = 1
        case minute = 2
        case hour = 3
        case day = 4

        init?(_ name: String?) {
            switch name {
            case "SECOND": self = .second
            case "MINUTE": self = .minute
            case "HOUR": self = .hour
            case "DAY": self = .day
            default: return nil
            }
        }
    }

    var unit: Unit
    var requests: UInt32
    /// Of the limits that a request meets, those of the highest weight count.
    var weight: UInt32 = 0
    /// Counts whatever its weight is.
    var alwaysApplies = false
}

/// Writes trees as `ratelimit.config.ratelimit.v3` has them.
///
/// The server knows no weights, but a limit that takes others out, by their names: a limit is named by its weight and takes out all
/// lower ones. One that always applies has no name, so nothing takes it out.
struct LimitWriter {
    private enum Field {
        static let key: UInt32 = 1
        static let value: UInt32 = 2
        static let limit: UInt32 = 3
        static let children: UInt32 = 4
        static let unit: UInt32 = 1
        static let requests: UInt32 = 2
        static let name: UInt32 = 4
        static let replaces: UInt32 = 5
    }

    /// All weights of the domain, in order: with one only, no limit has a name.
    let weights: [UInt32]

    /// A descriptor in `field` of the message that `out` writes.
    func write(_ node: LimitNode, _ field: UInt32, to out: WireOutput) {
        out.message(field) { out in
            out.text(Field.key, node.key)
            if let value = node.value, !value.isEmpty { out.text(Field.value, value) }
            if let limit = node.limit { out.message(Field.limit) { write(limit, to: $0) } }
            for child in node.children { write(child, Field.children, to: out) }
        }
    }

    /// Nodes as fields of whatever message, to be put together later.
    func bytes(_ nodes: [LimitNode], field: UInt32) -> [UInt8] {
        let buffer = WireBuffer()
        for node in nodes { write(node, field, to: buffer.output) }
        return buffer.bytes
    }

    private func write(_ limit: Limit, to out: WireOutput) {
        out.uint64(Field.unit, limit.unit.rawValue)
        out.uint32(Field.requests, limit.requests)
        guard weights.count > 1 else { return }
        if !limit.alwaysApplies { out.text(Field.name, Self.name(limit.weight)) }
        for weight in weights where weight < limit.weight { out.message(Field.replaces) { $0.text(1, Self.name(weight)) } }
    }

    private static func name(_ weight: UInt32) -> String { "weight \(weight)" }
}
