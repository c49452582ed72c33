internal import SluicePlugin

/// Data that stands with the route, for filters and access logs to read: a map of namespaces, each with a map of its own.
func envoyMetadata(_ route: RouteSubject, _ metadata: Option) {
    guard isShallow(metadata, levels: 16) else {
        return metadata.error("maps and lists in metadata may stand 16 deep in each other, and no deeper")
    }
    for namespace in metadata.elements where namespace.key.isEmpty { return namespace.error("a namespace of metadata needs a name") }
    route.envoy.metadata { out in
        for namespace in metadata.elements { out.filterMetadata(namespace.key) { write(namespace, to: $0) } }
    }
}

/// Protobuf reads a hundred messages inside each other, and a level of metadata is three.
private func isShallow(_ value: Option, levels: Int) -> Bool {
    guard value.kind == sluice_kind(SLUICE_MAP) || value.kind == sluice_kind(SLUICE_LIST) else { return true }
    return levels > 0 && value.elements.allSatisfy { isShallow($0, levels: levels - 1) }
}

private func write(_ map: Option, to out: Protobuf.Struct) {
    for member in map.elements { out.fields(member.key) { write(member, to: $0) } }
}

private func write(_ value: Option, to out: Protobuf.Value) {
    switch value.kind {
    case sluice_kind(SLUICE_MAP): out.structValue { write(value, to: $0) }
    case sluice_kind(SLUICE_LIST):
        out.listValue { list in
            for element in value.elements { list.values { write(element, to: $0) } }
        }
    case sluice_kind(SLUICE_SCALAR):
        // The host does not tell a number in quotes from one without: both are numbers here.
        if let bool = value.bool {
            out.boolValue(bool)
        } else if let number = value.double, number.isFinite {
            out.numberValue(number)
        } else if let text = value.text {
            out.stringValue(text)
        }
    default: out.nullValue(.nullValue)
    }
}
