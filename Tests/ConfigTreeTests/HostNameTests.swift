import ConfigTree
import Testing

@Suite struct HostNameTests {
    /// A domain, and what is said of it.
    static let domains: [(String, String?)] = [
        ("*", nil), ("shop.example", nil), ("Shop.Example", nil), ("*.example", nil), ("*-shop.example", nil), ("shop.*", nil), ("shop_1.example:8080", nil),
        ("[::1]:80", nil), ("xn--bcher-kva.example", nil),
        ("bücher.example", "is not what clients send; write 'xn--bcher-kva.example'"),
        ("*.BÜCHER.example", "is not what clients send; write '*.xn--bcher-kva.example'"),
        ("例え.テスト", "is not what clients send; write 'xn--r8jz45g.xn--zckzah'"),
        ("правда.example", "is not what clients send; write 'xn--80aafi6cg.example'"),
        ("https://shop.example/pets", "is no host; write 'shop.example'"), ("shop.example/pets", "is no host; write 'shop.example'"),
        ("a b.example", "holds ' ', which no host does"),
        ("a.*.example", "can hold one '*', at its start or at its end, as in '*.example'"),
        ("**", "can hold one '*', at its start or at its end, as in '*.example'"),
        ("*.shop.*", "can hold one '*', at its start or at its end, as in '*.example'"),
    ]

    @Test("a domain that no request can have is told, with what to write", arguments: domains)
    func domain(_ text: String, _ problem: String?) { #expect(HostName.problem(ofDomain: text) == problem) }

    static let serverNames: [(String, String?)] = [
        ("shop.example", nil), ("*.shop.example", nil), ("Shop_1.Example", nil),
        ("*", "is not a server name; leave the list out to take every name"),
        ("shop.*", "can hold '*' only as its first part, as in '*.example'"), ("*shop.example", "can hold '*' only as its first part, as in '*.example'"),
        ("*.*.example", "can hold '*' only as its first part, as in '*.example'"), ("shop.example:443", "holds ':', which no server name does"),
        ("bücher.example", "is not what clients send; write 'xn--bcher-kva.example'"),
    ]

    @Test("a server name that no client says, or that Envoy refuses, is told, with what to write", arguments: serverNames)
    func serverName(_ text: String, _ problem: String?) { #expect(HostName.problem(ofServerName: text) == problem) }
}
