/// What the address of a host is.
public enum HostAddress: Sendable {
    case ip
    /// To be resolved by Envoy.
    case name

    /// Nil when it is neither, which Envoy would refuse, or never resolve.
    public init?(_ text: String) {
        if IPFamily(of: text) != nil {
            self = .ip
        } else if Self.isName(text) {
            self = .name
        } else {
            return nil
        }
    }

    private static func isName(_ text: String) -> Bool {
        guard text.utf8.count <= 253 else { return false }
        let labels = (text.hasSuffix(".") ? text.dropLast() : text[...]).split(separator: ".", omittingEmptySubsequences: false)
        // All numbers is an address with a mistake in it.
        guard let last = labels.last, !last.utf8.allSatisfy(isDigit) else { return false }
        return labels.allSatisfy { label in
            (1...63).contains(label.utf8.count)
                && label.utf8.allSatisfy { isDigit($0) || ($0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7a) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }
}
