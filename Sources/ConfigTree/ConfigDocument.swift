package enum ConfigKind: UInt8, Sendable {
    case null, scalar, list, map
}

/// One value of a document. 48 bytes; holds no reference, so a document of any size is two allocations.
///
/// `size` and `up` are relative: a subtree can be copied (YAML aliases) without touching its nodes.
struct ConfigNode: Sendable {
    var kind: ConfigKind
    /// True for a scalar without quotes: only such a one may mean a number, a bool or nothing.
    var isPlain = false
    /// True when the node is a member of a map: an empty key is a key.
    var hasKey = false
    /// Nodes in this subtree, itself included: the next sibling is `size` further.
    var size: UInt32 = 1
    /// Distance back to the parent; 0 for the root.
    var up: UInt32 = 0
    var key: TextRange = .empty
    /// Of the key, the same for both spellings of a field's name: most members are passed over by one comparison.
    var keyHash: UInt32 = 0
    /// A scalar's text; for lists and maps `count` is the number of children.
    var content: TextRange = .empty
    var line: UInt32
    var column: UInt32
    var keyLine: UInt32 = 0
    var keyColumn: UInt32 = 0

    var isContainer: Bool { kind == .list || kind == .map }
    var childCount: Int { isContainer ? Int(content.count) : 0 }
    var scalarText: TextRange { kind == .scalar ? content : .empty }
}

/// One YAML document or JSON value: a flat arena of nodes in the order of the text, and one buffer with all its text.
package final class ConfigDocument: Sendable {
    /// The name that positions carry: a path, or what the store calls the object.
    package let file: String
    let nodes: ContiguousArray<ConfigNode>
    let text: ArenaText

    convenience init(file: String, nodes: ContiguousArray<ConfigNode>, text: [UInt8]) {
        self.init(file: file, nodes: nodes, text: ArenaText(text))
    }

    init(file: String, nodes: ContiguousArray<ConfigNode>, text: ArenaText) {
        precondition(!nodes.isEmpty, "a document has a root")
        self.file = file
        self.nodes = nodes
        self.text = text
    }

    package var root: ConfigValue { ConfigValue(document: self, index: 0) }
    package var nodeCount: Int { nodes.count }
    package var textByteCount: Int { text.count }

    package func kind(of index: Int) -> ConfigKind { nodes[index].kind }
    package func count(of index: Int) -> Int { nodes[index].childCount }

    package func parent(of index: Int) -> Int? {
        let up = Int(nodes[index].up)
        return up == 0 ? nil : index - up
    }

    package func firstChild(of index: Int) -> Int? {
        nodes[index].childCount == 0 ? nil : index + 1
    }

    package func nextSibling(of index: Int) -> Int? {
        let up = Int(nodes[index].up)
        guard up > 0 else { return nil }
        let next = index + Int(nodes[index].size)
        let parent = index - up
        return next < parent + Int(nodes[parent].size) ? next : nil
    }

    /// The `n`th child. Walks from the first one: O(n); go by `nextSibling` to visit all.
    package func child(of index: Int, at n: Int) -> Int? {
        guard n >= 0, n < nodes[index].childCount else { return nil }
        var child = index + 1
        for _ in 0..<n { child += Int(nodes[child].size) }
        return child
    }

    /// The member that is called `field` (lowerCamel), written as lowerCamel or as snake_case; null counts as absent.
    func member(of index: Int, field: borrowing Span<UInt8>) -> Int? {
        guard nodes[index].kind == .map else { return nil }
        let hash = FieldName.hash(field)
        var other: Int?
        var child = index + 1
        let end = index + Int(nodes[index].size)
        while child < end {
            if nodes[child].keyHash == hash {
                switch keyMatch(child, field) {
                case .exact: return nodes[child].kind == .null ? nil : child
                case .otherSpelling: other = other ?? child
                case .none: break
                }
            }
            child += Int(nodes[child].size)
        }
        guard let other, nodes[other].kind != .null else { return nil }
        return other
    }

    func entry(of index: Int, key: borrowing Span<UInt8>) -> Int? {
        guard nodes[index].kind == .map else { return nil }
        var child = index + 1
        let end = index + Int(nodes[index].size)
        while child < end {
            if Int(nodes[child].key.count) == key.count, keyMatch(child, key) == .exact { return child }
            child += Int(nodes[child].size)
        }
        return nil
    }

    /// `FieldName.hash` of the key of the node, for looking a key up in a table.
    package func keyHash(of index: Int) -> UInt32 { nodes[index].keyHash }

    /// Whether the node's key is one of the spellings of `field`, which is lowerCamel.
    package func key(of index: Int, isField field: String) -> Bool { keyMatch(index, field.utf8Span.span) != .none }

    func keyMatch(_ index: Int, _ field: borrowing Span<UInt8>) -> FieldName.Match {
        let name = copy field
        return text.withBytes(nodes[index].key) { FieldName.match(key: $0, field: name) }
    }
}
