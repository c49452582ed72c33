/// What a document may cost before it is refused: a user's file must not be able to exhaust the control plane.
package struct ConfigLimits: Sendable {
    /// Lists and maps inside each other. Walking a tree is recursive: this bounds the stack.
    package var depth = 128
    /// One file or one object.
    package var bytes = 32 << 20
    /// Values that YAML aliases may add: a page of nested aliases can stand for billions.
    package var aliasedValues = 200_000

    package init() {}
}

/// Puts a document together, in the order of its text. Used by both parsers; knows neither's syntax.
///
/// Errors come without a position's file: the parsers add it.
struct DocumentBuilder {
    /// A list or map that is not closed yet.
    private struct Open {
        var index: Int
        var childCount: UInt32 = 0
        /// Levels below, for the depth limit of aliases to it.
        var height = 0
    }

    /// A key that waits for its value.
    struct Key {
        var text: TextRange
        var hash: UInt32
        var line: UInt32
        var column: UInt32
    }

    private(set) var nodes: ContiguousArray<ConfigNode> = []
    private(set) var text: [UInt8] = []
    private var open: [Open] = []
    private var pendingKey: Key?

    init(expecting bytes: Int) {
        text.reserveCapacity(bytes / 2)
        nodes.reserveCapacity(bytes / 24 + 4)
    }

    var depth: Int { open.count }
    var isInMap: Bool { open.last.map { nodes[$0.index].kind == .map } ?? false }
    var expectsKey: Bool { isInMap && pendingKey == nil }

    @discardableResult
    mutating func append(_ bytes: some Collection<UInt8>) -> TextRange {
        let start = text.count
        text.append(contentsOf: bytes)
        return textRange(from: start)
    }

    mutating func append(byte: UInt8) { text.append(byte) }

    func textRange(from start: Int) -> TextRange {
        TextRange(start: UInt32(start), count: UInt32(text.count - start))
    }

    mutating func key(_ range: TextRange, line: Int, column: Int) {
        let hash = FieldName.hash(text.span.extracting(Int(range.start)..<Int(range.start) + Int(range.count)))
        pendingKey = Key(text: range, hash: hash, line: UInt32(line), column: UInt32(column))
    }

    var keyText: TextRange? { pendingKey?.text }

    mutating func scalar(_ range: TextRange, isPlain: Bool, line: Int, column: Int) {
        add(ConfigNode(kind: .scalar, isPlain: isPlain, content: range, line: UInt32(line), column: UInt32(column)))
    }

    mutating func null(line: Int, column: Int) {
        add(ConfigNode(kind: .null, line: UInt32(line), column: UInt32(column)))
    }

    mutating func begin(_ kind: ConfigKind, line: Int, column: Int) {
        add(ConfigNode(kind: kind, line: UInt32(line), column: UInt32(column)))
        open.append(Open(index: nodes.count - 1))
    }

    /// Closes the innermost list or map. Returns its index, and its height for anchors.
    @discardableResult
    mutating func end() -> (index: Int, height: Int) {
        let closed = open.removeLast()
        nodes[closed.index].size = UInt32(nodes.count - closed.index)
        nodes[closed.index].content = TextRange(start: 0, count: closed.childCount)
        if !open.isEmpty { open[open.count - 1].height = max(open[open.count - 1].height, closed.height + 1) }
        return (closed.index, closed.height + 1)
    }

    /// Adds a copy of a finished subtree; its root stands where the copy was asked for, the rest where it was written.
    mutating func copy(_ subtree: ContiguousArray<ConfigNode>, height: Int, line: Int, column: Int) {
        var root = subtree[0]
        root.line = UInt32(line)
        root.column = UInt32(column)
        add(root)
        nodes.append(contentsOf: subtree.dropFirst())
        if !open.isEmpty { open[open.count - 1].height = max(open[open.count - 1].height, height) }
    }

    func subtree(at index: Int) -> ContiguousArray<ConfigNode> {
        ContiguousArray(nodes[index..<index + Int(nodes[index].size)])
    }

    /// Replaces the children of the map that was just closed. `children` are whole subtrees.
    mutating func replaceChildren(ofLastMap index: Int, with children: [ContiguousArray<ConfigNode>]) {
        nodes.removeSubrange((index + 1)...)
        for child in children {
            let start = nodes.count
            nodes.append(contentsOf: child)
            nodes[start].up = UInt32(start - index)
        }
        nodes[index].size = UInt32(nodes.count - index)
        nodes[index].content = TextRange(start: 0, count: UInt32(children.count))
    }

    private mutating func add(_ new: ConfigNode) {
        var node = new
        node.up = 0
        node.hasKey = false
        node.key = .empty
        if let parent = open.last {
            node.up = UInt32(nodes.count - parent.index)
            open[open.count - 1].childCount += 1
        }
        if let key = pendingKey {
            node.hasKey = true
            node.key = key.text
            node.keyHash = key.hash
            node.keyLine = key.line
            node.keyColumn = key.column
            pendingKey = nil
        }
        nodes.append(node)
    }

    // MARK: Duplicates

    /// Two entries of the map at `index` with the same key, if there are any: the later one first found.
    func duplicate(inMap index: Int) -> (first: Int, second: Int)? {
        let end = index + Int(nodes[index].size)
        let count = nodes[index].childCount
        var child = index + 1
        if count <= 12 {
            while child < end {
                var earlier = index + 1
                while earlier < child {
                    if isSameKey(earlier, child) { return (earlier, child) }
                    earlier += Int(nodes[earlier].size)
                }
                child += Int(nodes[child].size)
            }
            return nil
        }
        var seen: [UInt32: [Int]] = Dictionary(minimumCapacity: count)
        while child < end {
            if let first = seen[nodes[child].keyHash]?.first(where: { isSameKey($0, child) }) { return (first, child) }
            seen[nodes[child].keyHash, default: []].append(child)
            child += Int(nodes[child].size)
        }
        return nil
    }

    func isSameKey(_ a: Int, _ b: Int) -> Bool {
        nodes[a].keyHash == nodes[b].keyHash && keyBytes(nodes[a]).elementsEqual(keyBytes(nodes[b]))
    }

    func keyBytes(_ node: ConfigNode) -> ArraySlice<UInt8> {
        text[Int(node.key.start)..<Int(node.key.start) + Int(node.key.count)]
    }

    consuming func finish(file: String) -> ConfigDocument {
        ConfigDocument(file: file, nodes: nodes, text: text)
    }
}
