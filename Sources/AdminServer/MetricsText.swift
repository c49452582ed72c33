internal import XDSCache

/// Writes metrics in the text format of Prometheus, version 0.0.4.
struct MetricsText {
    enum Kind: String {
        case counter, gauge, histogram
    }

    typealias Labels = [(name: String, value: String)]

    private(set) var text = ""

    mutating func family(_ name: String, _ kind: Kind, _ help: String, _ samples: some Sequence<(Labels, Double)>) {
        head(name, kind, help)
        for (labels, value) in samples { sample(name, labels, value) }
    }

    mutating func single(_ name: String, _ kind: Kind, _ help: String, _ value: Double) {
        family(name, kind, help, CollectionOfOne(([], value)))
    }

    mutating func histograms(_ name: String, _ help: String, _ samples: some Sequence<(Labels, Histogram)>) {
        head(name, .histogram, help)
        for (labels, histogram) in samples {
            var count: UInt64 = 0
            for (bound, bucket) in zip(histogram.bounds.map(Self.number) + ["+Inf"], histogram.buckets) {
                count += bucket
                sample("\(name)_bucket", labels + [("le", bound)], Double(count))
            }
            sample("\(name)_sum", labels, histogram.sum)
            sample("\(name)_count", labels, Double(count))
        }
    }

    private mutating func head(_ name: String, _ kind: Kind, _ help: String) {
        text += "# HELP \(name) "
        for scalar in help.unicodeScalars { Self.escape(scalar, quotes: false, &text) }
        text += "\n# TYPE \(name) \(kind.rawValue)\n"
    }

    private mutating func sample(_ name: String, _ labels: Labels, _ value: Double) {
        text += name
        if !labels.isEmpty {
            text += "{"
            for (index, label) in labels.enumerated() {
                if index > 0 { text += "," }
                text += "\(label.name)=\""
                for scalar in label.value.unicodeScalars { Self.escape(scalar, quotes: true, &text) }
                text += "\""
            }
            text += "}"
        }
        text += " \(Self.number(value))\n"
    }

    private static func escape(_ scalar: Unicode.Scalar, quotes: Bool, _ out: inout String) {
        switch scalar {
        case "\\": out += "\\\\"
        case "\n": out += "\\n"
        case "\"" where quotes: out += "\\\""
        default: out.unicodeScalars.append(scalar)
        }
    }

    private static func number(_ value: Double) -> String {
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        if value.isNaN { return "NaN" }
        return Int64(exactly: value).map(String.init) ?? "\(value)"
    }
}
