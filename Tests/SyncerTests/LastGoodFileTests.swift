import APIResources
import Emitter
import EnvoyResources
import EnvoyTranslation
import Foundation
import GatewayTranslation
import Syncer
import Testing
import XDSCache

@Suite final class LastGoodFileTests {
    private let folder = FileManager.default.temporaryDirectory.path + "/sluice-\(UUID().uuidString)"
    private var path: String { "\(folder)/state/last-good.json" }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    private static let ref = ResourceRef(namespace: "team", name: "shop")
    private static let table = RouteConfigKey(role: "gloo-system~gateway-proxy", name: "listener-::-80-routes")
    private static let all = LastGood(
        versions: [
            LastGoodVersion(id: ObjectID(.virtualService, ref), file: "/conf/a/shop.yaml", content: "{\"spec\": {\"a\": \"q\\\"\\\\\", b: yes}}"),
            LastGoodVersion(id: ObjectID(.secret, ref), file: "/elsewhere/secret.yaml", content: "{}"),
        ],
        units: [
            LastGoodUnit(.cluster(ref), bytes: [0, 255, 7]),
            LastGoodUnit(.filterChain(table), bytes: []),
            LastGoodUnit(.listener(table), bytes: [3]),
            LastGoodUnit(.virtualHost(VirtualHostKey(table: table, host: .proxy(ref, path: "spec.listeners[0]"))), bytes: [1]),
            LastGoodUnit(.virtualHost(VirtualHostKey(table: table, host: .virtualService(ref))), bytes: [2], options: ["cors", "headers"]),
        ]
    )

    /// What a failure says; empty when there is none.
    private static func failure(_ body: () throws -> Void) -> String {
        do {
            try body()
            return ""
        } catch {
            return "\(error)"
        }
    }

    @Test("what is written is read again, from wherever the program is started")
    func roundTrip() throws {
        var file = LastGoodFile(path: path, root: "/conf/")
        try file.write(Self.all)
        var other = LastGoodFile(path: path, root: "../conf")
        let read = try other.read()
        #expect(read.versions.map(\.file) == ["../conf/a/shop.yaml", "/elsewhere/secret.yaml"])
        #expect(read.versions.map(\.content) == Self.all.versions.map(\.content) && read.versions.map(\.id) == Self.all.versions.map(\.id))
        #expect(Set(read.units) == Set(Self.all.units))
    }

    @Test("what serves in place of refused resources is written and read, with what it names")
    func quarantine() throws {
        let served = EnvoyResource(name: "r", version: 0xfeed_0000_0000_0001, parts: [[1, 2], [3]])
        let cluster = EnvoyResource(name: "c", version: 7, parts: [[9]])
        let record = QuarantineRecord(
            role: Self.table.role,
            entries: [
                .init(type: .route, name: "r", refused: 5, substitute: served, proxy: "p", words: "a \"b\"\n"),
                .init(type: .cluster, name: "d", refused: .max, substitute: nil, proxy: "p", words: ""),
            ],
            kept: [(type: .cluster, resource: cluster)]
        )
        var file = LastGoodFile(path: path, root: "/conf")
        try file.write(LastGood(quarantine: [record]))
        let read = try #require(try file.read().quarantine.first)
        #expect(read.role == record.role && read.entries.map(\.name) == ["r", "d"] && read.entries.map(\.refused) == [5, .max])
        #expect(read.entries.map { $0.substitute?.version } == [served.version, nil] && read.entries[0].substitute?.joined() == [1, 2, 3])
        #expect(read.entries.map(\.words) == ["a \"b\"\n", ""] && read.entries[0].proxy == "p")
        #expect(read.kept.map(\.resource.name) == ["c"] && read.kept.map { $0.resource.joined() } == [[9]])
    }

    @Test("the file is its owner's alone, and nothing is left beside it")
    func mode() throws {
        var file = LastGoodFile(path: path, root: "/conf")
        try file.write(Self.all)
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        #expect(try FileManager.default.contentsOfDirectory(atPath: "\(folder)/state") == ["last-good.json"])
    }

    @Test("the same again is not written, not even by a program that has only read it")
    func unchanged() throws {
        func number() throws -> UInt64? { try FileManager.default.attributesOfItem(atPath: path)[.systemFileNumber] as? UInt64 }
        var file = LastGoodFile(path: path, root: "/conf")
        try file.write(Self.all)
        let first = try number()
        try file.write(Self.all)
        var other = LastGoodFile(path: path, root: "/conf")
        try other.write(try other.read())
        #expect(try number() == first)
    }

    @Test("with nothing to keep there is no file")
    func nothing() throws {
        var file = LastGoodFile(path: path, root: "/conf")
        let read = try file.read()
        #expect(read.versions.isEmpty)
        try file.write(LastGood())
        #expect(!FileManager.default.fileExists(atPath: folder))
        try file.write(Self.all)
        try file.write(LastGood())
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test(
        "a file that is broken, or of another version, is an error that names it",
        arguments: ["", "{", "[]", "{\"format\": 2}", "{\"format\": 1, \"objects\": [{\"kind\": \"Thing\"}]}", "{\"format\": 1, \"units\": [{\"unit\": \"x\", \"bytes\": \"\"}]}"]
    )
    func broken(text: String) throws {
        try FileManager.default.createDirectory(atPath: "\(folder)/state", withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(filePath: path))
        var file = LastGoodFile(path: path, root: "/conf")
        #expect(Self.failure { _ = try file.read() }.contains(path))
        // And is replaced when there is something to keep.
        try file.write(Self.all)
        let read = try file.read()
        #expect(read.units.count == Self.all.units.count)
    }

    @Test("a place that cannot be written to is an error that names it")
    func unwritable() {
        var file = LastGoodFile(path: "/proc/nowhere/last-good.json", root: "/conf")
        #expect(Self.failure { try file.write(Self.all) }.contains("/proc/nowhere"))
    }
}
