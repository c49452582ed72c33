extension Protobuf.Struct {
    /// The members of a map, with maps and lists in them, as they were written. See `Option.isShallow` before.
    @discardableResult
    public func members(of map: Option) -> Self {
        for member in map.elements { fields(member.key) { $0.write(member) } }
        return self
    }
}

extension Protobuf.Value {
    fileprivate func write(_ value: Option) {
        switch value.kind {
        case sluice_kind(SLUICE_MAP): structValue { $0.members(of: value) }
        case sluice_kind(SLUICE_LIST):
            listValue { list in
                for element in value.elements { list.values { $0.write(element) } }
            }
        case sluice_kind(SLUICE_SCALAR):
            // The host does not tell a number in quotes from one without: both are numbers here.
            if let bool = value.bool {
                boolValue(bool)
            } else if let number = value.double, number.isFinite {
                numberValue(number)
            } else if let text = value.text {
                stringValue(text)
            }
        default: nullValue(.nullValue)
        }
    }
}

extension Option {
    /// Whether maps and lists stand at most 16 deep in each other: protobuf reads a hundred messages inside each other, and a level of
    /// a Struct is three.
    public var isShallow: Bool { isShallow(levels: 16) }

    private func isShallow(levels: Int) -> Bool {
        guard kind == sluice_kind(SLUICE_MAP) || kind == sluice_kind(SLUICE_LIST) else { return true }
        return levels > 0 && elements.allSatisfy { $0.isShallow(levels: levels - 1) }
    }
}
