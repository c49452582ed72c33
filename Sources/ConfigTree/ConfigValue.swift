/// A value of a user's configuration: a document and a place in it. Costs two words to pass on.
///
/// Every reading function answers nil for a value that is absent, null, or of another kind; what a user may write where is the
/// business of `Schema`, which has looked at the value before.
package struct ConfigValue: Sendable {
    package let document: ConfigDocument
    package let index: Int

    package init(document: ConfigDocument, index: Int) {
        self.document = document
        self.index = index
    }

    private var node: ConfigNode { document.nodes[index] }

    package var kind: ConfigKind { document.nodes[index].kind }
    package var isNull: Bool { kind == .null }
    package var isMap: Bool { kind == .map }
    package var isList: Bool { kind == .list }
    package var isScalar: Bool { kind == .scalar }
    /// A scalar in quotes: always text, never a bool or null.
    package var isQuoted: Bool { kind == .scalar && !document.nodes[index].isPlain }
    /// A scalar that is text and nothing else: `shop` or `"5"`, and not `5` or `true`.
    package var isText: Bool {
        guard kind == .scalar, document.nodes[index].isPlain else { return kind == .scalar }
        return document.text.withBytes(node.content) { !Scalar.meansMoreThanText($0) }
    }

    // MARK: Going down and up

    /// The member with this lowerCamel name, written as lowerCamel or snake_case; nil when absent or null.
    package subscript(field: String) -> ConfigValue? {
        document.member(of: index, field: field.utf8Span.span).map { ConfigValue(document: document, index: $0) }
    }

    /// The entry of a free map with exactly this key.
    package subscript(key key: String) -> ConfigValue? {
        document.entry(of: index, key: key.utf8Span.span).map { ConfigValue(document: document, index: $0) }
    }

    /// The element of a list. O(n); iterate over `elements` to visit all.
    package subscript(at n: Int) -> ConfigValue? {
        guard isList else { return nil }
        return document.child(of: index, at: n).map { ConfigValue(document: document, index: $0) }
    }

    /// Elements of a list; empty for anything else.
    package var elements: ConfigChildren { ConfigChildren(self, of: .list) }

    /// Values of a map in the user's order, each knowing its `key`; empty for anything else.
    package var members: ConfigChildren { ConfigChildren(self, of: .map) }

    /// Keys and values of a map in the user's order.
    package var entries: some Sequence<(key: String, value: ConfigValue)> {
        members.lazy.map { (key: $0.key ?? "", value: $0) }
    }

    /// Children of a list or a map.
    package var count: Int { document.count(of: index) }

    package var parent: ConfigValue? {
        document.parent(of: index).map { ConfigValue(document: document, index: $0) }
    }

    /// The key under which the value stands in its map, as written.
    package var key: String? {
        let node = node
        return node.hasKey ? document.text.string(node.key) : nil
    }

    // MARK: Places

    package var position: ConfigPosition {
        let node = node
        return ConfigPosition(file: document.file, line: Int(node.line), column: Int(node.column))
    }

    /// Where the key stands; of a value without a key, where the value stands.
    package var keyPosition: ConfigPosition {
        let node = node
        guard node.hasKey else { return position }
        return ConfigPosition(file: document.file, line: Int(node.keyLine), column: Int(node.keyColumn))
    }

    /// `spec.virtualHost.routes[3].matchers[0].prefix`, found by going up; O(depth x siblings), for messages only.
    package var path: String {
        path(below: nil)
    }

    /// The path that starts below `ancestor`.
    package func path(below ancestor: ConfigValue?) -> String {
        var steps: [String] = []
        var value = self
        while value.index != ancestor?.index ?? -1, let parent = value.parent {
            steps.append(value.key.map(Self.step) ?? "[\(value.place(in: parent))]")
            value = parent
        }
        let path = steps.reversed().joined()
        return path.hasPrefix(".") ? String(path.dropFirst()) : path
    }

    private func place(in parent: ConfigValue) -> Int {
        var place = 0
        var child = parent.index + 1
        while child < index {
            child += Int(document.nodes[child].size)
            place += 1
        }
        return place
    }

    private static func step(_ key: String) -> String {
        let isName = !key.isEmpty && key.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
        return isName ? ".\(key)" : "[\"\(key)\"]"
    }

    // MARK: Scalars

    /// A scalar's text as written, whether it looks like text, a number or a bool.
    package var text: String? {
        kind == .scalar ? document.text.string(node.content) : nil
    }

    package var string: String? { text }

    /// `true` and `false`, and the other words that Go's YAML reader takes for them; never in quotes.
    package var bool: Bool? {
        plainScalar { Scalar.bool($0) }
    }

    /// A whole number, also in quotes, as proto JSON allows.
    package var int64: Int64? { scalar { Scalar.int64($0) } }

    package var uint32: UInt32? { int64.flatMap { UInt32(exactly: $0) } }
    package var int32: Int32? { int64.flatMap { Int32(exactly: $0) } }
    package var uint64: UInt64? { scalar { Scalar.uint64($0) } }
    package var double: Double? { scalar { Scalar.double($0) } }

    /// `1h2m3.5s`, `100ms` (Go) or `3.5s` (proto JSON).
    package var duration: ConfigDuration? { scalar { ConfigDuration(text: $0) } }

    /// Decoded base64, in the standard or the URL alphabet, padded or not.
    package var bytes: [UInt8]? { scalar { Scalar.base64($0) } }

    private func scalar<R>(_ read: (Span<UInt8>) -> R?) -> R? {
        let node = node
        guard node.kind == .scalar else { return nil }
        return document.text.withBytes(node.content, read)
    }

    private func plainScalar<R>(_ read: (Span<UInt8>) -> R?) -> R? {
        document.nodes[index].isPlain ? scalar(read) : nil
    }
}

/// The children of a list or a map, visited without allocating.
package struct ConfigChildren: Sequence, IteratorProtocol, Sendable {
    private let document: ConfigDocument
    private var place: Int
    private let end: Int
    package let underestimatedCount: Int

    init(_ parent: ConfigValue, of kind: ConfigKind) {
        document = parent.document
        let node = parent.document.nodes[parent.index]
        place = parent.index + 1
        end = node.kind == kind ? parent.index + Int(node.size) : place
        underestimatedCount = node.kind == kind ? node.childCount : 0
    }

    /// No children, for values that are not there.
    package static let none = ConfigChildren()

    private init() {
        document = ConfigDocument(file: "", nodes: [ConfigNode(kind: .list, line: 0, column: 0)], text: [])
        place = 0
        end = 0
        underestimatedCount = 0
    }

    package mutating func next() -> ConfigValue? {
        guard place < end else { return nil }
        defer { place += Int(document.nodes[place].size) }
        return ConfigValue(document: document, index: place)
    }
}
