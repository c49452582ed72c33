import APIResources
import ConfigStores
import ConfigTree
import Emitter
import Syncer
import Testing
import TranslationHarness

@Suite struct EmitterTests {
    private var store = MemoryStore()
    private var emitter: Emitter

    init() throws { emitter = try Stock.emitter() }

    private static let id = ObjectID(.upstream, ResourceRef(namespace: "gloo-system", name: "a"))

    private static func upstream(port: String, metadata: String = "", field: String = "static") -> String {
        "apiVersion: gloo.solo.io/v1\nkind: Upstream\nmetadata: {name: a\(metadata)}\nspec:\n  \(field): {hosts: [{addr: 10.0.0.1, port: \(port)}]}\n"
    }

    private mutating func write(_ text: String?) -> SnapshotChanges { emitter.apply(store.write("a.yaml", text)) }

    @Test("a new object is a change of content, existence and heads")
    mutating func new() {
        let changes = write(Self.upstream(port: "80"))
        #expect(changes.objects == [Self.id])
        #expect(changes.existence == [Self.id])
        #expect(changes.heads == [.kind(.upstream), .namespace(.upstream, "gloo-system")])
        #expect(emitter.snapshot[Self.id] != nil)
    }

    @Test("other content is a change of content alone")
    mutating func edit() {
        _ = write(Self.upstream(port: "80"))
        let changes = write(Self.upstream(port: "81"))
        #expect(changes.objects == [Self.id])
        #expect(changes.existence.isEmpty)
        #expect(changes.heads.isEmpty)
    }

    @Test("lines that move, status and what a store keeps are no change, and the newest form is known")
    mutating func moved() {
        _ = write(Self.upstream(port: "80"))
        let text = "# a word\n" + Self.upstream(port: "80", metadata: ", resourceVersion: '7', generation: 3") + "status: {state: Accepted}\n"
        #expect(write(text).isEmpty)
        #expect(emitter.newest[Self.id]?.position.line == 2)
        #expect(emitter.takeReportChanges() == [Self.id])
    }

    @Test("an older creation time is a change: of two that claim the same, the older one keeps it")
    mutating func age() {
        _ = write(Self.upstream(port: "80", metadata: ", creationTimestamp: '2024-01-02T00:00:00Z'"))
        let changes = write(Self.upstream(port: "80", metadata: ", creationTimestamp: '2024-01-01T00:00:00Z'"))
        #expect(changes.objects == [Self.id])
        #expect(changes.heads == [.kind(.upstream), .namespace(.upstream, "gloo-system")])
    }

    @Test("a refused object keeps its accepted form until it is mended or removed")
    mutating func lastGood() {
        _ = write(Self.upstream(port: "80"))
        let good = emitter.snapshot[Self.id]
        #expect(write(Self.upstream(port: "none")).isEmpty)
        #expect(emitter.snapshot[Self.id] === good)
        #expect(emitter.problems[Self.id]?.map(\.message) == ["'port' must be a whole number from 1 to 65535, not 'none'"])
        #expect(!emitter.snapshot.rejected.contains(Self.id))

        #expect(write(Self.upstream(port: "81")).objects == [Self.id])
        #expect(emitter.problems[Self.id] == nil)

        _ = write(Self.upstream(port: "none"))
        let removed = write(nil)
        #expect(removed.existence == [Self.id])
        #expect(emitter.snapshot[Self.id] == nil)
        #expect(emitter.problems[Self.id] == nil)
        #expect(emitter.newest[Self.id] == nil)
    }

    @Test("mending to the accepted content is no change, and takes the problem back")
    mutating func back() {
        _ = write(Self.upstream(port: "80"))
        _ = write(Self.upstream(port: "none"))
        #expect(write(Self.upstream(port: "80")).isEmpty)
        #expect(emitter.problems[Self.id] == nil)
    }

    @Test("an object that was never good is known to be rejected, and no longer when it goes")
    mutating func neverGood() {
        #expect(write(Self.upstream(port: "80", field: "statik")).existence == [Self.id])
        #expect(emitter.snapshot.rejected.contains(Self.id))
        #expect(emitter.problems[Self.id]?.map(\.message) == ["unknown field 'statik'; did you mean 'static'?"])
        #expect(write(nil).existence == [Self.id], "who misses it says now that it does not exist")
        #expect(!emitter.snapshot.rejected.contains(Self.id))
    }

