import TranslationHarness

/// Makes trees of route tables: few names, paths and labels, so that references, prefixes and selectors hit and miss, and tables
/// meet themselves again.
struct RandomTables {
    private var numbers: SeededNumbers
    private static let namespaces = ["gloo-system", "team"]

    init(seed: UInt64) { numbers = SeededNumbers(seed) }

    mutating func tree() -> TableTree {
        var tree = TableTree()
        for namespace in Self.namespaces {
            tree.upstreams.append(.init(namespace: namespace, name: "u"))
            for name in ["t1", "t2", "t3"] where numbers.chance(85) {
                let weight = numbers.pick([nil, nil, nil, 0, 1, -1])
                tree.tables[.init(namespace: namespace, name: name)] = .init(labels: labels(), weight: weight, routes: routes(0...4, delegating: 30))
            }
            for name in ["o1", "o2"] where numbers.chance(75) {
                tree.options[.init(namespace: namespace, name: name)] = .init(options: options(60), isRefused: numbers.chance(8))
            }
            tree.services[.init(namespace: namespace, name: "s-\(namespace)")] = routes(1...3, delegating: 80)
        }
        return tree
    }

    private mutating func labels() -> [String: String] {
        var labels: [String: String] = [:]
        if numbers.chance(60) { labels["team"] = numbers.pick(["red", "blue"]) }
        if numbers.chance(40) { labels["rank"] = numbers.pick(["1", "2", "10"]) }
        return labels
    }

    private mutating func routes(_ count: ClosedRange<Int>, delegating: Int) -> [TableTree.Route] {
        (0..<numbers.int(count)).map { _ in route(delegating: delegating) }
    }

    private mutating func route(delegating: Int) -> TableTree.Route {
        let delegates = numbers.chance(delegating)
        var route = TableTree.Route(action: delegates ? delegation() : numbers.chance(95) ? .upstream(reference("u", missing: 0)) : .nothing)
        if numbers.chance(25) { route.name = numbers.pick(["one", "two"]) }
        let count = delegates ? numbers.pick([0, 1, 1, 1, 1, 1, 1, 1, 1, 2]) : numbers.pick([0, 1, 1, 1, 1, 2, 3])
        route.matchers = (0..<count).map { _ in matcher(delegates: delegates) }
        route.inheritsMatchers = delegates ? numbers.pick([nil, true, true, true, false]) : numbers.pick([nil, nil, nil, nil, nil, nil, true, false])
        route.inheritsPath = numbers.pick([nil, nil, nil, nil, nil, true, false])
        route.options = options(25)
        if numbers.chance(25) { route.references = (0..<numbers.int(1...2)).map { _ in reference(numbers.pick(["o1", "o2"]), missing: 8) } }
        return route
    }

    private mutating func delegation() -> TableTree.Action {
        if numbers.chance(4) { return .delegateToNothing }
        if numbers.chance(60) { return .table(reference(numbers.pick(["t1", "t2", "t3"]), missing: 5), isOlderForm: numbers.chance(15)) }
        let namespaces = numbers.pick([[], [], ["*"], ["team"], ["team", "gloo-system"], ["team", "nowhere"], ["nowhere"]])
        let labels = numbers.pick([[:], ["team": "red"], ["team": "blue"], ["team": "red", "rank": "2"]])
        // Both are refused together.
        guard labels.isEmpty || numbers.chance(10) else { return .selector(namespaces: namespaces, labels: labels, expressions: []) }
        let all: [TableTree.Expression] = [
            .init(key: "team", word: "Exists", values: []), .init(key: "team", word: "DoesNotExist", values: []),
            .init(key: "team", word: "In", values: ["red", "green"]), .init(key: "team", word: "NotIn", values: ["red"]),
            .init(key: "team", word: "Equals", values: ["blue"]), .init(key: "team", word: "DoubleEquals", values: ["blue"]),
            .init(key: "team", word: "NotEquals", values: ["blue"]), .init(key: "rank", word: "GreaterThan", values: ["'1'"]),
            .init(key: "rank", word: "LessThan", values: ["'10'"]),
        ]
        let expressions = (0..<numbers.int(0...2)).map { _ in numbers.pick(all) }
        return .selector(namespaces: namespaces, labels: labels, expressions: expressions)
    }

    private mutating func matcher(delegates: Bool) -> TableTree.Matcher {
        var matcher = TableTree.Matcher()
        let place = delegates ? numbers.pick(["/", "/a", "/a", "/a", "/a/b", "/b"]) : numbers.pick(["/", "/a", "/a", "/a/b", "/a/b", "/a/b", "/a/b/c", "/b"])
        switch numbers.int(1...100) {
        case ...(delegates ? 78 : 50): matcher.path = .prefix(place)
        case ...80: matcher.path = nil
        case ...90: matcher.path = .exact(place)
        case ...98: matcher.path = .regex(place + ".*")
        default: matcher.path = .connect
        }
        matcher.caseSensitive = numbers.pick([nil, nil, nil, nil, nil, nil, nil, nil, true, false])
        if numbers.chance(delegates ? 15 : 25) {
            let all: [TableTree.Condition] = [
                .init(name: "x", value: "1"), .init(name: "x", value: "2"), .init(name: "y"), .init(name: "y", value: "1+", isRegex: true),
                .init(name: "x", value: "1", isInverted: true),
            ]
            matcher.headers = (0..<numbers.int(1...2)).map { _ in numbers.pick(all) }
        }
        if numbers.chance(delegates ? 6 : 15) {
            matcher.query = [numbers.pick([.init(name: "q"), .init(name: "q", value: "1"), .init(name: "r", value: "1+", isRegex: true)])]
        }
        if numbers.chance(delegates ? 8 : 20) { matcher.methods = numbers.pick([["GET"], ["POST"], ["GET", "POST"], ["POST", "GET", "PUT"]]) }
        matcher.saysDefaults = numbers.chance(20)
        return matcher
    }

    private mutating func options(_ percent: Int) -> [String: String] {
        var options: [String: String] = [:]
        if numbers.chance(percent) { options["timeout"] = "\(numbers.int(1...9))s" }
        if numbers.chance(percent) { options["hostRewrite"] = "h\(numbers.int(1...9)).example" }
        if numbers.chance(percent) { options["retries"] = "\(numbers.int(1...9))" }
        return options
    }

    private mutating func reference(_ name: String, missing: Int) -> TableTree.Reference {
        .init(namespace: numbers.pick([nil, nil, "gloo-system", "team"]), name: numbers.chance(missing) ? "gone" : name)
    }
}
