import Foundation

/// One measured figure, and what it is to be.
struct Result {
    var name: String
    var value: Double
    var unit: String
    var target: Double?
    var note = ""

    var verdict: String {
        guard let target else { return "" }
        return value <= target ? "met" : "MISSED"
    }
}

/// The table of README, and the same as JSON.
enum Report {
    static func print(_ results: [Result]) {
        Swift.print("\n| Measured | Result | Target | |\n|---|---|---|---|")
        for result in results {
            let target = result.target.map { "at most \(number($0)) \(result.unit)" } ?? ""
            let note = result.note.isEmpty ? "" : " (\(result.note))"
            Swift.print("| \(result.name)\(note) | \(number(result.value)) \(result.unit) | \(target) | \(result.verdict) |")
        }
        Swift.print("\nMachine: \(machine). Release build, \(version).")
    }

    static func json(_ results: [Result]) throws -> Data {
        let items = results.map { result -> [String: Any] in
            var item: [String: Any] = ["name": result.name, "value": result.value, "unit": result.unit, "note": result.note]
            if let target = result.target { item["target"] = target }
            return item
        }
        return try JSONSerialization.data(withJSONObject: ["machine": machine, "results": items], options: [.prettyPrinted, .sortedKeys])
    }

    private static func number(_ value: Double) -> String {
        value >= 100 ? String(format: "%.0f", value) : value >= 10 ? String(format: "%.1f", value) : String(format: "%.2f", value)
    }

    static var machine: String {
        let info = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
        let model = info.split(separator: "\n").first { $0.hasPrefix("model name") }?.split(separator: ":").last.map { $0.trimmingCharacters(in: .whitespaces) }
        let memory = ProcessInfo.processInfo.physicalMemory >> 30
        return "\(ProcessInfo.processInfo.processorCount) cores (\(model ?? "unknown")), \(memory) GiB, Linux"
    }

    private static var version: String {
        let date = Date.now.formatted(.iso8601.year().month().day())
        return date
    }
}
