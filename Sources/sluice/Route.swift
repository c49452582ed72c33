import APIResources
import ArgumentParser
import ConfigTree
import EnvoyDescriptors
import EnvoyResources
import EnvoyRouter
import EnvoyTranslation
import Foundation
import HashTreeCollections

struct Route: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Say which route a request takes, and why no other.",
        discussion: """
            Walks what Envoy would get for the folder as Envoy's router does; nothing is sent. Ends with exit code 1 when no route
            answers.

              sluice route config GET https://shop.example.com/api/pets?page=2 -H 'x-version: 2'
            """
    )

    @OptionGroup var inputs: Inputs

    @Argument(help: "Such as GET.")
    var method: String?

    @Argument(help: "As the client writes it. The port of the listener may be another; see --port.")
    var url: String?

    @Option(name: [.customShort("H"), .customLong("header")], help: ArgumentHelp("A header of the request; 'host: ...' takes the place of the URL's. Repeatable.", valueName: "name: value"))
    var headers: [String] = []

    @Option(name: .customLong("source-ip"), help: "The client's address, where filter chains depend on it.")
    var sourceIP: String?

    @Option(help: "Of which proxy, when gateways name several.")
    var proxy: String?

    @Option(help: "The listener's port. Else it is the URL's, or all listeners that speak its scheme are asked.")
    var port: UInt32?

    @Option(help: ArgumentHelp("Many requests, one a line: METHOD URL | name: value | ... Lines with '#' are comments.", valueName: "file"))
    var requests: String?

    @Flag(help: "Show every route that was passed over, also those for other paths.")
    var all = false

    @Flag(help: "For programs; the same as --output json.")
    var json = false

    @Option(help: "text, or json for programs.")
    var output = TextFormat.text

    func run() async throws {
        let asked = try requestList()
        let result = try await OneTranslation(inputs)
        let errors = result.problems.count { $0.1.severity == .error }
        if errors > 0 { complain("the configuration has \(errors == 1 ? "an error" : "\(errors) errors"), so this may not be what you meant; see `sluice validate \(inputs.folder)`") }
        let walk = try RouteWalk(result, role: role(of: result))
        let reports = asked.map { RouteReport($0.text, walk.decisions($0.request, port: port), walk, showsAll: all) }
        switch json ? .json : output {
        case .text: print(reports.map(requests == nil ? \.text : \.line).joined(separator: "\n"))
        case .json: print(try JSONText.of(requests == nil ? reports[0].json : reports.map(\.json)))
        }
        if !reports.allSatisfy(\.isAnswered) { throw ExitCode(1) }
    }

    // MARK: What is asked

    private func requestList() throws -> [(text: String, request: RouteRequest)] {
        guard let requests else {
            guard let method, let url else { throw ValidationError("say what to route: sluice route \(inputs.folder) GET https://shop.example.com/, or --requests FILE") }
            return [("\(method) \(url)", try Self.request(method, url, headers, sourceIP))]
        }
        guard method == nil else { throw ValidationError("give a request or --requests, not both") }
        guard let text = try? String(contentsOfFile: requests, encoding: .utf8) else { throw Failure("cannot read \(requests)") }
        var found: [(String, RouteRequest)] = []
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let parts = line.components(separatedBy: " | ").map { $0.trimmingCharacters(in: .whitespaces) }
            if parts == [""] || line.hasPrefix("#") { continue }
            let words = parts[0].split(separator: " ", omittingEmptySubsequences: true).map(String.init)
            do {
                guard words.count == 2 else { throw ValidationError("a line is: METHOD URL | name: value | ...") }
                found.append((parts.joined(separator: " | "), try Self.request(words[0], words[1], parts.dropFirst() + headers, sourceIP)))
            } catch let error as ValidationError {
                throw ValidationError("\(requests):\(number + 1): \(error.message)")
            }
        }
        if found.isEmpty { throw ValidationError("\(requests) holds no request; a line is: METHOD URL | name: value | ...") }
        return found
    }

    private static func request(_ method: String, _ url: String, _ headers: [String], _ sourceIP: String?) throws -> RouteRequest {
        do throws(RequestError) {
            return try RouteRequest(method: method, url: url, headers: headers, sourceIP: sourceIP)
        } catch {
            throw ValidationError(error.description)
        }
    }

    private func role(of result: OneTranslation) throws -> String {
        let roles = result.translation.snapshots.keys.sorted()
        let names = roles.map { $0.drop { $0 != "~" }.dropFirst() }.joined(separator: ", ")
        if roles.isEmpty { throw Failure("the configuration makes no proxy; a Gateway makes one") }
        if let proxy {
            guard let role = roles.first(where: { $0 == proxy || $0.hasSuffix("~\(proxy)") }) else { throw ValidationError("there is no proxy '\(proxy)'; there are: \(names)") }
            return role
        }
        guard roles.count == 1 else { throw ValidationError("there are several proxies; name one with --proxy: \(names)") }
        return roles[0]
    }
}

/// The resources of one proxy, ready to be walked, and the way back to the user's objects.
struct RouteWalk {
    let role: String
    let translator: Translator
    private let router: EnvoyRouter

    init(_ result: OneTranslation, role: String) throws {
        self.role = role
        translator = result.translator
        let snapshot = result.translation.snapshots[role] ?? EnvoySnapshot()
        func decoded(_ type: ResourceType) throws -> [ProtoJSON] {
            try snapshot[type].values.sorted { $0.name < $1.name }.map { try DescriptorPool.envoy.decode(type.typeURL, $0.joined(), names: .proto) }
        }
        let tables = try snapshot.routes.values.sorted { $0.name < $1.name }.map {
            try DescriptorPool.envoy.decode(ResourceType.route.typeURL, snapshot.wholeTable($0).joined(), names: .proto)
        }
        router = EnvoyRouter(listeners: try decoded(.listener), routes: tables, clusters: try decoded(.cluster))
    }

    /// One decision for each listener that the request may be meant for.
    func decisions(_ request: RouteRequest, port: UInt32?) -> [RouteDecision] {
        let listeners = router.listeners(for: request, port: port)
        guard listeners.isEmpty else { return listeners.map { router.route(request, through: $0) } }
        let known = router.listeners.map { "\($0.port)" }.joined(separator: ", ")
        let wanted = (port ?? request.port).map { "on port \($0)" } ?? "for \(request.scheme)"
        return [RouteDecision(listener: "", outcome: .closed("there is no listener \(wanted); the proxy listens on \(known.isEmpty ? "no port" : known); --port names one"))]
    }

    func sources(of decision: RouteDecision) -> RouteSources? {
        decision.virtualHost.flatMap { translator.routeSources(virtualHost: $0) }
    }

    func owners(_ type: ResourceType, _ name: String) -> [String] {
        translator.owners(role: role, type, name).map(\.description)
    }
}
