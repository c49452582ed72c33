import ArgumentParser
import Foundation
import Logging

struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Serve a folder of configuration, and run an Envoy on it.",
        discussion: "The Envoy is started again if it ends, and ended with the program."
    )

    @OptionGroup var options: ServeOptions

    @Option(help: "The Envoy to run. Else $SLUICE_ENVOY, one on the PATH, or the one that `make setup` installed.")
    var envoy: String?

    @Option(help: "Port of Envoy's own pages, on 127.0.0.1; 0 takes a free one.")
    var adminPort = 19000

    @Option(help: "Which configuration the Envoy gets: <namespace>~<proxy name>.")
    var role: String?

    func run() async throws {
        let path = try EnvoyBinary.find(envoy)
        let logger = options.logLevel.logger()
        let role = role ?? "\(options.inputs.namespace)~gateway-proxy"
        let xdsHost = options.xds.xdsHost
        let host = xdsHost == "0.0.0.0" ? "127.0.0.1" : xdsHost == "::" ? "::1" : xdsHost
        let child = EnvoyChild(path: path, logger: logger)
        defer { child.stop() }
        try await Signals.run {
            // The Envoy goes first, so that the server has nobody to wait for.
            try await withTaskCancellationHandler {
                try await options.serve(logger) { port in
                    child.start(
                        BootstrapDocument(xdsHost: host, xdsPort: port, nodeID: "sluice-run", role: role, adminPort: adminPort, variant: .delta).yaml
                    )
                }
            } onCancel: {
                child.terminate()
            }
        }
    }
}

/// Finds an Envoy to run.
enum EnvoyBinary {
    static func find(_ named: String?) throws -> String {
        if let named = named ?? ProcessInfo.processInfo.environment["SLUICE_ENVOY"], !named.isEmpty {
            guard FileManager.default.isExecutableFile(atPath: named) else { throw Failure("there is no executable Envoy at \(named)") }
            return named
        }
        for folder in (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":") {
            let path = "\(folder)/envoy"
            if FileManager.default.isExecutableFile(atPath: path) { return path }
        }
        let cache = ProcessInfo.processInfo.environment["SLUICE_CACHE"] ?? "\(NSHomeDirectory())/.cache/sluice"
        let installed = "\(cache)/envoy/envoy"
        guard FileManager.default.isExecutableFile(atPath: installed) else {
            throw Failure("no Envoy is found; install one with `make setup`, or name it with --envoy or SLUICE_ENVOY")
        }
        return installed
    }
}
