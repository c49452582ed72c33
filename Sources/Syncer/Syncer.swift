internal import APIResources
internal import ConfigStores
internal import ConfigTree
internal import Emitter
internal import EnvoyResources
internal import EnvoyTranslation
internal import Logging
internal import XDSCache

/// Brings changes of the configuration to the proxies, and what there is to say about them back to the objects.
actor Syncer {
    private var emitter: Emitter
    private let translator: Translator
    private var reporter = Reporter()
    private var hasRun = false
    /// Which configuration each connected proxy has.
    private var roles: [StreamID: String] = [:]
    private let cache: XDSCache
    private let statusFolder: StatusFolder?
    private var lastGoodFile: LastGoodFile?
    /// One line is enough while the file cannot be written.
    private var isLastGoodFileBroken = false
    private let serverSecret: ServerSecret?
    private let logger: Logger
    /// Finished when the first full content has been published.
    private let firstSync = AsyncStream<Never>.makeStream()

    init(
        emitter: Emitter, translator: sending Translator, cache: XDSCache, statusFolder: StatusFolder?, lastGoodFile: LastGoodFile?,
        serverSecret: ServerSecret? = nil, logger: Logger
    ) {
        self.emitter = emitter
        self.translator = translator
        self.cache = cache
        self.statusFolder = statusFolder
        self.lastGoodFile = lastGoodFile
        self.serverSecret = serverSecret
        self.logger = logger
    }

    /// Takes over what a control plane before this one kept. To be called before the first event.
    func restoreLastGood() {
        do {
            guard let lastGood = try lastGoodFile?.read() else { return }
            emitter.remember(lastGood.versions)
            translator.restoreLastGood(lastGood.units)
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
        for event in events {
            switch event {
            case .store(let change):
                isStore = true
                changes.formUnion(emitter.apply(change))
                for problem in change.problems where problem.object == nil { say(problem.problem) }
            case .xds(let event):
                note(event)
            }
        }
        if isStore, !changes.isEmpty || !hasRun { sync(changes) }
        writeLastGood(retries: isStore)
        reporter.noteChanged(emitter.takeReportChanges())
        writeStatuses()
        if isStore, !hasRun {
            hasRun = true
            firstSync.continuation.finish()
        }
    }

    private func sync(_ changes: SnapshotChanges) {
        serverSecret?.update(from: emitter.snapshot)
        let translation = translator.translate(emitter.snapshot, hasRun ? changes : nil)
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
    }

    // MARK: Last good versions

    private func writeLastGood(retries: Bool) {
        for (id, reasons) in emitter.takeUnusable() {
            let reason = reasons.first.map(\.message) ?? "it cannot be read"
            logger.warning("the last accepted version, from before the start, is not used: \(reason)", metadata: ["object": "\(id)"])
        }
        let ofUnits = translator.takeLastGoodChange()
        if ofUnits { reporter.setKept(translator.lastGood) }
        // Both are asked: neither may keep its mark.
        guard emitter.takeLastGoodChange() || ofUnits || (retries && isLastGoodFileBroken) else { return }
        do {
            try lastGoodFile?.write(LastGood(versions: emitter.lastGood, units: Array(translator.lastGood)))
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
        case .acknowledged(let stream, let node, let type, let resources, let removed, let number):
            logger.debug(
                "acknowledged",
                metadata: [
                    "node": "\(node.id)", "type": "\(type)", "publication": "\(number)",
                    "resources": "\((resources.map(\.name) + removed.map { "-\($0)" }).prefix(20).joined(separator: ", "))",
                ]
            )
            let role = roles[stream] ?? ""
            for resource in resources { reporter.set(.refusal(role: role, type, name: resource.name), []) }
        case .rejected(let stream, let node, let type, let resources, let message):
            let role = roles[stream] ?? ""
            for resource in resources {
                let reports = translator.owners(role: role, type, resource.name).map { owner in
                    Report(.error, owner, "proxy '\(node.id)' refuses \(type) '\(resource.name)': \(message)")
                }
                reporter.set(.refusal(role: role, type, name: resource.name), reports)
            }
        case .waiting:
            break
        case .settled:
            break
        }
    }

    // MARK: Statuses

    private func writeStatuses() {
        for (id, status) in reporter.takeChanges(emitter) {
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

    private func say(_ problem: ConfigProblem) {
        if problem.severity == .error { logger.error("\(problem)") } else { logger.warning("\(problem)") }
    }
}
