import APIResources
import ConfigTree
import Foundation
import Testing

@testable import Syncer

@Suite struct StatusManifestTests {
    private static let service = ObjectID(.virtualService, ResourceRef(namespace: "team", name: "shop"))

    private func problem(_ severity: ConfigSeverity, _ message: String) -> ConfigProblem {
        ConfigProblem(severity, at: ConfigPosition(file: "a.yaml", line: 1, column: 1), message)
    }

    private func status(_ status: ObjectStatus, of id: ObjectID = service, truncates: Bool = true) throws -> ConfigValue {
        let root = try YAML.parseOne(status.yaml(of: id, reporter: "gloo-system", truncates: truncates), file: "status.yaml").root
        return try #require(id.kind == .rateLimitConfig ? root["status"] : root["status"]?["statuses"]?[key: "gloo-system"])
    }

    @Test("an accepted object says who says so, and nothing else")
    func accepted() {
        let text = """
            apiVersion: gateway.solo.io/v1
            kind: VirtualService
            metadata:
              name: "shop"
              namespace: "team"
            status:
              statuses:
                "gloo-system":
                  reportedBy: sluice
                  state: Accepted

            """
        #expect(ObjectStatus([]).yaml(of: Self.service, reporter: "gloo-system") == text)
    }

    @Test("the reason has errors, what serves meanwhile, and the warnings in a section at the end")
    func reason() throws {
        let both = ObjectStatus([problem(.warning, "w"), problem(.error, "e")], servedMeanwhile: [.lastVersion(generation: 7)])
        let found = try status(both)
        #expect(found["reason"]?.text == "a.yaml:1:1: e\nserved meanwhile: its last accepted version (generation 7)\nwarnings:\na.yaml:1:1: warning: w")
        #expect(found["messages"]?.elements.compactMap(\.text) == ["a.yaml:1:1: e", "a.yaml:1:1: warning: w", "served meanwhile: its last accepted version (generation 7)"])
        #expect(both.servesLastGood && !ObjectStatus([problem(.error, "e")]).servesLastGood)
        #expect(ObjectStatus([problem(.warning, "w")]).reason == "a.yaml:1:1: warning: w", "the state says already that it is one")
    }

    @Test("each proxy has a state of its own, under Gloo's key")
    func proxies() throws {
        let found = try status(
            ObjectStatus([problem(.error, "e")], proxies: [.init(role: "gloo-system~a", []), .init(role: "gloo-system~b", [problem(.error, "e")])])
        )
        let proxies = found["subresourceStatuses"]
        #expect(proxies?.count == 2)
        #expect(proxies?[key: "*v1.Proxy.a_gloo-system"]?["state"]?.text == "Accepted")
        #expect(proxies?[key: "*v1.Proxy.a_gloo-system"]?["reason"] == nil)
        #expect(proxies?[key: "*v1.Proxy.b_gloo-system"]?["state"]?.text == "Rejected")
        #expect(proxies?[key: "*v1.Proxy.b_gloo-system"]?["reason"]?.text == "a.yaml:1:1: e")
        #expect(proxies?[key: "*v1.Proxy.b_gloo-system"]?["reportedBy"]?.text == "sluice")
    }

    @Test("long texts are cut between characters, with a mark; long lists too")
    func truncated() throws {
        // Two bytes, and four scalars in one character of eleven bytes and more.
        for character in ["é", "👩‍👩‍👧‍👦"] {
            let long = ObjectStatus([problem(.error, String(repeating: character, count: 2000))])
            let reason = try #require(try status(long)["reason"]?.text)
            #expect(reason.utf8.count <= 1024 && reason.utf8.count > 1024 - 40)
            #expect(reason.hasSuffix("\(character)... (cut)"))
            #expect(try status(long)["messages"]?[at: 0]?.text == reason)
            #expect(try status(long, truncates: false)["reason"]?.text == long.reason)
        }
        let many = ObjectStatus(
            (0..<150).map { problem(.error, "\($0)") }, proxies: (0..<150).map { .init(role: "ns~p\($0)", [problem(.error, String(repeating: "x", count: 2000))]) }
        )
        let found = try status(many)
        #expect(found["messages"]?.count == 100 && found["subresourceStatuses"]?.count == 100)
        #expect(found["subresourceStatuses"]?.members.allSatisfy { ($0["reason"]?.text?.utf8.count ?? 0) == 512 } == true)
        #expect(try status(many, truncates: false)["subresourceStatuses"]?.count == 150)
    }

    @Test("a RateLimitConfig has the status of its own API")
    func rateLimitConfig() throws {
        let id = ObjectID(.rateLimitConfig, ResourceRef(namespace: "team", name: "limits"))
        let good = try status(ObjectStatus([problem(.warning, "w")], generation: 3), of: id)
        #expect(good["state"]?.text == "ACCEPTED" && good["message"]?.text == "a.yaml:1:1: warning: w" && good["observedGeneration"]?.text == "3")
        let bad = try status(ObjectStatus([problem(.error, "e")]), of: id)
        #expect(bad["state"]?.text == "REJECTED" && bad["message"]?.text == "a.yaml:1:1: e" && bad["observedGeneration"] == nil)
    }

    @Test("a file is written only when it says something else, and goes with its object")
    func folder() throws {
        let path = FileManager.default.temporaryDirectory.path + "/sluice-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let file = "\(path)/virtualservices/team/shop.yaml"
        func number() throws -> UInt64? { try FileManager.default.attributesOfItem(atPath: file)[.systemFileNumber] as? UInt64 }
        try StatusFolder(path: path, reporter: "gloo-system").write(Self.service, ObjectStatus([]))
        let first = try number()
        // Another control plane, which knows nothing of what the one before wrote.
        try StatusFolder(path: path, reporter: "gloo-system").write(Self.service, ObjectStatus([]))
        #expect(try number() == first)
        // Held open, so that the number cannot be given to the new file.
        let held = FileHandle(forReadingAtPath: file)
        try StatusFolder(path: path, reporter: "gloo-system").write(Self.service, ObjectStatus([problem(.error, "e")]))
        #expect(try number() != first)
        try held?.close()
        try StatusFolder(path: path, reporter: "gloo-system").write(Self.service, nil)
        #expect(!FileManager.default.fileExists(atPath: file))
    }
}
