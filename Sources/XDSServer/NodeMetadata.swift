import XDSCache

/// Reads from a node's metadata, a google.protobuf.Struct, what names the configuration that the node wants.
///
///     Struct  fields = 1 (map)      Value  string_value = 3, struct_value = 5
enum NodeMetadata {
    /// The string `role`; else what the label names: `<namespace>~<proxy>` is a role, anything else the name of a proxy.
    static func read(_ message: RequestReader, _ roleLabel: String?, into node: inout ProxyNode) throws(RequestReader.Fault) {
        var role: String?
        var named: String?
        var label: String?
        try forEachField(of: message) { (key, value) throws(RequestReader.Fault) in
            if key == "role" { role = try string(value) ?? role }
            guard let roleLabel else { return }
            if key == roleLabel { named = try string(value) ?? named }
            guard key == "labels", let labels = try structure(value) else { return }
            try forEachField(of: labels) { (key, value) throws(RequestReader.Fault) in
                if key == roleLabel { label = try string(value) ?? label }
            }
        }
        let name = label ?? named
        node.role = role ?? name.flatMap { $0.contains("~") ? $0 : nil } ?? node.role
        node.proxyName = name ?? ""
    }

    private static func forEachField(
        of message: RequestReader,
        _ body: (String, ArraySlice<UInt8>) throws(RequestReader.Fault) -> Void
    ) throws(RequestReader.Fault) {
        var reader = message
        while let (field, type) = try reader.nextTag() {
            guard case (1, .lengthDelimited) = (field, type) else {
                try reader.skip(type)
                continue
            }
            let (key, value) = try RequestDecoder.entry(try reader.message())
            try body(key, value)
        }
    }

    private static func string(_ value: ArraySlice<UInt8>) throws(RequestReader.Fault) -> String? {
        var reader = RequestReader(value)
        var text: String?
        while let (field, type) = try reader.nextTag() {
            if case (3, .lengthDelimited) = (field, type) { text = try reader.string() } else { try reader.skip(type) }
        }
        return text
    }

    private static func structure(_ value: ArraySlice<UInt8>) throws(RequestReader.Fault) -> RequestReader? {
        var reader = RequestReader(value)
        var fields: RequestReader?
        while let (field, type) = try reader.nextTag() {
            if case (5, .lengthDelimited) = (field, type) { fields = try reader.message() } else { try reader.skip(type) }
        }
        return fields
    }
}
