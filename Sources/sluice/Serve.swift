import AdminServer
import ArgumentParser
import ConfigTree
import Foundation
import Logging
import PluginHost
import Syncer
import XDSServer

/// What `serve` and `run` have in common.
struct ServeOptions: ParsableArguments {
    @OptionGroup var inputs: Inputs

    @OptionGroup var xds: XDSOptions

    @Option(help: "Address of the web page, where metrics, health and proxies are shown too. It asks nobody for a password.")
    var webHost = "127.0.0.1"

    @Option(help: ArgumentHelp("Port of the web page; 0 takes a free one, 'none' leaves the page out. Default: 9975, or a free one if it is taken.", valueName: "port"))
    var webPort: WebPort?

    @Option(help: ArgumentHelp("Write each object's status into this folder, one file an object.", valueName: "folder"))
    var statusDir: String?

    @Option(
        help: ArgumentHelp(
            """
            Keep here, over a restart, what serves in place of a newer form that cannot be used; 'none' keeps nothing. \
            May hold Secrets, so it is readable by its owner alone. \
            Default: last-good.json in $STATE_DIRECTORY, else sluice/<hash of the folder>/last-good.json in $XDG_STATE_HOME or ~/.local/state.
            """,
            valueName: "file"
        )
    )
    var stateFile: String?

    @Option(help: "How much is logged: \(LogLevel.allCases.map(\.rawValue).joined(separator: ", ")).")
    var logLevel = LogLevel.info

    /// Serves until the task is cancelled; `listening` gets the port.
    func serve(_ logger: Logger, listening: @escaping @Sendable (Int) async throws -> Void) async throws {
        // The store would read them as objects.
        if let statusDir, isRead(statusDir) {
            throw Failure("--status-dir \(statusDir) lies inside the configuration folder; choose a folder beside it")
        }
        let stateFile = stateFile ?? StateFile.path(configuration: inputs.folder)
        if let stateFile, stateFile != "none", isRead(stateFile) {
            throw Failure("the state file \(stateFile) lies inside the configuration folder; name one beside it with --state-file")
        }
        let (crashes, problem) = CrashedPlugins.read(beside: stateFile == "none" ? nil : stateFile)
        if let problem { logger.warning("\(problem)") }
        let deployment = try inputs.deployment(crashes: crashes)
        for problem in deployment.problems {
            if problem.severity == .error { logger.error("\(problem.description)") } else { logger.warning("\(problem.description)") }
        }
        if deployment.plugins.plugins.isEmpty {
            logger.error("no plugins are loaded; stock plugins lie beside the program or in ../lib/sluice/plugins, others are found by --plugins-dir")
        }
        var configuration = ControlPlane.Configuration(
            xds: xds.configuration, writeNamespace: inputs.namespace
        )
        configuration.xdsSecret = xds.tlsSecret.map { .init(namespace: $0, name: $1) }
        configuration.statusFolder = statusDir
        configuration.version = Version.number
        switch webPort {
        case nil: configuration.web = .init(host: webHost)
        case .number(let port): configuration.web = .init(host: webHost, port: port)
        case .off: configuration.web = nil
        }
        // Gloo's own switch.
        configuration.truncatesStatuses = ProcessInfo.processInfo.environment["DISABLE_TRUNCATE_STATUS"] != "true"
        if let stateFile, stateFile != "none" {
            configuration.lastGoodFile = LastGoodFile(path: stateFile, root: inputs.folder)
        } else if stateFile == nil {
            logger.warning("last good versions would not outlive a restart: there is no home folder; name a file with --state-file")
        }
        let controlPlane = ControlPlane(configuration, store: inputs.store(logger: logger), deployment: deployment, logger: logger)
        let xdsHost = xds.xdsHost
        let webHost = webHost.contains(":") ? "[\(webHost)]" : webHost
        try await controlPlane.run { port in
            complain("web page on http://\(webHost):\(port)/")
        } listening: { port in
            complain("xDS on \(xdsHost):\(port)")
            try await listening(port)
        }
    }

    /// Whether a path lies where configuration is read: hidden folders are passed over, `~/.local` below a home folder among them.
    private func isRead(_ path: String) -> Bool {
        let (path, root) = (URL.canonical(path) + "/", URL.canonical(inputs.folder) + "/")
        return path.hasPrefix(root) && !path.dropFirst(root.count).split(separator: "/").contains { $0.hasPrefix(".") }
    }
}

/// `--web-port`.
enum WebPort: ExpressibleByArgument {
    case number(Int)
    case off

    init?(argument: String) {
        if argument == "none" {
            self = .off
        } else if let number = Int(argument), (0...65535).contains(number) {
            self = .number(number)
        } else {
            return nil
        }
    }
}

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Serve a folder of configuration to proxies over xDS.",
        discussion: "Changes of the files take effect at once. Start Envoy with the output of `sluice bootstrap`."
    )

    @OptionGroup var options: ServeOptions

    func run() async throws {
        let logger = options.logLevel.logger()
        try await Signals.run { try await options.serve(logger) { _ in } }
    }
}

/// Ends a command in order when the terminal or the system asks for it.
enum Signals {
    static func run(_ work: @escaping @Sendable () async throws -> Void) async throws {
        let task = Task { try await work() }
        let sources = [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { task.cancel() }
            source.resume()
            return source
        }
        defer { sources.forEach { $0.cancel() } }
        do {
            try await task.value
        } catch is CancellationError {}
    }
}
