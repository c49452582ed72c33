import APIResources
import ConfigStores
import ConfigTree
import Emitter
import EnvoyDescriptors
import EnvoyResources
import EnvoyTranslation
import GatewayTranslation
import HashTreeCollections
import Testing
import TranslationHarness

/// Random trees of route tables, flattened by the real code and by `FlatRoutes`.
@Suite struct DelegationPropertyTests {
    @Test("random trees of route tables are flattened as the reference does", arguments: SeededNumbers.seeds(150))
    func equalsReference(_ seed: UInt64) throws {
        var random = RandomTables(seed: seed)
        let tree = random.tree()
        var store = MemoryStore()
        var emitter = try Stock.emitter()
        for (name, text) in tree.files { _ = emitter.apply(store.write(name, text)) }
        let table = try #require(try Stock.translator().translate(emitter.snapshot, nil).snapshots["gloo-system~gateway-proxy"]?.routes["listener-::-80-routes"])
        let hosts = try DescriptorPool.envoy.decode(ResourceType.route.typeURL, table.joined())["virtualHosts"]?.items ?? []
        for service in tree.services.keys.sorted() {
            let reference = FlatRoutes(of: service, in: tree)
            let id = ObjectID(.virtualService, ResourceRef(namespace: service.namespace, name: service.name))
            let resolved = Delegation.resolve(virtualService: try #require(emitter.snapshot[id]), SnapshotReader(emitter.snapshot))
            let host = hosts.first { $0["name"]?.text == "\(service.namespace)_\(service.name)" }
            let difference =
                Self.difference(resolved, reference, service) ?? Self.difference(host?["routes"]?.items ?? [], reference.routes, service)
            guard let difference else { continue }
            Issue.record("SLUICE_SEED=\(seed) VirtualService \(service): \(difference)\n\(tree.yaml)")
            return
        }
    }

    @Test("the random trees hold every fault and every kind of route")
    func coverage() {
        var faults: Set<FlatRoutes.Fault> = []
        var depths: Set<Int> = []
        var routes = 0
        for seed in 1...200 as ClosedRange<UInt64> {
            var random = RandomTables(seed: seed)
            let tree = random.tree()
            for service in tree.services.keys {
                let flat = FlatRoutes(of: service, in: tree)
                faults.formUnion(flat.problems.map(\.fault))
                routes += flat.routes.count
                for name in flat.routes.compactMap(\.name) { depths.insert(name.split(separator: "_rt:", omittingEmptySubsequences: false).count - 1) }
            }
        }
        #expect(faults == Set(FlatRoutes.Fault.allCases))
        #expect(depths.isSuperset(of: [0, 1, 2, 3]))
        #expect(routes > 500)
    }

    // MARK: Delegation

    private static func difference(_ resolved: ResolvedVirtualHost, _ reference: FlatRoutes, _ service: TableTree.Name) -> String? {
        let routes = resolved.routes.map { "\($0.owner.id.ref) \($0.name ?? "-") \(max($0.route.matchers.map(Array.init)?.count ?? 0, 1)) \($0.isInvalid)" }
        let wanted = reference.routes.map { "\($0.owner) \($0.name ?? "-") \($0.matches.count) \($0.upstream == nil)" }
        if routes != wanted { return "the routes are\n\(routes.joined(separator: "\n"))\nand should be\n\(wanted.joined(separator: "\n"))" }
        let problems = resolved.reports.map { report in
            let fault = fault(report.message)
            let table = report.object.kind == .routeTable ? TableTree.Name(namespace: report.object.ref.namespace, name: report.object.ref.name) : nil
            return fault.map { "\(FlatRoutes.Problem(table: table, isError: report.severity == .error, fault: $0))" } ?? report.message
        }
        // A mistake that several ways lead to is told once, so how often does not count.
        let (told, due) = (Set(problems), Set(reference.problems.map(\.description)))
        return told == due ? nil : "told without need: \(told.subtracting(due).sorted()), not told: \(due.subtracting(told).sorted())"
    }

    private static func fault(_ message: String) -> FlatRoutes.Fault? {
        let words: [(String, FlatRoutes.Fault)] = [
            ("does not lie below", .outsidePrefix), ("'caseSensitive' differs", .otherCase), ("set 'inheritableMatchers'", .missingCondition),
            ("does not exist; the route is left out", .missingTable), ("takes no RouteTable", .emptySelection),
            ("exclude each other", .labelsAndExpressions), ("say which RouteTable", .nothingNamed), ("one matcher at most", .severalMatchers),
            ("matched by 'prefix'", .notPrefix), ("delegates to itself", .cycle), ("delegates to this table again", .cycle),
            ("its options are left out", .missingOption), ("is rejected; its own status", .refusedOption), ("a route is refused", .refusedRoute),
        ]
        return words.first { message.contains($0.0) }?.1
    }

    // MARK: Envoy

    private static func difference(_ written: [ProtoJSON], _ wanted: [FlatRoutes.Flat], _ service: TableTree.Name) -> String? {
        var rest = written[...]
        for (index, flat) in wanted.enumerated() {
            for (place, match) in flat.matches.enumerated() {
                guard let route = rest.popFirst() else { return "Envoy's route \(index) is missing" }
                let problem = difference(route, flat, match)
                if let problem { return "Envoy's route \(index), matcher \(place): \(problem)\n\(route.yaml())" }
                let branch = flat.name.map { "-vs:g_gateway-proxy_\(service.namespace)_\(service.name)\($0)" } ?? ""
                let name = "\(service.namespace)_\(service.name)-route-\(index)\(branch)-matcher-\(place)"
                if route["name"]?.text != name { return "Envoy's route \(index) should be called \(name)\n\(route.yaml())" }
            }
        }
        return rest.isEmpty ? nil : "Envoy has \(rest.count) routes too many, such as\n\(rest[rest.startIndex].yaml())"
    }

    private static func difference(_ route: ProtoJSON, _ flat: FlatRoutes.Flat, _ match: FlatRoutes.Match) -> String? {
        let written = self.match(route["match"])
        if written != match { return "it matches \(written.map { "\($0)" } ?? "nothing known") and should match \(match)" }
        guard let upstream = flat.upstream else { return route["directResponse"] == nil ? "it should answer by policy" : nil }
        let action = route["route"]
        if action?["cluster"]?.text != "\(upstream.name)_\(upstream.namespace)" { return "it should lead to \(upstream)" }
        var options: [String: String] = [:]
        options["timeout"] = action?["timeout"]?.text
        options["hostRewrite"] = action?["hostRewriteLiteral"]?.text
        options["retries"] = action?["retryPolicy"]?["numRetries"]?.text
        return options == flat.options ? nil : "its options are \(options) and should be \(flat.options)"
    }

    private static func match(_ json: ProtoJSON?) -> FlatRoutes.Match? {
        guard let json else { return nil }
        let path: TableTree.Path
        if let prefix = json["prefix"]?.text {
            path = .prefix(prefix)
        } else if let exact = json["path"]?.text {
            path = .exact(exact)
        } else if let regex = json["safeRegex"]?["regex"]?.text {
            path = .regex(regex)
        } else if json["connectMatcher"] != nil {
            path = .connect
        } else {
            return nil
        }
        let headers = json["headers"]?.items ?? []
        let method = headers.first { $0["name"]?.text == ":method" }?["stringMatch"]
        let methods = method?["exact"]?.text ?? method?["safeRegex"]?["regex"]?.text ?? ""
        return FlatRoutes.Match(
            path: path,
            caseSensitive: json["caseSensitive"] != .bool(false),
            headers: Set(headers.filter { $0["name"]?.text != ":method" }.map(condition)),
            query: Set((json["queryParameters"]?.items ?? []).map(condition)),
            methods: Set(methods.split(separator: "|").map(String.init))
        )
    }

    private static func condition(_ json: ProtoJSON) -> TableTree.Condition {
        let regex = json["stringMatch"]?["safeRegex"]?["regex"]?.text
        return TableTree.Condition(
            name: json["name"]?.text ?? "", value: regex ?? json["stringMatch"]?["exact"]?.text, isRegex: regex != nil,
            isInverted: json["invertMatch"] == .bool(true)
        )
    }
}

extension ProtoJSON {
    fileprivate var items: [ProtoJSON] {
        if case .array(let items) = self { items } else { [] }
    }

    /// Of a string or a number.
    fileprivate var text: String? {
        switch self {
        case .string(let text), .number(let text): text
        default: nil
        }
    }
}
