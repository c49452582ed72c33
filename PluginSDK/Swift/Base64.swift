/// What a text in base64 stands for, in the standard or the URL alphabet, padded or not, in one line or several; nil when it is none.
public func bytes(base64 text: sluice_text_host) -> [UInt8]? {
    var bytes: [UInt8] = []
    var bits: UInt32 = 0
    var count = 0
    for byte in text.array {
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
