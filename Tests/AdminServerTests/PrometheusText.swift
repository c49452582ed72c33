/// A strict reader of Prometheus' text format 0.0.4: takes what the format allows and nothing more, as a metrics server would not.
struct PrometheusText {
    struct Fault: Error, CustomStringConvertible {
        var description: String
    }

    struct Sample: Equatable {
        var name: String
        var labels: [String: String]
        var value: Double
    }

    struct Family {
        var help: String
        var kind: String
        var samples: [Sample] = []
    }

    private(set) var families: [String: Family] = [:]

    init(_ text: String) throws {
        guard text.hasSuffix("\n") else { throw Fault(description: "the last line has no end") }
        var name = ""
        var help: String?
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
            if line.hasPrefix("# HELP ") {
                let parts = line.dropFirst(7).split(separator: " ", maxSplits: 1)
                guard parts.count == 2, help == nil else { throw Fault(description: "HELP without text or TYPE: \(line)") }
                name = String(parts[0])
                help = String(parts[1])
                guard families[name] == nil else { throw Fault(description: "\(name) comes twice") }
            } else if line.hasPrefix("# TYPE ") {
                let parts = line.dropFirst(7).split(separator: " ")
                guard let text = help, parts.count == 2, parts[0] == name, ["counter", "gauge", "histogram"].contains(parts[1]) else {
                    throw Fault(description: "TYPE does not follow its HELP: \(line)")
                }
                families[name] = Family(help: text, kind: String(parts[1]))
                help = nil
            } else {
                let sample = try Self.sample(line)
                let isOfFamily = sample.name == name
                    || (families[name]?.kind == "histogram" && ["_bucket", "_sum", "_count"].contains { sample.name == name + $0 })
                guard help == nil, isOfFamily else { throw Fault(description: "a sample outside of its family: \(line)") }
                guard families[name]?.samples.contains(where: { $0.name == sample.name && $0.labels == sample.labels }) == false else {
                    throw Fault(description: "a sample twice: \(line)")
                }
                families[name]?.samples.append(sample)
            }
        }
        for (name, family) in families { try Self.check(name, family) }
    }

    func value(_ name: String, _ labels: [String: String] = [:]) -> Double? {
        let family = families[name] ?? families.first { name.hasPrefix($0.key + "_") && $0.value.kind == "histogram" }?.value
        return family?.samples.first { $0.name == name && $0.labels == labels }?.value
    }

    private static func sample(_ line: Substring) throws -> Sample {
        var rest = line
        let name = try self.name(&rest, colon: true)
        var labels: [String: String] = [:]
        if rest.first == "{" {
            rest.removeFirst()
            repeat {
                let label = try self.name(&rest, colon: false)
                guard rest.hasPrefix("=\"") else { throw Fault(description: "no value of label \(label): \(line)") }
                rest.removeFirst(2)
                guard labels.updateValue(try quoted(&rest), forKey: label) == nil else { throw Fault(description: "label twice: \(line)") }
            } while try separator(&rest, line)
        }
        guard rest.first == " " else { throw Fault(description: "no blank before the value: \(line)") }
        let number = rest.dropFirst()
        guard let value = number == "+Inf" ? .infinity : Double(number) else { throw Fault(description: "no number: \(line)") }
        return Sample(name: name, labels: labels, value: value)
    }

    private static func separator(_ rest: inout Substring, _ line: Substring) throws -> Bool {
        switch rest.popFirst() {
        case ",": return true
        case "}": return false
        default: throw Fault(description: "labels do not end: \(line)")
        }
    }

    private static func name(_ rest: inout Substring, colon: Bool) throws -> String {
        let name = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || (colon && $0 == ":")) }
        guard let first = name.first, !first.isNumber else { throw Fault(description: "no name: \(rest)") }
        rest = rest[name.endIndex...]
        return String(name)
    }

    private static func quoted(_ rest: inout Substring) throws -> String {
        var text = ""
        while let character = rest.popFirst() {
            if character == "\"" { return text }
            guard character == "\\" else {
                text.append(character)
                continue
            }
            switch rest.popFirst() {
            case "\\": text.append("\\")
            case "\"": text.append("\"")
            case "n": text.append("\n")
            default: throw Fault(description: "unknown escape before: \(rest)")
            }
        }
        throw Fault(description: "a label's value does not end")
    }

    /// Buckets rise, the last is +Inf and says the count; counters are finite and not negative.
    private static func check(_ name: String, _ family: Family) throws {
        guard family.kind == "histogram" else {
            if family.kind == "counter", !family.samples.allSatisfy({ $0.value >= 0 && $0.value.isFinite }) { throw Fault(description: "counter \(name)") }
            return
        }
        let buckets = Dictionary(grouping: family.samples.filter { $0.name == name + "_bucket" }) { $0.labels.filter { $0.key != "le" } }
        let counts = family.samples.filter { $0.name == name + "_count" }
        guard !buckets.isEmpty, buckets.count == counts.count else { throw Fault(description: "\(name) has no count for each of its series") }
        for (labels, samples) in buckets {
            let bounds = samples.map { $0.labels["le"] == "+Inf" ? .infinity : Double($0.labels["le"] ?? "") ?? .nan }
            guard zip(bounds, bounds.dropFirst()).allSatisfy({ $0 < $1 }), bounds.last == .infinity else { throw Fault(description: "bounds of \(name)") }
            guard zip(samples, samples.dropFirst()).allSatisfy({ $0.value <= $1.value }) else { throw Fault(description: "\(name) is not cumulative") }
            guard counts.first(where: { $0.labels == labels })?.value == samples.last?.value else { throw Fault(description: "count of \(name)") }
            guard family.samples.contains(where: { $0.name == name + "_sum" && $0.labels == labels }) else { throw Fault(description: "sum of \(name)") }
        }
    }
}
