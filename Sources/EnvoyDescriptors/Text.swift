/// The texts that proto JSON puts in place of numbers and bytes. Without Foundation: it is not needed for this.
enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func encode(_ bytes: UnsafeRawBufferPointer) -> String {
        var out: [UInt8] = []
        out.reserveCapacity((bytes.count + 2) / 3 * 4)
        var at = 0
        while at < bytes.count {
            let count = min(3, bytes.count - at)
            var group: UInt32 = 0
            for index in 0..<3 { group = group << 8 | (index < count ? UInt32(bytes[at + index]) : 0) }
            for index in 0..<4 {
                let digit = alphabet[Int(group >> UInt32(18 - 6 * index) & 63)]
                out.append(index <= count ? digit : UInt8(ascii: "="))
            }
            at += 3
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// Takes the standard and the URL alphabet, with and without padding; nil if it is neither.
    static func decode(_ text: String) -> [UInt8]? {
        var digits = text.utf8[...]
        while digits.last == UInt8(ascii: "=") { digits.removeLast() }
        guard digits.count % 4 != 1 else { return nil }
        var out: [UInt8] = []
        var bits: UInt32 = 0
        var count = 0
        for digit in digits {
            let value: UInt8
            switch digit {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): value = digit - UInt8(ascii: "A")
            case UInt8(ascii: "a")...UInt8(ascii: "z"): value = digit - UInt8(ascii: "a") + 26
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = digit - UInt8(ascii: "0") + 52
            case UInt8(ascii: "+"), UInt8(ascii: "-"): value = 62
            case UInt8(ascii: "/"), UInt8(ascii: "_"): value = 63
            default: return nil
            }
            bits = bits << 6 | UInt32(value)
            count += 6
            if count >= 8 {
                count -= 8
                out.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
                bits &= (1 << UInt32(count)) - 1
            }
        }
        return out
    }
}

/// Durations and timestamps: "1.5s", "2026-12-31T23:59:59.250Z".
enum TimeText {
    static func duration(_ seconds: Int64, _ nanos: Int32) -> String {
        let sign = seconds < 0 || nanos < 0 ? "-" : ""
        return "\(sign)\(seconds.magnitude)\(fraction(nanos.magnitude))s"
    }

    static func timestamp(_ seconds: Int64, _ nanos: Int32) -> String {
        let days = (seconds - modulo(seconds, 86_400)) / 86_400
        let second = modulo(seconds, 86_400)
        let (year, month, day) = date(days: days)
        let clock = "\(pad(second / 3600, 2)):\(pad(second / 60 % 60, 2)):\(pad(second % 60, 2))"
        return "\(pad(year, 4))-\(pad(month, 2))-\(pad(day, 2))T\(clock)\(fraction(nanos.magnitude))Z"
    }

    static func parseDuration(_ text: String) -> (seconds: Int64, nanos: Int32)? {
        guard text.hasSuffix("s") else { return nil }
        var body = text.dropLast()
        let isNegative = body.first == "-"
        if isNegative { body = body.dropFirst() }
        let parts = body.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let seconds = digits(parts[0]), seconds <= 315_576_000_000,
            let nanos = parts.count == 2 ? nanoseconds(parts[1]) : 0
        else { return nil }
        return isNegative ? (-seconds, -nanos) : (seconds, nanos)
    }

    /// RFC 3339, with Z or an offset.
    static func parseTimestamp(_ text: String) -> (seconds: Int64, nanos: Int32)? {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"), bytes[10] | 0x20 == UInt8(ascii: "t"),
            bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":")
        else { return nil }
        func part(_ range: Range<Int>) -> Int64? { digits(Substring(String(decoding: bytes[range], as: UTF8.self))) }
        guard let year = part(0..<4), let month = part(5..<7), let day = part(8..<10), let hour = part(11..<13),
            let minute = part(14..<16), let second = part(17..<19), year >= 1, (1...12).contains(month), day >= 1,
            day <= daysIn(month, year), hour < 24, minute < 60, second < 60
        else { return nil }
        var rest = Substring(String(decoding: bytes[19...], as: UTF8.self))
        var nanos: Int32 = 0
        if rest.first == "." {
            let fraction = rest.dropFirst().prefix { $0.isASCII && $0.isNumber }
            guard let parsed = nanoseconds(fraction) else { return nil }
            nanos = parsed
            rest = rest.dropFirst(fraction.count + 1)
        }
        var shift: Int64 = 0
        if rest != "Z" && rest != "z" {
            let zone = Array(rest.utf8)
            guard zone.count == 6, zone[3] == UInt8(ascii: ":"), zone[0] == UInt8(ascii: "+") || zone[0] == UInt8(ascii: "-"),
                let hours = digits(rest.dropFirst().prefix(2)), let minutes = digits(rest.suffix(2)), hours < 24, minutes < 60
            else { return nil }
            shift = (hours * 3600 + minutes * 60) * (zone[0] == UInt8(ascii: "-") ? -1 : 1)
        }
        return (days(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second - shift, nanos)
    }

