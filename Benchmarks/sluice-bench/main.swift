import ConfigStores
import Foundation
import Syncer

// sluice-bench: measures the promises of README. Run it with `make bench`, which builds it in release form.

func folderStore(_ path: String) -> FileStore { FileStore(root: path, defaultNamespace: "gloo-system") }

/// Progress, beside the results.
func say(_ message: String) { FileHandle.standardError.write(Data("sluice-bench: \(message)\n".utf8)) }

/// A port that nobody listens on now.
func freePort() throws -> Int {
    let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(socket) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let port = withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
            bind(socket, generic, length) == 0 && getsockname(socket, generic, &length) == 0
        }
    } ? Int(UInt16(bigEndian: address.sin_port)) : 0
    guard port > 0 else { throw BenchError("no free port") }
    return port
}

signal(SIGPIPE, SIG_IGN)
let executable = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent().path
let deployment = try Deployment(stock: executable, folders: [], enabled: Deployment.optional)
for problem in deployment.problems { FileHandle.standardError.write(Data("\(problem)\n".utf8)) }

var results: [Result] = []
if let envoy = ProcessInfo.processInfo.environment["SLUICE_ENVOY"] {
    // First, while the process is small: its memory is a result.
    results += try await ProxyBench(deployment: deployment, envoy: envoy).run()
} else {
    FileHandle.standardError.write(Data("SLUICE_ENVOY is not set: what needs an Envoy is left out\n".utf8))
}
results = try TranslationBench(deployment: deployment).run() + results
Report.print(results)
if let file = CommandLine.arguments.dropFirst().first { try Report.json(results).write(to: URL(filePath: file)) }
