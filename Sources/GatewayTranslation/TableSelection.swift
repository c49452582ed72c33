internal import APIResources
internal import ConfigTree
internal import Emitter

/// The route tables to which a route delegates, in groups of equal weight, lower weights first.
struct TableSelection {
    private(set) var groups: [[StoredObject]] = []
    /// Why there is no table, and at which value.
    private(set) var problem: (ConfigSeverity, ConfigValue, String)?

    init(_ delegate: ConfigValue, in namespace: String, _ reader: SnapshotReader) {
        // Name and namespace beside each other are the older form, and win as in Gloo.
        let reference = delegate["name"] != nil || delegate["namespace"] != nil ? delegate : delegate["ref"]
        if let reference {
            select(reference, in: namespace, reader)
        } else if let selector = delegate["selector"] {
            select(by: selector, in: namespace, reader)
        } else {
            problem = (.error, delegate, "say which RouteTable: 'ref: {name: ..., namespace: ...}', or 'selector'")
        }
    }

    private mutating func select(_ reference: ConfigValue, in namespace: String, _ reader: SnapshotReader) {
        guard let ref = ResourceRef(reference, namespace: namespace) else {
            problem = (.error, reference, "the RouteTable needs a 'name'")
            return
        }
        let id = ObjectID(.routeTable, ref)
        if let table = reader.object(.routeTable, ref) {
            groups = [[table]]
        } else if reader.snapshot.rejected.contains(id) {
            problem = (.error, reference, "RouteTable '\(ref)' \(reader.whyMissing(id))")
        } else {
            problem = (.warning, reference, "RouteTable '\(ref)' \(reader.whyMissing(id)); the route is left out")
        }
    }

    private mutating func select(by selector: ConfigValue, in namespace: String, _ reader: SnapshotReader) {
        let labels = selector["labels"].map(LabelExpression.labels) ?? []
        let expressions = selector["expressions"].map { $0.elements.map(LabelExpression.init) } ?? []
        if !labels.isEmpty, !expressions.isEmpty {
            problem = (.warning, selector, "'labels' and 'expressions' exclude each other; the route is left out")
            return
        }
        if let (value, message) = LabelExpression.problem(of: expressions) {
            problem = (.warning, value, "\(message); the route is left out")
            return
        }
        let written = selector["namespaces"]?.elements.compactMap(\.text) ?? []
        let namespaces = written.isEmpty ? [namespace] : written
        let tables = reader.select(.routeTable, namespaces: namespaces, labels: labels, expressions: expressions)
        guard !tables.isEmpty else {
            let place = namespaces.contains("*") ? "any namespace" : "namespace \(namespaces.map { "'\($0)'" }.joined(separator: ", "))"
            problem = (.warning, selector, "the selector takes no RouteTable of \(place); the route is left out")
            return
        }
        reader.noteContent(tables)
        let weights = Dictionary(grouping: tables) { RouteTable($0.spec).weight }
        groups = weights.sorted { $0.key < $1.key }.map(\.value)
    }
}
