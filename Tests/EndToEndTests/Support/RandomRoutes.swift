/// A generator of the same numbers for the same seed.
struct SeededNumbers: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

/// Virtual services and route tables of all sorts of matchers over few words, and requests of the same words, so that routes are
/// missed by a little as often as they are hit.
///
/// Each route can be told by its answer: a body, a Location, or what reaches the upstream.
struct RandomRoutes {
    struct Request {
        let method: String
        let host: String
        let path: String
        let headers: [(String, String)]
    }

    private var numbers: SeededNumbers
    private let upstreams: [String]
    private var routeCount = 0

    init(seed: UInt64, upstreams: [String]) {
        numbers = SeededNumbers(seed)
        self.upstreams = upstreams
    }

    private mutating func pick<T>(_ items: [T]) -> T { items[Int.random(in: 0..<items.count, using: &numbers)] }
    private mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &numbers) < percent }
    private mutating func some<T>(_ range: ClosedRange<Int>, _ make: (inout Self) -> T) -> [T] {
        (0..<Int.random(in: range, using: &numbers)).map { _ in make(&self) }
    }

    // MARK: Configuration

    /// Of each virtual service; all of them are different, as they must be.
    private static let domains = [
        ["a.test"], ["*.a.test"], ["*-b.a.test", "b.test"], ["*.x.a.test", "a.test:8080"], ["b.*"], ["b.c.*", "*.org"], ["*"],
    ]

    mutating func configuration() -> String {
        let tables = (0..<3).map { number in routeTable("t\(number)", some(2...5) { $0.route(below: "/a") }.joined(separator: "\n")) }
        let services = Self.domains.enumerated().map { number, domains in
            let routes = some(3...9) { $0.chance(20) ? $0.delegation() : $0.route() }.joined(separator: "\n")
            return virtualService("s\(number)", domain: domains.joined(separator: "', '"), routes)
        }
        return (tables + services).joined()
    }

    private mutating func delegation() -> String {
        var matcher = ["prefix: /a"]
        if chance(40) { matcher.append(contentsOf: conditions()) }
        let inherits = pick(["", "inheritableMatchers: true, ", "inheritableMatchers: true, inheritablePathMatchers: true, "])
        return "- {\(inherits)matchers: [{\(matcher.joined(separator: ", "))}], delegateAction: {ref: {name: t\(Int.random(in: 0..<3, using: &numbers)), namespace: default}}}"
    }

    private mutating func route(below prefix: String = "") -> String {
        routeCount += 1
        let name = "r\(routeCount)"
        let matchers = some(1...2) { "{\(([$0.path(below: prefix)] + $0.conditions()).joined(separator: ", "))}" }
        return "- {name: \(name), matchers: [\(matchers.joined(separator: ", "))], \(action(name))}"
    }

    private mutating func path(below prefix: String) -> String {
        let insensitive = chance(25) ? ", caseSensitive: false" : ""
        switch Int.random(in: 0..<10, using: &numbers) {
        case 0..<4: return "prefix: \(quoted(prefix + pick(["/", "/a", "/b", "/A", "/a/1", "/b/", "/ab", ""])))\(insensitive)".replacing("prefix: ''", with: "prefix: /")
        case 4..<7: return "exact: \(quoted(prefix + pick(["/", "/a", "/b", "/a/1", "/a/b", "/B/x.y", "/a/%20"])))\(insensitive)"
        default: return "regex: \(quoted(prefix + pick(Self.pathExpressions)))"
        }
    }

    private static let pathExpressions = [
        "/[a-z]+", "/a/.*", "/(a|b)/[0-9]+", #"/.*\d"#, "(?i)/a/B", "/a/?", #"/\w+/.."#, "/[^/]+/[[:digit:]]+", "/a(?:/b)?", ".*", #"/\S{1,3}"#,
        #"/x\.y|/b"#, "^/b.*$", #"/[\w.-]+"#, "/a{1,2}(/1)*", #"/\Qa/1\E"#, #"/\pL/[^a-z]"#, "(/[ab]|/1)+",
    ]
    private static let words = ["1", "2", "ab", "AB", "a,b", "x y", ""]
    private static let valueExpressions = ["[0-9]+", "1|2", "(?i)ab", ".*", "a,b", "[^1]*", #"\w+ \w+"#, "a?b?"]

    private mutating func conditions() -> [String] {
        var all: [String] = []
        if chance(25) {
            let headers = some(1...2) { random in
                let value = random.value()
                return "{name: \(random.pick(["x-a", "X-B", "accept", "':method'"]))\(value.isEmpty ? "" : ", " + value)\(random.chance(25) ? ", invertMatch: true" : "")}"
            }
            all.append("headers: [\(headers.joined(separator: ", "))]")
        }
        if chance(20) {
            let parameters = some(1...2) { random in
                let value = random.value()
                return "{name: \(random.pick(["p", "q"]))\(value.isEmpty ? "" : ", " + value)}"
            }
            all.append("queryParameters: [\(parameters.joined(separator: ", "))]")
        }
        if chance(20) { all.append("methods: [\(pick(["GET", "POST", "POST, PUT", "GET, DELETE", "PUT"]))]") }
        return all
    }

    /// Nothing asks for presence.
    private mutating func value() -> String {
        switch Int.random(in: 0..<3, using: &numbers) {
        case 0: ""
        case 1: "value: \(quoted(pick(Self.words)))"
        default: "value: \(quoted(pick(Self.valueExpressions))), regex: true"
        }
    }

    private mutating func action(_ name: String) -> String {
        switch Int.random(in: 0..<10, using: &numbers) {
        case 0..<4: return "directResponseAction: {status: \(pick([200, 202, 418, 503])), body: \(name)}"
        case 4..<7:
            var fields = ["hostRedirect: \(name).test"]
            fields.append(
                contentsOf: pick([
                    [], ["pathRedirect: /other"], ["pathRedirect: '/other?n=1'"], ["prefixRewrite: /new"], ["stripQuery: true"],
                    ["regexRewrite: {pattern: {regex: '/([a-z]+)'}, substitution: '/(\\1)'}"],
                ])
            )
            if chance(30) { fields.append("httpsRedirect: true") }
            if chance(50) { fields.append("responseCode: \(pick(["FOUND", "SEE_OTHER", "TEMPORARY_REDIRECT", "PERMANENT_REDIRECT"]))") }
            return "redirectAction: {\(fields.joined(separator: ", "))}"
        default:
            let (one, other) = chance(50) ? (upstreams[0], upstreams[1]) : (upstreams[1], upstreams[0])
            let target = chance(50)
                ? "single: {upstream: {name: \(one), namespace: default}}"
                : "multi: {destinations: [{weight: 0, destination: {upstream: {name: \(other), namespace: default}}}, {weight: 100, destination: {upstream: {name: \(one), namespace: default}}}]}"
            var options = ["headerManipulation: {requestHeadersToAdd: [{header: {key: x-route, value: \(name)}}]}"]
            options.append(
                contentsOf: pick([
                    [], ["prefixRewrite: /rewritten"], ["hostRewrite: inner.test"],
                    ["regexRewrite: {pattern: {regex: '/([a-z]*)(/?)'}, substitution: '/(\\1)\\2'}"], ["regexRewrite: {pattern: {regex: '^(.*)$'}, substitution: '/all\\1'}"],
                ])
            )
            return "routeAction: {\(target)}, options: {\(options.joined(separator: ", "))}"
        }
    }

    private func quoted(_ text: String) -> String { "'\(text.replacing("'", with: "''"))'" }

    // MARK: Requests

    mutating func request() -> Request {
        let host = pick([
            "a.test", "A.Test", "x.a.test", "y.x.a.test", "z-b.a.test", "b.test", "b.net", "b.c.net", "a.test:8080", "a.test:81", "b.org", ".a.test", "other",
        ])
        var path = some(1...3) { "/" + $0.pick(["a", "a", "b", "1", "A", "ab", "x.y", "..", ".", "", "%61", "%2e", "%20", "a%2Fb", "c~", "%7B"]) }.joined()
        if chance(40) { path += "?" + some(1...3) { "\($0.pick(["p", "q", "P"]))\($0.pick(["", "=", "=1", "=2", "=ab", "=a%20b", "=x+y", "=AB", "=1=2"]))" }.joined(separator: "&") }
        let headers = some(0...3) { ($0.pick(["x-a", "x-b", "X-A", "accept"]), $0.pick(Self.words)) }
        return Request(method: pick(["GET", "GET", "POST", "PUT", "DELETE"]), host: host, path: path, headers: headers)
    }
}
