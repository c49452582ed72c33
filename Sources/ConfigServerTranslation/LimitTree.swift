internal import APIResources
internal import ConfigTree

/// Says something about a value of the object that is worked on.
typealias Say = (ConfigSeverity, ConfigValue, String) -> Void

/// Reads `descriptors`, which are a tree already.
struct LimitTree {
    private let say: Say

    init(_ say: @escaping Say) { self.say = say }

    /// - Parameter weight: of the descriptor around them, which counts for those that do not say theirs.
    func nodes(_ descriptors: ConfigValue?, weight: UInt32 = 0) -> [LimitNode] {
        var nodes: [LimitNode] = []
        var names: Set<String> = []
        for descriptor in descriptors?.elements ?? .none {
            let weight = descriptor["weight"]?.uint32 ?? weight
            var node = LimitNode(key: descriptor["key"]?.text ?? "", value: descriptor["value"]?.text)
            if !names.insert(node.name).inserted {
                say(.error, descriptor, "there is another descriptor '\(node.name)' beside this one, and the rate limit server takes one only; put them together")
            }
            if node.name.hasSuffix("*") {
                say(.warning, descriptor, "the rate limit server takes '*' at the end of '\(node.name)' for any text, not for a star")
            }
            node.limit = Self.limit(descriptor, weight: weight)
            node.children = self.nodes(descriptor["descriptors"], weight: weight)
            nodes.append(node)
        }
        return nodes
    }

    /// The limit that a descriptor, or a rule of a set, has.
    static func limit(_ rule: ConfigValue, weight: UInt32 = 0) -> Limit? {
        guard let limit = rule["rateLimit"], let unit = Limit.Unit(limit["unit"]?.text) else { return nil }
        return Limit(
            unit: unit, requests: limit["requestsPerUnit"]?.uint32 ?? 0, weight: weight, alwaysApplies: rule["alwaysApply"]?.bool == true
        )
    }
}
