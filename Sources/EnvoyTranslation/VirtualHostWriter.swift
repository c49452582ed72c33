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
    /// What plugins added.
    var resources: [PluginCall.AddedResource] = []
    /// Whether it depends on options of the HTTP listener.
    var readsListener = false
    var reports: [Report] = []
    var origins: [Origin] = []

    /// The message alone: what stands behind tag and length of field 2.
    static func message(ofPart part: [UInt8]) -> [UInt8] {
        // The last byte of the length is the first without the sign of more.
        let end = part.dropFirst().firstIndex { $0 < 0x80 } ?? part.startIndex
        return Array(part[(end + 1)...])
    }
}

/// Where a virtual host is served; its name and its policies depend on it.
struct VirtualHostPlace {
    /// The Gateway or Proxy.
    var source: StoredObject
    var proxyName: String
    var isTLS: Bool
    var maxDirectResponseBodySizeBytes: UInt32?
    /// Of the route configuration, if the virtual host is a resource of its own: its name has that before it.
    var discoveredIn: String?
    /// Of the HTTP listener.
    var listenerOptions: ConfigValue?

    /// Whether a virtual host would be written here as it was there.
    ///
    /// - Parameter withListener: it depends on options of the HTTP listener.
    func isLike(_ other: VirtualHostPlace, withListener: Bool) -> Bool {
        source.id == other.source.id && proxyName == other.proxyName && isTLS == other.isTLS
            && maxDirectResponseBodySizeBytes == other.maxDirectResponseBodySizeBytes && discoveredIn == other.discoveredIn
            && (!withListener || listenerOptions?.contentHash() == other.listenerOptions?.contentHash())
    }
}

/// Writes a virtual host with all its routes.
enum VirtualHostWriter {
    static func write(
        _ resolved: ResolvedVirtualHost, at place: VirtualHostPlace, _ subject: SubjectWriter, _ reader: SnapshotReader,
        hasCluster: @escaping (ResourceRef) -> Bool
    ) -> VirtualHostUnit {
        var unit = VirtualHostUnit()
        var reports = DistinctReports()
        let object = resolved.object
        let host = Scratch()
        let envoy = EnvoyWire.Route.VirtualHost(host.output)
        let name = hostName(resolved)
        envoy.name(place.discoveredIn.map { Array("\($0)/".utf8) + name } ?? name)
        for domain in resolved.domains { envoy.domains(domain) }
        let writer = RouteWriter(
            subject, reader,
            policy: reader.settings().invalidConfigPolicy,
            maxBody: place.maxDirectResponseBodySizeBytes,
            refusesAll: resolved.isInvalid,
            hasCluster: hasCluster
        )
        let branch = Self.branch(resolved, place)
        var routeName = name + Array("-route-".utf8)
        let stem = routeName.count
        for (index, route) in resolved.routes.enumerated() {
            routeName.removeSubrange(stem...)
            append(index, to: &routeName)
            if let written = branch.isEmpty ? route.route.name : route.name {
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
                for report in writer.reports { reports.append(report) }
                place += 1
            }
            if let matchers = route.route.matchers {
                for matcher in matchers { add(matcher) }
            } else {
                add(nil)
            }
        }
        if place.isTLS { envoy.requireTls(.all) }
        let options = resolved.options
        if !options.isEmpty {
            subject.contribute(
                .virtualHost, to: host.output, from: 0,
                facts: SubjectFacts(name: name, namespace: object.id.ref.namespace),
                options: options
            )
            if subject.traces { host.note(subject.origins) }
            for said in subject.reports {
                let owner = resolved.optionObjects.first { $0.object.document === said.at?.document } ?? object
                reports.append(Report(said.severity, owner.id, at: said.at ?? options[0], said.message))
                if owner.id != object.id { reports.append(Report(said.severity, object.id, owner: owner.id, at: said.at, said.message)) }
            }
        }
        unit.used = subject.used
        unit.readsListener = subject.hasReadListener
        unit.reports = reports.all
        if !options.isEmpty, subject.reports.contains(where: \.isError) { return unit }
        if subject.traces { host.note(from: 0, resolved.value) }
        unit.resources = subject.resources
        let part = Scratch()
        part.embed(host, field: 2)
        unit.part = part.bytes
        unit.hash = WireHash.hash(part.bytes)
        unit.origins = part.origins
        return unit
    }

    /// `<namespace>_<name>` of a virtual service, and what a Proxy says; Envoy's statistics are cut at dots.
    static func hostName(_ resolved: ResolvedVirtualHost) -> [UInt8] {
        let ref = resolved.object.id.ref
        let isProxy = resolved.object.id.kind == .proxy
        let name = isProxy ? resolved.value?["name"]?.text ?? resolved.value?.key ?? "" : "\(ref.namespace)_\(ref.name)"
        return Array(name.utf8).map { $0 == UInt8(ascii: ".") ? UInt8(ascii: "_") : $0 }
    }

    /// The virtual service's part of the names of routes. A Proxy's routes are called what it calls them.
    private static func branch(_ resolved: ResolvedVirtualHost, _ place: VirtualHostPlace) -> String {
        let ref = resolved.object.id.ref
        guard resolved.object.id.kind == .virtualService else { return "" }
        return "vs:\(place.source.id.ref.name)_\(place.proxyName)_\(ref.namespace)_\(ref.name)"
    }

    private static func append(_ number: Int, to name: inout [UInt8]) {
        if number >= 10 { append(number / 10, to: &name) }
        name.append(UInt8(ascii: "0") + UInt8(number % 10))
    }
}
