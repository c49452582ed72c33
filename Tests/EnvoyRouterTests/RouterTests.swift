import EnvoyDescriptors
import Testing

@testable import EnvoyRouter

@Suite struct RouterTests {
    // MARK: Routes and their conditions

    /// Routes are written as their matches; each answers with its number.
    private func answer(
        _ matches: [String], _ method: String = "GET", _ target: String = "/", _ headers: [String] = [], manager: String = "{}", table: String = "",
        scheme: String = "http"
    ) throws -> RouteDecision {
        let routes = matches.enumerated().map { #"{"match": \#($1), "direct_response": {"status": 200, "body": {"inline_string": "\#($0)"}}}"# }
        return try decide(
            #"{"virtual_hosts": [{"name": "all", "domains": ["*"], "routes": [\#(routes.joined(separator: ","))]}]\#(table)}"#,
            RouteRequest(method: method, url: "\(scheme)://a.test\(target)", headers: headers), manager: manager
        )
    }

    private func decide(_ table: String, _ request: RouteRequest, manager: String = "{}", clusters: [String] = []) throws -> RouteDecision {
        var listener = try ProtoJSON(json: Self.listener(table))
        listener = listener.merging(try ProtoJSON(json: manager))
        let router = EnvoyRouter(listeners: [listener], routes: [], clusters: try clusters.map { try ProtoJSON(json: $0) })
        return router.route(request, through: router.listeners[0])
    }

    private static func listener(_ table: String) -> String {
        """
        {"name": "l", "address": {"socket_address": {"address": "::", "port_value": 8080}}, "filter_chains": [{"filters": [{"typed_config": {
          "@type": "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
          "route_config": \(table)}}]}]}
        """
    }

    /// Which route answers, by its number; and why the first does not.
    private func number(_ decision: RouteDecision) -> Int? {
        if case .taken? = decision.candidates.last?.state { decision.candidates.last?.number } else { nil }
    }

    private func firstReason(_ decision: RouteDecision) -> String? {
        if case .passed(let reason)? = decision.candidates.first?.state { reason } else { nil }
    }

    @Test("each path specifier, and why it does not match")
    func paths() throws {
        func check(_ match: String, _ taken: [String], _ refused: [String], _ reason: String) throws {
            for path in taken { #expect(number(try answer([match], "GET", path)) == 0, "\(match) \(path)") }
            for path in refused {
                let decision = try answer([match], "GET", path)
                #expect(number(decision) == nil, "\(match) \(path)")
                #expect(firstReason(decision)?.contains(reason) == true, "\(firstReason(decision) ?? "")")
            }
        }
        try check(#"{"prefix": "/a"}"#, ["/a", "/ab", "/a?b"], ["/", "/A"], "does not begin with /a")
        try check(#"{"prefix": "/a?b"}"#, [], ["/a?b"], "does not begin with /a?b")
        try check(#"{"prefix": "/A", "case_sensitive": false}"#, ["/a", "/Ab"], ["/b"], "does not begin with /A")
        try check(#"{"path": "/a"}"#, ["/a", "/a?x"], ["/a/", "/ab"], "is not /a")
        try check(#"{"path": "/a", "case_sensitive": false}"#, ["/A"], ["/b"], "is not /a")
        try check(#"{"path_separated_prefix": "/a"}"#, ["/a", "/a/b", "/a?x"], ["/ab", "/"], "neither /a nor below it")
        try check(#"{"safe_regex": {"regex": "/[0-9]+"}}"#, ["/1", "/12?x=/a"], ["/", "/1a"], "does not match /[0-9]+ as a whole")
        try check(#"{"connect_matcher": {}}"#, [], ["/"], "for CONNECT requests")
    }

    @Test("a header condition looks at each value by itself, and at none when there is none")
    func headers() throws {
        func check(_ header: String, _ headers: [String], _ matches: Bool, _ reason: String? = nil) throws {
            let decision = try answer([#"{"prefix": "/", "headers": [\#(header)]}"#], "GET", "/p?q=1", headers)
            #expect((number(decision) == 0) == matches, "\(header) \(headers)")
            if let reason { #expect(firstReason(decision) == reason) }
        }
        let exact = #"{"name": "X", "string_match": {"exact": "a"}}"#
        try check(exact, ["x: a"], true)
        try check(exact, ["x: b", "x: a"], true)
        try check(exact, ["x: a,b"], false, "the header 'x' is 'a,b', not 'a'")
        try check(exact, [], false, "the header 'x' is missing")
        let inverted = #"{"name": "x", "string_match": {"exact": "a"}, "invert_match": true}"#
        try check(inverted, ["x: b", "x: c"], true)
        try check(inverted, ["x: b", "x: a"], false, "the header 'x' is 'b' and 'a', which the route excludes")
        try check(inverted, [], false, "the header 'x' is missing")
        try check(#"{"name": "x", "string_match": {"exact": ""}, "treat_missing_header_as_empty": true}"#, [], true)
        try check(#"{"name": "x", "string_match": {"prefix": "A", "ignore_case": true}}"#, ["x: ab"], true)
        try check(#"{"name": "x", "string_match": {"suffix": "b"}}"#, ["x: ba"], false, "the header 'x' is 'ba', which does not end with 'b'")
        try check(#"{"name": "x", "string_match": {"contains": "b"}}"#, ["x: abc"], true)
        try check(#"{"name": "x", "string_match": {"safe_regex": {"regex": "b+"}}}"#, ["x: bc"], false, "the header 'x' is 'bc', which does not match 'b+' as a whole")
        try check(#"{"name": "x", "range_match": {"start": "1", "end": "5"}}"#, ["x: 4"], true)
        try check(#"{"name": "x", "range_match": {"start": "1", "end": "5"}}"#, ["x: 5"], false, "the header 'x' is '5', not a number from 1 to 4")
        try check(#"{"name": "x", "present_match": true}"#, ["x: "], true)
        try check(#"{"name": "x", "present_match": true, "invert_match": true}"#, [], true)
        try check(#"{"name": "x", "present_match": false}"#, ["x: 1"], false, "the header 'x' is there, and the route is for requests without it")
        try check(#"{"name": "x"}"#, ["x: 1"], true)
        try check(#"{"name": "x", "exact_match": "1"}"#, ["x: 1"], true)
        try check(#"{"name": ":method", "string_match": {"exact": "POST"}}"#, [], false, "the method is 'GET', not 'POST'")
        try check(#"{"name": ":path", "string_match": {"exact": "/p?q=1"}}"#, [], true)
        try check(#"{"name": "host", "string_match": {"exact": "a.test"}}"#, [], true)
        try check(#"{"name": ":scheme", "string_match": {"exact": "https"}}"#, ["x-forwarded-proto: https"], true)
        // Lists that Envoy keeps as one header, headers it takes away, and one it makes.
        try check(#"{"name": "accept", "string_match": {"exact": "a,b"}}"#, ["accept: a", "accept: b"], true)
        try check(#"{"name": "connection"}"#, ["connection: close"], false)
        try check(#"{"name": "te"}"#, ["te: gzip"], false)
        try check(#"{"name": "x-envoy-max-retries"}"#, ["x-envoy-max-retries: 1"], false)
        try check(#"{"name": "x-request-id"}"#, [], true)
    }

    @Test("a query parameter counts by its first value, as it stands in the URL")
    func query() throws {
        func matches(_ parameter: String, _ target: String) throws -> Bool {
            number(try answer([#"{"prefix": "/", "query_parameters": [\#(parameter)]}"#], "GET", target)) == 0
        }
        let exact = #"{"name": "a", "string_match": {"exact": "1"}}"#
        #expect(try matches(exact, "/?a=1&a=2") && matches(exact, "/?x&&a=1"))
        #expect(try !matches(exact, "/?a=2&a=1") && !matches(exact, "/"))
        #expect(try matches(#"{"name": "a", "string_match": {"exact": "b%20c"}}"#, "/?a=b%20c"))
        #expect(try matches(#"{"name": "a", "string_match": {"exact": ""}}"#, "/?a"))
        #expect(try matches(#"{"name": "a", "present_match": true}"#, "/?b&a") && matches(#"{"name": "a"}"#, "/?a"))
        #expect(try matches(#"{"name": "a", "present_match": false}"#, "/?b") && !matches(#"{"name": "a", "present_match": false}"#, "/?a"))
        let decision = try answer([#"{"prefix": "/", "query_parameters": [\#(exact)]}"#], "GET", "/?a=2")
        #expect(firstReason(decision) == "the query parameter 'a' is '2', not '1'")
    }

    @Test("what depends on chance or on what is not evaluated is said, and the next route looked at")
    func unknowns() throws {
        let decision = try answer([
            #"{"prefix": "/", "runtime_fraction": {"default_value": {"numerator": 0}}}"#,
            #"{"prefix": "/", "runtime_fraction": {"default_value": {"numerator": 25, "denominator": "TEN_THOUSAND"}}}"#,
            #"{"prefix": "/", "dynamic_metadata": [{}]}"#, #"{"path_match_policy": {"name": "x"}}"#,
            #"{"prefix": "/", "runtime_fraction": {"default_value": {"numerator": 100}}}"#, #"{"prefix": "/"}"#,
        ])
        #expect(number(decision) == 4)
        let possible = decision.candidates.compactMap { if case .possible(let reason, _) = $0.state { reason } else { nil } }
        #expect(possible.count == 3)
        #expect(possible[0] == "0.3 % of the requests take the route")
        #expect(possible[1].contains("dynamic_metadata") && possible[2].contains("path_match_policy"))
    }

    @Test("gRPC is known by its content type")
    func grpc() throws {
        let match = #"{"prefix": "/", "grpc": {}}"#
        #expect(number(try answer([match], "POST", "/", ["content-type: application/grpc+proto"])) == 0)
        #expect(number(try answer([match], "POST", "/", ["content-type: application/grpc"])) == 0)
        #expect(number(try answer([match], "POST", "/", ["content-type: application/grpc-web"])) == nil)
    }

    @Test("the manager's settings change host and path before the routes see them")
    func manager() throws {
        let exact = #"{"path": "/a/b"}"#
        #expect(number(try answer([exact], "GET", "/a/./b")) == nil)
        #expect(number(try answer([exact], "GET", "/a/./b", manager: #"{"normalize_path": true}"#)) == 0)
        #expect(number(try answer([exact], "GET", "/a//b", manager: #"{"merge_slashes": true}"#)) == 0)
        #expect(number(try answer([exact], "GET", "/a%2Fb", manager: #"{"path_with_escaped_slashes_action": "UNESCAPE_AND_FORWARD"}"#)) == 0)
        let refused = try answer([exact], "GET", "/a%2Fb", manager: #"{"path_with_escaped_slashes_action": "REJECT_REQUEST"}"#)
        guard case .respond(400, _, _) = refused.outcome else { throw Unexpected(refused.outcome) }
        #expect(number(try answer([exact], "GET", "/a/b;v=1?x", table: #", "ignore_path_parameters_in_path_matching": true"#)) == 0)
    }

    @Test("an upgrade that is not allowed is refused")
    func upgrades() throws {
        let headers = ["connection: Upgrade", "upgrade: websocket"]
        guard case .respond(403, _, _) = try answer([#"{"prefix": "/"}"#], "GET", "/", headers).outcome else { throw Unexpected("no 403") }
        let allowed = try answer([#"{"prefix": "/"}"#], "GET", "/", headers, manager: #"{"upgrade_configs": [{"upgrade_type": "websocket"}]}"#)
        guard case .respond(200, _, _) = allowed.outcome else { throw Unexpected(allowed.outcome) }
    }

    // MARK: Virtual hosts

    @Test(
        "domains: exact, longest suffix, longest prefix, all; with the port, without case",
        arguments: [
            ("a.com", "exact"), ("A.com", "exact"), ("x.a.com", "suffix"), ("y.x.a.com", "longer"), ("z-b.a.com", "dash"), ("a.com:80", "prefix"), ("a.org", "prefix"),
            ("a.b.org", "long prefix"), ("a.com:81", "port"), ("b.com", "all"), (".a.com", "all"),
        ]
    )
    func domains(host: String, is expected: String) throws {
        let domains = [
            ("exact", "a.com"), ("suffix", "*.A.com"), ("longer", "*.x.a.com"), ("dash", "*-b.a.com"), ("prefix", "a.*"), ("long prefix", "a.b.*"), ("port", "a.com:81"), ("all", "*"),
        ]
        let hosts = domains.map { #"{"name": "\#($0)", "domains": ["\#($1)"]}"# }.joined(separator: ",")
        let request = try RouteRequest(method: "GET", url: "http://other/", headers: ["host: \(host)"])
        #expect(try decide(#"{"virtual_hosts": [\#(hosts)]}"#, request).virtualHost == expected)
    }

    @Test("a host's port belongs to it, unless the configuration says otherwise; nobody's host is told so")
    func port() throws {
        let hosts = #""virtual_hosts": [{"name": "a", "domains": ["a.com"]}]"#
        let request = try RouteRequest(method: "GET", url: "http://a.com:8080/")
        let decision = try decide("{\(hosts)}", request)
        guard case .notFound(let reason) = decision.outcome else { throw Unexpected(decision.outcome) }
        #expect(reason.contains("no virtual host has a domain for 'a.com:8080': its port belongs to it"))
        #expect(try decide(#"{"ignore_port_in_host_matching": true, \#(hosts)}"#, request).virtualHost == "a")
        #expect(try decide("{\(hosts)}", request, manager: #"{"strip_any_host_port": true}"#).virtualHost == "a")
        #expect(try decide("{\(hosts)}", request, manager: #"{"strip_matching_host_port": true}"#).virtualHost == "a")
        let other = try RouteRequest(method: "GET", url: "http://a.com:81/")
        #expect(try decide("{\(hosts)}", other, manager: #"{"strip_matching_host_port": true}"#).virtualHost == nil)
        let dotted = try RouteRequest(method: "GET", url: "http://a.com./")
        #expect(try decide("{\(hosts)}", dotted, manager: #"{"strip_trailing_host_dot": true}"#).virtualHost == "a")
    }

    @Test("a virtual host for TLS redirects plain requests, and believes x-forwarded-proto as Envoy does")
    func requireTLS() throws {
        let table = #"{"virtual_hosts": [{"name": "a", "domains": ["*"], "require_tls": "ALL", "routes": [{"match": {"prefix": "/"}, "direct_response": {"status": 200}}]}]}"#
        let plain = try decide(table, RouteRequest(method: "GET", url: "http://a.test/x?y"))
        guard case .redirect(301, "https://a.test/x?y", .some) = plain.outcome else { throw Unexpected(plain.outcome) }
        let forwarded = try RouteRequest(method: "GET", url: "http://a.test/", headers: ["x-forwarded-proto: https"])
        guard case .respond(200, _, _) = try decide(table, forwarded).outcome else { throw Unexpected("no answer") }
        let remote = try decide(table, forwarded, manager: #"{"use_remote_address": true}"#)
        guard case .redirect = remote.outcome else { throw Unexpected(remote.outcome) }
    }

    // MARK: Actions

    private func outcome(_ match: String, _ action: String, _ url: String, _ headers: [String] = [], clusters: [String] = []) throws -> RouteDecision.Outcome {
        let table = #"{"virtual_hosts": [{"name": "a", "domains": ["*"], "routes": [{"match": \#(match), \#(action)}]}]}"#
        return try decide(table, RouteRequest(method: "GET", url: url, headers: headers), clusters: clusters).outcome
    }

    @Test(
        "a redirect's Location is Envoy's",
        arguments: [
            (#"{"prefix": "/"}"#, #"{"https_redirect": true}"#, "http://rd.test/a?b=1", 301, "https://rd.test/a?b=1"),
            (#"{"prefix": "/"}"#, #"{"https_redirect": true}"#, "http://rd.test:80/", 301, "https://rd.test/"),
            (#"{"prefix": "/"}"#, #"{"https_redirect": true}"#, "http://rd.test:81/", 301, "https://rd.test:81/"),
            (#"{"prefix": "/"}"#, #"{"path_redirect": "/n?y=1"}"#, "http://rd.test/p?z=2", 301, "http://rd.test/n?y=1"),
            (#"{"prefix": "/"}"#, #"{"path_redirect": "/n"}"#, "http://rd.test/p?z=2", 301, "http://rd.test/n?z=2"),
            (#"{"prefix": "/"}"#, #"{"path_redirect": "/n", "strip_query": true}"#, "http://rd.test/p?z=2", 301, "http://rd.test/n"),
            (#"{"prefix": "/PRE", "case_sensitive": false}"#, #"{"prefix_rewrite": "/new", "host_redirect": "o.test"}"#, "http://rd.test/pRe/x?z", 301, "http://o.test/new/x?z"),
            (#"{"prefix": "/"}"#, #"{"regex_rewrite": {"pattern": {"regex": "/rex/([a-z]*)"}, "substitution": "/\\1/x"}}"#, "http://rd.test/rex/abc/d?q=/rex/zz", 301, "http://rd.test/abc/x/d?q=/rex/zz"),
            (#"{"safe_regex": {"regex": "/sr/.*"}}"#, #"{"prefix_rewrite": "/all"}"#, "http://rd.test/sr/1/2?q", 301, "http://rd.test/all?q"),
            (#"{"path_separated_prefix": "/sep"}"#, #"{"prefix_rewrite": "/s", "port_redirect": 81}"#, "http://rd.test:8080/sep/x", 301, "http://rd.test:81/s/x"),
            (#"{"prefix": "/"}"#, #"{"prefix_rewrite": "new", "response_code": "PERMANENT_REDIRECT"}"#, "http://rd.test/", 308, "http://rd.test/new"),
            (#"{"prefix": "/"}"#, #"{"scheme_redirect": "ws", "response_code": "SEE_OTHER", "strip_query": true}"#, "http://rd.test/?a", 303, "ws://rd.test/"),
        ]
    )
    func redirects(match: String, redirect: String, url: String, status: Int, location: String) throws {
        let outcome = try outcome(match, #""redirect": \#(redirect)"#, url)
        guard case .redirect(status, location, nil) = outcome else { throw Unexpected(outcome) }
    }

    @Test("what an upstream gets: path, host, shares, and whether its cluster is there")
    func upstreams() throws {
        let cluster = """
            {"name": "c", "load_assignment": {"endpoints": [{"lb_endpoints": [{"endpoint": {"address": {"socket_address": {"address": "10.0.0.1", "port_value": 80}}}}]}]}}
            """
        func upstream(_ match: String, _ route: String, _ url: String, _ headers: [String] = []) throws -> ([RouteDecision.Destination], String?, String) {
            let outcome = try outcome(match, #""route": \#(route)"#, url, headers, clusters: [cluster])
            guard case .upstream(let destinations, let path, let host) = outcome else { throw Unexpected(outcome) }
            return (destinations, path, host)
        }
        let plain = try upstream(#"{"prefix": "/a"}"#, #"{"cluster": "c", "prefix_rewrite": "/b", "host_rewrite_literal": "in.test"}"#, "http://a.test/a/x?y=/a")
        #expect(plain.0.map(\.cluster) == ["c"] && plain.0[0].endpoints == ["10.0.0.1:80"] && plain.1 == "/b/x?y=/a" && plain.2 == "in.test")
        let missing = try upstream(#"{"prefix": "/"}"#, #"{"cluster": "d", "cluster_not_found_response_code": "NOT_FOUND"}"#, "http://a.test/")
        #expect(missing.0[0].endpoints == nil && missing.0[0].note?.contains("404") == true)
        let weighted = try upstream(
            #"{"prefix": "/"}"#, #"{"weighted_clusters": {"clusters": [{"name": "c", "weight": 2}, {"name": "d", "weight": 1}]}}"#, "http://a.test/"
        )
        #expect(weighted.0.map(\.share) == ["66.7 %", "33.3 %"])
        #expect(try upstream(#"{"prefix": "/"}"#, #"{"cluster_header": "X-C"}"#, "http://a.test/", ["x-c: c"]).0[0].endpoints != nil)
        #expect(try upstream(#"{"prefix": "/"}"#, #"{"cluster_header": "X-C"}"#, "http://a.test/").0[0].note?.contains("'X-C'") == true)
        let regex = #"{"cluster": "c", "regex_rewrite": {"pattern": {"regex": "[0-9]"}, "substitution": "n"}, "host_rewrite_path_regex": {"pattern": {"regex": "^/([0-9]+).*"}, "substitution": "h\\1.test"}}"#
        let rewritten = try upstream(#"{"prefix": "/"}"#, regex, "http://a.test/12/x?3")
        #expect(rewritten.1 == "/nn/x?3" && rewritten.2 == "h12.test")
        #expect(try upstream(#"{"prefix": "/"}"#, #"{"cluster": "c", "host_rewrite_header": "x-h"}"#, "http://a.test/", ["x-h: z"]).2 == "z")
    }

    private struct Unexpected: Error, CustomStringConvertible {
        let description: String
        init(_ outcome: Any) { description = "\(outcome)" }
    }
}

extension ProtoJSON {
    /// The listener with fields added to its one connection manager.
    fileprivate func merging(_ manager: ProtoJSON) -> ProtoJSON {
        switch self {
        case .object(let members):
            if members.contains(where: { $0.key == "route_config" }) { return .object(members + manager.members) }
            return .object(members.map { .init($0.key, $0.value.merging(manager)) })
        case .array(let items): return .array(items.map { $0.merging(manager) })
        default: return self
        }
    }
}
