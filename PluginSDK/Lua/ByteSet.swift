/// Some of the 256 bytes: what stands in the brackets of a regular expression.
struct ByteSet: Equatable {
    private var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

    init() {}

    init(_ ranges: ClosedRange<UInt8>...) {
        for range in ranges { insert(range) }
    }

    static func == (a: Self, b: Self) -> Bool { a.words == b.words }

    func contains(_ byte: UInt8) -> Bool {
        let bit = UInt64(1) << UInt64(byte & 63)
        return switch byte >> 6 {
        case 0: words.0 & bit != 0
        case 1: words.1 & bit != 0
        case 2: words.2 & bit != 0
        default: words.3 & bit != 0
        }
    }

    mutating func insert(_ byte: UInt8) {
        let bit = UInt64(1) << UInt64(byte & 63)
        switch byte >> 6 {
        case 0: words.0 |= bit
        case 1: words.1 |= bit
        case 2: words.2 |= bit
        default: words.3 |= bit
        }
    }

    mutating func insert(_ range: ClosedRange<UInt8>) {
        for byte in range { insert(byte) }
    }

    mutating func formUnion(_ other: ByteSet) {
        words = (words.0 | other.words.0, words.1 | other.words.1, words.2 | other.words.2, words.3 | other.words.3)
    }

    var inverted: ByteSet {
        var set = self
        set.words = (~words.0, ~words.1, ~words.2, ~words.3)
        return set
    }

    /// With both cases of each letter that is in it.
    var withBothCases: ByteSet {
        var set = self
        for letter in UInt8(ascii: "a")...UInt8(ascii: "z") where contains(letter) || contains(letter - 32) {
            set.insert(letter)
            set.insert(letter - 32)
        }
        return set
    }

    /// The pattern of Lua for one byte of these, not quoted.
    var pattern: [UInt8] {
        let count = (UInt8.min...UInt8.max).count { contains($0) }
        if count == 256 { return Array(".".utf8) }
        if count == 0 { return Array("[^%z".utf8) + [1] + Array("-".utf8) + [255] + Array("]".utf8) }
        let isInverted = count > 128
        let members = isInverted ? inverted : self
        return Array((isInverted ? "[^" : "[").utf8) + members.items + Array("]".utf8)
    }

    private var items: [UInt8] {
        var out: [UInt8] = []
        var next = 0
        while next < 256 {
            let byte = UInt8(next)
            next += 1
            guard contains(byte) else { continue }
            // Ranges only between bytes that mean nothing in brackets.
            var last = byte
            while last < 255, contains(last + 1), Self.kind(last + 1) == Self.kind(byte), Self.kind(byte) != 0 { last += 1 }
            switch Self.kind(byte) {
            case 0 where byte == 0: out += Array("%z".utf8)
            case 0: out += [UInt8(ascii: "%"), byte]
            default: out += last - byte > 1 ? [byte, UInt8(ascii: "-"), last] : last > byte ? [byte, last] : [byte]
            }
            next = Int(last) + 1
        }
        return out
    }

    /// Bytes of one kind may stand in a range; 0 is written one by one.
    private static func kind(_ byte: UInt8) -> Int {
        switch byte {
        case 1...31: 1
        case UInt8(ascii: "0")...UInt8(ascii: "9"): 2
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): 3
        case UInt8(ascii: "a")...UInt8(ascii: "z"): 4
        case 127...255: 5
        case UInt8(ascii: " "): 6
        default: 0
        }
    }

    static let digits = ByteSet(UInt8(ascii: "0")...UInt8(ascii: "9"))
    static let lower = ByteSet(UInt8(ascii: "a")...UInt8(ascii: "z"))
    static let upper = ByteSet(UInt8(ascii: "A")...UInt8(ascii: "Z"))
    static let word = ByteSet(
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "_")...UInt8(ascii: "_")
    )
    static let space = ByteSet(9...10, 12...13, 32...32)
    static let line = ByteSet(10...10).inverted

    /// The sets that POSIX names, as in `[[:alpha:]]`.
    static func named(_ name: String) -> ByteSet? {
        switch name {
        case "alnum": ByteSet(48...57, 65...90, 97...122)
        case "alpha": ByteSet(65...90, 97...122)
        case "ascii": ByteSet(0...127)
        case "blank": ByteSet(9...9, 32...32)
        case "cntrl": ByteSet(0...31, 127...127)
        case "digit": digits
        case "graph": ByteSet(33...126)
        case "lower": lower
        case "print": ByteSet(32...126)
        case "punct": ByteSet(33...47, 58...64, 91...96, 123...126)
        case "space": ByteSet(9...13, 32...32)
        case "upper": upper
        case "word": word
        case "xdigit": ByteSet(48...57, 65...70, 97...102)
        default: nil
        }
    }
}
