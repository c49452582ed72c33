package import APIResources
package import ConfigStores
package import ConfigTree

/// Checks an object against the schema of its kind, which core and plugins make together.
package struct ObjectChecker: Sendable {
    private let schemas: APISchemas

    package init(_ schemas: APISchemas) { self.schemas = schemas }

    package enum Outcome {
        /// Usable; the problems are warnings, and errors of single routes.
        case accepted(StoredObject, problems: [ConfigProblem])
        case rejected([ConfigProblem])
    }

    package func check(_ object: ConfigObject) -> Outcome {
        let spec: ConfigValue
        do {
            spec = try ForeignForms.spec(of: object)
        } catch {
            return .rejected([error.problem])
        }
        var problems = schemas[object.id.kind].validate(spec, leavingOut: spec.index == object.value.index ? ConfigObject.envelopeMembers : [])
        if object.id.kind == .secret, let tls = spec["tls"], let problem = CertificateCheck.problem(of: tls) {
            problems.append(ConfigProblem(at: tls, problem))
        }
        if object.form != .resource { problems = problems.map { ForeignForms.placed($0, in: object) } }
        let isRejected = problems.contains { $0.severity == .error }
        var routeProblems: [Int: RouteProblem] = [:]
        let routeSchema = object.id.kind == .proxy ? schemas.proxyRoute : schemas.route
        for route in Self.routes(of: object.id.kind, spec) {
            let found = routeSchema.validate(route)
            problems += found
            guard found.contains(where: { $0.severity == .error }) else { continue }
            let matchers = route["matchers"].map { schemas.matchers.validate($0) } ?? []
            routeProblems[route.index] = RouteProblem(leavesMatchers: !matchers.contains { $0.severity == .error })
        }
        // Its routes are looked at all the same: who mends the object is told everything at once.
        if isRejected { return .rejected(problems) }
        return .accepted(
            StoredObject(object, spec: spec, routeProblems: routeProblems, headVersion: Self.headVersion(object, spec)),
            problems: problems
        )
    }

    private static func routes(of kind: Kind, _ spec: ConfigValue) -> [ConfigValue] {
        switch kind {
        case .virtualService: VirtualService(spec).routes.map { Array($0.elements) } ?? []
        case .routeTable: RouteTable(spec).routes.map { Array($0.elements) } ?? []
        case .proxy: Proxy(spec).virtualHosts.flatMap { $0["routes"].map { Array($0.elements) } ?? [] }
        default: []
        }
    }

    private static func headVersion(_ object: ConfigObject, _ spec: ConfigValue) -> UInt64 {
        var hash = object.metadata?["labels"]?.contentHash() ?? 0
        // Of two that claim the same, the older one gets it.
        for byte in (object.creationTimestamp ?? "").utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        func mix(_ value: UInt64) { hash = hash &* 0x9E37_79B9_7F4A_7C15 ^ value }
        switch object.id.kind {
        case .virtualService:
            let service = VirtualService(spec)
            mix(service.virtualHost == nil ? 3 : 4)
            mix(service.virtualHost?["domains"]?.contentHash() ?? 1)
            mix(service.sslConfig?.contentHash() ?? 2)
        case .routeTable:
            mix(UInt64(bitPattern: Int64(RouteTable(spec).weight)))
        default: break
        }
        return hash
    }
}
