import Foundation
import Glibc
import Synchronization
import Testing

/// A control plane on a folder of its own, and the Envoys it serves, all on free ports.
final class Edge: Sendable {
    let name: String
    let folder: TemporaryFolder
    let statusFolder: TemporaryFolder
    /// Fixed for the life of the edge, so that a control plane started again is found by the Envoys.
    let xdsPort: Int
    /// Where Envoy serves plain HTTP: the port of the one Gateway that is there from the start.
    let gatewayPort: Int
    private let processes: Mutex<Processes>
    private let applied = Mutex<[String: Int]>([:])

    private struct Processes {
        var controlPlane: ChildProcess
        var envoys: [Envoy] = []
    }

    struct Envoy: Sendable {
        let process: ChildProcess
        let adminPort: Int
    }

    struct Options: Sendable {
        /// One Envoy each.
        var roles = ["gloo-system~gateway-proxy"]
        var variant = "delta"
        /// `sluice run`, where the Envoy is a child of the control plane, in place of `sluice serve`.
        var run = false
        var arguments: [String] = []
        /// Files of the configuration that are there from the start.
        var files: [String: String] = [:]
        /// Further arguments of `sluice bootstrap`.
        var bootstrap: [String] = []
        /// How many files the control plane may have open; as many as the tests may if not set.
        var openFiles: Int?
        /// Of the Envoys.
        var environment: [String: String] = [:]
    }

    private let options: Options

    init(_ name: String, _ options: Options = Options()) async throws {
        self.name = name
        self.options = options
        folder = try TemporaryFolder()
        statusFolder = try TemporaryFolder()
        xdsPort = try freePort()
        gatewayPort = try freePort()
        try folder.write("gateway.yaml", Self.gateway("http", port: gatewayPort))
        for (file, text) in options.files { try folder.write(file, text) }
        processes = Mutex(
            Processes(
                controlPlane: try Self.start(name, folder: folder, statusFolder: statusFolder, xdsPort: xdsPort, options: options)
            )
        )
        _ = try await controlPlane.waitForLog("xDS on ")
        if !options.run {
            for (number, role) in options.roles.enumerated() { try await addEnvoy(number, role) }
        }
        try await apply("first", "")
    }

    /// An edge for one test, stopped at its end however it ends.
    static func with<Value>(_ name: String, _ options: Options = Options(), _ body: (Edge) async throws -> Value) async throws -> Value {
        let edge = try await Edge(name, options)
        do {
            let value = try await body(edge)
            await edge.stop()
            return value
        } catch {
            await edge.stop()
            throw error
        }
    }

    static func gateway(_ name: String, port: Int, ssl: Bool = false) -> String {
        gateway(name, port: port, "ssl: \(ssl)\nhttpGateway: {}")
    }

    /// A gateway of any type; `spec` is YAML from column 0.
    static func gateway(_ name: String, port: Int, _ spec: String) -> String {
        """
        ---
        apiVersion: gateway.solo.io/v1
        kind: Gateway
        metadata: {name: \(name), namespace: gloo-system}
        spec:
          bindAddress: 127.0.0.1
          bindPort: \(port)
        \(spec.indented(2))

        """
    }

    private static func start(
        _ name: String, folder: TemporaryFolder, statusFolder: TemporaryFolder, xdsPort: Int, options: Options
    ) throws -> ChildProcess {
        var arguments = [options.run ? "run" : "serve", folder.path, "--xds-port", "\(xdsPort)", "--status-dir", statusFolder.path]
        // Never the user's own.
        if !options.arguments.contains("--state-file") { arguments += ["--state-file", "\(statusFolder.path)/last-good.json"] }
        if options.run { arguments += try ["--envoy", Place.envoy.get(), "--admin-port", "\(freePort())"] }
        arguments += options.arguments
        guard let openFiles = options.openFiles else { return try ChildProcess("\(name)-sluice", Place.sluice.get(), arguments) }
        return try ChildProcess("\(name)-sluice", "/bin/sh", ["-c", "ulimit -n \(openFiles); exec \"$0\" \"$@\"", Place.sluice.get()] + arguments)
    }

    /// - Parameter bootstrap: arguments in place of those of the options.
    func addEnvoy(_ number: Int, _ role: String = "gloo-system~gateway-proxy", bootstrap more: [String]? = nil) async throws {
        let adminPort = try freePort()
        let bootstrap = try await ChildProcess.run(
            "\(name)-bootstrap-\(number)", Place.sluice.get(),
            [
                "bootstrap", "--xds-host", "127.0.0.1", "--xds-port", "\(xdsPort)", "--node-id", "\(name)-\(number)", "--role", role,
                "--admin-port", "\(adminPort)", "--variant", options.variant,
            ] + (more ?? options.bootstrap)
        )
        guard bootstrap.exit == .code(0) else { throw TestFailure("sluice bootstrap: \(bootstrap.errors)") }
        try statusFolder.write("bootstrap-\(number).yaml", bootstrap.output)
        // Two Envoys of one role share the gateway's port: SO_REUSEPORT, Envoy's default, lets them.
        let envoy = try ChildProcess(
            "\(name)-envoy-\(number)", Place.envoy.get(),
            ["-c", "\(statusFolder.path)/bootstrap-\(number).yaml", "--concurrency", "1", "--disable-hot-restart", "--log-level", "info"],
            environment: options.environment
        )
        processes.withLock { $0.envoys.append(Envoy(process: envoy, adminPort: adminPort)) }
    }

