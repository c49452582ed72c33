/// A regular expression as Envoy's RE2 reads it: over bytes, each one a character of Latin-1, and in time linear in the text.
///
/// Not Swift's `Regex`: its classes, `.`, and brackets within brackets mean other things, so a pattern would have to be taken
/// apart and written anew for it anyway. What is taken apart is run here.
struct RegularExpression: Sendable {
    let pattern: String
    private let program: [Instruction]
    private let captureCount: Int

    init(_ pattern: String) throws(UnreadableExpression) {
        var parser = ExpressionParser(pattern)
        let root = try parser.parse()
        var program: [Instruction] = []
        Self.compile(.group(root, number: 0), into: &program)
        program.append(.match)
        self.pattern = pattern
        self.program = program
        captureCount = parser.groupCount + 1
    }

    /// Whether the expression matches the whole text, which is how Envoy asks.
    func matches(_ text: some Collection<UInt8>) -> Bool {
        let text = Array(text)
        return search(text, from: 0, anchored: true, whole: true) != nil
    }

    func matches(_ text: String) -> Bool { matches(text.utf8) }

    /// RE2's `GlobalReplace`: every match from left to right; `\1` in the substitution is what the first group matched.
    func replaceAll(in text: String, with substitution: String) -> String {
        let text = Array(text.utf8)
        var out: [UInt8] = []
        var place = 0
        var lastEnd: Int?
        while place <= text.count, let found = search(text, from: place, anchored: false, whole: false) {
            out += text[place..<found[0]]
            if found[0] == lastEnd, found[1] == found[0] {
                // Nothing right after a match is none; the next character is passed over.
                if found[0] < text.count { out.append(text[found[0]]) }
                place = found[0] + 1
                continue
            }
            Self.append(substitution, text, found, to: &out)
            place = found[1]
            lastEnd = place
        }
        if place < text.count { out += text[place...] }
        return String(decoding: out, as: UTF8.self)
    }

    private static func append(_ substitution: String, _ text: [UInt8], _ found: [Int], to out: inout [UInt8]) {
        var isEscaped = false
        for byte in substitution.utf8 {
            if isEscaped {
                isEscaped = false
                guard (0x30...0x39).contains(byte) else {
                    out.append(byte)
                    continue
                }
                let group = Int(byte - 0x30) * 2
                if group + 1 < found.count, found[group] >= 0 { out += text[found[group]..<found[group + 1]] }
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else {
                out.append(byte)
            }
        }
    }

    // MARK: The program

    private enum Instruction: Sendable {
        case byte(ByteSet)
        /// Goes both ways, and prefers the first.
        case split(Int, Int)
        case jump(Int)
        case save(Int)
        case assertion(Assertion)
        case match
    }

    private static func compile(_ node: ExpressionNode, into program: inout [Instruction]) {
        switch node {
        case .empty: break
        case .bytes(let set): program.append(.byte(set))
        case .assertion(let assertion): program.append(.assertion(assertion))
        case .sequence(let nodes): for node in nodes { compile(node, into: &program) }
        case .group(let node, let number):
            program.append(.save(number * 2))
            compile(node, into: &program)
            program.append(.save(number * 2 + 1))
        case .alternatives(let nodes):
            var ends: [Int] = []
            for (index, node) in nodes.enumerated() {
                guard index < nodes.count - 1 else {
                    compile(node, into: &program)
                    break
                }
                let split = program.count
                program.append(.jump(0))
                compile(node, into: &program)
                ends.append(program.count)
                program.append(.jump(0))
                program[split] = .split(split + 1, program.count)
            }
            for end in ends { program[end] = .jump(program.count) }
        case .repetition(let node, let low, let high, let isGreedy):
            for _ in 0..<low { compile(node, into: &program) }
            guard let high else {
                let split = program.count
                program.append(.jump(0))
                compile(node, into: &program)
                program.append(.jump(split))
                program[split] = isGreedy ? .split(split + 1, program.count) : .split(program.count, split + 1)
                return
            }
            var splits: [Int] = []
            for _ in low..<high {
                splits.append(program.count)
                program.append(.jump(0))
                compile(node, into: &program)
            }
            for split in splits { program[split] = isGreedy ? .split(split + 1, program.count) : .split(program.count, split + 1) }
        }
    }

    /// One way through the program, and where its groups began and ended.
    private struct Thread {
        var at: Int
        var places: [Int]
    }

    /// All ways at once, byte by byte, the preferred first. Gives the places of the groups, -1 where one took no part.
    private func search(_ text: [UInt8], from start: Int, anchored: Bool, whole: Bool) -> [Int]? {
        var threads: [Thread] = []
        var found: [Int]?
        for place in start...text.count {
            var next: [Thread] = []
            var seen = [Bool](repeating: false, count: program.count)
            func add(_ thread: Thread) {
                guard !seen[thread.at] else { return }
                seen[thread.at] = true
                var thread = thread
                switch program[thread.at] {
                case .jump(let target):
                    thread.at = target
                    add(thread)
                case .split(let first, let second):
                    add(Thread(at: first, places: thread.places))
                    add(Thread(at: second, places: thread.places))
                case .save(let slot):
                    thread.places[slot] = place
                    thread.at += 1
                    add(thread)
                case .assertion(let assertion):
                    guard assertion.holds(text, at: place) else { return }
                    thread.at += 1
                    add(thread)
                case .byte, .match:
                    next.append(thread)
                }
            }
            for thread in threads { add(thread) }
            if found == nil, place == start || !anchored { add(Thread(at: 0, places: [Int](repeating: -1, count: captureCount * 2))) }
            threads = []
            for thread in next {
                switch program[thread.at] {
                case .match:
                    if whole, place < text.count { continue }
                    found = thread.places
                case .byte(let set):
                    if place < text.count, set.contains(text[place]) { threads.append(Thread(at: thread.at + 1, places: thread.places)) }
                    continue
                default: continue
                }
                // Ways that are preferred less than one that matches are given up.
                break
            }
            if threads.isEmpty, found != nil || anchored { return found }
        }
        return found
    }
}

/// An expression that cannot be read, in words that follow "the regular expression".
struct UnreadableExpression: Error {
    let message: String
}

/// Some of the 256 characters.
struct ByteSet: Sendable {
    private var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

