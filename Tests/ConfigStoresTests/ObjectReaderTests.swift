import APIResources
import ConfigStores
import ConfigTree
import Testing

@Suite struct ObjectReaderTests {
    private let reader = ObjectReader(defaultNamespace: "gloo-system")

    private func object(_ text: String, hint: ObjectReader.Hint? = nil) throws -> ConfigObject {
        try reader.object(try YAML.parseOne(text, file: "a.yaml").root, hint: hint)
    }

    private func message(_ text: String) -> String {
        do {
            return "\(try object(text).id)"
        } catch {
            return "\(error)"
        }
    }

    @Test("a Kubernetes object is recognised with all it says about itself")
    func kubernetesForm() throws {
        let object = try object(
            """
            apiVersion: gateway.solo.io/v1
            kind: VirtualService
            metadata:
              name: shop
              namespace: default
              labels: {team: a}
              annotations: {note: b, number: 3}
              resourceVersion: "12"
              creationTimestamp: "2024-01-01T00:00:00Z"
            spec:
              virtualHost: {}
            status: {}
            """
        )
        #expect(object.id == ObjectID(.virtualService, ResourceRef(namespace: "default", name: "shop")))
        #expect(object.labels == ["team": "a"])
        #expect(object.annotations == ["note": "b", "number": "3"])
        #expect(object.resourceVersion == "12")
        #expect(object.creationTimestamp == "2024-01-01T00:00:00Z")
        #expect(object.spec.path == "spec")
        #expect(object.form == .resource)
    }

    @Test("Gloo's file form has kind and name from its place, and its content beside the metadata")
    func fileForm() throws {
        let hint = ObjectReader.Hint(kind: .upstream, namespace: "ns", name: "petstore")
        let object = try object("static: {hosts: []}\n", hint: hint)
        #expect(object.id == ObjectID(.upstream, ResourceRef(namespace: "ns", name: "petstore")))
        #expect(object.spec["static"] != nil)
        #expect(try self.object("metadata: {name: other}", hint: hint).id.ref.name == "other")
    }

    @Test("Kubernetes secrets and config maps are secrets and artifacts in their own form")
    func coreKinds() throws {
        let secret = try object("apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ntype: kubernetes.io/tls\ndata: {tls.crt: aGk=}")
        #expect(secret.id.kind == .secret && secret.form == .kubernetesSecret(.tls))
        #expect(secret.spec["data"]?[key: "tls.crt"]?.bytes == Array("hi".utf8))
        let artifact = try object("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {k: v}")
        #expect(artifact.id == ObjectID(.artifact, ResourceRef(namespace: "gloo-system", name: "a")) && artifact.form == .kubernetesConfigMap)
    }

    @Test("every kind is read with its apiVersion, in both forms", arguments: Kind.allCases)
    func kinds(_ kind: Kind) throws {
        let id = ObjectID(kind, ResourceRef(namespace: "gloo-system", name: "a"))
        #expect(try object("apiVersion: \(kind.apiVersion)\nkind: \(kind.rawValue)\nmetadata: {name: a}\nspec: {x: 1}").id == id)
        let flat = try object("metadata: {name: a}\nx: 1", hint: ObjectReader.Hint(kind: kind))
        #expect(flat.id == id && flat.spec["x"] != nil)
    }

    @Test("status, resourceVersion and the like do not change the content version; labels and spec do")
    func contentVersion() throws {
        func version(_ metadata: String, _ rest: String) throws -> UInt64 {
            try object("apiVersion: gloo.solo.io/v1\nkind: Upstream\nmetadata: {name: a, \(metadata)}\n\(rest)").contentVersion
        }
        let base = try version("uid: x, resourceVersion: '1', generation: 1", "spec: {a: 1, b: 2}\nstatus: {state: 1}")
        #expect(try version("uid: y, resourceVersion: '2', generation: 2, managedFields: []", "spec: {b: 2, a: 1}") == base)
        #expect(try version("uid: x", "spec: {a: 1, b: 2}\nnamespacedStatuses: {statuses: {}}") == base)
        #expect(try version("labels: {a: b}", "spec: {a: 1, b: 2}") != base)
        #expect(try version("uid: x", "spec: {a: 1, b: 3}") != base)
    }

    @Test(
        "what is no object is refused with its place",
        arguments: [
            ("[1]", "a.yaml:1:1: an object was expected here: apiVersion, kind, metadata and spec"),
            ("a: 1", "a.yaml:1:1: 'kind' is missing; write apiVersion and kind, such as 'gateway.solo.io/v1' and 'VirtualService'"),
            ("kind: Upstream\nmetadata: {name: a}", "a.yaml:1:7: 'apiVersion' is missing; Upstream has 'gloo.solo.io/v1' (kind)"),
            (
                "apiVersion: gateway.solo.io/v1\nkind: VirtualServis\nmetadata: {name: a}",
                "a.yaml:2:7: kind 'VirtualServis' of 'gateway.solo.io/v1' is not known; did you mean 'VirtualService'? (kind)"
            ),
            (
                "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ntype: helm.sh/release.v1",
                "a.yaml:4:7: warning: a Secret of type 'helm.sh/release.v1' holds nothing for Sluice and is left out; it reads kubernetes.io/tls,"
                    + " extauth.solo.io/apikey, extauth.solo.io/oauth, extauth.solo.io/accountcredentials, gloo.solo.io/header and Opaque (type)"
            ),
            ("apiVersion: apps/v1\nkind: Deployment", "a.yaml:2:7: warning: kind 'Deployment' of 'apps/v1' is not known; the object is left out (kind)"),
            (
                "apiVersion: gateway.solo.io/v1\nkind: Upstream\nmetadata: {name: a}",
                "a.yaml:1:13: apiVersion of Upstream must be 'gloo.solo.io/v1', not 'gateway.solo.io/v1' (apiVersion)"
            ),
            ("apiVersion: gloo.solo.io/v1\nkind: Upstream\nmetadata: {}", "a.yaml:3:1: 'metadata.name' of the Upstream is missing (metadata)"),
            (
                "apiVersion: gloo.solo.io/v1\nkind: Upstream\nmetadata: {name: A_b}",
                "a.yaml:3:18: name 'A_b' is not valid: use at most 253 lower case letters, digits, '-' and '.', and begin and end with a letter or digit (metadata.name)"
            ),
            (
                "apiVersion: gloo.solo.io/v1\nkind: Upstream\nmetadata: {name: a, labels: {x: [1]}}",
                "a.yaml:3:33: 'labels' must be a map of texts (metadata.labels.x)"
            ),
        ] as [(String, String)]
    )
    func refused(_ text: String, _ expected: String) {
        #expect(message(text) == expected)
    }
}