    @Test("without plugins their options are refused by name; with them, everything is checked again")
    mutating func plugins() throws {
        var bare = Emitter(ObjectChecker(try APISchemas(options: [])))
        _ = bare.apply(store.write("a.yaml", Self.upstream(port: "80")))
        #expect(
            bare.problems[Self.id]?.map(\.message) == [
                "no loaded plugin handles 'static', and the stock plugin 'upstreamstatic' would; put libsluice_upstreamstatic.so into the plugin folder"
            ]
        )
        let changes = bare.useChecker(ObjectChecker(try Stock.deployment.get().schemas))
        #expect(changes.objects == [Self.id])
        #expect(bare.problems[Self.id] == nil)
    }

    @Test("a file that cannot be read is told without an object, and is forgotten when mended")
    mutating func broken() {
        _ = write("kind: [\n")
        #expect(emitter.storeProblems.map(\.problem.position.line) == [2])
        _ = write(Self.upstream(port: "80"))
        #expect(emitter.storeProblems.isEmpty)
    }

    @Test("a wrong route costs itself: the object is accepted, and says whether its matchers can be used")
    mutating func routes() throws {
        let text = """
            apiVersion: gateway.solo.io/v1
            kind: RouteTable
            metadata: {name: t}
            spec:
              routes:
              - {matchers: [{prefix: /a}], directResponseAction: {status: 1}}
              - {matchers: [{prefx: /a}], directResponseAction: {status: 200}}
              - {directResponseAction: {status: 200}}
            """
        _ = emitter.apply(store.write("t.yaml", text))
        let table = try #require(emitter.snapshot[ObjectID(.routeTable, ResourceRef(namespace: "gloo-system", name: "t"))])
        let routes = try #require(RouteTable(table.spec).routes).elements.map { table.routeProblems[$0.index] }
        #expect(routes.map { $0?.leavesMatchers } == [true, false, nil])
    }
}

@Suite struct SecretTests {
    private func check(_ text: String) throws -> (spec: ConfigValue?, problems: [String]) {
        var store = MemoryStore()
        var emitter = try Stock.emitter()
        _ = emitter.apply(store.write("s.yaml", text))
        let found = emitter.newest.keys.first
        return (found.flatMap { emitter.snapshot[$0]?.spec }, found.flatMap { emitter.problems[$0] }?.map(\.message) ?? [])
    }

    private func tls(_ members: String) -> String { "{apiVersion: gloo.solo.io/v1, kind: Secret, metadata: {name: s}, tls: {\(members)}}" }

    private let chain = "certChain: \"\(TestCertificates.chains[0])\""
    private let key = "privateKey: \"\(TestCertificates.keys[0])\""

    @Test("OpenSSL takes a chain with its key, and authorities alone")
    func good() throws {
        #expect(try check(tls("\(chain), \(key)")).problems == [])
        #expect(try check(tls("rootCa: \"\(TestCertificates.chains[0])\"")).problems == [])
    }

    @Test("what a TLS server would refuse is refused")
    func bad() throws {
        #expect(try check(tls("\(chain), privateKey: \"\(TestCertificates.keys[1])\"")).problems == ["'privateKey' does not belong to the first certificate of 'certChain'"])
        #expect(try check(tls(chain)).problems == ["a certificate and its private key go together: 'privateKey' is missing"])
        #expect(try check(tls(key)).problems == ["a certificate and its private key go together: 'certChain' is missing"])
        #expect(try check(tls("certChain: hello, \(key)")).problems == ["'certChain' holds no certificate in PEM form"])
        #expect(try check(tls("\(chain), privateKey: hello")).problems == ["'privateKey' is not a private key in PEM form, or needs a password"])
        #expect(try check(tls("\(chain), \(key), rootCa: hello")).problems == ["'rootCa' holds no certificate in PEM form"])
        #expect(try check(tls("")).problems == ["a TLS secret needs 'certChain' and 'privateKey', or 'rootCa'"])
    }