    init() {}
    init(_ byte: UInt8) { insert(byte) }
    init(_ ranges: ClosedRange<UInt8>...) { for range in ranges { insert(range) } }

    func contains(_ byte: UInt8) -> Bool {
        let word = switch byte >> 6 { case 0: words.0; case 1: words.1; case 2: words.2; default: words.3 }
        return word & (1 << UInt64(byte & 63)) != 0
    }

    mutating func insert(_ byte: UInt8) {
        let bit: UInt64 = 1 << UInt64(byte & 63)
        switch byte >> 6 { case 0: words.0 |= bit; case 1: words.1 |= bit; case 2: words.2 |= bit; default: words.3 |= bit }
    }

    mutating func insert(_ range: ClosedRange<UInt8>) { for byte in range { insert(byte) } }

    mutating func formUnion(_ other: ByteSet) {
        words = (words.0 | other.words.0, words.1 | other.words.1, words.2 | other.words.2, words.3 | other.words.3)
    }

    var inverted: ByteSet {
        var set = ByteSet()
        set.words = (~words.0, ~words.1, ~words.2, ~words.3)
        return set
    }

    /// With the other case of each letter; in Latin-1 RE2 knows two cases of ASCII letters only.
    var folded: ByteSet {
        var set = self
        for letter in UInt8(ascii: "a")...UInt8(ascii: "z") where contains(letter) || contains(letter - 32) {
            set.insert(letter)
            set.insert(letter - 32)
        }
        return set
    }
}

/// A condition on a place between two characters.
enum Assertion: Sendable {
    case textBegin, textEnd, lineBegin, lineEnd, wordBoundary, noWordBoundary

    func holds(_ text: [UInt8], at place: Int) -> Bool {
        switch self {
        case .textBegin: place == 0
        case .textEnd: place == text.count
        case .lineBegin: place == 0 || text[place - 1] == UInt8(ascii: "\n")
        case .lineEnd: place == text.count || text[place] == UInt8(ascii: "\n")
        case .wordBoundary: Self.isBoundary(text, place)
        case .noWordBoundary: !Self.isBoundary(text, place)
        }
    }

    private static func isBoundary(_ text: [UInt8], _ place: Int) -> Bool {
        let before = place > 0 && ByteClass.word.contains(text[place - 1])
        let after = place < text.count && ByteClass.word.contains(text[place])
        return before != after
    }
}
