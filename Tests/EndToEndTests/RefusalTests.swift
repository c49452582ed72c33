import Foundation
import Glibc
import Testing

extension EndToEnd {
    /// What a real Envoy refuses costs nobody anything: it is told to who wrote it, and what was accepted before serves, to new proxies too.
    @Suite struct Refusals {
        private static let options = Edge.Options(arguments: ["--enable-plugin", "envoypatch"])

        /// Three forms of one file, and what a request sees.
        struct Story: Sendable, CustomTestStringConvertible {
            var name: String
            var kind: String
            var object: (plural: String, name: String, namespace: String)
            var form: @Sendable (_ text: String, _ patch: String, Upstream, _ port: Int) -> String
            var bad: String
            var words: String
            var testDescription: String { name }
        }

        private static let stories = [
            Story(
                name: "route", kind: "route", object: ("virtualservices", "told", "default"),
                form: { text, patch, _, _ in virtualService("told", "- directResponseAction: {status: 200, body: \(text)}\n  options: {envoyPatch: {\(patch)}}") },
                bad: "direct_response: {status: 99}", words: "value must be inside range [200, 600)"
            ),
            Story(
                name: "cluster", kind: "cluster", object: ("upstreams", "refusal-pets", "default"),
                form: { text, patch, pets, _ in
                    pets.object("envoyPatch: {\(patch)}")
                        + virtualService("told", "- \(pets.action)\n  options: {headerManipulation: {responseHeadersToAdd: [{header: {key: x-text, value: \(text)}}]}}")
                },
                bad: "connectTimeout: 0s", words: "value must be greater than 0s"
            ),
            Story(
                name: "listener", kind: "listener", object: ("gateways", "second", "gloo-system"),
                form: { text, patch, _, port in
                    Edge.gateway("second", port: port, "options: {envoyListenerPatch: {\(patch)}}\nhttpGateway: {}")
                        + virtualService("told", "- directResponseAction: {status: 200, body: \(text)}")
                },
                bad: "listenerFilters: [{name: nosuch}]", words: "Didn't find a registered implementation for 'nosuch'"
            ),
        ]

        @Test("a refusal is told within a second; the form before serves, new proxies too, and over a restart, until it is mended", arguments: stories, ["delta", "sotw"])
        func story(_ story: Story, variant: String) async throws {
            var options = Self.options
            options.variant = variant
            try await Edge.with("refused-\(story.name)-\(variant)", options) { edge in
                let pets = try await Upstream.start("refusal-pets") { _ in .init(body: "pets") }
                let port = try freePort()
                let client = Client(port: story.name == "listener" ? port : edge.gatewayPort)
                func waitForAnswer(_ why: String, _ isRight: @escaping (Response) -> Bool = { $0.status == 200 }) async throws {
                    try await eventually("\(why): told.test answers", context: { edge.logTails }) {
                        (try? await client.get("/", host: "told.test")).map(isRight) ?? false
                    }
                }
                func write(_ text: String, _ patch: String) throws { try edge.folder.write("told.yaml", story.form(text, patch, pets, port)) }
                func status() -> String { edge.status(story.object.plural, story.object.name, namespace: story.object.namespace) ?? "" }

                try write("one", "")
                try await waitForAnswer("the first form")
                try await eventually("it is accepted") { status().contains("\n      state: Accepted\n") }
                // The proxy has confirmed it, or there would be nothing to go back to: something later is served.
                try await edge.apply("later", "")

                let start = ContinuousClock.now
                try write("one", story.bad)
                try await eventually("the refusal is told", context: { "\(status())\n\(edge.logTails)" }) { status().contains(story.words) }
                print("refusal of a \(story.name) told after \(ContinuousClock.now - start)")
                let told = status()
                #expect(told.contains("\n      state: Rejected\n"), "\(told)")
                #expect(told.contains("proxy 'refused-\(story.name)-\(variant)-0' refuses \(story.kind)"), "\(told)")
                #expect(told.contains("the form that was accepted before serves"), "\(told)")
                #expect(told.contains(/told\.yaml:[0-9]+:[0-9]+/), "\(told)")
                try await waitForAnswer("while it is refused")

                try await edge.replaceEnvoys {}
                try await waitForAnswer("a new Envoy")
                #expect(status().contains(story.words))

                await edge.controlPlane.stop(SIGKILL)
                try await edge.replaceEnvoys { try await edge.restartControlPlane() }
                try await waitForAnswer("a new Envoy of a new control plane")
                try await eventually("it is still told", context: { "\(status())\n\(edge.logTails)" }) { status().contains(story.words) }

                try write("two", "")
                try await waitForAnswer("mended") { $0.body == "two" || $0.header("x-text") == "two" }
                try await eventually("it is accepted again", context: { "\(status())\n\(edge.logTails)" }) { status().contains("\n      state: Accepted\n") }
                try await eventually("nothing is kept any more") { edge.statusFolder.read("last-good.json") == nil }
            }
        }

