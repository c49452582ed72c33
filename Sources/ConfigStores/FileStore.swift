package import ConfigTree
// Dispatch's own objects may be used from any thread; their types do not say so.
@preconcurrency import Dispatch
package import Logging
import Synchronization

/// Objects from a folder of YAML and JSON files, watched.
///
/// Files may lie in any subfolder and hold any number of objects in Kubernetes form, or one object in Gloo's own layout (see `FileLayout`).
/// What happens to the content of a file that is broken, gone or doubly defined, `FileIndex` says.
package struct FileStore: ConfigStore {
    package let root: String
    private let parser: FileParser
    private let logger: Logger

    package init(root: String, defaultNamespace: String, limits: ConfigLimits = ConfigLimits(), logger: Logger? = nil) {
        self.root = root.count > 1 && root.hasSuffix("/") ? String(root.dropLast()) : root
        parser = FileParser(reader: ObjectReader(defaultNamespace: defaultNamespace), limits: limits)
        self.logger = logger ?? Logger(label: "sluice.files")
    }

    package func changes() throws(StoreError) -> AsyncStream<StoreChange> {
        switch Files.entry(root) {
        case .folder: break
        case .none: throw StoreError(.missing, StoreText.missingFolder(root))
        case .file, .other: throw StoreError(.notAFolder, StoreText.notAFolder(root))
        }
        do throws(Files.Failure) {
            _ = try Files.names(in: root)
        } catch {
            throw StoreError(.unreadable, StoreText.unreadableFolder(root, reason: error.reason))
        }
        let inotify = try Inotify()
        let (stream, continuation) = AsyncStream.makeStream(of: StoreChange.self)
        let watching = FileWatching(root: root, parser: parser, inotify: inotify, logger: logger, continuation: continuation)
        watching.start()
        return stream
    }
}

/// One run of a `FileStore`. All its work happens on one serial dispatch queue, because reading files blocks; the cooperative pool never waits.
private final class FileWatching: Sendable {
    /// How long a file may be gone or empty before its objects are removed: editors that delete and write anew need less, and people who delete
    /// do not notice.
    private static let grace = DispatchTimeInterval.milliseconds(50)

    private struct State: ~Copyable {
        var index = FileIndex()
        var folders: FolderWatch
        /// Files that are gone or empty, by the moment when this becomes final.
        var vanishing: [String: DispatchTime] = [:]
        /// Of each file's bytes when last read: a file that was only touched is not parsed again.
        var fingerprints: [String: Int] = [:]
        var isRootGone = false
    }

    private let root: String
    private let parser: FileParser
    private let inotify: Inotify
    private let logger: Logger
    private let continuation: AsyncStream<StoreChange>.Continuation
    private let queue = DispatchQueue(label: "sluice.files")
    /// Only taken on `queue`, so never contended; it is what makes this class Sendable without a promise.
    private let state: Mutex<State>

    init(root: String, parser: FileParser, inotify: Inotify, logger: Logger, continuation: AsyncStream<StoreChange>.Continuation) {
        self.root = root
        self.parser = parser
        self.inotify = inotify
        self.logger = logger
        self.continuation = continuation
        state = Mutex(State(folders: FolderWatch(root: root, inotify: inotify)))
    }

    func start() {
        let source = DispatchSource.makeReadSource(fileDescriptor: inotify.descriptor, queue: queue)
        source.setEventHandler { self.handleEvents() }
        // Keeps the descriptor open until dispatch has let go of it.
        source.setCancelHandler { [inotify] in _ = inotify }
        continuation.onTermination = { _ in source.cancel() }
        queue.async {
            self.state.withLock { state in
                self.scan(self.root, &state)
                self.publish(&state, isInitial: true)
            }
        }
        source.activate()
    }

    // MARK: Events

