internal import HashTreeCollections

extension EnvoyResource {
    /// Of a route configuration: its virtual hosts are resources of their own (it has the field `vhds`, 9).
    package var discoversVirtualHosts: Bool { discovery != nil }

    /// Of a route configuration: its own fields without `vhds`; nil if it has none. They stand in the first part.
    package var withoutDiscovery: [UInt8]? {
        discovery.map { range in Array(parts[0][..<range.lowerBound] + parts[0][range.upperBound...]) }
    }

    /// Where `vhds` stands in the first part.
    private var discovery: Range<Int>? {
        guard var rest = parts.first?[...] else { return nil }
        var start = rest.startIndex
        while let tag = Self.varint(&rest) {
            switch tag & 7 {
            case 0: _ = Self.varint(&rest)
            case 2:
                let count = Self.varint(&rest) ?? 0
                rest = rest.dropFirst(count)
                if tag >> 3 == 9 { return start..<rest.startIndex }
            // RouteConfiguration has numbers and messages only.
            default: return nil
            }
            start = rest.startIndex
        }
        return nil
    }

    private static func varint(_ bytes: inout ArraySlice<UInt8>) -> Int? {
        var value = 0
        for shift in stride(from: 0, to: 63, by: 7) {
            guard let byte = bytes.popFirst() else { return nil }
            value |= Int(byte & 0x7f) << shift
            if byte < 0x80 { return value }
        }
        return nil
    }
}

extension EnvoyResource {
    /// A route configuration with these virtual hosts in it, for those who look at all of it.
    package func whole(_ hosts: EnvoySnapshot.Resources) -> EnvoyResource {
        guard let head = withoutDiscovery else { return self }
        var version = version
        var all = [head] + parts.dropFirst()
        for host in hosts.values.sorted(by: { $0.name < $1.name }) {
            // Field 2 of RouteConfiguration: protobuf merges by concatenation.
            var heading: [UInt8] = [2 << 3 | 2]
            var count = host.count
            while count >= 0x80 {
                heading.append(UInt8(truncatingIfNeeded: count) | 0x80)
                count >>= 7
            }
            heading.append(UInt8(count))
            all += [heading] + host.parts
            // Both are hashes; their order counts.
            version = (version << 7 | version >> 57) ^ host.version
        }
        return EnvoyResource(name: name, version: version, parts: all)
    }
}

extension EnvoySnapshot {
    /// A route configuration with those virtual hosts in it that are resources of their own.
    package func wholeTable(_ table: EnvoyResource) -> EnvoyResource {
        guard table.discoversVirtualHosts else { return table }
        return table.whole(self[.virtualHost].filter { $0.value.name.hasPrefix(table.name + "/") && !$0.value.name.dropFirst(table.name.count + 1).contains("/") })
    }
}
