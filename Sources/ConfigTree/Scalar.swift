/// Reads the text of one scalar as the type that is asked for. What a text means is decided here and nowhere else.
enum Scalar {
    typealias Bytes = Span<UInt8>

    /// The words that Go's YAML reader takes for bools, which is what Gloo's users are used to.
    static func bool(_ text: Bytes) -> Bool? {
        guard text.count >= 1, text.count <= 5 else { return nil }
        switch ascii(text) {
        case "true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON", "y", "Y": return true
        case "false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF", "n", "N": return false
        default: return nil
        }
    }

    /// Decimal, `0x` hexadecimal, or a float without a fraction (`1e3`, `5.0`). A leading zero is refused: YAML readers do not
    /// agree on whether `0644` is octal.
    static func int64(_ text: Bytes) -> Int64? {
        let isNegative = text.count > 0 && text[0] == minus
        guard let magnitude = magnitude(text, from: isNegative || (text.count > 0 && text[0] == plus) ? 1 : 0) else {
            return double(text).flatMap { looksNumeric(text) ? Int64(exactly: $0) : nil }
        }
        if isNegative { return magnitude <= 1 << 63 ? Int64(truncatingIfNeeded: 0 &- magnitude) : nil }
        return Int64(exactly: magnitude)
    }

    static func uint64(_ text: Bytes) -> UInt64? {
        magnitude(text, from: text.count > 0 && text[0] == plus ? 1 : 0) ?? int64(text).flatMap { UInt64(exactly: $0) }
    }

    private static func magnitude(_ text: Bytes, from start: Int) -> UInt64? {
        guard start < text.count else { return nil }
        var value: UInt64 = 0
        if text.count > start + 2, text[start] == zero, text[start + 1] == UInt8(ascii: "x") {
            guard text.count <= start + 18 else { return nil }
            for index in start + 2..<text.count {
                guard let digit = hexDigit(text[index]) else { return nil }
                value = value << 4 | UInt64(digit)
            }
            return value
        }
        guard text.count == start + 1 || text[start] != zero else { return nil }
        for index in start..<text.count {
            guard isDigit(text[index]) else { return nil }
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(UInt64(text[index] - zero))
            guard !overflow, !carry else { return nil }
            value = sum
        }
        return value
    }

    static func double(_ text: Bytes) -> Double? {
        guard text.count > 0, text.count <= 64 else { return nil }
        if looksNumeric(text) {
            let digits = text[0] == minus || text[0] == plus ? 1 : 0
            if text.count > digits + 1, text[digits] == zero, isDigit(text[digits + 1]) { return nil }
            return Double(ascii(text)).flatMap { $0.isFinite ? $0 : nil }
        }
        switch ascii(text) {
        case "Infinity", ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF": return .infinity
        case "-Infinity", "-.inf", "-.Inf", "-.INF": return -.infinity
        case "NaN", ".nan", ".NaN", ".NAN": return .nan
        default: return nil
        }
    }

    /// A plain scalar that means something other than text: a number or a bool.
    static func meansMoreThanText(_ text: Bytes) -> Bool {
        looksNumeric(text) || bool(text) != nil
    }

    /// Digits with an optional sign, fraction and exponent: what `Double.init` may be asked about.
    private static func looksNumeric(_ text: Bytes) -> Bool {
        var index = 0
        if text.count > 0, text[0] == minus || text[0] == plus { index = 1 }
        var digits = 0
        var exponent = false
        while index < text.count {
            switch text[index] {
            case zero...UInt8(ascii: "9"): digits += 1
            case dot where !exponent: break
            case UInt8(ascii: "e"), UInt8(ascii: "E"):
                guard !exponent, digits > 0 else { return false }
                exponent = true
            case minus, plus:
                guard index > 0, text[index - 1] | 0x20 == UInt8(ascii: "e") else { return false }
            default: return false
            }
            index += 1
        }
        return digits > 0
    }

    static func base64(_ text: Bytes) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count * 3 / 4 + 2)
        var bits: UInt32 = 0
        var digits = 0
        var padding = 0
        for index in text.indices {
            let byte = text[index]
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): digit = byte - 65
            case UInt8(ascii: "a")...UInt8(ascii: "z"): digit = byte - 71
            case zero...UInt8(ascii: "9"): digit = byte + 4
            case plus, minus: digit = 62
            case UInt8(ascii: "/"), UInt8(ascii: "_"): digit = 63
            case UInt8(ascii: "="):
                padding += 1
                continue
            // Line ends and the indentation of folded text: Kubernetes secrets written by hand have them.
            case 0x0A, 0x0D, 0x20: continue
            default: return nil
            }
            guard padding == 0 else { return nil }
            bits = bits << 6 | UInt32(digit)
            digits += 1
            if digits % 4 == 0 {
                bytes.append(UInt8(truncatingIfNeeded: bits >> 16))
                bytes.append(UInt8(truncatingIfNeeded: bits >> 8))
                bytes.append(UInt8(truncatingIfNeeded: bits))
            }
        }
        switch digits % 4 {
        case 0: return padding == 0 ? bytes : nil
        case 2:
            guard padding == 0 || padding == 2, bits & 0xF == 0 else { return nil }
            return bytes + [UInt8(truncatingIfNeeded: bits >> 4)]
        case 3:
            guard padding <= 1, bits & 0x3 == 0 else { return nil }
            return bytes + [UInt8(truncatingIfNeeded: bits >> 10), UInt8(truncatingIfNeeded: bits >> 2)]
        default: return nil
        }
    }

    // MARK: Bytes

    private static let zero = UInt8(ascii: "0")
    private static let minus = UInt8(ascii: "-")
    private static let plus = UInt8(ascii: "+")
    private static let dot = UInt8(ascii: ".")

    static func isDigit(_ byte: UInt8) -> Bool { byte >= zero && byte <= UInt8(ascii: "9") }

    static func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case zero...UInt8(ascii: "9"): byte - zero
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - 87
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - 55
        default: nil
        }
    }

    private static func ascii(_ text: Bytes) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count)
        for index in text.indices { bytes.append(text[index]) }
        return String(decoding: bytes, as: UTF8.self)
    }
}
