internal import ConfigTree

/// Turns `setDescriptors` into a tree.
///
/// Gloo's server gets the parts of a set in any order and looks for the first rule all of whose parts are among them. The open-source
/// server only goes down a tree, by the parts in the order in which they are sent, to the last one. But what is sent is known: it
/// stands in the same object, as `setActions`. So for each list of parts that a request can come with, the rules that are met by it
/// become paths of a tree, and where two rules are met, the first has the place.
///
/// What cannot be said so is reported: the server counts each combination of values for itself, so a rule that leaves out a part that
/// differs between requests cannot count these together.
struct LimitSets {
    /// What one action tells of a request.
    private struct Part {
        var key: String
        /// Nil: it is the request's.
        var value: String?
        /// Left out where the request lacks it.
        var isOptional: Bool
    }

    /// A rule that is met by one list of parts.
    private struct Path {
        /// The rule's place: the first counts.
        var rule: Int
        /// A key with the value that is asked for; nil for any.
        var steps: [(key: String, value: String?)]
        var limit: Limit?
    }

    /// More are a mistake, or nothing that a server should hold.
    private static let optionalLimit = 8
    private static let nodeLimit = 10_000

    private let say: Say
    private var nodeCount = 0
    /// Rules whose limit a later look finds to be out of reach, by their place; each is told once.
    private var shadowed: Set<Int> = []

    init(_ say: @escaping Say) { self.say = say }

    mutating func nodes(_ raw: ConfigValue?) -> [LimitNode] {
        let rules = Array(raw?["setDescriptors"]?.elements ?? .none)
        if rules.isEmpty { return [] }
        var paths: [Path] = []
        var met: Set<Int> = []
        var blocked: [Int: String] = [:]
        for list in lists(raw) {
            for (place, rule) in rules.enumerated() {
                switch Self.path(rule, place, list) {
                case .path(let path):
                    met.insert(place)
                    paths.append(path)
                case .counts(let key): blocked[place] = key
                case .unmet: break
                }
            }
        }
        for (place, rule) in rules.enumerated() {
            if let key = blocked[place] {
                let extent = met.contains(place) ? "where requests tell '\(key)' as well, it is not served" : "it is not served"
                say(
                    .warning, rule,
                    "this counts requests together that differ in '\(key)', and the open-source rate limit server counts each value of it for itself; \(extent): "
                        + "write '\(key)' into the rule, or tell less in 'setActions'"
                )
            } else if !met.contains(place) {
                say(.warning, rule, "no 'setActions' of this object tell all of its keys, so it limits nothing")
            }
        }
        let nodes = tree(paths, depth: 0)
        for place in shadowed.sorted() {
            say(
                .warning, rules[place],
                "an earlier rule is met by the same requests, and the open-source rate limit server takes one limit for them; 'alwaysApply' is not served"
            )
        }
        guard nodeCount <= Self.nodeLimit else {
            say(.error, raw?["setDescriptors"] ?? rules[0], "the rules make more than \(Self.nodeLimit) combinations; write fewer, or with fewer values")
            return []
        }
        return nodes
    }

    // MARK: What requests tell

    /// The lists of parts that requests can come with.
    private func lists(_ raw: ConfigValue?) -> [[Part]] {
        var lists: [[Part]] = []
        for entry in raw?["rateLimits"]?.elements ?? .none {
            guard let actions = entry["setActions"], actions.count > 0 else { continue }
            let parts = actions.elements.map(Self.part)
            let optional = parts.indices.filter { parts[$0].isOptional }
            guard optional.count <= Self.optionalLimit else {
                say(.error, actions, "more than \(Self.optionalLimit) of these can be missing in a request, which makes too many combinations; write fewer")
                continue
            }
            for choice in 0..<(1 << optional.count) {
                let left = Set(optional.indices.filter { choice & 1 << $0 != 0 }.map { optional[$0] })
                lists.append(parts.indices.filter { !left.contains($0) }.map { parts[$0] })
            }
        }
        return lists.filter { !$0.isEmpty }
    }

