extension Protobuf.`Any` {
    /// Holds the message that `write` writes.
    public func pack<Packed: WireMessage>(_: Packed.Type, _ write: (Packed) -> Void) {
        output.text(1, Packed.typeURL)
        output.build(2, write)
    }

    /// The configuration of a module that the proxy loads, in one of the forms that Envoy hands to it: text, bytes, or a map, which the
    /// module gets as JSON. `Option.isModuleConfiguration` comes before.
    public func pack(configuration value: Option) {
        if let text = value.text { return pack(Protobuf.StringValue.self) { $0.value(text) } }
        let content = value["value"]
        switch value["@type"].string.map(ModuleConfiguration.init(rawValue:)) {
        case .none: pack(Protobuf.Struct.self) { $0.members(of: value) }
        case .some(.string): pack(Protobuf.StringValue.self) { $0.value(content.text?.array ?? []) }
        case .some(.bytes): pack(Protobuf.BytesValue.self) { $0.value(content.text.flatMap(bytes(base64:)) ?? []) }
        case .some(.map): pack(Protobuf.Struct.self) { $0.members(of: content) }
        case .some(.none): break
        }
    }
}

private enum ModuleConfiguration: String {
    case string = "type.googleapis.com/google.protobuf.StringValue"
    case bytes = "type.googleapis.com/google.protobuf.BytesValue"
    case map = "type.googleapis.com/google.protobuf.Struct"
}

extension Option {
    /// Whether this can be the configuration of a module; what is wrong is told.
    ///
    ///     config: some text
    ///     config: {a: 1}
    ///     config: {'@type': type.googleapis.com/google.protobuf.BytesValue, value: AAEC}
    public func isModuleConfiguration() -> Bool {
        guard isShallow else {
            error("maps and lists may stand 16 deep in each other, and no deeper")
            return false
        }
        let type = self["@type"]
        guard let name = type.string else {
            if kind == sluice_kind(SLUICE_LIST) { error("a module's configuration is text or a map, and no list") }
            return kind != sluice_kind(SLUICE_LIST)
        }
        switch ModuleConfiguration(rawValue: name) {
        case .string where self["value"].kind <= sluice_kind(SLUICE_SCALAR): return true
        case .string: self["value"].error("'value' must be text")
        case .bytes where self["value"].text.map(bytes(base64:)) ?? [] != nil: return true
        case .bytes: self["value"].error("'value' must be bytes in base64")
        case .map where self["value"].kind != sluice_kind(SLUICE_LIST) && self["value"].text == nil: return true
        case .map: self["value"].error("'value' must be a map")
        case .none: type.error("'\(name)' is no type of a module's configuration; write text, or a map without '@type', or StringValue, BytesValue or Struct of google.protobuf")
        }
        return false
    }
}