        @Test("a Secret that Envoy alone refuses is told on the Secret and on who uses it, and the certificate before serves", arguments: ["delta", "sotw"])
        func secret(variant: String) async throws {
            try await Edge.with("refused-secret-\(variant)", .init(variant: variant)) { edge in
                let authority = try await Certificates()
                let port = try freePort()
                let service = Edge.gateway("https", port: port, ssl: true)
                    + virtualService(
                        "user", "- directResponseAction: {status: 200, body: here}", ssl: "secretRef: {name: served, namespace: default}\nsniDomains: [user.test]"
                    )
                let good = try await authority.pair(for: "user.test")
                try await edge.apply("user", service + tlsSecret("served", pair: good))
                func isServed() async throws -> Bool {
                    (try? await authority.client(port: port, serverName: "user.test").get("/", host: "user.test"))?.body == "here"
                }
                try await eventually("the certificate serves", context: { edge.logTails }, isTrue: isServed)
                try await edge.apply("beside", "")

                // Too short for Envoy, and OpenSSL takes it.
                let short = try await authority.pair(for: "user.test", key: ["-newkey", "rsa:1024"])
                try edge.folder.write("user.yaml", service + tlsSecret("served", pair: short))
                let words = "proxy 'refused-secret-\(variant)-0' refuses secret"
                for (plural, name) in [("secrets", "served"), ("virtualservices", "user")] {
                    let status = try await eventually("\(plural) \(name) tells it", context: { "\(edge.status(plural, name) ?? "")\n\(edge.logTails)" }) {
                        edge.status(plural, name).flatMap { $0.contains(words) ? $0 : nil }
                    }
                    #expect(status.contains("2048-bit"), "\(status)")
                    #expect(!status.contains("PRIVATE KEY"))
                }
                #expect(edge.status("secrets", "served")?.contains("\n      state: Rejected\n") == true)
                #expect(try await isServed())
                // A new Envoy gets what was accepted.
                try await edge.replaceEnvoys {}
                try await eventually("the certificate before serves", context: { edge.logTails }, isTrue: isServed)
                try await edge.apply("user", service + tlsSecret("served", pair: good))
                try await eventually("it is mended", context: { edge.logTails }) { edge.status("secrets", "served")?.contains("\n      state: Accepted\n") == true }
            }
        }

