import EnvoyDescriptors
import EnvoyResources
import Foundation
import HashTreeCollections
import Testing
import XDSCache

@testable import AdminServer

/// A marker stands wherever a secret may; it must not come out anywhere, in no encoding.
@Suite struct ConfigDumpTests {
    private static let marker = "MARKER-5f2c"
    private static let encoded = Data(marker.utf8).base64EncodedString()

    private static func secret(_ json: String) throws -> EnvoyResource { try EnvoyResource(.secret, "s", json) }

    /// A listener with one HTTP filter.
    private static func listener(_ type: String, _ json: String) throws -> EnvoyResource {
        try EnvoyResource(
            .listener, "l",
            """
            {"name":"l","filterChains":[{"filters":[{"name":"h","typedConfig":{
              "@type":"type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
              "httpFilters":[{"name":"f","typedConfig":{"@type":"type.googleapis.com/\(type)",\(json)}}]}}]}]}
            """
        )
    }

    private static func snapshot() throws -> EnvoySnapshot {
        let tls = #""tlsCertificate":{"certificateChain":{"inlineString":"the chain"},"#
        let filters = "envoy.extensions.filters.http"
        let secrets = [
            try secret("{\"name\":\"s\",\(tls)\"privateKey\":{\"inlineString\":\"\(marker)\"},\"password\":{\"inlineString\":\"\(marker)\"}}}"),
            try secret("{\"name\":\"s\",\(tls)\"privateKey\":{\"inlineBytes\":\"\(encoded)\"}}}"),
            try secret("{\"name\":\"s\",\(tls)\"pkcs12\":{\"inlineBytes\":\"\(encoded)\"}}}"),
            try secret("{\"name\":\"s\",\"genericSecret\":{\"secret\":{\"inlineString\":\"\(marker)\"}}}"),
            try secret("{\"name\":\"s\",\"sessionTicketKeys\":{\"keys\":[{\"inlineBytes\":\"\(encoded)\"}]}}"),
            // Where no key belongs.
            try secret("{\"name\":\"s\",\"validationContext\":{\"trustedCa\":{\"inlineString\":\"-----BEGIN PRIVATE KEY-----\\n\(marker)\"}}}"),
        ]
        let listeners = [
            try listener("\(filters).basic_auth.v3.BasicAuth", "\"users\":{\"inlineString\":\"u:\(marker)\"}"),
            try listener("\(filters).api_key_auth.v3.ApiKeyAuth", "\"credentials\":[{\"key\":\"\(marker)\",\"client\":\"c\"}]"),
            try listener(
                "\(filters).jwt_authn.v3.JwtAuthentication", "\"providers\":{\"p\":{\"localJwks\":{\"inlineString\":\"{\\\"k\\\":\\\"\(marker)\\\"}\"}}}"
            ),
            try listener("\(filters).header_mutation.v3.HeaderMutation", "\"mutations\":{\"requestMutations\":[{\"append\":{\"header\":{\"key\":\"x\",\"value\":\"\(marker)\"}}}]}"),
            try listener("\(filters).wasm.v3.Wasm", "\"config\":{\"configuration\":{\"@type\":\"type.googleapis.com/google.protobuf.StringValue\",\"value\":\"\(marker)\"}}"),
        ]
        let route = try EnvoyResource(
            .route, "r",
            """
            {"name":"r","virtualHosts":[{"name":"v","domains":["shown.test"],
              "requestHeadersToAdd":[{"header":{"key":"x-any","value":"\(marker)"}}],
              "routes":[{"match":{"prefix":"/","headers":[{"name":"Authorization","stringMatch":{"exact":"\(marker)"}}],
                         "queryParameters":[{"name":"api_key","stringMatch":{"exact":"\(marker)"}}]},
                         "route":{"cluster":"c"},"metadata":{"filterMetadata":{"x":{"clientSecret":"\(marker)","seen":"here"}}}}]}]}
            """
        )
        var snapshot = EnvoySnapshot()
        for (number, resource) in secrets.enumerated() { snapshot[.secret]["s\(number)"] = resource }
        for (number, resource) in listeners.enumerated() { snapshot[.listener]["l\(number)"] = resource }
        snapshot[.route]["r"] = route
        snapshot[.cluster]["c"] = try EnvoyResource(
            .cluster, "c",
            """
            {"name":"c","metadata":{"filterMetadata":{"x":{"url":"http://user:\(marker)@host/"}}},
             "transportSocket":{"name":"t","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext",
               "commonTlsContext":{"tlsCertificates":[{"privateKey":{"inlineString":"\(marker)"}}]}}}}
            """
        )
        return snapshot
    }

