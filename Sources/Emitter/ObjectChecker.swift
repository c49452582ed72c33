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
        guard let schema = schemas[object.id.kind] else {
            var problem = ConfigProblem(at: object.value, "\(object.id.kind.rawValue) is not translated by this version of Sluice")
            problem.isRefusal = true
            return .rejected([problem])
        }
        var problems = schema.validate(spec, leavingOut: spec.index == object.value.index ? ConfigObject.envelopeMembers : [])
        if object.id.kind == .secret, let tls = spec["tls"], let problem = CertificateCheck.problem(of: tls) {
            problems.append(ConfigProblem(at: tls, problem))
        }
        let isRejected = problems.contains { $0.severity == .error }
        var routeProblems: [Int: RouteProblem] = [:]
        for (index, route) in (Self.routes(of: object.id.kind, spec)?.elements ?? .none).enumerated() {
            let found = schemas.route.validate(route)
            problems += found
            guard found.contains(where: { $0.severity == .error }) else { continue }
            let matchers = route["matchers"].map { schemas.matchers.validate($0) } ?? []
            routeProblems[index] = RouteProblem(leavesMatchers: !matchers.contains { $0.severity == .error })
        }
        // Its routes are looked at all the same: who mends the object is told everything at once.
        if isRejected { return .rejected(problems) }
        return .accepted(
            StoredObject(object, spec: spec, routeProblems: routeProblems, headVersion: Self.headVersion(object, spec)),
            problems: problems
        )
    }

    private static func routes(of kind: Kind, _ spec: ConfigValue) -> ConfigValue? {
        switch kind {
        case .virtualService: VirtualService(spec).routes
        case .routeTable: RouteTable(spec).routes
        default: nil
        }
    }

    private static func headVersion(_ object: ConfigObject, _ spec: ConfigValue) -> UInt64 {
        var hash = object.metadata?["labels"]?.contentHash() ?? 0
        // Of two that claim the same, the older one gets it.
        for byte in (object.creationTimestamp ?? "").utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        if object.id.kind == .virtualService {
            hash = hash &* 0x9E37_79B9_7F4A_7C15 ^ (VirtualService(spec).virtualHost == nil ? 3 : 4)
            hash = hash &* 0x9E37_79B9_7F4A_7C15 ^ (VirtualService(spec).virtualHost?["domains"]?.contentHash() ?? 1)
            hash = hash &* 0x9E37_79B9_7F4A_7C15 ^ (VirtualService(spec).sslConfig?.contentHash() ?? 2)
        }
        return hash
    }
}
