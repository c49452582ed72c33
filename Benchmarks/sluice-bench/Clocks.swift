#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif
import Foundation

/// CPU time of this process, user and system.
func cpuSeconds() -> Double {
    Double(clock()) / 1e6  // POSIX fixes CLOCKS_PER_SEC
}

/// CPU seconds that `body` took.
func cpuSeconds<Value>(_ body: () throws -> Value) rethrows -> (Double, Value) {
    let start = cpuSeconds()
    let value = try body()
    return (cpuSeconds() - start, value)
}

/// Resident memory of a process in MiB.
func residentMiB(_ pid: Int32 = getpid()) -> Double {
    guard let text = try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8),
        let line = text.split(separator: "\n").first(where: { $0.hasPrefix("VmRSS:") }),
        let kilobytes = line.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first.flatMap({ Double($0) })
    else { return 0 }
    return kilobytes / 1024
}

extension [Double] {
    /// The value below which `share` of the values lie.
    func quantile(_ share: Double) -> Double {
        let sorted = sorted()
        guard !sorted.isEmpty else { return .nan }
        return sorted[Swift.min(sorted.count - 1, Int(Double(sorted.count) * share))]
    }
}
