import Foundation
import Testing

extension EndToEnd {
    /// Secrets come to Envoy and to the state file, and to nothing that people look at.
    @Suite struct Secrets {
        /// A configuration with a secret of each kind, and a text of each that is found nowhere else.
        private struct Configuration {
            var yaml: String
            var markers: [String: String]
        }

        private static func configuration(_ tls: Certificates, port: Int) async throws -> Configuration {
            let (served, inline) = try await (tls.pair(for: "served.test"), tls.pair(for: "inline.test"))
            func middle(_ pem: String) throws -> String { String(try #require(pem.split(separator: "\n").dropFirst().first)) }
            func secret(_ name: String, _ spec: String) -> String {
                "---\n{apiVersion: gloo.solo.io/v1, kind: Secret, metadata: {name: \(name), namespace: default}, spec: \(spec)}\n"
            }
            func authConfig(_ name: String, _ config: String) -> String {
                "---\n{apiVersion: enterprise.gloo.solo.io/v1, kind: AuthConfig, metadata: {name: \(name), namespace: default}, spec: {configs: [\(config)]}}\n"
            }
            func guarded(_ name: String) -> String {
                "- matchers: [{prefix: /\(name)}]\n  directResponseAction: {status: 200}\n  options: {extauth: {configRef: {name: \(name), namespace: default}}}\n"
            }
            var yaml = Edge.gateway("secrets", port: port, ssl: true)
            yaml += tlsSecret("served", pair: served)
            yaml += virtualService("served", "- directResponseAction: {status: 200}", ssl: "secretRef: {name: served, namespace: default}\nsniDomains: [served.test]")
            yaml += virtualService(
                "inline", "- directResponseAction: {status: 200}",
                ssl: "sniDomains: [inline.test]\nsslFiles:\n  tlsCert: |\n\(inline.chain.indented(4))\n  tlsKey: |\n\(inline.key.indented(4))"
            )
            yaml += secret("header", "{header: {headers: {x-plain-name: MARKER-header}}}")
            yaml += secret("cloud", "{aws: {accessKey: AKIAMARKER, secretKey: MARKER-aws-secret, sessionToken: MARKER-aws-session}}")
            yaml += secret("key", "{apiKey: {apiKey: MARKER-api-key}}")
            yaml += secret("client", "{oauth: {clientSecret: MARKER-client-secret}}")
            yaml += authConfig("basic", "{basicAuth: {realm: shop, encryption: {sha1: {}}, userList: {users: {ann: {hashedPassword: 'qUqP5cyxm6YcTAhz05Hph5gvu9M='}}}}}")
            yaml += authConfig("keys", "{apiKeyAuth: {headerName: x-key, k8sSecretApikeyStorage: {apiKeySecretRefs: [{name: key, namespace: default}]}}}")
            yaml += authConfig(
                "oidc",
                "{oauth2: {oidcAuthorizationCode: {clientId: shop, clientSecretRef: {name: client, namespace: default}, appUrl: 'https://shop.test', discoveryOverride: {authEndpoint: 'https://idp.test/auth', tokenEndpoint: 'https://idp.test/token'}}}}"
            )
            yaml += """
                ---
                apiVersion: gloo.solo.io/v1
                kind: Upstream
                metadata: {name: cloud, namespace: default}
                spec: {aws: {region: us-east-1, awsAccountId: '123456789012', secretRef: {name: cloud, namespace: default}, lambdaFunctions: [{logicalName: f, lambdaFunctionName: f}]}}

                """
            yaml += virtualService(
                "plain",
                """
                - matchers: [{prefix: /fn}]
                  routeAction: {single: {upstream: {name: cloud, namespace: default}, destinationSpec: {aws: {logicalName: f}}}}
                \(guarded("basic"))\(guarded("keys"))\(guarded("oidc"))- matchers: [{prefix: /}]
                  directResponseAction: {status: 200}
                  options: {headerManipulation: {requestHeadersToAdd: [{headerSecretRef: {name: header, namespace: default}}]}}
                """
            )
            return Configuration(
                yaml: yaml,
                markers: [
                    "key of a Secret": try middle(served.key), "key in sslFiles": try middle(inline.key), "header": "MARKER-header",
                    "secret key of AWS": "MARKER-aws-secret", "session of AWS": "MARKER-aws-session", "API key": "MARKER-api-key",
                    "client secret": "MARKER-client-secret", "password": "qUqP5cyxm6YcTAhz05Hph5gvu9M=",
                ]
            )
        }

        @Test("no command, page, log line and status shows a secret; Envoy and the state file have them, and only their owner reads that")
        func hidden() async throws {
            let web = try freePort()
            let tls = try await Certificates()
            let configuration = try await Self.configuration(tls, port: freePort())
            let stateFolder = try TemporaryFolder()
            let stateFile = "\(stateFolder.path)/last-good.json"
            let options = Edge.Options(arguments: ["--web-port", "\(web)", "--log-level", "debug", "--state-file", stateFile])
            try await Edge.with("secrets", options) { edge async throws in
                try await edge.apply("secrets", configuration.yaml)
                let folder = edge.folder.path
                func show(_ text: String, _ what: String) {
                    for (kind, marker) in configuration.markers {
                        #expect(!text.contains(marker), "\(what) shows the \(kind)")
                        #expect(!text.contains(Data(marker.utf8).base64EncodedString()), "\(what) shows the \(kind) in base64")
                    }
                }
                // What is looked for is there.
                let open = try await ChildProcess.run("secrets-open", Place.sluice.get(), ["translate", folder, "--show-secrets"])
                #expect(open.exit == .code(0), "\(open.errors)")
                for (kind, marker) in configuration.markers { #expect(open.output.contains(marker), "\(kind)") }
                #expect(open.output.contains("secret  tls:certificate/default/served"), "\(open.output.prefix(2000))")

                for arguments in [
                    ["translate", folder], ["translate", folder, "--explain"], ["translate", folder, "--output", "json"],
                    ["translate", folder, "--object", "VirtualService/default/plain"], ["validate", folder], ["validate", folder, "--output", "json"],
                    ["route", folder, "GET", "http://plain.test:\(edge.gatewayPort)/any"], ["route", folder, "GET", "http://plain.test:\(edge.gatewayPort)/keys"],
                    ["proxies", "--server", "http://127.0.0.1:\(web)"], ["proxies", "--server", "http://127.0.0.1:\(web)", "--output", "json"],
                ] {
                    let result = try await ChildProcess.run("secrets-\(arguments[0])", Place.sluice.get(), arguments)
                    #expect([.code(0), .code(1)].contains(result.exit) && !(result.output + result.errors).isEmpty, "\(arguments): \(result.errors)")
                    show(result.output + result.errors, arguments.joined(separator: " "))
                }

                // A key that fits no certificate: the form before is kept, in the state file too, and the error is told.
                let other = try await tls.pair(for: "other.test")
                let otherMarker = String(try #require(other.key.split(separator: "\n").dropFirst().first))
                try edge.folder.write("secrets.yaml", configuration.yaml.replacing(/(?s)privateKey: \|.*?-----END [A-Z ]*KEY-----\n/, with: "privateKey: |\n\(other.key.indented(6))\n"))
                _ = try await edge.waitForStatus("secrets", "served", is: "Rejected")
                try await eventually("the state file is written", context: { edge.logTails }) {
                    (try? String(contentsOfFile: stateFile, encoding: .utf8))?.contains(configuration.markers["key of a Secret"] ?? "-") == true
                }
                let mode = try FileManager.default.attributesOfItem(atPath: stateFile)[.posixPermissions] as? Int
                #expect(mode == 0o600)

                for page in ["/", "/proxies", "/metrics", "/config?role=gloo-system~gateway-proxy", "/config?role=gloo-system~gateway-proxy&format=yaml"] {
                    let answer = try await Client(port: web).get(page, host: "localhost")
                    #expect(answer.status == 200, "\(page)")
                    show(answer.body, page)
                    #expect(!answer.body.contains(otherMarker), "\(page) shows the refused key")
                }
                show(edge.controlPlane.log, "the log")
                #expect(!edge.controlPlane.log.contains(otherMarker), "the log shows the refused key")
                #expect(edge.controlPlane.log.contains(" debug "))
                let files = try FileManager.default.subpathsOfDirectory(atPath: edge.statusFolder.path)
                #expect(files.contains { $0.contains("served") })
                for file in files {
                    guard let text = try? String(contentsOfFile: "\(edge.statusFolder.path)/\(file)", encoding: .utf8) else { continue }
                    show(text, "status \(file)")
                    #expect(!text.contains(otherMarker), "\(file) shows the refused key")
                }
            }
        }
    }
}
