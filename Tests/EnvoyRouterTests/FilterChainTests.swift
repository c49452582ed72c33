import EnvoyDescriptors
import Testing

@testable import EnvoyRouter

@Suite struct FilterChainTests {
    /// Chains are written as name and match.
    private func chains(_ matches: [(name: String, match: String)], defaultChain: Bool = false) throws -> FilterChains {
        let chains = matches.map { #"{"name": "\#($0)", "filter_chain_match": \#($1)}"# }.joined(separator: ",")
        return FilterChains(try ProtoJSON(json: #"{"filter_chains": [\#(chains)]\#(defaultChain ? #", "default_filter_chain": {"name": "default"}"# : "")}"#))
    }

    private func choose(_ chains: FilterChains, _ serverName: String?, _ source: String? = nil, port: UInt32 = 8443) -> String? {
        chains.choose(.init(port: port, serverName: serverName, source: source.flatMap { IPAddress($0) })).chain?.name
    }

    @Test("server names: exact, then the longest wildcard, then chains for any")
    func serverNames() throws {
        let chains = try chains([
            ("any", "{}"), ("exact", #"{"server_names": ["a.com", "c.com"]}"#), ("wild", #"{"server_names": ["*.com"]}"#), ("longer", #"{"server_names": ["*.b.com"]}"#),
        ])
        #expect(choose(chains, "a.com") == "exact")
        #expect(choose(chains, "A.com") == "exact")
        #expect(choose(chains, "x.com") == "wild")
        #expect(choose(chains, "y.x.com") == "wild")
        #expect(choose(chains, "x.b.com") == "longer")
        #expect(choose(chains, "b.com") == "wild")
        #expect(choose(chains, "a.org") == "any")
        #expect(choose(chains, "") == "any")
        #expect(choose(chains, nil) == "any")
    }

    @Test("a criterion that has chosen is not gone back on; the default chain takes what is left")
    func order() throws {
        let matches = [
            ("named", #"{"server_names": ["a.com"], "source_prefix_ranges": [{"address_prefix": "10.0.0.0", "prefix_len": 8}]}"#),
            ("any", "{}"),
        ]
        #expect(choose(try chains(matches), "a.com", "10.1.1.1") == "named")
        #expect(choose(try chains(matches), "a.com", "11.1.1.1") == nil)
        #expect(choose(try chains(matches, defaultChain: true), "a.com", "11.1.1.1") == "default")
        #expect(choose(try chains(matches), "b.com", "11.1.1.1") == "any")
        #expect(choose(try chains([("other port", #"{"destination_port": 80}"#)], defaultChain: true), nil) == "default")
    }

    @Test("the narrowest range around the client's address, and a word when there is no address")
    func sources() throws {
        let chains = try chains([
            ("any", "{}"), ("ten", #"{"source_prefix_ranges": [{"address_prefix": "10.0.0.0", "prefix_len": 8}]}"#),
            ("ten one", #"{"source_prefix_ranges": [{"address_prefix": "10.1.0.0", "prefix_len": 16}, {"address_prefix": "::1", "prefix_len": 128}]}"#),
        ])
        #expect(choose(chains, nil, "10.2.0.1") == "ten")
        #expect(choose(chains, nil, "10.1.0.1") == "ten one")
        #expect(choose(chains, nil, "::1") == "ten one")
        #expect(choose(chains, nil, "192.0.2.1") == "any")
        let open = chains.choose(.init(port: 1, serverName: nil, source: nil))
        #expect(open.chain?.name == "any" && open.caveats.contains { $0.contains("--source-ip") })
        #expect(open.reasons.map(\.chain.name) == ["ten", "ten one"])
    }

    @Test("TLS and plain connections on one port go their own ways")
    func transport() throws {
        let chains = try chains([("plain", #"{"transport_protocol": "raw_buffer"}"#), ("tls", #"{"transport_protocol": "tls"}"#)])
        #expect(choose(chains, "a.com") == "tls")
        #expect(choose(chains, nil) == "plain")
    }

    @Test("a TCP proxy's clusters are told")
    func tcp() throws {
        let listener = try ProtoJSON(json: """
            {"name": "l", "address": {"socket_address": {"address": "::", "port_value": 9000}}, "filter_chains": [{"filters": [{"typed_config": {
              "@type": "type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy",
              "weighted_clusters": {"clusters": [{"name": "a", "weight": 1}, {"name": "b", "weight": 3}]}}}]}]}
            """)
        let router = EnvoyRouter(listeners: [listener], routes: [], clusters: [])
        let decision = try router.route(RouteRequest(method: "GET", url: "http://a/"), through: router.listeners[0])
        guard case .tcp(let destinations) = decision.outcome else { return #expect(Bool(false), "\(decision.outcome)") }
        #expect(destinations.map(\.share) == ["25 %", "75 %"])
    }

    @Test("a listener that passes TLS on by server name is asked for https, one that passes everything on is not")
    func passThrough() throws {
        func listener(_ name: String, _ match: String) throws -> ProtoJSON {
            let proxy = #"{"name": "p", "typed_config": {"@type": "type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy", "cluster": "c"}}"#
            return try ProtoJSON(json: #"{"name": "\#(name)", "filter_chains": [{"filter_chain_match": \#(match), "filters": [\#(proxy)]}]}"#)
        }
        let router = EnvoyRouter(
            listeners: [try listener("byName", #"{"server_names": ["a.com"]}"#), try listener("all", "{}")], routes: [], clusters: []
        )
        func names(_ url: String) throws -> [String] {
            router.listeners(for: try RouteRequest(method: "GET", url: url, headers: [], sourceIP: nil), port: nil).map(\.name)
        }
        #expect(try names("https://a.com/") == ["byName"])
        #expect(try names("http://a.com/") == ["all"])
    }
}