    @Test("Kubernetes' TLS secrets, other secrets and ConfigMaps are read as Gloo's")
    func kubernetes() throws {
        let secret = try check("{apiVersion: v1, kind: Secret, metadata: {name: s}, type: Opaque, data: {a: aGk=}, stringData: {b: \"x\\ny\"}}")
        #expect(secret.problems == [])
        #expect(secret.spec?["header"]?["headers"]?[key: "a"]?.text == "hi")
        #expect(secret.spec?["header"]?["headers"]?[key: "b"]?.text == "x\ny")

        let pair = "tls.crt: \"\(TestCertificates.chains[0])\", tls.key: \"\(TestCertificates.keys[0])\""
        let tls = try check("{apiVersion: v1, kind: Secret, metadata: {name: s}, type: kubernetes.io/tls, stringData: {\(pair)}}")
        #expect(tls.problems == [])
        #expect(tls.spec?["tls"]?["certChain"]?.text?.hasPrefix("-----BEGIN CERTIFICATE-----\n") == true)

        let both = try check("{apiVersion: v1, kind: Secret, metadata: {name: s}, data: {a: aGk=}, stringData: {a: b}}")
        #expect(both.spec?["header"]?["headers"]?[key: "a"]?.text == "b")

        let wrong = try check("{apiVersion: v1, kind: Secret, metadata: {name: s}, data: {a: '%'}}")
        #expect(wrong.problems == ["'a' of 'data' is not base64; plain text goes under 'stringData'"])
    }

    @Test(
        "a Kubernetes Secret becomes what its type, its keys or its annotation say",
        arguments: [
            ("type: Opaque, stringData: {aws_access_key_id: a, aws_secret_access_key: b}", "aws: {accessKey: a, secretKey: b}"),
            (
                "type: other.example/type, stringData: {aws_access_key_id: a, aws_secret_access_key: b, aws_session_token: c}",
                "aws: {accessKey: a, secretKey: b, sessionToken: c}"
            ),
            ("stringData: {aws_access_key_id: a}", "header: {headers: {aws_access_key_id: a}}"),
            ("type: extauth.solo.io/apikey, stringData: {api-key: a, user: ann}", "apiKey: {apiKey: a, metadata: {user: ann}}"),
            ("type: extauth.solo.io/oauth, stringData: {client-secret: a}", "oauth: {clientSecret: a}"),
            ("type: extauth.solo.io/accountcredentials, stringData: {username: a, password: b}", "credentials: {username: a, password: b}"),
            ("type: gloo.solo.io/header, stringData: {x-key: a}", "header: {headers: {x-key: a}}"),
            ("type: Opaque", "header: {headers: {}}"),
        ]
    )
    func forms(_ written: String, _ expected: String) throws {
        let read = try check("{apiVersion: v1, kind: Secret, metadata: {name: s}, \(written)}")
        #expect(read.problems == [])
        #expect(read.spec?.contentHash() == (try YAML.parseOne("{\(expected)}", file: "expected").root.contentHash()))
    }

    @Test("what glooctl writes has the YAML of each field under its key")
    func marked() throws {
        let marked = "{apiVersion: v1, kind: Secret, metadata: {name: s, annotations: {resource_kind: '*v1.Secret'}}, type: Opaque, stringData: "
        let azure = try check(marked + #"{azure: "apiKeys:\n  _master: 'true'\n  number: 12\n"}}"#)
        #expect(azure.problems == [])
        #expect(azure.spec?["azure"]?["apiKeys"]?[key: "_master"]?.text == "true")
        let extensions = try check(marked + #"{extensions: "configs: {other.example: {list: [true, null, 1.5]}}"}}"#)
        #expect(extensions.problems == [])
        #expect(extensions.spec?["extensions"]?["configs"]?[key: "other.example"]?["list"]?[at: 0]?.bool == true)
        let tls = try check(marked + "{tls: '{rootCa: \"\(TestCertificates.chains[0])\"}'}}")
        #expect(tls.problems == [])
    }
}
