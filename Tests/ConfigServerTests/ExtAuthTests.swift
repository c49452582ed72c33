import ConfigServerTranslation
import EnvoyResources
import Testing

@Suite struct ExtAuthTests {
    private func auth(_ configs: String, _ more: String = "") -> String {
        "apiVersion: enterprise.gloo.solo.io/v1\nkind: AuthConfig\nmetadata: {name: a, namespace: ns}\nspec: {configs: [\(configs)]\(more)}\n"
    }

    private func secret(_ name: String, _ spec: String) -> String {
        "apiVersion: gloo.solo.io/v1\nkind: Secret\nmetadata: {name: \(name), namespace: ns, labels: {team: x}}\n\(spec)\n"
    }

    private func checks(_ servers: Servers) throws -> [Wire] {
        Wire(try #require(servers.bytes(.extAuth, .extAuthConfig, "ns.a")))[8].map { Wire($0) }
    }

    @Test("a client's secret is looked up, and a changed one writes the AuthConfig anew")
    func secrets() throws {
        var servers = try Servers(.extAuth)
        let oidc = "{name: login, oauth2: {oidcAuthorizationCode: {clientId: me, clientSecretRef: {name: s}, issuerUrl: 'https://i', appUrl: 'https://a', callbackPath: /c, scopes: [x, y], session: {cookieOptions: {maxAge: 0}}}}}"
        servers.write("a.yaml", auth(oidc, ", booleanExpr: login, failOnRedirect: true"))
        #expect(servers.words == ["error spec.configs[0].oauth2.oidcAuthorizationCode.clientSecretRef: Secret 'ns.s' does not exist"])
        #expect(servers.bytes(.extAuth, .extAuthConfig, "ns.a") == nil)
        servers.write("s.yaml", secret("s", "spec: {oauth: {clientSecret: first}}"))
        #expect(servers.words.isEmpty)
        let check = try #require(try checks(servers).first)
        let code = check.message(9).message(1)
        #expect(check.message(11).text(1) == "login")
        #expect(code.text(1) == "me" && code.text(2) == "first" && code.text(3) == "https://i" && code.text(6) == "/c")
        #expect(code[7].map { String(decoding: $0, as: UTF8.self) } == ["x", "y"])
        #expect(code.message(20).message(2)[1].count == 1)
        let whole = Wire(try #require(servers.bytes(.extAuth, .extAuthConfig, "ns.a")))
        #expect(whole.text(1) == "ns.a" && whole.message(10).text(1) == "login" && whole.number(11) == 1)
        servers.write("s.yaml", secret("s", "spec: {oauth: {clientSecret: second}}"))
        #expect(try checks(servers)[0].message(9).message(1).text(2) == "second")
        servers.write("s.yaml", nil)
        #expect(try checks(servers)[0].message(9).message(1).text(2) == "second", "it goes on as it was")
        #expect(servers.words.count == 1)
    }

    @Test("keys are found by name and by label, with their metadata")
    func keys() throws {
        var servers = try Servers(.extAuth)
        servers.write("k.yaml", secret("k", "spec: {apiKey: {apiKey: abc, metadata: {user: u}}}"))
        servers.write("a.yaml", auth("{apiKeyAuth: {headerName: x-key, k8sSecretApikeyStorage: {labelSelector: {team: x}}, headersFromMetadataEntry: {x-user: {name: user, required: true}}}}"))
        #expect(servers.words.isEmpty)
        let keys = try checks(servers)[0].message(5)
        let entry = keys.message(1)
        #expect(entry.text(1) == "abc" && entry.message(2).text(1) == "k" && entry.message(2).map(2) == ["user": "u"])
        #expect(keys.text(2) == "x-key" && keys.map(3) == ["x-user": "user"])
        servers.write("l.yaml", secret("l", "spec: {apiKey: {apiKey: def, metadata: {user: v}}}"))
        #expect(try checks(servers)[0].message(5)[1].count == 2)
    }

    @Test("passwords, LDAP, HMAC, plugins and pass-through have their numbers")
    func others() throws {
        var servers = try Servers(.extAuth)
        servers.write("c.yaml", secret("c", "spec: {credentials: {username: u, password: p}}"))
        servers.write(
            "a.yaml",
            auth(
                "{basicAuth: {realm: r, apr: {users: {bob: {salt: s, hashedPassword: h}}}}}, "
                    + "{basicAuth: {encryption: {sha1: {}}, userList: {users: {bob: {salt: s, hashedPassword: h}}}}}, "
                    + "{ldap: {address: 'l:389', groupLookupSettings: {checkGroupsWithServiceAccount: true, credentialsSecretRef: {name: c}}}}, "
                    + "{hmacAuth: {secretRefs: {secretRefs: [{name: c}]}, parametersInHeaders: {}}}, "
                    + "{pluginAuth: {name: p, config: {a: [1, true, 't']}}}, {passThroughAuth: {grpc: {address: 'g:1', connectionTimeout: 2s}}}, {jwt: {}}"
            )
        )
        #expect(servers.words.isEmpty)
        let checks = try checks(servers)
        #expect(checks[0].message(4).message(2).message(2).text(1) == "bob")
        #expect(checks[1].message(17).message(2)[2].count == 1 && checks[1].message(17).message(3).message(1).message(2).text(2) == "h")
        #expect(checks[2].message(14).message(8).text(2) == "p" && checks[2].message(14).message(8).number(3) == 1)
        #expect(checks[3].message(15).message(1).map(1) == ["u": "p"] && checks[3].message(15)[2].count == 1)
        #expect(checks[4].message(6).message(4).message(1).text(1) == "a")
        #expect(checks[5].message(13).message(1).text(1) == "g:1" && checks[5].message(13).message(1).message(2).number(1) == 2)
        #expect(checks[6][12].count == 1)
    }
}
