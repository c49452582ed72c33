import Foundation
import GRPCCore
import GRPCNIOTransportHTTP2Posix

// The peer of `make bench-xds`: grpc-swift-2 with the payload of sluice-xds-server, at its best. A response is put together once a
// version and shared by all streams (so they share its nonce, too), requests are not decoded, and no protocol is kept but "send the
// newest". Arguments and pipes are those of Benchmarks/xds-bench/server.

signal(SIGPIPE, SIG_IGN)
let arguments = CommandLine.arguments
func argument(_ name: String) -> String? { arguments.firstIndex(of: name).map { arguments[$0 + 1] } }

guard let path = argument("--payload"), let payload = FileManager.default.contents(atPath: path) else {
    fatalError("usage: grpc-swift-baseline --payload FILE [--certificate FILE --key FILE]")
}
let security: HTTP2ServerTransport.Posix.TransportSecurity =
    if let certificate = argument("--certificate"), let key = argument("--key") {
        .tls(
            certificateChain: [.file(path: certificate, format: .pem)],
            privateKey: .file(path: key, format: .pem)
        )
    } else {
        .plaintext
    }

let versions = Versions(payload: Array(payload))
let transport = HTTP2ServerTransport.Posix(address: .ipv4(host: "127.0.0.1", port: 0), transportSecurity: security)
let server = GRPCServer(transport: transport, services: [Discovery(versions: versions)])

// A thread of its own, since reading a pipe blocks.
Thread.detachNewThread {
    while readLine() != nil { versions.publishNext() }
    exit(0)
}
try await withThrowingTaskGroup(of: Void.self) { group in
    group.addTask { try await server.serve() }
    let port = try await transport.listeningAddress.ipv4?.port ?? 0
    FileHandle.standardOutput.write(Data("\(port)\n".utf8))
    try await group.waitForAll()
}
