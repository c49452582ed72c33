import APIResources
import ConfigTree
import Emitter
import EnvoyDescriptors
import EnvoyResources
import EnvoyTranslation
import Foundation
import HashTreeCollections
import Syncer
import Testing
import TranslationHarness

/// `Tests/Golden/<topic>/<situation-and-outcome>/`: `input.yaml`, and what it makes in `expected.yaml`.
///
/// A first line `# show: routes` keeps the expected file to some of listeners, routes, clusters and secrets; statuses are always there.
struct GoldenCase: CustomTestStringConvertible, Sendable {
    let name: String
    let folder: URL

    var testDescription: String { name }

    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().appending(path: "Golden")

    /// All cases there are, by name.
    static let all: [GoldenCase] = {
        let files = FileManager.default
        func folders(_ url: URL) -> [URL] {
            let names = (try? files.contentsOfDirectory(atPath: url.path)) ?? []
            return names.sorted().filter { !$0.hasPrefix(".") }.map { url.appending(path: $0) }
        }
        return folders(root).flatMap(folders).map { folder in
            GoldenCase(name: "\(folder.deletingLastPathComponent().lastPathComponent)/\(folder.lastPathComponent)", folder: folder)
        }
    }()

    private var inputFile: URL { folder.appending(path: "input.yaml") }
    var expectedFile: URL { folder.appending(path: "expected.yaml") }

    func input() throws -> String { try String(contentsOf: inputFile, encoding: .utf8) }

    func translate() throws -> Translated {
        let made = try OneTranslation(try input())
        return Translated(emitter: made.emitter, translation: made.translation)
    }

    func show() throws -> Set<String> {
        let all: Set = ["listeners", "routes", "clusters"]
        guard let line = try input().split(separator: "\n").first, line.hasPrefix("# show:") else { return all }
        let words = Set(line.dropFirst("# show:".count).split(separator: " ").map(String.init))
        guard words.isSubset(of: all.union(["secrets", "nothing"])) else { throw HarnessFailure("\(name): '# show:' knows \(all.sorted()), secrets and nothing") }
        return words
    }
}

/// What a case's input makes.
struct Translated {
    let emitter: Emitter
    let translation: Translation

    func text(showing show: Set<String>) throws -> String {
        var text = ""
        for (role, snapshot) in translation.snapshots.sorted(by: { $0.key < $1.key }) {
            for (word, type) in [("listeners", ResourceType.listener), ("routes", .route), ("routes", .virtualHost), ("clusters", .cluster), ("secrets", .secret)] where show.contains(word) {
                for resource in snapshot[type].values.sorted(by: { $0.name < $1.name }) {
                    let message = try DescriptorPool.envoy.decode(type.typeURL, resource.joined(), names: .proto, hiding: type == .secret ? Redaction.fields : [])
                    text += "# \(role)  \(type)  \(resource.name)\n\(Self.shortened(message.yaml()))---\n"
                }
            }
        }
        return text + statuses()
    }

    /// Libraries of scripts are cut to their beginning: they are what they are, whatever the case is about.
    private static func shortened(_ yaml: String) -> String {
        var out: [Substring] = []
        var lines = yaml.split(separator: "\n", omittingEmptySubsequences: false)[...]
        while let line = lines.popFirst() {
            out.append(line)
            guard line.hasSuffix("|-") || line.hasSuffix("|") else { continue }
            let margin = line.prefix { $0 == " " }.count
            let block = lines.prefix { $0.isEmpty || $0.prefix { $0 == " " }.count > margin }
            lines = lines.dropFirst(block.count)
            out += block.count > 100 ? block.prefix(1) + ["\(String(repeating: " ", count: margin + 2))... and more"] : block
        }
        return out.joined(separator: "\n")
    }

    /// State and problems of each object, and problems of none.
    private func statuses() -> String {
        var reporter = Reporter()
        for (unit, reports) in translation.reports { reporter.set(.unit(unit), reports) }
        var problems: [ObjectID?: [ConfigProblem]] = [:]
        for (id, problem) in reporter.allProblems(emitter) { problems[id, default: []].append(problem) }
        var members: [ProtoJSON.Member] = []
        let ids = Set(emitter.newest.keys).union(problems.keys.compactMap { $0 })
        for id in ids.sorted().map(Optional.some) + [nil] {
            let found = (problems[id] ?? []).sorted { ($0.severity == .error ? 0 : 1, $0.position, $0.message) < ($1.severity == .error ? 0 : 1, $1.position, $1.message) }
            if id == nil, found.isEmpty { continue }
            let state = id == nil ? "no object" : ObjectStatus(found).state.rawValue
            let name = id?.description ?? "files"
            if found.isEmpty {
                members.append(.init(name, .string(state)))
            } else {
                members.append(.init(name, .object([.init(state, .array(found.map { .string($0.description) }))])))
            }
        }
        return "# statuses\n" + ProtoJSON.object(members).yaml()
    }
}
