/// Reads a stream of YAML documents.
package enum YAML {
    /// One result a document, in the order of the text; documents without content are left out.
    ///
    /// The stream is cut at its `---` lines before it is parsed, which YAML permits to do by looking at line starts alone. So a broken
    /// document costs neither those before it nor those after it.
    package static func parse(
        _ bytes: [UInt8],
        file: String,
        limits: ConfigLimits = ConfigLimits()
    ) -> [Result<ConfigDocument, ConfigError>] {
        guard bytes.count <= limits.bytes else {
            let problem = ConfigProblem(at: ConfigPosition(file: file), ProblemText.tooLarge(bytes: bytes.count, limit: limits.bytes))
            return [.failure(ConfigError(problem))]
        }
        var results: [Result<ConfigDocument, ConfigError>] = []
        for part in YAMLStream.parts(of: bytes) {
            var parser = YAMLParser(part.bytes, linesBefore: part.linesBefore, file: file, limits: limits)
            do {
                while let document = try parser.document() {
                    if document.root.kind != .null { results.append(.success(document)) }
                }
            } catch {
                results.append(.failure(error))
            }
        }
        return results
    }

    package static func parse(_ text: String, file: String, limits: ConfigLimits = ConfigLimits()) -> [Result<ConfigDocument, ConfigError>] {
        parse(Array(text.utf8), file: file, limits: limits)
    }

    /// Reads a text that holds exactly one document.
    package static func parseOne(_ text: String, file: String, limits: ConfigLimits = ConfigLimits()) throws(ConfigError) -> ConfigDocument {
        let results = parse(text, file: file, limits: limits)
        guard let first = results.first else {
            throw ConfigError(ConfigProblem(at: ConfigPosition(file: file, line: 1, column: 1), "the text is empty"))
        }
        let document = try first.get()
        if results.count > 1 {
            let place = (try? results[1].get())?.root.position ?? ConfigPosition(file: file)
            throw ConfigError(ConfigProblem(at: place, "only one document is expected here"))
        }
        return document
    }
}

/// Where the documents of a stream begin.
private enum YAMLStream {
    struct Part {
        var bytes: ArraySlice<UInt8>
        var linesBefore: Int
    }

    static func parts(of bytes: [UInt8]) -> [Part] {
        var parts: [Part] = []
        let first = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        var start = first
        var startLine = 0
        var line = 0
        var hasContent = false
        var index = first
        while index < bytes.count {
            if isMarker(bytes, at: index) {
                // Directives (%YAML) belong to the document whose marker follows them.
                if hasContent {
                    parts.append(Part(bytes: bytes[start..<index], linesBefore: startLine))
                    start = index
                    startLine = line
                }
                hasContent = true
            } else {
                let byte = bytes[index]
                let isBlank = byte == 0x0A || byte == 0x0D || byte == UInt8(ascii: "#") || byte == UInt8(ascii: "%")
                hasContent = hasContent || !isBlank
            }
            guard let end = bytes[index...].firstIndex(of: 0x0A) else { break }
            index = end + 1
            line += 1
        }
        parts.append(Part(bytes: bytes[start...], linesBefore: startLine))
        return parts
    }

    private static func isMarker(_ bytes: [UInt8], at index: Int) -> Bool {
        let dash = UInt8(ascii: "-")
        guard index + 2 < bytes.count, bytes[index] == dash, bytes[index + 1] == dash, bytes[index + 2] == dash else { return false }
        return index + 3 == bytes.count || [0x0A, 0x0D, 0x20, 0x09].contains(bytes[index + 3])
    }
}

/// Turns libyaml's events into documents: anchors, aliases, merge keys, duplicates and limits.
private struct YAMLParser: ~Copyable {
    private struct Anchor {
        var nodes: ContiguousArray<ConfigNode>
        var height: Int
    }

    /// What is to be done when the innermost list or map ends.
    private struct Open {
        var anchor: String?
        var hasMergeKey = false
    }

