import APIResources
import ConfigTree

/// What all files hold together: which file defines which object, which definition serves, and what is wrong. Knows no file system.
///
/// Three rules keep a running gateway from being harmed by an edit in progress:
/// - A file with a broken document keeps, beside its good documents, every object it had before and does not define now. Whether the broken one is
///   meant to be such an object cannot be known until it is mended.
/// - A file that has gone or is empty keeps its objects until `remove`: many editors delete and write anew.
/// - Of several definitions of one object the first one keeps serving.
struct FileIndex {
    private struct File {
        var objects: [ObjectID: ConfigObject] = [:]
        var problems: [StoreProblem] = []
        /// It cannot be read, or not as a whole.
        var isBroken = false
        /// Of its objects those that it had before and does not show now.
        var kept: Set<ObjectID> = []
        /// Gone or empty just now: a definition in another file goes before.
        var isVanishing = false
    }

    private var files: [String: File] = [:]
    /// Files that define an object, in the order in which they began to. More than one is a conflict.
    private var owners: [ObjectID: [String]] = [:]
    private var serving: [ObjectID: ConfigObject] = [:]
    private var touched: Set<ObjectID> = []
    private var contested: Set<ObjectID> = []
    private var filesWithProblems: Set<String> = []
    private var brokenFiles: Set<String> = []
    private var lastProblems: [StoreProblem] = []
    private var lastUnreadable: [String: Set<ObjectID>] = [:]

    var paths: some Collection<String> { files.keys }
    func has(_ path: String) -> Bool { files[path] != nil }
    func isVanishing(_ path: String) -> Bool { files[path]?.isVanishing ?? false }

    /// The file holds this now.
    mutating func set(_ content: FileParser.Content, at path: String) {
        let before = files[path] ?? File()
        var file = File(problems: content.problems)
        for object in content.objects {
            guard let first = file.objects[object.id] else {
                file.objects[object.id] = object
                continue
            }
            // Twice in one file: the one that serves already goes on, wherever the other was put.
            let serves = before.objects[object.id]?.contentVersion
            let keepsFirst = serves == nil || serves == first.contentVersion || serves != object.contentVersion
            file.problems += duplicate(object.id, kept: keepsFirst ? first : object, other: keepsFirst ? object : first)
            if !keepsFirst { file.objects[object.id] = object }
        }
        if content.isBroken {
            file.isBroken = true
            file.kept = Set(before.objects.keys.lazy.filter { file.objects[$0] == nil })
            file.objects.merge(before.objects) { new, _ in new }
        }
        replace(path, before: before, with: file)
    }

    /// The file cannot be read: it keeps what it had.
    mutating func set(_ problem: StoreProblem, at path: String) {
        let before = files[path] ?? File()
        let file = File(objects: before.objects, problems: [problem], isBroken: true, kept: Set(before.objects.keys))
        replace(path, before: before, with: file)
    }

    /// The file is gone or empty; whether for good is not known yet.
    mutating func vanish(_ path: String) {
        guard let file = files[path] else { return }
        files[path]?.isVanishing = true
        touched.formUnion(file.objects.keys)
    }

    /// The file and its objects are gone.
    mutating func remove(_ path: String) {
        guard let before = files[path] else { return }
        replace(path, before: before, with: File())
        files[path] = nil
    }

    private mutating func replace(_ path: String, before: File, with file: File) {
        files[path] = file
        if file.problems.isEmpty { filesWithProblems.remove(path) } else { filesWithProblems.insert(path) }
        if file.isBroken { brokenFiles.insert(path) } else { brokenFiles.remove(path) }
        for id in before.objects.keys where file.objects[id] == nil {
            owners[id]?.removeAll { $0 == path }
            if owners[id]?.isEmpty ?? false { owners[id] = nil }
            touched.insert(id)
        }
        for id in file.objects.keys {
            if !(owners[id]?.contains(path) ?? false) { owners[id, default: []].append(path) }
            touched.insert(id)
        }
    }

    /// What has changed since the last call; nil for nothing. `storeProblems` are those of the store itself.
    mutating func change(storeProblems: [StoreProblem], isInitial: Bool = false) -> StoreChange? {
        var upserted: [ConfigObject] = []
        var removed: [ObjectID] = []
        for id in touched.sorted() {
            let definitions = owners[id] ?? []
            let lasting = definitions.filter { !isVanishing($0) }
            let object = (lasting.first ?? definitions.first).flatMap { files[$0]?.objects[id] }
            if lasting.count > 1 { contested.insert(id) } else { contested.remove(id) }
            switch (serving[id], object) {
            case (let old?, let new?) where old === new: break
            case (_, let new?): upserted.append(new)
            case (.some, nil): removed.append(id)
            case (nil, nil): break
            }
            serving[id] = object
        }
        touched = []
        let problems = storeProblems + problems()
        let unreadable = unreadable()
        guard isInitial || !upserted.isEmpty || !removed.isEmpty || problems != lastProblems || unreadable != lastUnreadable else { return nil }
        lastProblems = problems
        lastUnreadable = unreadable
        return StoreChange(upserted: upserted, removed: removed, problems: problems, unreadable: unreadable, isInitial: isInitial)
    }

    /// Of each broken file the objects that serve from it as they were; another file may define them meanwhile.
    private func unreadable() -> [String: Set<ObjectID>] {
        var unreadable: [String: Set<ObjectID>] = [:]
        for path in brokenFiles {
            guard let file = files[path] else { continue }
            unreadable[path] = file.kept.filter { id in serving[id].map { $0 === file.objects[id] } ?? false }
        }
        return unreadable
    }

    private func problems() -> [StoreProblem] {
        var problems = filesWithProblems.flatMap { files[$0]?.problems ?? [] }
        for id in contested {
            let definitions = (owners[id] ?? []).filter { !isVanishing($0) }.compactMap { files[$0]?.objects[id] }
            guard let first = definitions.first else { continue }
            for other in definitions.dropFirst() { problems += duplicate(id, kept: first, other: other) }
        }
        return problems.sorted { ($0.problem.position, $0.problem.message) < ($1.problem.position, $1.problem.message) }
    }

    /// Said at both places, since either may be the mistake.
    private func duplicate(_ id: ObjectID, kept: ConfigObject, other: ConfigObject) -> [StoreProblem] {
        [
            StoreProblem(ConfigProblem(at: kept.value, StoreText.duplicateServing(id, other: "\(other.position)")), object: id),
            StoreProblem(ConfigProblem(at: other.value, StoreText.duplicateIgnored(id, serving: "\(kept.position)")), object: id),
        ]
    }
}
