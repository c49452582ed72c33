/// Whether a name of hosts can ever be met by a request, and how to write one that can.
///
/// Clients send names in letters of ASCII, others as punycode. Envoy takes any text into its configuration: a domain that no client
/// sends would serve nobody in silence, and a wrong wildcard among server names makes Envoy refuse the whole listener.
package enum HostName {
    /// What is wrong with a domain of a virtual host, in words that follow the domain; nil for a good one.
    package static func problem(ofDomain domain: String) -> String? {
        guard domain.utf8.allSatisfy({ $0 < 0x80 }) else { return inASCII(domain) }
        if let slashes = domain.range(of: "://", or: "/") {
            let host = domain[slashes].drop { $0 == "/" }.prefix { $0 != "/" }
            return "is no host" + (host.isEmpty ? "" : "; write '\(host)'")
        }
        if let bad = domain.first(where: { !isHostCharacter($0, beside: ":[]%~!$&'()+,;=@") }) { return "holds '\(bad)', which no host does" }
        var rest = domain[...]
        if rest.first == "*" { rest = rest.dropFirst() } else if rest.last == "*" { rest = rest.dropLast() }
        return rest.contains("*") ? "can hold one '*', at its start or at its end, as in '*.example'" : nil
    }

    /// What is wrong with a server name of TLS, in words that follow the name; nil for a good one.
    package static func problem(ofServerName name: String) -> String? {
        guard name.utf8.allSatisfy({ $0 < 0x80 }) else { return inASCII(name) }
        if name == "*" { return "is not a server name; leave the list out to take every name" }
        let rest = name.hasPrefix("*.") ? name.dropFirst(2) : name[...]
        if rest.contains("*") { return "can hold '*' only as its first part, as in '*.example'" }
        return rest.first { !isHostCharacter($0, beside: "") }.map { "holds '\($0)', which no server name does" }
    }

    private static func inASCII(_ name: String) -> String {
        let labels = name.lowercased().split(separator: ".", omittingEmptySubsequences: false)
        return "is not what clients send; write '\(labels.map { Punycode.label($0) }.joined(separator: "."))'"
    }

    private static func isHostCharacter(_ character: Character, beside others: String) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber || "-._*".contains(character) || others.contains(character))
    }
}

extension String {
    /// From behind the first text to the end, or the whole from the start if only the second occurs; nil if neither does.
    fileprivate func range(of first: String, or second: Character) -> Range<String.Index>? {
        guard contains(second) else { return nil }
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(first) { return index(start, offsetBy: first.count)..<endIndex }
            start = index(after: start)
        }
        return startIndex..<endIndex
    }
}

/// Writes labels of host names in ASCII (RFC 3492).
enum Punycode {
    /// A label without other letters stays as it is.
    static func label(_ label: some StringProtocol) -> String {
        let points = label.unicodeScalars.map { Int($0.value) }
        var output = label.unicodeScalars.filter(\.isASCII).map { Character($0) }
        guard output.count < points.count else { return String(label) }
        let basicCount = output.count
        if basicCount > 0 { output.append("-") }
        var (threshold, delta, bias) = (128, 0, 72)
        var done = basicCount
        while done < points.count {
            // The smallest letter that is still to be written; all places before it are counted.
            let next = points.filter { $0 >= threshold }.min() ?? 0
            delta += (next - threshold) * (done + 1)
            threshold = next
            for point in points {
                if point < threshold { delta += 1 }
                guard point == threshold else { continue }
                append(delta, bias, to: &output)
                bias = adapted(delta, points: done + 1, isFirst: done == basicCount)
                delta = 0
                done += 1
            }
            delta += 1
            threshold += 1
        }
        return "xn--" + String(output)
    }

    /// A number of digits whose weights depend on the bias.
    private static func append(_ number: Int, _ bias: Int, to output: inout [Character]) {
        var rest = number
        var step = 36
        while true {
            let limit = min(max(step - bias, 1), 26)
            if rest < limit { break }
            output.append(digit(limit + (rest - limit) % (36 - limit)))
            rest = (rest - limit) / (36 - limit)
            step += 36
        }
        output.append(digit(rest))
    }

    private static func digit(_ value: Int) -> Character {
        Character(Unicode.Scalar(value < 26 ? UInt8(ascii: "a") + UInt8(value) : UInt8(ascii: "0") + UInt8(value - 26)))
    }

    private static func adapted(_ delta: Int, points: Int, isFirst: Bool) -> Int {
        var delta = isFirst ? delta / 700 : delta / 2
        delta += delta / points
        var steps = 0
        while delta > 455 {
            delta /= 35
            steps += 36
        }
        return steps + 36 * delta / (delta + 38)
    }
}
