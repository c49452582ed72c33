internal import APIResources
internal import AdminServer
internal import ConfigServerTranslation
internal import ConfigStores
internal import ConfigTree
internal import Emitter
internal import EnvoyResources
internal import EnvoyTranslation
internal import Logging
internal import PluginHost
internal import XDSCache

/// Brings changes of the configuration to the proxies, and what there is to say about them back to the objects.
actor Syncer {
    private var deployment: Deployment
    private let deployments: NewestDeployment
    private var emitter: Emitter
    private let translator: Translator
    private let configServers = ConfigServers()
    private var reporter = Reporter()
    private var hasRun = false
    /// How many errors and warnings the objects have that have any.
    private var problems: [ObjectID: (errors: Int, warnings: Int)] = [:]
    /// Which configuration each connected proxy has.
    private var roles: [StreamID: String] = [:]
    private var refusals = Refusals()
    private let cache: XDSCache
    private let statusFolder: StatusFolder?
    private var lastGoodFile: LastGoodFile?
    /// One line is enough while the file cannot be written.
    private var isLastGoodFileBroken = false
    private let serverSecret: ServerSecret?
    private let operations: Operations
    private let refusalCounts: RefusalCounts
    private let logger: Logger
    /// Finished when the first full content has been published.
    private let firstSync = AsyncStream<Never>.makeStream()

    init(
        deployment: Deployment, deployments: NewestDeployment, emitter: Emitter, translator: sending Translator, cache: XDSCache, statusFolder: StatusFolder?, lastGoodFile: LastGoodFile?,
        operations: Operations, refusalCounts: RefusalCounts, serverSecret: ServerSecret? = nil, logger: Logger
    ) {
        self.deployment = deployment
        self.deployments = deployments
        self.emitter = emitter
        self.translator = translator
        self.cache = cache
        self.statusFolder = statusFolder
        self.lastGoodFile = lastGoodFile
        self.serverSecret = serverSecret
        self.operations = operations
        self.refusalCounts = refusalCounts
        self.logger = logger
    }

    /// Takes over what a control plane before this one kept. To be called before the first event.
    func restoreLastGood() {
        do {
            guard let lastGood = try lastGoodFile?.read() else { return }
            emitter.remember(lastGood.versions)
            translator.restoreLastGood(lastGood.units)
            cache.restore(lastGood.quarantine)
        } catch {
            logger.warning("last good versions from before the start are not used: \(error)", metadata: ["file": "\(lastGoodFile?.path ?? "")"])
        }
    }

    /// Returns when the whole content of the store has been published once, or the task is cancelled. To be called once.
    nonisolated func waitForFirstSync() async {
        for await _ in firstSync.stream {}
    }

    func handle(_ events: [Event]) {
        var changes = SnapshotChanges()
        var isStore = false
        var hasNewServers = false
        var hasNewFiles = false
        for event in events {
            switch event {
            case .store(let change):
                isStore = true
                changes.formUnion(emitter.apply(change))
                for problem in change.problems where problem.object == nil { say(problem.problem) }
            case .plugins:
                hasNewFiles = true
            case .xds(let event):
                if case .waiting(_, let node, _) = event, let role = ConfigServerRole(metadataRole: node.role, cluster: node.cluster, id: node.id) {
                    hasNewServers = configServers.start(role) || hasNewServers
                }
                note(event)
            }
        }
        let hasOtherPlugins = isStore || hasNewFiles ? usePlugins(again: hasNewFiles, &changes) : false
        if isStore && !hasRun || hasRun && (!changes.isEmpty || hasOtherPlugins) {
            sync(changes)
            syncConfigServers(changes)
        } else if hasNewServers, hasRun {
            // Before the first content they wait, as proxies do.
            syncConfigServers(SnapshotChanges())
        }
        if isStore, !hasRun { showRestoredRefusals() }
        writeLastGood(retries: isStore)
        reporter.noteChanged(emitter.takeReportChanges())
        writeStatuses()
        if isStore, !hasRun {
            hasRun = true
            firstSync.continuation.finish()
        }
    }

    /// Changes to the plugins that the Settings now ask for, or whose files are new.
    private func usePlugins(again: Bool, _ changes: inout SnapshotChanges) -> Bool {
        let next: Deployment
        do {
            guard let following = again ? try deployment.again(emitter.snapshot.settings) : try deployment.following(emitter.snapshot.settings) else {
                return false
            }
            next = following
        } catch {
            logger.error("the plugins stay as they are: \(error)")
            return false
        }
        deployment = next
        deployments.set(next)
        changes.formUnion(emitter.useChecker(ObjectChecker(next.schemas)))
        translator.use(next.plugins)
        for problem in next.problems where problem.settings == nil {
            if problem.severity == .error { logger.error("\(problem.description)") } else { logger.warning("\(problem.description)") }
        }
        reporter.set(.plugins, next.reports)
        if hasRun { logger.info("other plugins", metadata: ["plugins": "\(next.plugins.names.joined(separator: ", "))"]) }
        return true
    }

    private func sync(_ changes: SnapshotChanges) {
        serverSecret?.update(from: emitter.snapshot)
        let start = ContinuousClock.now
        let translation = translator.translate(emitter.snapshot, hasRun ? changes : nil)
        operations.translated(in: start.duration(to: .now))
        operations.plugins = PluginReport.all(deployment, translator.counts)
        for (unit, reports) in translation.reports { reporter.set(.unit(unit), reports) }
        reporter.setRoles(translation.roles)
        for (role, changed) in translation.changed.sorted(by: { $0.key < $1.key }) {
            guard let snapshot = translation.snapshots[role] else { continue }
            let number = cache.publish(snapshot, changed: hasRun ? changed : nil, role: role)
            logger.info(
                "published",
                metadata: [
                    "role": "\(role)", "publication": "\(number)",
                    "changes": "\(changed.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.count)" }.joined(separator: ", "))",
                ]
            )
        }
        if !refusals.all.isEmpty { reviewRefusals() }
    }

    private func syncConfigServers(_ changes: SnapshotChanges) {
        let translation = configServers.translate(emitter.snapshot, changes)
        for (unit, reports) in translation.reports { reporter.set(.configServer(unit), reports) }
        for (role, snapshot) in translation.snapshots.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            let number = cache.publish(snapshot, changed: translation.changed[role] ?? [:], role: role.rawValue)
            logger.info("published", metadata: ["role": "\(role.rawValue)", "publication": "\(number)"])
        }
    }

    // MARK: Last good versions

    private func writeLastGood(retries: Bool) {
        for (id, reasons) in emitter.takeUnusable() {
            let reason = reasons.first.map(\.message) ?? "it cannot be read"
            logger.warning("the last accepted version, from before the start, is not used: \(reason)", metadata: ["object": "\(id)"])
        }
        let ofUnits = translator.takeLastGoodChange()
        if ofUnits { reporter.setKept(translator.lastGood) }
        // All are asked: none may keep its mark.
        let ofObjects = emitter.takeLastGoodChange()
        let ofProxies = cache.takeQuarantineChange()
        guard ofObjects || ofUnits || ofProxies || (retries && isLastGoodFileBroken) else { return }
        do {
            try lastGoodFile?.write(LastGood(versions: emitter.lastGood, units: Array(translator.lastGood), quarantine: cache.quarantine))
            isLastGoodFileBroken = false
        } catch {
            if !isLastGoodFileBroken {
                logger.warning("last good versions would not outlive a restart: \(error)", metadata: ["file": "\(lastGoodFile?.path ?? "")"])
            }
            isLastGoodFileBroken = true
        }
    }

    // MARK: Proxies

    private func note(_ event: XDSEvent) {
        // The server logs who comes, goes, waits and refuses; here is what that means for objects.
        switch event {
        case .connected(let stream, _, let role, _):
            roles[stream] = role
        case .disconnected(let stream, _):
            roles[stream] = nil
            refusals.disconnect(stream)
        case .acknowledged(let stream, let node, let type, let resources, let removed, let number):
            logger.debug(
                "acknowledged",
                metadata: [
                    "node": "\(node.id)", "type": "\(type)", "publication": "\(number)",
                    "resources": "\((resources.map(\.name) + removed.map { "-\($0)" }).prefix(20).joined(separator: ", "))",
                ]
            )
            let role = roles[stream] ?? ""
            for resource in resources { accept(Refusals.Key(role: role, type: type, name: resource.name), resource.version, by: stream) }
        case .rejected(let stream, let node, let type, let resources, let message):
            let role = roles[stream] ?? ""
            for resource in resources {
                refuse(Refusals.Key(role: role, type: type, name: resource.name), resource, message, by: stream, node.id)
            }
        case .waiting:
            break
        case .settled:
            break
        }
    }

    // MARK: Refusals

    private func refuse(_ key: Refusals.Key, _ resource: EnvoyResource, _ words: String, by stream: StreamID?, _ node: String) {
        refusals.add(key, version: resource.version, words: words, by: stream, node) {
            let servers = configServers.owners(key.type, key.name, refusedWith: words)
            if !servers.isEmpty { return servers.map { Culprit(object: $0, owner: $0) } }
            let accepted: EnvoyResource?
            if case .accepted(let standIn) = cache.standIn(key.type, key.name, role: key.role) {
                accepted = standIn
            } else {
                accepted = cache.accepted(key.type, key.name, role: key.role)
            }
            return translator.culprits(role: key.role, key.type, resource, accepted: accepted, RefusalText(words), emitter.snapshot)
        }
        if stream != nil {
            let objects = Set((refusals[key]?.culprits ?? []).map(\.owner))
            refusalCounts.add(
                objects.isEmpty
                    ? [RefusalCounts.Key(key.type)]
                    : objects.map { RefusalCounts.Key(key.type, kind: $0.kind.rawValue, namespace: $0.ref.namespace, name: $0.ref.name) }
            )
        }
        report(key)
    }

    /// The form that stands in for what is refused is no mended one.
    private func accept(_ key: Refusals.Key, _ version: UInt64, by stream: StreamID) {
        guard refusals[key] != nil else { return }
        if case .accepted(let standIn) = cache.standIn(key.type, key.name, role: key.role), standIn.version == version { return }
        refusals.accept(key, by: stream)
        report(key)
    }

    private func report(_ key: Refusals.Key) {
        reporter.set(.refusal(role: key.role, key.type, name: key.name), refusals.reports(key, cache.standIn(key.type, key.name, role: key.role)))
    }

    /// What is gone is not refused any more, nor what is again as it was accepted, nor another form that those who refused cannot judge.
    private func reviewRefusals() {
        for (key, refusal) in refusals.all {
            let wanted = cache.wanted(key.type, key.name, role: key.role)?.version
            if wanted == refusal.version { continue }
            let isAccepted = wanted == cache.accepted(key.type, key.name, role: key.role)?.version
            guard wanted == nil || isAccepted || refusal.proxies.isEmpty else { continue }
            refusals.forget(key)
            report(key)
        }
    }

    /// Refusals from before a restart: nobody refuses again what nobody is sent.
    private func showRestoredRefusals() {
        for record in cache.quarantine {
            for entry in record.entries {
                guard let resource = cache.wanted(entry.type, entry.name, role: record.role) else { continue }
                refuse(Refusals.Key(role: record.role, type: entry.type, name: entry.name), resource, entry.words, by: nil, entry.proxy)
            }
        }
    }

    // MARK: Statuses

    private func writeStatuses() {
        for (id, status) in reporter.takeChanges(emitter) {
            noteProblems(of: id, status)
            for message in status?.messages ?? [] {
                if status?.state == .rejected {
                    logger.error("\(message)", metadata: ["object": "\(id)"])
                } else {
                    logger.warning("\(message)", metadata: ["object": "\(id)"])
                }
            }
            for served in status?.servedMeanwhile ?? [] { logger.warning("\(served)", metadata: ["object": "\(id)"]) }
            do {
                try statusFolder?.write(id, status)
            } catch {
                logger.error("status cannot be written: \(error)", metadata: ["object": "\(id)", "folder": "\(statusFolder?.path ?? "")"])
            }
        }
    }

    /// Keeps the sums that metrics show.
    private func noteProblems(of id: ObjectID, _ status: ObjectStatus?) {
        let new = (errors: status?.found.errors.count ?? 0, warnings: status?.found.warnings.count ?? 0)
        let old = problems[id] ?? (0, 0)
        problems[id] = new == (0, 0) ? nil : new
        operations.problemsChanged(errors: new.errors - old.errors, warnings: new.warnings - old.warnings)
    }

    private func say(_ problem: ConfigProblem) {
        if problem.severity == .error { logger.error("\(problem)") } else { logger.warning("\(problem)") }
    }
}