    private var events: YAMLEventReader
    private let source: ArraySlice<UInt8>
    private let file: String
    private let linesBefore: Int
    private let limits: ConfigLimits
    private var builder: DocumentBuilder
    private var anchors: [String: Anchor] = [:]
    private var open: [Open] = []
    private var aliasedValues = 0

    init(_ source: ArraySlice<UInt8>, linesBefore: Int, file: String, limits: ConfigLimits) {
        events = YAMLEventReader(source)
        self.source = source
        self.file = file
        self.linesBefore = linesBefore
        self.limits = limits
        builder = DocumentBuilder(expecting: source.count)
    }

    /// The next document; nil at the end of the text.
    mutating func document() throws(ConfigError) -> ConfigDocument? {
        while true {
            let event: YAMLEventReader.Event
            do {
                event = try events.next()
            } catch {
                throw explain(error)
            }
            switch event {
            case .streamEnd: return nil
            case .documentStart: anchors = [:]
            case .documentEnd:
                let document = builder.finish(file: file)
                builder = DocumentBuilder(expecting: 0)
                return document
            case .scalar: try scalar()
            case .alias: try alias()
            case .listStart: try begin(.list)
            case .mapStart: try begin(.map)
            case .listEnd: end()
            case .mapEnd: try endMap()
            }
        }
    }

    private var line: Int { events.line + linesBefore }

    private mutating func scalar() throws(ConfigError) {
        let anchor = events.anchor
        let isPlain = events.isPlainScalar
        let range = events.appendScalar(to: &builder)
        if builder.expectsKey {
            builder.key(range, line: line, column: events.column)
            if isPlain, text(range).elementsEqual("<<".utf8) { open[open.count - 1].hasMergeKey = true }
            if let anchor {
                let node = ConfigNode(kind: .scalar, isPlain: isPlain, content: range, line: UInt32(line), column: UInt32(events.column))
                anchors[anchor] = Anchor(nodes: [node], height: 0)
            }
            return
        }
        if isPlain, isNull(range) {
            builder.null(line: line, column: events.column)
        } else {
            builder.scalar(range, isPlain: isPlain, line: line, column: events.column)
        }
        if let anchor { anchors[anchor] = Anchor(nodes: builder.subtree(at: builder.nodes.count - 1), height: 0) }
    }

    private func text(_ range: TextRange) -> ArraySlice<UInt8> {
        builder.text[Int(range.start)..<Int(range.start) + Int(range.count)]
    }

    private func isNull(_ range: TextRange) -> Bool {
        let text = text(range)
        switch text.count {
        case 0: return true
        case 1: return text.first == UInt8(ascii: "~")
        case 4: return text.elementsEqual("null".utf8) || text.elementsEqual("Null".utf8) || text.elementsEqual("NULL".utf8)
        default: return false
        }
    }

    private mutating func alias() throws(ConfigError) {
        let name = events.anchor ?? ""
        guard let anchor = anchors[name] else {
            let isInside = open.contains { $0.anchor == name }
            throw error(isInside ? "alias '*\(name)' stands inside the value that it names" : "alias '*\(name)' has no anchor '&\(name)' before it")
        }
        if builder.expectsKey {
            guard anchor.nodes[0].kind == .scalar else { throw error(ProblemText.keyMustBeText) }
            return builder.key(anchor.nodes[0].content, line: line, column: events.column)
        }
        aliasedValues += anchor.nodes.count
        guard aliasedValues <= limits.aliasedValues else {
            throw error("aliases stand for more than \(limits.aliasedValues) values; write them out or use fewer")
        }
        guard builder.depth + anchor.height <= limits.depth else { throw error(ProblemText.tooDeep(limit: limits.depth)) }
        builder.copy(anchor.nodes, height: anchor.height, line: line, column: events.column)
    }

    private mutating func begin(_ kind: ConfigKind) throws(ConfigError) {
        guard !builder.expectsKey else { throw error(ProblemText.keyMustBeText) }
        guard builder.depth < limits.depth else { throw error(ProblemText.tooDeep(limit: limits.depth)) }
        builder.begin(kind, line: line, column: events.column)
        open.append(Open(anchor: events.anchor))
    }

