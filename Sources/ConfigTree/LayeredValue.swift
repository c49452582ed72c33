/// Maps laid over each other: what an upper one does not say, the next one below does.
///
/// Maps are merged member by member; lists and scalars are taken whole. Null is "not set", as everywhere.
package struct LayeredValue: Sendable {
    /// The result. Its positions are those of the values that it was put together from.
    package let value: ConfigValue
    /// Uppermost first.
    package let layers: [ConfigValue]
    /// False when `value` is where the only layer was written.
    private let isCopy: Bool
    private let key: String?

    /// - Parameters:
    ///   - layers: uppermost first, at least one.
    ///   - key: makes the result a map with the merged layers as its member of that name, as options stand.
    package init(_ layers: [ConfigValue], under key: String? = nil) {
        self.layers = layers
        self.key = key
        if layers.count == 1 {
            if key == nil {
                value = layers[0]
                isCopy = false
                return
            }
            if let parent = layers[0].parent, let key, parent[key]?.index == layers[0].index {
                value = parent
                isCopy = false
                return
            }
        }
        isCopy = true
        value = Self.copy(layers, under: key)
    }

    /// A map with this value as its only member.
    package static func map(_ key: String, _ value: ConfigValue) -> ConfigValue { copy([value], under: key) }

    private static func copy(_ layers: [ConfigValue], under key: String?) -> ConfigValue {
        var builder = DocumentBuilder(expecting: 256)
        if let key {
            let position = layers[0].position
            builder.begin(.map, line: position.line, column: position.column)
            writeKey(key, at: layers[0].keyPosition, to: &builder)
        }
        write(layers, to: &builder)
        if key != nil { builder.end() }
        return builder.finish(file: layers[0].document.file).root
    }

    /// Where a part of `value` was written: the layer's number, and the place in it. Nil when `part` is of another document.
    package func origin(of part: ConfigValue) -> (layer: Int, value: ConfigValue)? {
        guard part.document === value.document else { return nil }
        guard isCopy else { return (0, part) }
        var steps: [ConfigValue] = []
        var place = part
        while let parent = place.parent {
            steps.append(place)
            place = parent
        }
        if key != nil, !steps.isEmpty { steps.removeLast() }
        for (number, layer) in layers.enumerated() {
            if let found = Self.follow(steps.reversed(), from: layer) { return (number, found) }
        }
        return (0, layers[0])
    }

    private static func follow(_ steps: [ConfigValue], from root: ConfigValue) -> ConfigValue? {
        var place = root
        for step in steps {
            let next: ConfigValue? =
                if let key = step.key {
                    place[key: key]
                } else {
                    zip(step.parent?.elements ?? .none, place.elements).first { $0.0.index == step.index }?.1
                }
            guard let next else { return nil }
            place = next
        }
        return place
    }

    private static func write(_ layers: [ConfigValue], to builder: inout DocumentBuilder) {
        let top = layers[0]
        let position = top.position
        switch top.kind {
        case .null:
            builder.null(line: position.line, column: position.column)
        case .scalar:
            let range = builder.append(Array((top.text ?? "").utf8))
            builder.scalar(range, isPlain: !top.isQuoted, line: position.line, column: position.column)
        case .list:
            builder.begin(.list, line: position.line, column: position.column)
            for element in top.elements { write([element], to: &builder) }
            builder.end()
        case .map:
            builder.begin(.map, line: position.line, column: position.column)
            var written: Set<String> = []
            let maps = layers.prefix { $0.isMap }
            for (level, map) in maps.enumerated() {
                for member in map.members where !member.isNull {
                    let key = member.key ?? ""
                    let name = FieldName.lowerCamel(key)
                    guard written.insert(name).inserted else { continue }
                    writeKey(key, at: member.keyPosition, to: &builder)
                    write([member] + maps[(level + 1)...].compactMap { $0[name] }, to: &builder)
                }
            }
            builder.end()
        }
    }

    private static func writeKey(_ key: String, at position: ConfigPosition, to builder: inout DocumentBuilder) {
        builder.key(builder.append(Array(key.utf8)), line: position.line, column: position.column)
    }
}