        @Test("what Envoy refuses of many is told at the value that it speaks of, and nowhere else")
        func traced() async throws {
            try await Edge.with("traced", Self.options) { edge in
                let pets = try await Upstream.start("traced-pets")
                try await edge.apply("fine", pets.object() + virtualService("aaa", "- \(pets.action)") + virtualService("zzz", "- \(pets.action)"))
                func route(_ patch: String) -> String { "- directResponseAction: {status: 200}\n- \(pets.action)\n  options: {envoyPatch: {\(patch)}}" }
                let cases: [(yaml: String, plural: String, namespace: String, path: String)] = [
                    (virtualService("bad", route("route: {retryPolicy: {retryOn: 5xx, retryBackOff: {baseInterval: 0s}}}")), "virtualservices", "default", "retryBackOff.baseInterval"),
                    (virtualService("bad", route(#"route: {hostRewriteLiteral: "a\nb"}"#)), "virtualservices", "default", "routes[1].options.envoyPatch.route.hostRewriteLiteral"),
                    (virtualService("bad", route("requestHeadersToAdd: [{header: {key: x-a, value: '%FOO(bar)%'}}]")), "virtualservices", "default", "requestHeadersToAdd[0].header.value"),
                    (virtualService("bad", route("route: {upgradeConfigs: [{upgradeType: websocket}, {upgradeType: websocket}]}")), "virtualservices", "default", "upgradeConfigs[0].upgradeType"),
                    (virtualService("bad", route("route: {prefixRewrite: /x, regexRewrite: {pattern: {regex: a}, substitution: b}}")), "virtualservices", "default", "spec.virtualHost.routes[1]"),
                    (virtualService("bad", route("route: {hashPolicy: [{header: {}}]}")), "virtualservices", "default", "routes[1].options.envoyPatch.route.hashPolicy[0].header"),
                    (
                        virtualService("bad", "- directResponseAction: {status: 200}\n  options: {envoyPatch: {direct_response: {body: {filename: /nonexistent/a}}}}"),
                        "virtualservices", "default", "direct_response.body.filename"
                    ),
                    (
                        virtualService("bad", "- directResponseAction: {status: 200}", options: "envoyPatch: {responseHeadersToAdd: [{header: {key: a, value: '%WHAT%'}}]}"),
                        "virtualservices", "default", "spec.virtualHost.options.envoyPatch.responseHeadersToAdd[0].header.value"
                    ),
                    (
                        virtualService("user", "- matchers: [{prefix: /t}]\n  delegateAction: {ref: {name: bad}}")
                            + routeTable(
                                "bad",
                                """
                                - matchers: [{prefix: /t/one}]
                                  directResponseAction: {status: 200}
                                - matchers: [{prefix: /t/two}]
                                  directResponseAction: {status: 200}
                                  options: {envoyPatch: {responseHeadersToAdd: [{header: {key: b, value: '%NOPE%'}}]}}
                                """
                            ),
                        "routetables", "default", "spec.routes[1].options.envoyPatch.responseHeadersToAdd[0].header.value"
                    ),
                    (pets.object("envoyPatch: {commonLbConfig: {healthyPanicThreshold: {value: 200}}}").replacing(pets.name, with: "bad"), "upstreams", "default", "healthyPanicThreshold.value"),
                    (pets.object("sslConfig: {sslFiles: {rootCa: /nonexistent/ca.crt}}").replacing(pets.name, with: "bad"), "upstreams", "default", "spec.sslConfig.sslFiles.rootCa"),
                    (pets.object("envoyPatch: {type: ORIGINAL_DST}").replacing(pets.name, with: "bad"), "upstreams", "default", "spec.envoyPatch.type"),
                    (
                        pets.object("envoyPatch: {lbPolicy: RING_HASH, ringHashLbConfig: {minimumRingSize: 100, maximumRingSize: 10}}").replacing(pets.name, with: "bad"),
                        "upstreams", "default", "ringHashLbConfig.minimumRingSize"
                    ),
                    (
                        Edge.gateway("bad", port: try freePort(), "options: {accessLoggingService: {accessLog: [{fileSink: {path: /nonexistent/dir/a.log, stringFormat: ''}}]}}\nhttpGateway: {}"),
                        "gateways", "gloo-system", "fileSink.path"
                    ),
                    (
                        Edge.gateway("bad", port: try freePort(), "httpGateway: {options: {envoyConnectionManagerPatch: {maxRequestHeadersKb: 100000}}}"), "gateways", "gloo-system",
                        "envoyConnectionManagerPatch.maxRequestHeadersKb"
                    ),
                    (
                        Edge.gateway("bad", port: try freePort(), "options: {envoyListenerPatch: {listenerFilters: [{name: nosuch}]}}\nhttpGateway: {}"), "gateways", "gloo-system",
                        "envoyListenerPatch.listenerFilters[0].name"
                    ),
                ]
                for bad in cases {
                    try edge.folder.write("bad.yaml", bad.yaml)
                    let status = try await eventually("\(bad.path) is told", context: { edge.logTails }) {
                        edge.status(bad.plural, "bad", namespace: bad.namespace).flatMap { $0.contains("proxy 'traced-0' refuses") ? $0 : nil }
                    }
                    #expect(status.contains(/bad\.yaml:[0-9]+:[0-9]+/) && status.contains(bad.path), "\(bad.path): \(status)")
                    #expect(!status.contains("goo.gle/debug"))
                    for other in ["aaa", "zzz", "ready-fine"] {
                        #expect(edge.status("virtualservices", other)?.contains("\n      state: Accepted\n") == true, "\(bad.path) is not of \(other)")
                    }
                    try edge.folder.remove("bad.yaml")
                    try await eventually("the status goes with its object", context: { edge.logTails }) { edge.status(bad.plural, "bad", namespace: bad.namespace) == nil }
                }
                // Everything that was refused is gone, and the proxy takes changes as before.
                try await edge.apply("after", "")
            }
        }
    }
}