    private static func part(_ action: ConfigValue) -> Part {
        if let header = action["requestHeaders"] { return Part(key: header["descriptorKey"]?.text ?? "", value: nil, isOptional: true) }
        if let key = action["genericKey"] { return Part(key: "generic_key", value: key["descriptorValue"]?.text ?? "", isOptional: false) }
        if let match = action["headerValueMatch"] { return Part(key: "header_match", value: match["descriptorValue"]?.text ?? "", isOptional: false) }
        if let metadata = action["metadata"] {
            return Part(key: metadata["descriptorKey"]?.text ?? "", value: nil, isOptional: metadata["defaultValue"] == nil)
        }
        if action["sourceCluster"] != nil { return Part(key: "source_cluster", value: nil, isOptional: false) }
        if action["destinationCluster"] != nil { return Part(key: "destination_cluster", value: nil, isOptional: false) }
        return Part(key: "remote_address", value: nil, isOptional: false)
    }

    // MARK: Rules on them

    private enum Meeting {
        case path(Path)
        /// Met, but it would count requests together that differ in this key.
        case counts(String)
        case unmet
    }

    private static func path(_ rule: ConfigValue, _ place: Int, _ list: [Part]) -> Meeting {
        var asked = [(value: String?, isAsked: Bool)](repeating: (nil, false), count: list.count)
        for simple in rule["simpleDescriptors"]?.elements ?? .none {
            let value = simple["value"]?.text.flatMap { $0.isEmpty ? nil : $0 }
            let key = simple["key"]?.text ?? ""
            guard let found = list.indices.first(where: { index in
                !asked[index].isAsked && list[index].key == key && (value == nil || list[index].value == nil || list[index].value == value)
            }) else { return .unmet }
            asked[found] = (value, true)
        }
        if let free = list.indices.first(where: { list[$0].value == nil && !asked[$0].isAsked }) { return .counts(list[free].key) }
        let steps = list.indices.map { (key: list[$0].key, value: list[$0].value ?? asked[$0].value) }
        return .path(Path(rule: place, steps: steps, limit: LimitTree.limit(rule)))
    }

    // MARK: The tree

    /// The server takes the child with the request's value, or else the one without a value, and never turns back: so a child with a
    /// value has everything that holds for any value as well.
    private mutating func tree(_ paths: [Path], depth: Int) -> [LimitNode] {
        guard nodeCount <= Self.nodeLimit else { return [] }
        let going = paths.filter { $0.steps.count > depth }
        var nodes: [LimitNode] = []
        for key in Set(going.map { $0.steps[depth].key }).sorted() {
            let ofKey = going.filter { $0.steps[depth].key == key }
            let values = Set(ofKey.compactMap { $0.steps[depth].value }).sorted()
            for value in values {
                nodes.append(node(key, value, ofKey.filter { ($0.steps[depth].value ?? value) == value }, depth))
            }
            let free = ofKey.filter { $0.steps[depth].value == nil }
            if !free.isEmpty { nodes.append(node(key, nil, free, depth)) }
        }
        return nodes
    }

    private mutating func node(_ key: String, _ value: String?, _ paths: [Path], _ depth: Int) -> LimitNode {
        nodeCount += 1
        let ending = paths.filter { $0.steps.count == depth + 1 }.sorted { $0.rule < $1.rule }
        for later in ending.dropFirst() where later.rule != ending[0].rule && later.limit?.alwaysApplies == true { shadowed.insert(later.rule) }
        return LimitNode(key: key, value: value, limit: ending.first?.limit.map { Self.unweighted($0) }, children: tree(paths, depth: depth + 1))
    }

    /// Sets have no weights, so that nothing takes their limits out.
    private static func unweighted(_ limit: Limit) -> Limit {
        var limit = limit
        limit.alwaysApplies = true
        return limit
    }
}