    @Test("no secret comes out, wherever it stands, and the rest does", arguments: ["json", "yaml"])
    func redacted(format: String) async throws {
        try await AdminHarness.with { admin async throws in
            let snapshot = try Self.snapshot()
            admin.cache.publish(snapshot, role: "ns~p")
            let answer = try await admin.get("/config?role=ns~p&format=\(format)")
            #expect(answer.status == 200)
            for text in ["shown.test", "x-any", "here", "the chain", "[redacted]", "Authorization"] { #expect(answer.body.contains(text), "\(text)") }
            for page in ["/config?format=\(format)", "/", "/proxies", "/metrics"] {
                let body = try await admin.get(page).body
                #expect(!body.contains(Self.marker) && !body.contains(Self.encoded), "\(page)")
            }
            // The test could not fail, were the marker not there.
            let unhidden = try DescriptorPool.envoy.decode("envoy.extensions.transport_sockets.tls.v3.Secret", try #require(snapshot[.secret]["s0"]).joined())
            #expect(unhidden.compactJSON.contains(Self.marker))
        }
    }

    @Test("every field on the list is a field that Envoy has, of a kind that can be hidden")
    func fieldsExist() throws {
        for field in Redaction.fields {
            let parts = field.split(separator: ".")
            let type = parts.dropLast().joined(separator: ".")
            let name = String(parts[parts.count - 1])
            #expect(DescriptorPool.envoy.hasField(type, name), "\(field)")
        }
    }

    @Test("a dump is JSON or YAML of one role, type and name; what there is not is said")
    func selection() async throws {
        try await AdminHarness.with { admin async throws in
            #expect(try await admin.get("/config").status == 400)
            var snapshot = EnvoySnapshot()
            for number in 0..<3_000 { snapshot.clusters["c\(number)"] = try EnvoyResource(.cluster, "c\(number)", "{\"name\":\"c\(number)\"}") }
            admin.cache.publish(snapshot, role: "ns~p")
            admin.cache.publish(EnvoySnapshot(), role: "ns~q")
            #expect(try await admin.get("/config").status == 400)
            #expect(try await admin.get("/config?role=ns~p&type=thing").status == 400)
            #expect(try await admin.get("/config?role=ns~p&format=xml").status == 400)
            #expect(try await admin.get("/config?role=ns~z").status == 404)
            #expect(try await admin.get("/config?role=ns~p&name=none").status == 404)
            let all = try ProtoJSON(json: try await admin.get("/config?role=ns~p").body)
            guard case .array(let resources)? = all["resources"] else { throw ChannelFault() }
            #expect(resources.count == 3_000 && all["role"] == .string("ns~p"))
            let one = try ProtoJSON(json: try await admin.get("/config?role=ns%7Ep&type=cluster&name=c7").body)
            guard case .array(let found)? = one["resources"] else { throw ChannelFault() }
            #expect(found.map { $0["name"] } == [.string("c7")])
            #expect(try await admin.get("/config?role=ns~q&format=yaml").body == "role: \"ns~q\"\npublication: 2\nresources: []\n")
            let yaml = try await admin.get("/config?role=ns~p&name=c7&format=yaml").body
            #expect(yaml.contains("resources:\n- type: cluster\n  name: c7\n"))
        }
    }

    struct ChannelFault: Error {}
}
