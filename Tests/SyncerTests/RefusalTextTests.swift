import EnvoyResources
import Testing

/// Words of Envoy 1.40, as it said them.
@Suite struct RefusalTextTests {
    private static let routes = """
        goo.gle/debugstr   \nname: "listener-127.0.0.1-18080-routes"\nvirtual_hosts {\n  name: "default_aaa"\n  domains: "aaa.test"\n}
        : Proto constraint validation failed (RouteConfigurationValidationError.VirtualHosts[1]: embedded message failed validation \
        | caused by VirtualHostValidationError.Routes[2]: embedded message failed validation | caused by RouteValidationError.DirectResponse: \
        embedded message failed validation | caused by DirectResponseActionValidationError.Status: value must be inside range [200, 600))
        """

    @Test("the way to a field is read, the message that Envoy prints is not shown, and its name is kept")
    func path() {
        let text = RefusalText(Self.routes)
        #expect(text.words.hasPrefix("Proto constraint validation failed (RouteConfigurationValidationError"))
        #expect(text.dumped == ["listener-127.0.0.1-18080-routes"])
        #expect(text.index("VirtualHosts", of: "RouteConfiguration") == 1 && text.index("Routes", of: "VirtualHost") == 2)
        #expect(text.path.map(\.field) == ["VirtualHosts", "Routes", "DirectResponse", "Status"])
        #expect(!text.isPartial && !text.isCut)
    }

    @Test("a message that Envoy cut in the middle of what it prints shows nothing of it")
    func cut() {
        let text = RefusalText("goo.gle/debugonly  \nname: \"pets_default\"\ntransport_socket {\n  inline_string: \"-----BEGIN PRIVATE KEY\"\n  x...(truncated)")
        #expect(text.isCut && text.dumped == ["pets_default"])
        #expect(!text.words.contains("PRIVATE"))
        #expect(text.words.contains("the proxy's log"))
    }

    @Test("of a list, each entry is shown without what it prints")
    func list() {
        let text = RefusalText(
            "Error adding/updating listener(s) a: goo.gle/debugstr \nstat_prefix: \"x\"\n: Proto constraint validation failed (AValidationError.B: no), b: goo.gle/debugproto \nkey: \"s3cret\"\n: Proto constraint validation failed (CValidationError.D: no)\n"
        )
        #expect(text.words == "Error adding/updating listener(s) a: Proto constraint validation failed (AValidationError.B: no), b: Proto constraint validation failed (CValidationError.D: no)")
        #expect(text.isPartial && text.dumped.isEmpty)
    }

    @Test("what Envoy prints is not shown where it is marked in a way that nobody knows yet")
    func unmarked() {
        let text = RefusalText("bad thing:\nname: \"x\"\ntls {\n  inline_string: \"s3cret\"\n}\nis refused")
        #expect(text.words == "bad thing: is refused")
    }

    @Test("values that somebody wrote are found among Envoy's words", arguments: [
        ("Not supported field in StreamInfo: NOPE", "NOPE"),
        ("Incorrect configuration: %REQ(a%. Couldn't find valid command at position 0", "%REQ(a%"),
        ("file /nonexistent/body.html does not exist", "/nonexistent/body.html"),
        ("Duplicate upgrade websocket", "websocket"),
        ("missing ): (a", "(a"),
        ("Only one of cluster 'a1' or cluster_header 'b' in request mirror policy can be specified", "a1"),
        ("script load error: [string \"function (\"]:1: '<name>' expected near '('", "function ("),
        ("Error adding/updating listener(s) l: unable to open file '/nonexistent/dir/access.log': No such file or directory", "/nonexistent/dir/access.log"),
        ("Error adding/updating listener(s) l: Didn't find a registered implementation for 'nosuch' with type URL: ''", "nosuch"),
        ("Error adding/updating listener(s) l: error adding listener '127.0.0.1:18081': filter chain 'twice' has the same matching rules defined as ''. duplicate matcher is: {}", "twice"),
        ("Error adding/updating listener(s) l: Failed to load incomplete private key from path: /nonexistent/tls.key", "/nonexistent/tls.key"),
        ("Error adding/updating listener(s) l: cannot bind '192.0.2.77:18081': Cannot assign requested address", "192.0.2.77:18081"),
        ("Error adding/updating cluster(s) bad_default: Invalid path: /nonexistent/ca.crt", "/nonexistent/ca.crt"),
        ("Error adding/updating cluster(s) bad_default: ring hash: minimum_ring_size (100) > maximum_ring_size (10)", "100"),
        ("Error adding/updating cluster(s) bad_default: cluster: LB policy ROUND_ROBIN is not valid for Cluster type ORIGINAL_DST. Only 'CLUSTER_PROVIDED' is allowed", "ORIGINAL_DST"),
    ])
    func values(words: String, value: String) {
        #expect(RefusalText(words).values.contains(value), "\(RefusalText(words).values)")
    }
}
