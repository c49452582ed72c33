/// The folders below a root with their watches: turns events into paths to look at.
struct FolderWatch {
    /// What the events of one moment ask for.
    struct Work {
        /// Files that may have other content, or none.
        var files: Set<String> = []
        /// Folders to go through again, with all below them.
        var folders: Set<String> = []
        /// The way to the root has changed, or events were lost.
        var everything = false

        var isEmpty: Bool { files.isEmpty && folders.isEmpty && !everything }
    }

    let root: String
    private let inotify: Inotify
    /// One folder may be reached by several ways, through links; the kernel knows it by one number.
    private var paths: [Int32: Set<String>] = [:]
    private var watches: [String: Int32] = [:]
    /// Names outside of the root that lead to it: the root itself, and links on the way. Their replacement changes everything.
    private var way: [Int32: Set<String>] = [:]
    /// Folders that cannot be read or watched, with the reason in words.
    private(set) var problems: [String: String] = [:]

    init(root: String, inotify: Inotify) {
        self.root = root
        self.inotify = inotify
        watchWay()
    }

    /// Watches the folders that hold the root's name and each link on the way to it.
    mutating func watchWay() {
        var folder = ""
        let parts = Files.absolute(root).split(separator: "/").filter { $0 != "." }
        for (place, part) in parts.enumerated() {
            let path = "\(folder)/\(part)"
            if place == parts.count - 1 || Files.isLink(path), let watch = try? inotify.watch(folder.isEmpty ? "/" : folder) {
                way[watch, default: []].insert(String(part))
            }
            folder = path
        }
    }

    /// Watches `folder` and all below it, and returns the configuration files in there, in the order of their bytes.
    ///
    /// The watch comes before the look: what is written in between is seen twice, never not at all.
    mutating func scan(_ folder: String) -> [String] {
        problems = problems.filter { $0.key != folder && !$0.key.hasPrefix(folder + "/") }
        var files: [String] = []
        var above: [String] = []
        scan(folder, above: &above, into: &files)
        return files
    }

    private mutating func scan(_ folder: String, above: inout [String], into files: inout [String]) {
        // A link to a folder above would never end.
        guard let identity = Files.identity(folder), !above.contains(identity), above.count < 64 else { return }
        above.append(identity)
        defer { above.removeLast() }
        do throws(Files.Failure) {
            add(try inotify.watch(folder), folder)
        } catch {
            problems[folder] = StoreText.cannotWatch(folder, reason: error.reason)
        }
        let names: [String]
        do throws(Files.Failure) {
            names = try Files.names(in: folder)
        } catch {
            problems[folder] = StoreText.unreadableFolder(folder, reason: error.reason)
            return
        }
        for name in names where !FileLayout.isIgnored(name) {
            let path = "\(folder)/\(name)"
            switch Files.entry(path) {
            case .folder: scan(path, above: &above, into: &files)
            case .file where FileLayout.isConfiguration(name): files.append(path)
            case .file, .other, .none: break
            }
        }
    }

    private mutating func add(_ watch: Int32, _ folder: String) {
        if let old = watches[folder], old != watch { forget(folder) }
        watches[folder] = watch
        paths[watch, default: []].insert(folder)
    }

    /// Stops watching a folder and all below it, because they are gone or elsewhere.
    mutating func forget(_ folder: String) {
        problems = problems.filter { $0.key != folder && !$0.key.hasPrefix(folder + "/") }
        for path in watches.keys where path == folder || path.hasPrefix(folder + "/") {
            guard let watch = watches.removeValue(forKey: path) else { continue }
            paths[watch]?.remove(path)
            guard paths[watch]?.isEmpty ?? false else { continue }
            paths[watch] = nil
            if way[watch] == nil { inotify.unwatch(watch) }
        }
    }

    mutating func work(for events: [InotifyEvent]) -> Work {
        var work = Work()
        for event in events {
            if event.isOverflow {
                work.everything = true
                continue
            }
            if way[event.watch]?.contains(event.name) ?? false { work.everything = true }
            for folder in paths[event.watch] ?? [] { add(event, in: folder, to: &work) }
            if event.isIgnored {
                for folder in paths.removeValue(forKey: event.watch) ?? [] where watches[folder] == event.watch { watches[folder] = nil }
                way[event.watch] = nil
            }
        }
        return work
    }

    private func add(_ event: InotifyEvent, in folder: String, to work: inout Work) {
        guard !event.name.isEmpty else {
            if event.isFolderGone || event.isAttributes { work.folders.insert(folder) }
            return
        }
        if event.name == FileLayout.swapLink {
            if event.isContent || event.isCreated { work.folders.insert(folder) }
            return
        }
        guard !FileLayout.isIgnored(event.name) else { return }
        let path = "\(folder)/\(event.name)"
        if event.isFolder || watches[path] != nil {
            work.folders.insert(path)
        } else if event.isContent || event.isGone || event.isAttributes {
            work.files.insert(path)
        } else if event.isCreated, Files.isLink(path) {
            // A link may lead to a folder: the look at the folder finds out.
            if Files.entry(path) == .folder { work.folders.insert(path) } else { work.files.insert(path) }
        }
    }
}
