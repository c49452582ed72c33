/// Whether a text is an IP address, and of which kind: what Envoy refuses to read, a plugin has to tell before.
public enum IPFamily: Sendable {
    case v4
    case v6

    /// Nil when the text is no address. A zone (`fe80::1%eth0`), a port or a prefix length does not belong to one.
    public init?(of text: String) {
        if Self.isIPv4(text[...]) {
            self = .v4
        } else if Self.isIPv6(text) {
            self = .v6
        } else {
            return nil
        }
    }

    private static func isIPv4(_ text: Substring) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4
            && parts.allSatisfy { part in
                (1...3).contains(part.utf8.count) && part.utf8.allSatisfy(isDigit) && (part.utf8.count == 1 || part.first != "0") && (Int(part) ?? 256) < 256
            }
    }

    private static func isIPv6(_ text: String) -> Bool {
        var groups = text.split(separator: ":", omittingEmptySubsequences: false)
        guard groups.count >= 3, groups.count <= 9 else { return false }
        // The last four bytes may be written as in IPv4.
        var count = 0
        if let last = groups.last, last.contains(".") {
            guard isIPv4(last) else { return false }
            groups.removeLast()
            count = 2
            if groups.last?.isEmpty == true, groups.count == 2 { groups.append("") }
        }
        // "::" is an empty group, and at an end two.
        var gaps = 0
        for (index, group) in groups.enumerated() {
            if group.isEmpty {
                let isEnd = index == 0 || index == groups.count - 1
                if isEnd, !(index == 0 ? groups[1].isEmpty : groups[index - 1].isEmpty) { return false }
                if !isEnd { gaps += 1 }
            } else {
                guard group.utf8.count <= 4, group.utf8.allSatisfy({ isDigit($0) || ($0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x66) }) else { return false }
                count += 1
            }
        }
        return gaps == 0 ? count == 8 : gaps == 1 && count < 8
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }
}
