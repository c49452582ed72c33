internal import Foundation

/// What the process costs, under the names that Prometheus' own clients use.
struct ProcessFacts {
    var residentBytes: Double?
    var processorSeconds: Double?
    var startTime: Double?
    var openFiles: Double?
    var fileLimit: Double?

    /// From /proc; what cannot be read stays out.
    static func read() -> ProcessFacts {
        var facts = ProcessFacts()
        let ticks = Double(max(1, sysconf(Int32(_SC_CLK_TCK))))
        // "pid (comm) state ppid ...": the name may hold blanks and brackets, so fields count from its last bracket.
        if let stat = text("/proc/self/stat"), let close = stat.lastIndex(of: ")") {
            let fields = stat[stat.index(after: close)...].split(separator: " ").map { Double($0) }
            func field(_ number: Int) -> Double? { number - 3 < fields.count ? fields[number - 3] : nil }
            if let user = field(14), let system = field(15) { facts.processorSeconds = (user + system) / ticks }
            if let pages = field(24) { facts.residentBytes = pages * Double(sysconf(Int32(_SC_PAGESIZE))) }
            let boot = text("/proc/stat")?.split(separator: "\n").first { $0.hasPrefix("btime ") }.flatMap { Double($0.dropFirst(6)) }
            if let boot, let start = field(22) { facts.startTime = boot + start / ticks }
        }
        facts.openFiles = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")).map { Double($0.count) }
        if let limit = text("/proc/self/limits")?.split(separator: "\n").first(where: { $0.hasPrefix("Max open files") }) {
            facts.fileLimit = limit.dropFirst("Max open files".count).split(separator: " ").first.flatMap { Double($0) }
        }
        return facts
    }

    private static func text(_ path: String) -> String? {
        FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
    }

    func write(_ out: inout MetricsText) {
        let all: [(String, MetricsText.Kind, String, Double?)] = [
            ("process_resident_memory_bytes", .gauge, "Resident memory.", residentBytes),
            ("process_cpu_seconds_total", .counter, "Processor time, user and system.", processorSeconds),
            ("process_start_time_seconds", .gauge, "When the process started.", startTime),
            ("process_open_fds", .gauge, "Open file descriptors.", openFiles),
            ("process_max_fds", .gauge, "How many there may be.", fileLimit),
        ]
        for (name, kind, help, value) in all { if let value { out.single(name, kind, help, value) } }
    }
}