    private static func digits(_ text: Substring) -> Int64? {
        guard !text.isEmpty, text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else { return nil }
        return Int64(text)
    }

    private static func nanoseconds(_ text: Substring) -> Int32? {
        guard text.count <= 9, let value = digits(text) else { return nil }
        return Int32(value * (0..<(9 - text.count)).reduce(1) { product, _ in product * 10 })
    }

    /// None, three, six or nine digits.
    private static func fraction(_ nanos: UInt32) -> String {
        if nanos == 0 { return "" }
        if nanos % 1_000_000 == 0 { return "." + pad(Int64(nanos / 1_000_000), 3) }
        if nanos % 1_000 == 0 { return "." + pad(Int64(nanos / 1_000), 6) }
        return "." + pad(Int64(nanos), 9)
    }

    private static func pad(_ value: Int64, _ width: Int) -> String {
        let text = String(value)
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }

    private static func modulo(_ value: Int64, _ divisor: Int64) -> Int64 {
        let rest = value % divisor
        return rest < 0 ? rest + divisor : rest
    }

    private static func daysIn(_ month: Int64, _ year: Int64) -> Int64 {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        return month == 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
    }

    /// Days since 1970-01-01. The year is taken to begin in March, so that the leap day is its last.
    private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let monthsSinceMarch = (month + 9) % 12
        let leapDays = shifted / 4 - shifted / 100 + shifted / 400
        return shifted * 365 + leapDays + (153 * monthsSinceMarch + 2) / 5 + day - 1 - 719_468
    }

    private static func date(days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        // Eras of 400 years, each of 146,097 days, from March of the year 0.
        let sinceMarch0 = days + 719_468
        let dayOfEra = modulo(sinceMarch0, 146_097)
        let era = (sinceMarch0 - dayOfEra) / 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthsSinceMarch = (5 * dayOfYear + 2) / 153
        let month = monthsSinceMarch < 10 ? monthsSinceMarch + 3 : monthsSinceMarch - 9
        return (era * 400 + yearOfEra + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * monthsSinceMarch + 2) / 5 + 1)
    }
}

extension ProtoJSON {
    /// JSON has no infinities; proto JSON writes them as strings. Whole numbers lose their ".0".
    static func number(double value: Double) -> ProtoJSON {
        if value.isNaN { return .string("NaN") }
        if value.isInfinite { return .string(value < 0 ? "-Infinity" : "Infinity") }
        if value == value.rounded(), value.magnitude < 9e15, !(value == 0 && value.sign == .minus) {
            return .number(String(Int64(value)))
        }
        return .number(value.description)
    }

    /// Of a Float's own digits: 0.1, not 0.10000000149011612.
    static func number(float value: Float) -> ProtoJSON {
        if value.isFinite && (value != value.rounded() || value.magnitude >= 1e9) { return .number(value.description) }
        return number(double: Double(value))
    }
}

/// The one of `candidates` that somebody who wrote `word` may have meant.
func suggestion(for word: String, among candidates: some Sequence<String>) -> String? {
    let limit = word.count < 4 ? 1 : max(2, word.count / 3)
    let target = Array(word.lowercased())
    var best: (distance: Int, name: String)?
    for name in candidates {
        let distance = editDistance(target, Array(name.lowercased()))
        if distance <= limit, distance < best?.distance ?? .max || distance == best?.distance && name < best?.name ?? "" {
            best = (distance, name)
        }
    }
    return best?.name
}

private func editDistance(_ left: [Character], _ right: [Character]) -> Int {
    if left.count > 64 || right.count > 64 { return left == right ? 0 : .max }
    var row = Array(0...right.count)
    for (i, a) in left.enumerated() {
        var diagonal = row[0]
        row[0] = i + 1
        for (j, b) in right.enumerated() {
            let above = row[j + 1]
            row[j + 1] = a == b ? diagonal : min(diagonal, above, row[j]) + 1
            diagonal = above
        }
    }
    return row[right.count]
}
