@testable import APIResources
import ConfigStores
import ConfigTree
import Foundation
import Syncer
import Testing
import TranslationHarness

/// `Tests/Kinds/<Kind>.yaml`: objects that together use every field of their kind.
@Suite struct KindSampleTests {
    private static func objects(_ kind: Kind) throws -> [ConfigObject] {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().appending(path: "Kinds")
        let text = try String(contentsOf: folder.appending(path: "\(kind.rawValue).yaml"), encoding: .utf8)
        let reader = ObjectReader(defaultNamespace: "default")
        return try YAML.parse(text, file: "\(kind.rawValue).yaml").map { try reader.object(try $0.get().root) }
    }

    /// Routes are open in their kinds, and have a schema of their own.
    private static func routes(_ object: ConfigObject) -> [ConfigValue] {
        let hosts = (object.spec["listeners"]?.elements ?? .none).flatMap { $0["httpListener"]?["virtualHosts"]?.elements ?? .none }
        return ([object.spec, object.spec["virtualHost"]] + hosts).flatMap { Array($0?["routes"]?.elements ?? .none) }
    }

    @Test("a sample of each kind is what its schema says", arguments: Kind.allCases)
    func accepted(_ kind: Kind) throws {
        let schemas = try Stock.deployment.get().schemas
        for object in try Self.objects(kind) {
            let isBare = object.spec.index == object.value.index
            #expect(object.id.kind == kind)
            let problems = schemas[kind].validate(object.spec, leavingOut: isBare ? ConfigObject.envelopeMembers : [])
            // Options whose plugin is still to come are known, and refused by name.
            #expect(problems.filter { !$0.isRefusal } == [])
            let schema = kind == .proxy ? schemas.proxyRoute : schemas.route
            for route in Self.routes(object) { #expect(schema.validate(route) == []) }
        }
    }

    @Test("the samples use every field of the core's schema")
    func complete() throws {
        let core = try YAML.parseOne(CoreSchema.text, file: "core").root
        let definitions = try #require(core[key: "$defs"])
        var coverage = FieldCoverage(definitions)
        for kind in Kind.allCases {
            for object in try Self.objects(kind) {
                coverage.visit(object.spec, try #require(definitions[key: kind.rawValue]))
                let route = try #require(definitions[key: kind == .proxy ? "ProxyRoute" : "Route"])
                for value in Self.routes(object) { coverage.visit(value, route) }
            }
        }
        #expect(coverage.missing == [])
    }
}

/// Which properties of a schema the values use that were held against it.
private struct FieldCoverage {
    private let definitions: ConfigValue
    private var used: Set<Int> = []

    init(_ definitions: ConfigValue) { self.definitions = definitions }

    mutating func visit(_ value: ConfigValue, _ written: ConfigValue) {
        var schema = written
        while let name = schema[key: "$ref"]?.text?.split(separator: "/").last, let next = definitions[key: String(name)] { schema = next }
        for element in value.elements {
            if let items = schema[key: "items"] { visit(element, items) }
        }
        for (key, member) in value.entries {
            if let property = schema[key: "properties"]?[key: key] {
                used.insert(property.index)
                visit(member, property)
            } else if let others = schema[key: "additionalProperties"], others.isMap {
                visit(member, others)
            }
        }
    }

    /// Paths of the properties that no value has used.
    var missing: [String] {
        var missing: [String] = []
        func collect(_ schema: ConfigValue) {
            for property in schema[key: "properties"]?.members ?? .none {
                if !used.contains(property.index) { missing.append(property.path) }
                collect(property)
            }
            for key in ["items", "additionalProperties"] { if let inner = schema[key: key] { collect(inner) } }
        }
        for definition in definitions.members { collect(definition) }
        return missing
    }
}