    var controlPlane: ChildProcess { processes.withLock { $0.controlPlane } }
    var envoys: [Envoy] { processes.withLock { $0.envoys } }

    func client() -> Client {
        Client(port: gatewayPort)
    }

    func stop() async {
        for process in envoys.map(\.process) + [controlPlane] { await process.stop() }
    }

    func restartControlPlane() async throws {
        await controlPlane.stop()
        let started = try Self.start(
            "\(name)-restarted", folder: folder, statusFolder: statusFolder, xdsPort: xdsPort, options: options
        )
        processes.withLock { $0.controlPlane = started }
        _ = try await started.waitForLog("xDS on ")
    }

    /// Ends the Envoys, and starts new ones that know nothing yet when `work` is done.
    func replaceEnvoys(_ work: () async throws -> Void) async throws {
        for envoy in envoys { await envoy.process.stop(SIGKILL) }
        processes.withLock { $0.envoys = [] }
        try await work()
        for (number, role) in options.roles.enumerated() { try await addEnvoy(number, role) }
    }

    /// Writes a file of configuration and returns when Envoy serves it.
    ///
    /// The file gets a virtual host more, `ready-<name>.test`, that answers with a number one higher each time: routes of one
    /// listener arrive together, so when the new number is served, so is the rest. TLS gateways are another listener: poll those.
    func apply(_ file: String, _ yaml: String) async throws {
        let number = applied.withLock { applied in
            applied[file, default: 0] += 1
            return applied[file, default: 0]
        }
        let marker = virtualService("ready-\(file)", "- directResponseAction: {status: 200, body: '\(number)'}")
        try folder.write("\(file).yaml", yaml + marker)
        let client = client()
        try await eventually("Envoy serves \(file).yaml", context: { self.logTails }) {
            (try? await client.get("/", host: "ready-\(file).test"))?.body == "\(number)"
        }
    }

    /// A gateway with HTTP options of its own on a port of its own, while the edge's first one stays as it is; `yaml` is served by both.
    ///
    /// - Parameter listener: the gateway's own options, which are no HTTP options.
    func listener(_ options: String, listener: String = "{}", _ yaml: String) async throws -> Client {
        let port = try freePort()
        let gateway = """
            ---
            apiVersion: gateway.solo.io/v1
            kind: Gateway
            metadata: {name: special, namespace: gloo-system}
            spec:
              bindAddress: 127.0.0.1
              bindPort: \(port)
              options:
            \(listener.indented(4))
              httpGateway:
                options:
            \(options.indented(6))

            """
        try await apply("special", gateway + yaml)
        let client = Client(port: port)
        try await eventually("the gateway with options answers", context: { self.logTails }) {
            (try? await client.get("/", host: "ready-special.test"))?.status == 200
        }
        return client
    }

    /// Takes a file away; what it served is gone when this returns.
    func remove(_ file: String) async throws {
        try folder.remove("\(file).yaml")
        let client = client()
        try await eventually("Envoy no longer serves \(file).yaml", context: { self.logTails }) {
            try await client.get("/", host: "ready-\(file).test").status == 404
        }
    }

    func status(_ plural: String, _ name: String, namespace: String = "default") -> String? {
        statusFolder.read("\(plural)/\(namespace)/\(name).yaml")
    }

    /// Waits until the status of an object says this state, and gives the whole status.
    func waitForStatus(_ plural: String, _ name: String, is state: String) async throws -> String {
        try await eventually(
            "the status of \(plural) \(name) is \(state)", context: { "\(self.status(plural, name) ?? "no status")\n\(self.logTails)" }
        ) {
            // Further in, each proxy has a state of its own.
            status(plural, name).flatMap { $0.contains("\n      state: \(state)\n") ? $0 : nil }
        }
    }

    var logTails: String {
        ([controlPlane] + envoys.map(\.process)).map(\.logTail).joined(separator: "\n")
    }
}

/// One edge for a whole suite: started before its first test, stopped after its last.
struct SharedEdge: SuiteTrait, TestScoping {
    let name: String
    var options = Edge.Options()

    @TaskLocal private static var current: Edge?

    /// The edge of the suite that runs.
    static var edge: Edge {
        get throws {
            guard let current else { throw TestFailure("no shared edge: give the suite the trait .sharedEdge") }
            return current
        }
    }

    func provideScope(for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void) async throws {
        try await Edge.with(name, options) { edge in
            try await Self.$current.withValue(edge) { try await function() }
        }
    }
}

extension Trait where Self == SharedEdge {
    static func sharedEdge(_ name: String, _ options: Edge.Options = Edge.Options()) -> SharedEdge {
        SharedEdge(name: name, options: options)
    }
}
