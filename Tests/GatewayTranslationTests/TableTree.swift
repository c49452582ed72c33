/// Virtual services, route tables and options as plain values: a generator makes them, the reference reads them, and the real
/// code reads the YAML that is printed from them.
struct TableTree {
    struct Name: Hashable, Comparable, CustomStringConvertible {
        var namespace: String
        var name: String
        static func < (a: Name, b: Name) -> Bool { (a.namespace, a.name) < (b.namespace, b.name) }
        var description: String { "\(namespace)/\(name)" }
    }

    /// A name as it is written: without a namespace it is that of the object in which it stands.
    struct Reference {
        var namespace: String?
        var name: String
        func name(in home: String) -> Name { Name(namespace: namespace ?? home, name: name) }
    }

    enum Path: Hashable {
        case prefix(String)
        case exact(String)
        case regex(String)
        case connect
    }

    /// Of a header or a query parameter.
    struct Condition: Hashable {
        var name: String
        var value: String?
        var isRegex = false
        var isInverted = false
    }

    struct Matcher {
        var path: Path?
        var caseSensitive: Bool?
        var headers: [Condition] = []
        var query: [Condition] = []
        var methods: [String] = []
        /// Whether what is false or empty is written down too, which changes nothing.
        var saysDefaults = false
    }

    struct Expression {
        var key: String
        var word: String
        var values: [String]
    }

    enum Action {
        case upstream(Reference)
        case nothing
        /// The older form has name and namespace beside each other.
        case table(Reference, isOlderForm: Bool)
        case selector(namespaces: [String], labels: [String: String], expressions: [Expression])
        case delegateToNothing
    }

    struct Route {
        var name: String?
        var matchers: [Matcher] = []
        var inheritsMatchers: Bool?
        var inheritsPath: Bool?
        var options: [String: String] = [:]
        var references: [Reference] = []
        var action: Action
    }

    struct Table {
        var labels: [String: String] = [:]
        var weight: Int?
        var routes: [Route]
    }

    struct OptionObject {
        var options: [String: String]
        var isRefused = false
    }

    var services: [Name: [Route]] = [:]
    var tables: [Name: Table] = [:]
    var options: [Name: OptionObject] = [:]
    var upstreams: [Name] = []
}

// MARK: As YAML

extension TableTree {
    /// One text an object, by a name for its file.
    var files: [(name: String, text: String)] {
        var files: [(name: String, text: String)] = [
            ("gateway", "{apiVersion: gateway.solo.io/v1, kind: Gateway, metadata: {name: g}, spec: {bindPort: 80, httpGateway: {}}}")
        ]
        func add(_ group: String, _ kind: String, _ name: Name, _ labels: [String: String], _ spec: String) {
            let labels = labels.isEmpty ? "" : ", labels: {\(Self.pairs(labels))}"
            files.append(
                (
                    "\(kind)-\(name)",
                    "apiVersion: \(group).solo.io/v1\nkind: \(kind)\nmetadata: {name: \(name.name), namespace: \(name.namespace)\(labels)}\nspec:\n\(spec)\n"
                )
            )
        }
        for (name, routes) in services.sorted(by: { $0.key < $1.key }) {
            add("gateway", "VirtualService", name, [:], "  virtualHost:\n    domains: [\(name.name).example]\n    routes:\(Self.list(routes, "    "))")
        }
        for (name, table) in tables.sorted(by: { $0.key < $1.key }) {
            add("gateway", "RouteTable", name, table.labels, "\(table.weight.map { "  weight: \($0)\n" } ?? "")  routes:\(Self.list(table.routes, "  "))")
        }
        for (name, object) in options.sorted(by: { $0.key < $1.key }) {
            add("gateway", "RouteOption", name, [:], "  options: {\(object.isRefused ? "tiemout: 1s" : Self.pairs(object.options))}")
        }
        for name in upstreams { add("gloo", "Upstream", name, [:], "  static: {hosts: [{addr: 10.0.0.1, port: 80}]}") }
        return files
    }

    var yaml: String { files.map(\.text).joined(separator: "\n---\n") }

