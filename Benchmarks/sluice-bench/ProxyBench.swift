import Foundation
import Logging
import Syncer
import Synchronization
import XDSCache
import XDSServer

/// The time from writing a file to a real Envoy's ACK, and the memory of the control plane meanwhile.
struct ProxyBench {
    let deployment: Deployment
    let envoy: String

    func run() async throws -> [Result] {
        var results: [Result] = []
        for services in [1, 100, 1_000] {
            results += try await measure(Workload(services: services, upstreams: min(services * 5, 500), options: .two))
        }
        return results
    }

    private func measure(_ workload: Workload) async throws -> [Result] {
        let folder = FileManager.default.temporaryDirectory.appending(path: "sluice-bench-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        func write(_ name: String, _ text: String) throws { try Data(text.utf8).write(to: folder.appending(path: name), options: .atomic) }
        try write("gateway.yaml", Workload.gateway(port: try freePort()))
        try write("upstreams.yaml", (0..<workload.upstreams).map(workload.upstream).joined(separator: "---\n"))
        for number in 0..<workload.services { try write("service-\(number).yaml", workload.service(number)) }

        say("file to ACK, \(workload.routes) routes")
        let before = residentMiB()
        let settled = Settled()
        var logger = Logger(label: "bench")
        logger.logLevel = .error
        var configuration = ControlPlane.Configuration(xds: .init(port: 0), writeNamespace: "gloo-system")
        configuration.xds.serving.grace = .seconds(0)
        let controlPlane = ControlPlane(configuration, store: folderStore(folder.path), deployment: deployment, logger: logger) { event in
            if case .settled(_, _, _, let number) = event { settled.note(number) }
        }
        let (ports, portFound) = AsyncStream<Int>.makeStream()
        let serving = Task { try await controlPlane.run { portFound.yield($0) } }
        defer { serving.cancel() }
        guard let port = await ports.first(where: { _ in true }) else { throw CancellationError() }
        let process = try startEnvoy(xdsPort: port, folder: folder)
        // By force: it inherits blocked signals from the thread that happens to start it.
        defer { kill(process.processIdentifier, SIGKILL) }
        try await settled.wait(for: 1, seconds: 60)

        var times: [Double] = []
        for revision in 1...40 {
            let number = revision * 7 % workload.services
            let next = settled.newest + 1
            let start = ContinuousClock.now
            try write("service-\(number).yaml", workload.service(number, revision: revision))
            try await settled.wait(for: next, seconds: 20)
            times.append((ContinuousClock.now - start) / .milliseconds(1))
        }
        var results = [
            Result(
                name: "file written to Envoy's ACK, \(workload.routes) routes", value: times.quantile(0.5), unit: "ms",
                note: "p99 \(String(format: "%.1f", times.quantile(0.99))) ms; Envoy's own work included"
            )
        ]
        if workload.routes == 10_000 {
            let memory = residentMiB()
            results.append(
                Result(
                    name: "resident memory per 1,000 routes at 10,000 routes", value: memory / 10, unit: "MiB", target: 20,
                    note: "whole process, \(Int(memory)) MiB, \(Int(memory - before)) MiB more than before"
                )
            )
        }
        return results
    }

    private func startEnvoy(xdsPort: Int, folder: URL) throws -> Process {
        let sluice = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent().appending(path: "sluice")
        let bootstrap = Process()
        bootstrap.executableURL = sluice
        bootstrap.arguments = ["bootstrap", "--xds-port", "\(xdsPort)", "--admin-port", "0"]
        let pipe = Pipe()
        bootstrap.standardOutput = pipe
        try bootstrap.run()
        let yaml = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        bootstrap.waitUntilExit()
        let process = Process()
        process.executableURL = URL(filePath: envoy)
        process.arguments = ["--config-yaml", yaml, "--disable-hot-restart", "--log-level", "error", "--concurrency", "1"]
        try process.run()
        return process
    }
}

/// The newest publication that the proxy has confirmed.
final class Settled: Sendable {
    private let number = Mutex<UInt64>(0)

    var newest: UInt64 { number.withLock { $0 } }

    func note(_ new: UInt64) { number.withLock { $0 = max($0, new) } }

    /// Looks every 100 us, which is the resolution of the times measured with it.
    func wait(for wanted: UInt64, seconds: Double) async throws {
        let end = ContinuousClock.now + .seconds(seconds)
        while newest < wanted {
            guard ContinuousClock.now < end else { throw BenchError("Envoy has not confirmed publication \(wanted) within \(seconds) s") }
            try await Task.sleep(for: .microseconds(100))
        }
    }
}

struct BenchError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
