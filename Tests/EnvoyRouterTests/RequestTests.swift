import Testing

@testable import EnvoyRouter

@Suite struct RequestTests {
    @Test("a URL is host, port and path; the host header takes the host's place")
    func url() throws {
        let request = try RouteRequest(method: "GET", url: "https://Shop.example.com:8443/api?x=1#top", headers: ["X-A:  b ", "x-a: c"])
        #expect(request.scheme == "https")
        #expect(request.authority == "Shop.example.com:8443")
        #expect(request.serverName == "Shop.example.com")
        #expect(request.port == 8443)
        #expect(request.path == "/api?x=1")
        #expect(request.headers == [.init("x-a", "b"), .init("x-a", "c")])
        #expect(try RouteRequest(method: "GET", url: "http://a").path == "/")
        #expect(try RouteRequest(method: "GET", url: "http://a?x").path == "/?x")
        #expect(try RouteRequest(method: "GET", url: "http://a/", headers: ["Host: b:80"]).authority == "b:80")
        #expect(try RouteRequest(method: "GET", url: "http://[::1]:80/").serverName == "")
        #expect(try RouteRequest(method: "GET", url: "http://[::1]:80/").authority == "[::1]:80")
    }

    @Test(
        "what is no request says what to type",
        arguments: [
            ("GET", "shop.example.com/x", [], "https://shop.example.com"), ("GET", "ftp://a/", [], "http and https"),
            ("GET", "http://a/b c", [], "%20"), ("GET", "http://a/é", [], "%C3%A9"), ("GET", "http://a:0/", [], "1 to 65535"),
            ("GET", "http:///x", [], "no host"), ("GET", "http://u:p@a/", [], "authorization"), ("G T", "http://a/", [], "GET or POST"),
            ("GET", "http://a/", ["x-a"], "'name: value'"), ("GET", "http://a/", [":path: /"], "host"), ("GET", "http://a/", ["x a: 1"], "'name: value'"),
        ]
    )
    func mistakes(method: String, url: String, headers: [String], says: String) {
        #expect(performing: { try RouteRequest(method: method, url: url, headers: headers) }, throws: { "\($0)".contains(says) })
    }

    @Test("addresses and ranges of addresses")
    func addresses() {
        #expect(IPAddress("10.0.0.300") == nil && IPAddress("10.0.0") == nil && IPAddress("::1::") == nil && IPAddress("1:2") == nil)
        #expect(IPAddress("::ffff:10.0.0.1")?.bytes.suffix(4) == [10, 0, 0, 1])
        #expect(IPAddress("2001:db8::1")?.bytes.count == 16)
        #expect(IPRange("10.1.0.0", length: 15)?.contains(IPAddress("10.0.255.1")!) == true)
        #expect(IPRange("10.1.0.0", length: 16)?.contains(IPAddress("10.0.255.1")!) == false)
        #expect(IPRange("2001:db8::", length: 32)?.contains(IPAddress("2001:db8:1::1")!) == true)
        #expect(IPRange("0.0.0.0", length: 0)?.contains(IPAddress("::1")!) == false)
    }

    @Test(
        "a path is normalised as Envoy 1.40 does it",
        arguments: [
            ("/a/../b", "/b"), ("/a/./b", "/a/b"), ("/a/..", "/"), ("/a/.", "/a/"), ("/../..", "/"), ("/a//b", "/a//b"), ("/a/%2e%2e/b", "/b"),
            ("/a/.%2e", "/"), ("/a%", "/a%"), ("/a%zz", "/a%zz"), (#"/a\..\b"#, "/b"), ("/a%5c..%5cb", "/a%5c..%5cb"), ("/a?b/../c", "/a?b/../c"),
            ("//", "//"), ("/a/..//b", "//b"), ("/a/...", "/a/..."), ("/a/%2e", "/a/"), ("/%E4%B8", "/%E4%B8"), ("/a/..?x", "/?x"),
            ("/a^b`{|}", "/a%5Eb%60%7B%7C%7D"), ("//a/..", "//"), ("/a//../b", "/a/b"), ("///..///", "////"), ("/%41%2d%7E", "/A-~"), ("/%2F%20", "/%2F%20"),
        ]
    )
    func normalization(path: String, is expected: String) {
        #expect(PathNormalization.canonical(path) == expected)
    }
}
