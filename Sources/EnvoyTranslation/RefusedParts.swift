internal import EnvoyResources
internal import EnvoyWire

/// A route configuration taken apart to where a mistake can be: its virtual hosts and their routes.
struct RefusedHost {
    struct Part: Hashable {
        /// Of a route; nil for what the virtual host has beside its routes.
        var routeName: String?
        var bytes: [UInt8]
    }

    var name = ""
    var routes: [Part] = []
    /// All fields but the routes.
    var rest: [UInt8] = []

    /// - Parameter bytes: a VirtualHost.
    init?(_ bytes: ArraySlice<UInt8>) {
        let bytes = Array(bytes)
        let isRead: Void? = try? WireReader.read(bytes) { reader in
            var reader = reader
            var start = reader.offset
            while let tag = try reader.nextTag() {
                if tag.field == 3, tag.type == .lengthDelimited {
                    let range = try reader.range()
                    routes.append(Part(routeName: Self.name(in: bytes[range], field: 14), bytes: Array(bytes[range])))
                } else {
                    try reader.skip(tag)
                    rest += bytes[start..<reader.offset]
                }
                start = reader.offset
            }
        }
        guard isRead != nil, let name = Self.name(in: bytes[...], field: 1) else { return nil }
        self.name = name
    }

    /// - Parameter field: a virtual host as a part of a route configuration's bytes, tag and length in front.
    init?(field bytes: [UInt8]) {
        let content = try? WireReader.read(bytes) { reader -> Range<Int>? in
            var reader = reader
            guard let tag = try reader.nextTag(), tag.field == 2, tag.type == .lengthDelimited else { return nil }
            return try reader.range()
        }
        guard let range = content else { return nil }
        self.init(bytes[range])
    }

    /// The virtual hosts of a route configuration, each with tag and length; where it was kept in one piece, over a restart, it is cut.
    static func fields(of table: EnvoyResource?) -> [[UInt8]] {
        guard let table else { return [] }
        if table.parts.count != 1 { return Array(table.parts.dropFirst()) }
        let bytes = table.parts[0]
        var hosts: [[UInt8]] = []
        try? WireReader.read(bytes) { reader in
            var reader = reader
            var start = reader.offset
            while let tag = try reader.nextTag() {
                try reader.skip(tag)
                if tag.field == 2 { hosts.append(Array(bytes[start..<reader.offset])) }
                start = reader.offset
            }
        }
        return hosts
    }

    private static func name(in bytes: ArraySlice<UInt8>, field: UInt32) -> String? {
        try? WireReader.read(Array(bytes)) { reader -> String? in
            var reader = reader
            var name: String?
            while let tag = try reader.nextTag() {
                if tag.field == field, tag.type == .lengthDelimited { name = try reader.string(tag) } else { try reader.skip(tag) }
            }
            return name
        }
    }
}

extension [UInt8] {
    /// Whether the bytes of a text stand somewhere in these.
    func hold(_ text: String) -> Bool {
        let wanted = [UInt8](text.utf8)
        guard let first = wanted.first, wanted.count <= count else { return false }
        for start in 0...(count - wanted.count) where self[start] == first {
            if self[start..<start + wanted.count].elementsEqual(wanted) { return true }
        }
        return false
    }
}
