internal import APIResources
internal import ConfigStores
internal import ConfigTree
internal import Emitter
internal import EnvoyWire
internal import GatewayTranslation
internal import PluginHost

/// One virtual host as its route configuration holds it.
struct VirtualHostUnit {
    /// Field 2 of RouteConfiguration, tag and length included; nil when the options of the virtual host itself are wrong.
    var part: [UInt8]?
    var hash: UInt64 = 0
    /// Options that it and its routes use.
    var used = OptionSet()
    var reports: [Report] = []
    var origins: [Origin] = []
}

/// Where a virtual host is served; its name and its policies depend on it.
struct VirtualHostPlace {
    var gateway: StoredObject
    var proxyName: String
    var isTLS: Bool
}

/// Writes a virtual host with all its routes.
enum VirtualHostWriter {
    static func write(
        _ resolved: ResolvedVirtualService, at place: VirtualHostPlace, _ subject: SubjectWriter, _ reader: SnapshotReader,
        hasCluster: @escaping (ResourceRef) -> Bool
    ) -> VirtualHostUnit {
        var unit = VirtualHostUnit()
        let object = resolved.object
        let service = VirtualService(object.spec)
        let host = Scratch()
        let envoy = EnvoyWire.Route.VirtualHost(host.output)
        let name = hostName(object.id.ref)
        envoy.name(name)
        for domain in service.domains { envoy.domains(domain) }
        let writer = RouteWriter(
            subject, reader,
            policy: reader.settings().invalidConfigPolicy,
            maxBody: Gateway(place.gateway.spec).maxDirectResponseBodySizeBytes,
            hasCluster: hasCluster
        )
        let branch = "vs:\(place.gateway.id.ref.name)_\(place.proxyName)_\(object.id.ref.namespace)_\(object.id.ref.name)"
        var routeName = name + Array("-route-".utf8)
        let stem = routeName.count
        for (index, route) in resolved.routes.enumerated() {
            routeName.removeSubrange(stem...)
            append(index, to: &routeName)
            if let written = route.name {
                routeName.append(UInt8(ascii: "-"))
                routeName.append(contentsOf: branch.utf8)
                routeName.append(contentsOf: written.utf8)
            }
            routeName.append(contentsOf: "-matcher-".utf8)
            let matcherStem = routeName.count
            var place = 0
            func add(_ matcher: ConfigValue?) {
                routeName.removeSubrange(matcherStem...)
                append(place, to: &routeName)
                if writer.write(route, matcher: matcher, name: routeName, top: object, isFirst: place == 0) { host.embed(writer.route, field: 3) }
                unit.reports += writer.reports
                place += 1
            }
            if let matchers = route.route.matchers {
                for matcher in matchers { add(matcher) }
            } else {
                add(nil)
            }
        }
        if place.isTLS { envoy.requireTls(.all) }
        if let options = service.options {
            subject.contribute(
                .virtualHost, to: host.output, from: 0,
                facts: SubjectFacts(name: name, namespace: object.id.ref.namespace),
                options: [options]
            )
            if subject.traces { host.note(subject.origins) }
            for said in subject.reports {
                unit.reports.append(Report(said.isError ? .error : .warning, object.id, at: said.at ?? options, said.message))
            }
        }
        unit.used = subject.used
        if service.options != nil, subject.reports.contains(where: \.isError) { return unit }
        if subject.traces { host.note(from: 0, service.virtualHost) }
        let part = Scratch()
        part.embed(host, field: 2)
        unit.part = part.bytes
        unit.hash = WireHash.hash(part.bytes)
        unit.origins = part.origins
        return unit
    }

    /// `<namespace>_<name>`; Envoy's statistics are cut at dots.
    static func hostName(_ ref: ResourceRef) -> [UInt8] {
        Array("\(ref.namespace)_\(ref.name)".utf8).map { $0 == UInt8(ascii: ".") ? UInt8(ascii: "_") : $0 }
    }

    private static func append(_ number: Int, to name: inout [UInt8]) {
        if number >= 10 { append(number / 10, to: &name) }
        name.append(UInt8(ascii: "0") + UInt8(number % 10))
    }
}
