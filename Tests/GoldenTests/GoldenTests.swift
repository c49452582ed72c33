import EnvoyDescriptors
import EnvoyTranslation
import EnvoyValidation
import Foundation
import Testing
import TranslationHarness

/// YAML in, Envoy's resources and the objects' statuses out. `SLUICE_REWRITE_GOLDEN=1 swift test --filter GoldenTests` writes the
/// expected files anew; read the difference before committing it.
@Suite struct GoldenTests {
    static let rewrites = ProcessInfo.processInfo.environment["SLUICE_REWRITE_GOLDEN"] == "1"

    @Test("a case makes what it made when it was read", arguments: GoldenCase.all)
    func unchanged(_ golden: GoldenCase) throws {
        let actual = try golden.translate().text(showing: golden.show())
        if Self.rewrites {
            try Data(actual.utf8).write(to: golden.expectedFile)
            return
        }
        let expected = try? String(contentsOf: golden.expectedFile, encoding: .utf8)
        if expected == actual { return }
        Issue.record(
            """
            \(golden.name): \(LineDifference.text(expected ?? "", actual))
            SLUICE_REWRITE_GOLDEN=1 swift test --filter GoldenTests takes the new text as right.
            """
        )
    }

    @Test("there are cases, each in a folder that says situation and outcome")
    func names() {
        #expect(GoldenCase.all.count > 50)
        for golden in GoldenCase.all {
            #expect(golden.folder.lastPathComponent.wholeMatch(of: /[a-z0-9]+(-[a-z0-9]+)+/) != nil, "\(golden.name)")
        }
    }

    /// Of files of a proxy that is not here.
    private static let filesOfTheProxy: Set = [
        "tls/files-are-paths-in-the-proxy", "grpcjson/file-is-a-path-in-the-proxy", "wasm/file-is-a-path-in-the-proxy", "dynamicmodule/modules-of-the-proxy",
    ]

    /// All cases in one configuration, each name with the case's before it.
    @Test("Envoy accepts everything that a case makes", .enabled(if: RealEnvoy.check != nil))
    func acceptedByEnvoy() throws {
        let envoy = try #require(RealEnvoy.check)
        var port = 20000
        var all: [(name: String, resources: EnvoyCheck.Resources)] = []
        for golden in GoldenCase.all where !Self.filesOfTheProxy.contains(golden.name) {
            var own = EnvoyCheck.Resources()
            for (role, snapshot) in try golden.translate().translation.snapshots.sorted(by: { $0.key < $1.key }) {
                let resources = try EnvoyCheck.Resources(snapshot)
                let clusters = Set(resources.clusters.compactMap(\.name))
                for listener in resources.listeners {
                    port += 1
                    // Some extensions ask whether the cluster is there that they name.
                    own.listeners.append(
                        listener.renamed("\(golden.name)/\(role)/").listening(at: port).naming(clusters, "\(golden.name)/\(role)/")
                    )
                }
                for cluster in resources.clusters { own.clusters.append(cluster.renamed("\(golden.name)/\(role)/")) }
            }
            all.append((golden.name, own))
        }
        for (name, why) in try envoy.refusals(among: all) { Issue.record("\(name): Envoy refuses: \(why)") }
    }
}

extension ProtoJSON {
    fileprivate func renamed(_ prefix: String) -> ProtoJSON {
        guard case .object(let members) = self else { return self }
        return .object(members.map { member in
            if member.key == "name", case .string(let name) = member.value { return .init("name", .string(prefix + name)) }
            return member
        })
    }

    fileprivate var name: String? {
        guard case .object(let members) = self else { return nil }
        for member in members { if member.key == "name", case .string(let name) = member.value { return name } }
        return nil
    }

    /// With a prefix on each text that is the name of a cluster.
    fileprivate func naming(_ clusters: Set<String>, _ prefix: String) -> ProtoJSON {
        switch self {
        case .object(let members): .object(members.map { .init($0.key, $0.value.naming(clusters, prefix)) })
        case .array(let elements): .array(elements.map { $0.naming(clusters, prefix) })
        case .string(let text) where clusters.contains(text): .string(prefix + text)
        default: self
        }
    }

    fileprivate func listening(at port: Int) -> ProtoJSON {
        guard case .object(let members) = self else { return self }
        return .object(members.map { member in
            switch member.key {
            case "address", "socketAddress": .init(member.key, member.value.listening(at: port))
            case "portValue": .init(member.key, .number("\(port)"))
            default: member
            }
        })
    }
}

/// Where two texts part, for people.
enum LineDifference {
    static func text(_ expected: String, _ actual: String, context: Int = 4, limit: Int = 30) -> String {
        let old = expected.split(separator: "\n", omittingEmptySubsequences: false)
        let new = actual.split(separator: "\n", omittingEmptySubsequences: false)
        let same = zip(old, new).prefix { $0 == $1 }.count
        let sameEnd = zip(old.dropFirst(same).reversed(), new.dropFirst(same).reversed()).prefix { $0 == $1 }.count
        var lines = ["line \(same + 1) is the first that differs"]
        lines += old[max(0, same - context)..<same].map { "  \($0)" }
        func part(_ sign: String, _ all: [Substring]) {
            let part = all[same..<(all.count - sameEnd)]
            lines += part.prefix(limit).map { "\(sign) \($0)" }
            if part.count > limit { lines.append("\(sign) (\(part.count - limit) lines more)") }
        }
        part("-", old)
        part("+", new)
        lines += old.suffix(sameEnd).prefix(context).map { "  \($0)" }
        return lines.joined(separator: "\n")
    }
}
