/// A span of time as protobuf keeps it: seconds and nanoseconds of the same sign.
package struct ConfigDuration: Sendable, Hashable {
    package var seconds: Int64
    package var nanos: Int32

    package init(seconds: Int64, nanos: Int32 = 0) {
        self.seconds = seconds
        self.nanos = nanos
    }

    /// 292 years either way: what Envoy can count in nanoseconds. It refuses what lies outside, though protobuf has room for more.
    static let maximumSeconds: Int64 = 9_223_372_035

    /// Reads `3.5s` (proto JSON) and `1h2m3.5s`, `-100ms`, `0` (Go). Digits below a nanosecond are cut off, as Go does.
    init?(text: Span<UInt8>) {
        var index = 0
        var isNegative = false
        if text.count > 0, text[0] == UInt8(ascii: "-") || text[0] == UInt8(ascii: "+") {
            isNegative = text[0] == UInt8(ascii: "-")
            index = 1
        }
        if text.count == index + 1, text[index] == UInt8(ascii: "0") {
            self.init(seconds: 0)
            return
        }
        guard index < text.count else { return nil }
        var seconds: Int64 = 0
        var nanos: Int64 = 0
        while index < text.count {
            guard let part = Self.part(text, &index) else { return nil }
            let (sum, overflow) = seconds.addingReportingOverflow(part.seconds)
            guard !overflow else { return nil }
            nanos += part.nanos
            seconds = sum + nanos / 1_000_000_000
            nanos %= 1_000_000_000
            guard seconds <= Self.maximumSeconds else { return nil }
        }
        self.init(seconds: isNegative ? -seconds : seconds, nanos: Int32(isNegative ? -nanos : nanos))
    }

    /// One number with its unit.
    private static func part(_ text: Span<UInt8>, _ index: inout Int) -> (seconds: Int64, nanos: Int64)? {
        var whole: Int64 = 0
        var digits = 0
        while index < text.count, Scalar.isDigit(text[index]) {
            whole = whole * 10 + Int64(text[index] - UInt8(ascii: "0"))
            guard whole <= 1_000_000_000_000_000 else { return nil }
            digits += 1
            index += 1
        }
        // The fraction in 10^-15 of the unit, so that nothing is lost even of hours.
        var fraction: Int64 = 0
        var scale: Int64 = 1
        if index < text.count, text[index] == UInt8(ascii: ".") {
            index += 1
            while index < text.count, Scalar.isDigit(text[index]) {
                if scale < 1_000_000_000_000_000 {
                    fraction = fraction * 10 + Int64(text[index] - UInt8(ascii: "0"))
                    scale *= 10
                }
                digits += 1
                index += 1
            }
        }
        guard digits > 0, let unit = unit(text, &index) else { return nil }
        if unit >= 1_000_000_000 {
            let (seconds, overflow) = whole.multipliedReportingOverflow(by: unit / 1_000_000_000)
            guard !overflow else { return nil }
            // At most 10^15 * 3600 * 10^9 does not fit: go by way of the full width.
            let nanos = scale.dividingFullWidth(fraction.multipliedFullWidth(by: unit)).quotient
            return (seconds + nanos / 1_000_000_000, nanos % 1_000_000_000)
        }
        let perSecond = 1_000_000_000 / unit
        let nanos = whole % perSecond * unit + scale.dividingFullWidth(fraction.multipliedFullWidth(by: unit)).quotient
        return (whole / perSecond, nanos)
    }

    /// Nanoseconds in the unit that stands here.
    private static func unit(_ text: Span<UInt8>, _ index: inout Int) -> Int64? {
        let first = index < text.count ? text[index] : 0
        let second = index + 1 < text.count ? text[index + 1] : 0
        let third = index + 2 < text.count ? text[index + 2] : 0
        let (unit, length): (Int64, Int)
        switch (first, second, third) {
        case (UInt8(ascii: "m"), UInt8(ascii: "s"), _): (unit, length) = (1_000_000, 2)
        case (UInt8(ascii: "u"), UInt8(ascii: "s"), _): (unit, length) = (1000, 2)
        case (0xC2, 0xB5, UInt8(ascii: "s")), (0xCE, 0xBC, UInt8(ascii: "s")): (unit, length) = (1000, 3)
        case (UInt8(ascii: "n"), UInt8(ascii: "s"), _): (unit, length) = (1, 2)
        case (UInt8(ascii: "h"), _, _): (unit, length) = (3_600_000_000_000, 1)
        case (UInt8(ascii: "m"), _, _): (unit, length) = (60_000_000_000, 1)
        case (UInt8(ascii: "s"), _, _): (unit, length) = (1_000_000_000, 1)
        default: return nil
        }
        index += length
        return unit
    }
}

extension ConfigDuration {
    package var duration: Duration { .seconds(seconds) + .nanoseconds(Int64(nanos)) }
}
