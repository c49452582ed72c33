import APIResources
import ConfigStores
import ConfigTree
import Emitter
import EnvoyTranslation
import Foundation
@testable import Migration
import Syncer
import TranslationHarness

/// An installation from text, checked and translated as the command does it.
func installation(_ text: String, namespace: String = Stock.namespace) throws -> Installation {
    var store = MemoryStore()
    var emitter = try Stock.emitter()
    _ = emitter.apply(store.write("a.yaml", text))
    let translation = try Stock.translator().translate(emitter.snapshot, nil)
    var reporter = Reporter()
    for (unit, reports) in translation.reports { reporter.set(.unit(unit), reports) }
    return Installation(objects: emitter.newest.values, problems: reporter.allProblems(emitter), namespace: namespace)
}

/// One line an object: `VirtualService shop {virtualHost: ...}`, with metadata beside the name where there is any.
func object(_ kind: Kind, _ name: String, _ spec: String, metadata: String = "") -> String {
    "{apiVersion: \(kind.apiVersion), kind: \(kind.rawValue), metadata: {name: \(name)\(metadata.isEmpty ? "" : ", \(metadata)")}, spec: \(spec)}\n---\n"
}

enum Folder {
    static let tests = URL(filePath: #filePath).deletingLastPathComponent()
    static let repository = tests.deletingLastPathComponent().deletingLastPathComponent()

    static func text(_ path: String) throws -> String { try String(contentsOf: repository.appending(path: path), encoding: .utf8) }
}