    private mutating func end() {
        let (index, height) = builder.end()
        if let anchor = open.removeLast().anchor {
            anchors[anchor] = Anchor(nodes: builder.subtree(at: index), height: height)
        }
    }

    private mutating func endMap() throws(ConfigError) {
        let (index, height) = builder.end()
        if let (first, second) = builder.duplicate(inMap: index) {
            let node = builder.nodes[second]
            throw ConfigError(
                ConfigProblem(
                    at: ConfigPosition(file: file, line: Int(node.keyLine), column: Int(node.keyColumn)),
                    ProblemText.duplicateKey(
                        String(decoding: builder.keyBytes(node), as: UTF8.self),
                        firstLine: Int(builder.nodes[first].keyLine)
                    )
                )
            )
        }
        let closed = open.removeLast()
        if closed.hasMergeKey { try merge(intoMap: index) }
        if let anchor = closed.anchor { anchors[anchor] = Anchor(nodes: builder.subtree(at: index), height: height) }
    }

    /// Replaces `<<: *defaults` by the entries it stands for, at its place; what the map says itself wins, then the earlier of several.
    private mutating func merge(intoMap index: Int) throws(ConfigError) {
        let children = Self.children(of: builder.nodes, at: index)
        let own = children.filter { !isMergeKey($0) }
        var taken: Set<ArraySlice<UInt8>> = Set(own.map { builder.keyBytes(builder.nodes[$0]) })
        var result: [ContiguousArray<ConfigNode>] = []
        for child in children {
            guard isMergeKey(child) else {
                result.append(builder.subtree(at: child))
                continue
            }
            let sources = builder.nodes[child].kind == .list ? Self.children(of: builder.nodes, at: child) : [child]
            for source in sources {
                guard builder.nodes[source].kind == .map else {
                    let node = builder.nodes[child]
                    let position = ConfigPosition(file: file, line: Int(node.keyLine), column: Int(node.keyColumn))
                    throw ConfigError(ConfigProblem(at: position, "'<<' takes a map or a list of maps"))
                }
                for entry in Self.children(of: builder.nodes, at: source)
                where taken.insert(builder.keyBytes(builder.nodes[entry])).inserted {
                    result.append(builder.subtree(at: entry))
                }
            }
        }
        builder.replaceChildren(ofLastMap: index, with: result)
    }

    private func isMergeKey(_ index: Int) -> Bool {
        builder.keyBytes(builder.nodes[index]).elementsEqual("<<".utf8)
    }

    private static func children(of nodes: ContiguousArray<ConfigNode>, at index: Int) -> [Int] {
        var children: [Int] = []
        var child = index + 1
        while child < index + Int(nodes[index].size) {
            children.append(child)
            child += Int(nodes[child].size)
        }
        return children
    }

    private func error(_ message: String) -> ConfigError {
        ConfigError(ConfigProblem(at: ConfigPosition(file: file, line: line, column: events.column), message))
    }

    private func explain(_ failure: YAMLEventReader.Failure) -> ConfigError {
        var position = ConfigPosition(file: file, line: failure.line + linesBefore, column: failure.column)
        var byte: UInt8?
        if let offset = failure.byteOffset {
            let before = source.prefix(offset)
            position.line = linesBefore + 1 + before.count { $0 == 0x0A }
            position.column = (before.split(separator: 0x0A, omittingEmptySubsequences: false).last?.count ?? 0) + 1
        } else {
            byte = self.byte(line: failure.line, column: failure.column)
        }
        return ConfigError(ConfigProblem(at: position, ProblemText.notYAML(failure.message, context: failure.context, at: byte)))
    }

    /// The byte that the error points at, to tell a tab from other characters. Right for lines of ASCII.
    private func byte(line: Int, column: Int) -> UInt8? {
        let lines = source.split(separator: 0x0A, maxSplits: line, omittingEmptySubsequences: false)
        guard line - 1 < lines.count else { return nil }
        return lines[line - 1].dropFirst(column - 1).first
    }
}
