import Foundation
import Glibc
import Synchronization

/// Why a test cannot go on, in words.
struct TestFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// Asks again and again until there is an answer. Tests wait for conditions, never for time.
@discardableResult
func eventually<Value>(
    _ condition: String, within limit: Duration = .seconds(20), context: () -> String = { "" }, _ answer: () async throws -> Value?
) async throws -> Value {
    let start = ContinuousClock.now
    var tries = 0
    repeat {
        tries += 1
        if let value = try await answer() { return value }
        try await Task.sleep(for: .milliseconds(3))
        // Other tests may keep this process busy for longer than the limit: it has to have looked, too.
    } while ContinuousClock.now - start < limit || tries < 100
    throw TestFailure("not within \(limit): \(condition)\n\(context())")
}

func eventually(
    _ condition: String, within limit: Duration = .seconds(20), context: () -> String = { "" }, isTrue: () async throws -> Bool
) async throws {
    try await eventually(condition, within: limit, context: context) { try await isTrue() ? () : nil }
}

/// A port nobody listens on now, and that this process has not given out before. Below the range that the system takes the ports of
/// outgoing connections from: one of the many connections of the tests beside this one would take it before its listener opens.
func freePort() throws -> Int {
    for _ in 0..<1000 {
        let port = Int.random(in: 10_000..<32_000)
        if givenOut.withLock({ $0.insert(port).inserted }), isFree(port) { return port }
    }
    throw TestFailure("no free port on 127.0.0.1")
}

private let givenOut = Mutex<Set<Int>>([])

private func isFree(_ port: Int) -> Bool {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    address.sin_port = UInt16(port).bigEndian
    return withUnsafeBytes(of: &address) { bytes in
        bytes.withMemoryRebound(to: sockaddr.self) { bind(descriptor, $0.baseAddress, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0 }
    }
}

/// A folder that goes away with its owner.
final class TemporaryFolder: Sendable {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "sluice-test-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(at: url)
    }

    var path: String { url.path }

    /// Writes in place, as `>` in a shell does: a reader may see half a file.
    func write(_ name: String, _ text: String) throws {
        let file = url.appending(path: name)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
    }

    func read(_ name: String) -> String? {
        try? String(contentsOf: url.appending(path: name), encoding: .utf8)
    }

    func remove(_ name: String) throws {
        try FileManager.default.removeItem(at: url.appending(path: name))
    }
}

/// Where the programs under test are.
enum Place {
    /// `.build/<triple>/<configuration>`: the test program lies beside the program it tests.
    static let build = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()

    static let sluice = Result<String, any Error> {
        let path = build.appending(path: "sluice").path
        guard FileManager.default.isExecutableFile(atPath: path) else { throw TestFailure("\(path) is missing: run `swift build` first") }
        return path
    }

    static let envoy = Result<String, any Error> {
        let environment = ProcessInfo.processInfo.environment
        let cache = environment["SLUICE_CACHE"] ?? "\(NSHomeDirectory())/.cache/sluice"
        let path = environment["SLUICE_ENVOY"] ?? "\(cache)/envoy/envoy"
        guard FileManager.default.isExecutableFile(atPath: path) else { throw TestFailure("no Envoy at \(path): run `scripts/setup` first") }
        return path
    }

    /// The logs of every process the tests start, kept for reading after a failure.
    static let logs = Result<URL, any Error> {
        let url = build.appending(path: "end-to-end-logs")
        try? FileManager.default.removeItem(at: url)
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        return url
    }
}
