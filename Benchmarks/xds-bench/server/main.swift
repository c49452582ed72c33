import EnvoyResources
import Foundation
import Logging
import NIOCore
import XDSCache
import XDSServer

// sluice-xds-server: an xDS server with a given payload, for `make bench-xds`. It prints its port, publishes a new version for each
// line that it reads, and ends with its input.
//
//   sluice-xds-server --payload FILE [--certificate FILE --key FILE]   one RouteConfiguration "routes"
//   sluice-xds-server --clusters COUNT                                 so many clusters of 200 bytes, of which a version changes one

signal(SIGPIPE, SIG_IGN)
let arguments = CommandLine.arguments
func argument(_ name: String) -> String? { arguments.firstIndex(of: name).map { arguments[$0 + 1] } }

let role = "bench~proxy"
let cache = XDSCache()
let payload: Payload
if let count = argument("--clusters").flatMap({ Int($0) }) {
    payload = .clusters(count)
} else if let path = argument("--payload"), let bytes = FileManager.default.contents(atPath: path) {
    payload = .routes(Array(bytes))
} else {
    fatalError("usage: sluice-xds-server --payload FILE | --clusters COUNT [--certificate FILE --key FILE]")
}
var content = payload.first()
cache.publish(content, role: role)

var configuration = XDSServer.Configuration(port: 0)
if let certificate = argument("--certificate"), let key = argument("--key") {
    configuration.tls = XDSServer.TLS(certificateChain: certificate, privateKey: key)
}
// As `sluice serve` logs, so that the lines are among the costs.
let server = XDSServer(configuration: configuration, cache: cache, logger: Logger(label: "sluice") { StreamLogHandler.standardError(label: $0) })
let address = try await server.start()
FileHandle.standardOutput.write(Data("\(address.port ?? 0)\n".utf8))

let (requests, requested) = AsyncStream<Void>.makeStream()
// A thread of its own, since reading a pipe blocks.
Thread.detachNewThread {
    while readLine() != nil { requested.yield() }
    exit(0)
}
var revision: UInt64 = 1
for await _ in requests {
    revision += 1
    let (type, name) = payload.revise(&content, revision)
    cache.publish(content, changed: [type: [name]], role: role)
}
