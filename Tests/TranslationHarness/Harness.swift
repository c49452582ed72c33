import APIResources
package import ConfigStores
import ConfigTree
package import Emitter
package import EnvoyTranslation
package import EnvoyValidation
import Foundation
import PluginHost
package import Syncer

/// Why a test cannot go on, in words.
package struct HarnessFailure: Error, CustomStringConvertible {
    package let description: String
    package init(_ description: String) { self.description = description }
}

/// What tests run with: the stock plugins as they are built, in the folder of the test program.
package enum Stock {
    package static let deployment = Result<Deployment, any Error> {
        let folder = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent().path
        let deployment = try Deployment(stock: folder, folders: [], enabled: Deployment.optional)
        guard deployment.plugins.plugins.count >= 5, deployment.problems.isEmpty else {
            throw HarnessFailure("the stock plugins are not all in \(folder): run `swift build` first. \(deployment.problems)")
        }
        return deployment
    }

    package static let namespace = "gloo-system"

    package static func translator(keepsLastGood: Bool = false) throws -> Translator {
        Translator(plugins: try deployment.get().plugins, writeNamespace: namespace, keepsLastGood: keepsLastGood)
    }

    package static func emitter() throws -> Emitter { Emitter(ObjectChecker(try deployment.get().schemas)) }
}

/// The Envoy that tests ask what it accepts.
package enum RealEnvoy {
    /// Nil where there is none; then tests of it are skipped.
    package static let check: EnvoyCheck? = {
        let environment = ProcessInfo.processInfo.environment
        let cache = environment["SLUICE_CACHE"] ?? "\(NSHomeDirectory())/.cache/sluice"
        let path = environment["SLUICE_ENVOY"] ?? "\(cache)/envoy/envoy"
        return FileManager.default.isExecutableFile(atPath: path) ? EnvoyCheck(binary: path) : nil
    }()
}

/// Files in memory, read as a store reads them.
package struct MemoryStore: Sendable {
    private var objects: [String: [ConfigObject]] = [:]
    private var problems: [String: [StoreProblem]] = [:]

    package init() {}

    /// All there is, as a store tells it first.
    package var all: StoreChange {
        StoreChange(
            upserted: objects.sorted { $0.key < $1.key }.flatMap(\.value), problems: problems.sorted { $0.key < $1.key }.flatMap(\.value), isInitial: true
        )
    }

    /// Writes one file; nil takes it away.
    package mutating func write(_ file: String, _ text: String?) -> StoreChange {
        let before = objects[file] ?? []
        var now: [ConfigObject] = []
        var found: [StoreProblem] = []
        let reader = ObjectReader(defaultNamespace: Stock.namespace)
        for document in text.map({ YAML.parse(Array($0.utf8), file: file) }) ?? [] {
            switch document {
            case .success(let document):
                do throws(StoreProblem) {
                    now.append(try reader.object(document.root))
                } catch {
                    found.append(error)
                }
            case .failure(let error): found.append(StoreProblem(error.problem))
            }
        }
        objects[file] = text == nil ? nil : now
        problems[file] = found.isEmpty ? nil : found
        let ids = Set(now.map(\.id))
        return StoreChange(
            upserted: now, removed: before.map(\.id).filter { !ids.contains($0) }, problems: problems.sorted { $0.key < $1.key }.flatMap(\.value)
        )
    }
}
