/// What a text in base64 stands for, in the standard or the URL alphabet, padded or not, in one line or several; nil when it is none.
public func bytes(base64 text: some Sequence<UInt8>) -> [UInt8]? {
    var bytes: [UInt8] = []
    var bits: UInt32 = 0
    var count = 0
    for byte in text {
        if byte == UInt8(ascii: "=") { break }
        if byte == 0x0a || byte == 0x0d { continue }
        guard let digit = digit(byte) else { return nil }
        bits = bits << 6 | digit
        count += 6
        if count >= 8 {
            count -= 8
            bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
        }
    }
    return bytes
}

/// The same of a value of the configuration.
public func bytes(base64 text: sluice_text_host) -> [UInt8]? { bytes(base64: text.array) }

/// Bytes as base64: in the standard alphabet with padding, or in the URL alphabet without.
public func base64(_ bytes: some Sequence<UInt8>, forURL: Bool = false) -> String {
    let digits = Array((forURL ? "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_" : "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/").utf8)
    var text: [UInt8] = []
    var bits: UInt32 = 0
    var count = 0
    for byte in bytes {
        bits = bits << 8 | UInt32(byte)
        count += 8
        while count >= 6 {
            count -= 6
            text.append(digits[Int(bits >> UInt32(count) & 63)])
        }
    }
    if count > 0 { text.append(digits[Int(bits << UInt32(6 - count) & 63)]) }
    while !forURL, text.count % 4 != 0 { text.append(UInt8(ascii: "=")) }
    return String(decoding: text, as: UTF8.self)
}

private func digit(_ byte: UInt8) -> UInt32? {
    switch byte {
    case 0x41...0x5a: UInt32(byte) - 0x41
    case 0x61...0x7a: UInt32(byte) - 0x61 + 26
    case 0x30...0x39: UInt32(byte) - 0x30 + 52
    case UInt8(ascii: "+"), UInt8(ascii: "-"): 62
    case UInt8(ascii: "/"), UInt8(ascii: "_"): 63
    default: nil
    }
}
