package import AdminServer
package import ConfigStores
internal import ConfigServerTranslation
internal import Emitter
internal import EnvoyResources
internal import EnvoyTranslation
package import Logging
internal import NIOCore
internal import PluginHost
package import XDSCache
package import XDSServer

/// The whole way of the data, from a store to the proxies.
package struct ControlPlane: Sendable {
    package struct Configuration: Sendable {
        package var xds: XDSServer.Configuration
        /// In which gateways are read and statuses are reported.
        package var writeNamespace: String
        package var statusFolder: String?
        /// Long texts in statuses are cut.
        package var truncatesStatuses = true
        package var lastGoodFile: LastGoodFile?
        /// The Secret with the xDS server's own certificate, where that comes from no files.
        package var xdsSecret: SecretName?

        package struct SecretName: Sendable {
            package var namespace: String
            package var name: String

            package init(namespace: String, name: String) {
                self.namespace = namespace
                self.name = name
            }
        }
        /// Where operators look; nil for nowhere.
        package var web: AdminServer.Configuration?
        /// Of the program, for operators.
        package var version = ""

        package init(xds: XDSServer.Configuration, writeNamespace: String, statusFolder: String? = nil) {
            self.xds = xds
            self.writeNamespace = writeNamespace
            self.statusFolder = statusFolder
        }
    }

    /// What proxies refused, by the objects that it came from; for metrics.
    package let refusalCounts = RefusalCounts()

    private let configuration: Configuration
    private let store: any ConfigStore
    private let deployment: Deployment
    private let logger: Logger
    private let observe: @Sendable (XDSEvent) -> Void

    /// - Parameter observe: sees what happens between the control plane and its proxies; called on event loops, must not block.
    package init(
        _ configuration: Configuration, store: any ConfigStore, deployment: Deployment, logger: Logger,
        observe: @escaping @Sendable (XDSEvent) -> Void = { _ in }
    ) {
        self.observe = observe
        self.configuration = configuration
        self.store = store
        self.deployment = deployment
        self.logger = logger
    }

    /// Serves until the task is cancelled.
    ///
    /// Proxies that connect before the whole configuration has been translated wait: one that reconnects after a restart never sees
    /// half of it.
    ///
    /// - Parameters:
    ///   - webListening: called with the port of the web page, before the configuration is read.
    ///   - listening: called with the port when the configuration is served.
    package func run(
        webListening: @Sendable (_ port: Int) -> Void = { _ in }, listening: @Sendable (_ port: Int) async throws -> Void
    ) async throws {
        let loop = EventLoop()
        let operations = Operations()
        let observe = observe
        let cache = XDSCache { event in
            observe(event)
            loop.post(.xds(event))
        }
        let logger = logger
        let translator = Translator(plugins: deployment.plugins, writeNamespace: configuration.writeNamespace) { isError, plugin, message in
            if isError { logger.error("\(message)", metadata: ["plugin": "\(plugin)"]) } else { logger.warning("\(message)", metadata: ["plugin": "\(plugin)"]) }
        }
        let serverSecret = configuration.xdsSecret.map { ServerSecret(namespace: $0.namespace, name: $0.name) }
        let deployments = NewestDeployment(deployment)
        let syncer = Syncer(
            deployment: deployment, deployments: deployments,
            emitter: Emitter(ObjectChecker(deployment.schemas), homeNamespace: configuration.writeNamespace),
            translator: translator,
            cache: cache,
            statusFolder: configuration.statusFolder.map { StatusFolder(path: $0, reporter: configuration.writeNamespace, truncates: configuration.truncatesStatuses) },
            lastGoodFile: configuration.lastGoodFile,
            operations: operations,
            refusalCounts: refusalCounts,
            serverSecret: serverSecret,
            logger: logger
        )
        await syncer.restoreLastGood()
        let changes = try store.changes()
        var xds = configuration.xds
        if let serverSecret { xds.tls = serverSecret.tls }
        xds.access.secretRoles = Set(ConfigServerRole.allCases.filter(\.type.holdsSecrets).map(\.rawValue))
        let server = XDSServer(configuration: xds, cache: cache, logger: logger)
        let address = try await server.start()
        let web = configuration.web.map { web in
            AdminServer(web, sources: sources(cache, operations, loop, server), logger: logger)
        }
        do {
            if let web { webListening(try await web.start()) }
        } catch {
            await server.shutdown(grace: .zero)
            throw error
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for await change in changes { loop.post(.store(change)) }
            }
            group.addTask {
                var watch = PluginWatch(deployments.get())
                while (try? await Task.sleep(for: PluginWatch.interval)) != nil {
                    if watch.hasChanged(deployments.get()) { loop.post(.plugins) }
                }
            }
            group.addTask {
                await loop.run { await syncer.handle($0) }
            }
            await syncer.waitForFirstSync()
            server.announceReady()
            do {
                try Task.checkCancellation()
                operations.stage = .serving
                try await listening(address.port ?? configuration.xds.port)
                try await waitForCancellation()
            } catch {
                operations.stage = .draining
                loop.close()
                group.cancelAll()
                await server.shutdown(grace: .seconds(1))
                await web?.stop()
                if error is CancellationError { return }
                throw error
            }
        }
    }

    private func sources(_ cache: XDSCache, _ operations: Operations, _ loop: EventLoop, _ server: XDSServer) -> AdminSources {
        AdminSources(cache: cache, operations: operations, refusalCounts: refusalCounts, version: configuration.version) {
            let queued = await server.queued()
            return QueueDepths(events: loop.depth, messages: queued.messages, longest: queued.longest)
        }
    }

    private func waitForCancellation() async throws {
        let (never, continuation) = AsyncStream<Never>.makeStream()
        defer { continuation.finish() }
        for await _ in never {}
        try Task.checkCancellation()
    }
}