    private func handleEvents() {
        let events = inotify.events()
        guard !events.isEmpty else { return }
        state.withLock { state in
            let work = state.folders.work(for: events)
            guard !work.isEmpty else { return }
            if work.everything {
                logger.debug("looking through all files again", metadata: ["folder": "\(root)"])
                state.folders.watchWay()
                state.folders.forget(root)
                scan(root, &state)
            } else {
                for folder in work.folders.sorted() { scan(folder, &state) }
                load(work.files.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }, &state)
            }
            publish(&state)
        }
    }

    /// Reads all files in a folder that are new or other than before, and lets those vanish that are not there any more.
    private func scan(_ folder: String, _ state: inout State) {
        if folder == root { state.isRootGone = Files.entry(root) != .folder }
        guard Files.entry(folder) == .folder else {
            state.folders.forget(folder)
            vanish(state.index.paths.filter { $0.hasPrefix(folder + "/") }, &state)
            // What was a folder may be a file now.
            if FileLayout.isConfiguration(folder.split(separator: "/").last.map(String.init) ?? "") { load([folder], &state) }
            return
        }
        let files = state.folders.scan(folder)
        load(files, &state)
        let present = Set(files)
        let isReadable = state.folders.problems[folder] == nil
        if isReadable { vanish(state.index.paths.filter { $0.hasPrefix(folder + "/") && !present.contains($0) }, &state) }
    }

    // MARK: Files

    private enum Reading: Sendable {
        case content(FileParser.Content, fingerprint: Int)
        case unchanged
        case gone
        case failed(String)
    }

    private func load(_ paths: [String], _ state: inout State) {
        let paths = paths.filter { FileLayout.isConfiguration($0.split(separator: "/").last.map(String.init) ?? "") }
        let fingerprints = state.fingerprints
        let readings = Self.concurrently(paths) { self.read($0, last: fingerprints[$0]) }
        for (path, reading) in zip(paths, readings) {
            switch reading {
            case .content(let content, let fingerprint):
                if content.isEmpty, state.index.has(path) {
                    vanish([path], &state)
                    continue
                }
                state.fingerprints[path] = fingerprint
                state.vanishing[path] = nil
                state.index.set(content, at: path)
            case .unchanged:
                state.vanishing[path] = nil
            case .gone: vanish([path], &state)
            case .failed(let reason):
                state.fingerprints[path] = nil
                state.vanishing[path] = nil
                let problem = ConfigProblem(at: ConfigPosition(file: path), StoreText.unreadableFile(reason: reason))
                state.index.set(StoreProblem(problem), at: path)
            }
        }
    }

    private func read(_ path: String, last: Int?) -> Reading {
        do throws(Files.Failure) {
            let bytes = try Files.contents(of: path, limit: parser.limits.bytes)
            let fingerprint = bytes.hashValue
            guard fingerprint != last else { return .unchanged }
            let hint = FileLayout.hint(relativePath: String(path.dropFirst(root.count + 1)))
            return .content(parser.parse(bytes, file: path, hint: hint), fingerprint: fingerprint)
        } catch {
            return error.isMissing ? .gone : .failed(error.reason)
        }
    }

    /// Many files are parsed on all cores; for few the start of threads would cost more than it brings.
    private static func concurrently<R: Sendable>(_ paths: [String], _ body: @Sendable (String) -> R) -> [R] {
        guard paths.count > 16 else { return paths.map(body) }
        let size = 32
        let parts = Mutex<[Int: [R]]>([:])
        DispatchQueue.concurrentPerform(iterations: (paths.count + size - 1) / size) { part in
            let results = paths[(part * size)..<min((part + 1) * size, paths.count)].map(body)
            parts.withLock { $0[part] = results }
        }
        return parts.withLock { parts in parts.keys.sorted().flatMap { parts[$0] ?? [] } }
    }

    // MARK: Files that are gone

    private func vanish(_ paths: some Collection<String>, _ state: inout State) {
        var isNew = false
        let deadline = DispatchTime.now() + Self.grace
        for path in paths where state.index.has(path) {
            // One whose time is over was spared because the whole folder was gone: it is asked again.
            if let earlier = state.vanishing[path], earlier > DispatchTime.now() { continue }
            state.vanishing[path] = deadline
            state.fingerprints[path] = nil
            state.index.vanish(path)
            isNew = true
        }
        guard isNew else { return }
        queue.asyncAfter(deadline: deadline) { [weak self] in self?.removeVanished() }
    }

    private func removeVanished() {
        state.withLock { state in
            // When the whole folder is gone (unmounted, say), nobody has deleted objects.
            state.isRootGone = Files.entry(root) != .folder
            if !state.isRootGone {
                let now = DispatchTime.now()
                for (path, deadline) in state.vanishing where deadline <= now {
                    state.vanishing[path] = nil
                    state.index.remove(path)
                }
            }
            publish(&state)
        }
    }

    private func publish(_ state: inout State, isInitial: Bool = false) {
        var problems = state.folders.problems.sorted { $0.key < $1.key }.map { folder, message in
            StoreProblem(ConfigProblem(at: ConfigPosition(file: folder), message))
        }
        if state.isRootGone { problems.append(StoreProblem(ConfigProblem(at: ConfigPosition(file: root), StoreText.folderGone(root)))) }
        guard let change = state.index.change(storeProblems: problems, isInitial: isInitial) else { return }
        continuation.yield(change)
    }
}