    private static func list(_ routes: [Route], _ margin: String) -> String {
        routes.isEmpty ? " []" : routes.map { "\n\(margin)- {\($0.yaml)}" }.joined()
    }

    fileprivate static func pairs(_ values: [String: String]) -> String {
        values.sorted { $0.key < $1.key }.map { key, value in key == "retries" ? "retries: {retryOn: 5xx, numRetries: \(value)}" : "\(key): \(value)" }
            .joined(separator: ", ")
    }
}

extension TableTree.Reference {
    var yaml: String { "name: \(name)" + (namespace.map { ", namespace: \($0)" } ?? "") }
}

extension TableTree.Route {
    fileprivate var yaml: String {
        var parts: [String] = []
        if let name { parts.append("name: \(name)") }
        if !matchers.isEmpty { parts.append("matchers: [\(matchers.map { "{\($0.yaml)}" }.joined(separator: ", "))]") }
        if let inheritsMatchers { parts.append("inheritableMatchers: \(inheritsMatchers)") }
        if let inheritsPath { parts.append("inheritablePathMatchers: \(inheritsPath)") }
        if !options.isEmpty { parts.append("options: {\(TableTree.pairs(options))}") }
        if !references.isEmpty { parts.append("optionsConfigRefs: {delegateOptions: [\(references.map { "{\($0.yaml)}" }.joined(separator: ", "))]}") }
        switch action {
        case .upstream(let reference): parts.append("routeAction: {single: {upstream: {\(reference.yaml)}}}")
        case .nothing: break
        case .table(let reference, let isOlderForm): parts.append("delegateAction: {\(isOlderForm ? reference.yaml : "ref: {\(reference.yaml)}")}")
        case .selector(let namespaces, let labels, let expressions):
            var selector: [String] = []
            if !namespaces.isEmpty { selector.append("namespaces: [\(namespaces.map { "'\($0)'" }.joined(separator: ", "))]") }
            if !labels.isEmpty { selector.append("labels: {\(TableTree.pairs(labels))}") }
            if !expressions.isEmpty { selector.append("expressions: [\(expressions.map(\.yaml).joined(separator: ", "))]") }
            parts.append("delegateAction: {selector: {\(selector.joined(separator: ", "))}}")
        case .delegateToNothing: parts.append("delegateAction: {}")
        }
        return parts.joined(separator: ", ")
    }
}

extension TableTree.Expression {
    fileprivate var yaml: String { "{key: \(key), operator: \(word)\(values.isEmpty ? "" : ", values: [\(values.joined(separator: ", "))]")}" }
}

extension TableTree.Matcher {
    fileprivate var yaml: String {
        var parts: [String] = []
        switch path {
        case .prefix(let text): parts.append("prefix: '\(text)'")
        case .exact(let text): parts.append("exact: '\(text)'")
        case .regex(let text): parts.append("regex: '\(text)'")
        case .connect: parts.append("connectMatcher: {}")
        case nil: break
        }
        if let caseSensitive { parts.append("caseSensitive: \(caseSensitive)") }
        func condition(_ condition: TableTree.Condition, canInvert: Bool) -> String {
            var parts = ["name: \(condition.name)"]
            if let value = condition.value { parts.append("value: '\(value)'") } else if saysDefaults { parts.append("value: ''") }
            if condition.isRegex || saysDefaults { parts.append("regex: \(condition.isRegex)") }
            if canInvert, condition.isInverted || saysDefaults { parts.append("invertMatch: \(condition.isInverted)") }
            return "{\(parts.joined(separator: ", "))}"
        }
        if !headers.isEmpty || saysDefaults { parts.append("headers: [\(headers.map { condition($0, canInvert: true) }.joined(separator: ", "))]") }
        if !query.isEmpty || saysDefaults { parts.append("queryParameters: [\(query.map { condition($0, canInvert: false) }.joined(separator: ", "))]") }
        if !methods.isEmpty || saysDefaults { parts.append("methods: [\(methods.joined(separator: ", "))]") }
        return parts.joined(separator: ", ")
    }
}
