import EnvoyResources
import Testing
import TranslationHarness
import XDSCache

@testable import XDSServer

/// Sixteen refused at once are each looked at; of more, nobody knows which is at fault, and less is done. Both sides of that border, on
/// the socket of a whole control plane.
@Suite struct ManyRefusalsTests {
    private static let role = "\(Stock.namespace)~gateway-proxy"
    private static let table = "listener-::-80-routes"
    private static let gateway = object("gateway.solo.io/v1", "Gateway", "web", "bindPort: 80, httpGateway: {}")

    private static func object(_ apiVersion: String, _ kind: String, _ name: String, _ spec: String) -> String {
        "{apiVersion: \(apiVersion), kind: \(kind), metadata: {name: \(name), namespace: \(Stock.namespace)}, spec: {\(spec)}}"
    }

    /// Forms of upstreams: an address stands in its cluster once.
    private static let (good, bad, mended, other) = ("10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4")

    private static func upstream(_ name: String, _ form: String) -> String {
        object("gloo.solo.io/v1", "Upstream", name, "static: {hosts: [{addr: \(form), port: 80}]}")
    }

    private static func service(_ name: String, _ form: String) -> String {
        object("gateway.solo.io/v1", "VirtualService", name, "virtualHost: {domains: [\(name).example], routes: [{directResponseAction: {status: 200, body: \(form)}}]}")
    }

    /// `name-0` ... written in one form.
    private static func files(_ name: String, _ count: Int, _ write: (String) -> String) -> [String: String] {
        Dictionary(uniqueKeysWithValues: (0..<count).map { ("\(name)-\($0)", write("\(name)-\($0)")) })
    }

    private func occurrences(of word: String, in text: String) -> Int { text.split(separator: word, omittingEmptySubsequences: false).count - 1 }

    @Test("resources of one push: sixteen are replaced by the forms before, seventeen are not; the proxy keeps what it had, and each status says which", arguments: [16, 17])
    func resources(count: Int) async throws {
        let before = Self.files("up", count) { Self.upstream($0, Self.good) }.merging(["gw": Self.gateway, "fence": Self.upstream("fence", Self.good)]) { $1 }
        try await WholeControlPlane.run(before) { plane in
            let client = try await plane.client()
            var proxy = Conversation(client, 1, deltaPath, .delta)
            proxy.ask(.cluster, role: Self.role)
            let first = try await proxy.next()
            #expect(occurrences(of: Self.good, in: first.text) == count + 1)
            proxy.answer(.cluster, first.nonce)

            plane.write(Self.files("up", count) { Self.upstream($0, Self.bad) })
            let second = try await proxy.next()
            #expect(occurrences(of: Self.bad, in: second.text) == count)
            let words = (0..<count).map { "up-\($0)_\(Stock.namespace): no such thing" }.joined(separator: ", ")
            proxy.answer(.cluster, second.nonce, refusal: "Error adding/updating cluster(s) \(words)")
            let meanwhile = count == 16 ? "the form that was accepted before serves until this is mended" : "who refuses it keeps what it had, until this is mended"
            for number in 0..<count {
                let name = "up-\(number)"
                let isTold = try await client.until { _ in plane.status("upstreams", name).contains("state: Rejected") }
                let status = plane.status("upstreams", name)
                #expect(isTold && status.contains("refuses cluster '\(name)_\(Stock.namespace)'") && status.contains(meanwhile), "\(status)")
            }
            #expect(plane.status("upstreams", "fence").contains("state: Accepted"))

            // Who connects now.
            var other = Conversation(client, 3, deltaPath, .delta)
            other.ask(.cluster, role: Self.role)
            let served = try await other.next()
            #expect(occurrences(of: Self.good, in: served.text) == (count == 16 ? 17 : 1))
            #expect(occurrences(of: Self.bad, in: served.text) == (count == 16 ? 0 : 17))

            // Whatever else is sent to the proxy, the bad forms are not sent again.
            plane.write(["fence": Self.upstream("fence", Self.other)])
            var response = try await proxy.next()
            while !response.text.contains(Self.other) {
                #expect(!response.text.contains(Self.bad), "\(response.text)")
                proxy.answer(.cluster, response.nonce)
                response = try await proxy.next()
            }
            #expect(!response.text.contains(Self.bad), "\(response.text)")
            proxy.answer(.cluster, response.nonce)

            plane.write(Self.files("up", count) { Self.upstream($0, Self.mended) })
            response = try await proxy.next()
            #expect(occurrences(of: Self.mended, in: response.text) == count)
            proxy.answer(.cluster, response.nonce)
            for number in 0..<count {
                let isMended = try await client.until { _ in plane.status("upstreams", "up-\(number)").contains("state: Accepted") }
                #expect(isMended, "\(plane.status("upstreams", "up-\(number)"))")
            }
        }
    }

    @Test("virtual services of one refused table: of sixteen each is told, of seventeen the gateway, once; the form before serves", arguments: [16, 17])
    func culprits(count: Int) async throws {
        let before = Self.files("vs", count) { Self.service($0, "good") }.merging(["gw": Self.gateway]) { $1 }
        try await WholeControlPlane.run(before) { plane in
            let client = try await plane.client()
            var proxy = Conversation(client, 1, deltaPath, .delta)
            proxy.ask(.route, role: Self.role, names: [Self.table])
            let first = try await proxy.next()
            #expect(occurrences(of: "good", in: first.text) == count)
            proxy.answer(.route, first.nonce)

            plane.write(Self.files("vs", count) { Self.service($0, "bad") })
            let second = try await proxy.next()
            #expect(occurrences(of: "bad", in: second.text) == count)
            // Envoy names neither host nor route.
            proxy.answer(.route, second.nonce, refusal: "no such thing")
            let told = count == 16 ? (0..<count).map { ("virtualservices", "vs-\($0)") } : [("gateways", "web")]
            for (kind, name) in told {
                let isTold = try await client.until { _ in plane.status(kind, name).contains("state: Rejected") }
                let status = plane.status(kind, name)
                #expect(isTold && status.contains("refuses route '\(Self.table)'") && status.contains("no such thing"), "\(kind) \(name): \(status)")
                #expect(status.contains("the form that was accepted before serves until this is mended"))
                #expect(status.contains("in which of its virtual services, the proxy does not say") == (count == 17))
            }
            if count == 17 {
                for number in 0..<count { #expect(plane.status("virtualservices", "vs-\(number)").contains("state: Accepted")) }
            } else {
                #expect(plane.status("gateways", "web").contains("state: Accepted"))
            }

            var other = Conversation(client, 3, deltaPath, .delta)
            other.ask(.route, role: Self.role, names: [Self.table])
            let served = try await other.next()
            #expect(occurrences(of: "good", in: served.text) == count && !served.text.contains("bad"))
        }
    }
}
