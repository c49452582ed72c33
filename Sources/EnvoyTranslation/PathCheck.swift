internal import ConfigTree

/// What a path may look like; Envoy and upstreams would read others differently from what is written.
///
/// Every route's path comes by here, so it looks at each byte once and makes no String of a good path.
enum PathCheck {
    /// What is wrong with the path, in words; nil for a good one.
    ///
    /// - Parameter ignoringQuery: what follows a '?' is not looked at.
    static func problem(_ value: ConfigValue, ignoringQuery: Bool = false) -> String? {
        let bytes = value.document.textBytes(of: value.index)
        guard bytes.first == UInt8(ascii: "/") else { return "a path begins with '/': write '/\(value.text ?? "")'" }
        // The segment that is being read: its length, and whether it has held nothing but dots.
        var length = 0
        var isDots = true
        var index = 1
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            switch byte {
            case UInt8(ascii: "?") where ignoringQuery:
                index = bytes.count
            case UInt8(ascii: "/"):
                if length == 0 { return "a path cannot hold '//'" }
                if isDots, length <= 2 { return "a path cannot hold '/\(length == 1 ? "." : "..")/'" }
                length = 0
                isDots = true
            case UInt8(ascii: "#"):
                return "a path cannot hold '#'"
            case UInt8(ascii: "%"):
                if index + 1 < bytes.count, bytes[index] == UInt8(ascii: "2"), bytes[index + 1] | 0x20 == UInt8(ascii: "f") {
                    return "a path cannot hold '%\(bytes[index + 1] == UInt8(ascii: "f") ? "2f" : "2F")'"
                }
                fallthrough
            default:
                isDots = isDots && byte == UInt8(ascii: ".")
                length += 1
            }
        }
        if isDots, length == 1 || length == 2 { return "a path cannot end with '/\(length == 1 ? "." : "..")'" }
        return nil
    }
}
