package import APIResources
internal import ConfigTree
package import Emitter
package import EnvoyResources
internal import EnvoyWire
internal import GatewayTranslation
internal import HashTreeCollections
package import PluginHost

/// What one run of the translation made.
package struct Translation: Sendable {
    /// By role, `<namespace>~<proxy>`. A role that no gateway names any more has an empty snapshot once, and then none.
    package var snapshots: [String: EnvoySnapshot] = [:]
    /// Names that differ from the run before, by role. Roles without differences are left out.
    package var changed: [String: ChangedNames] = [:]
    /// Reports of the units that ran; an empty list takes the unit's earlier reports back.
    package var reports: [UnitID: [Report]] = [:]
    /// Objects that contribute to other proxies than before, and the roles of these now.
    package var roles: [ObjectID: [String]] = [:]
    /// How many units ran.
    package var unitCount = 0
}

/// From a snapshot of the configuration to the resources of each proxy, running again only what read something that changed.
///
/// The stages follow each other as the data goes: gateways choose virtual services, delegations are followed, clusters and
/// virtual hosts are written, route configurations and listeners are put together from them. Within a stage units do not depend
/// on each other. A full translation is the same code with nothing remembered.
package final class Translator {
    private var plugins: PluginSet
    private let writeNamespace: String
    /// Whether a unit that fails goes on with its last good result. Off for comparing incremental with full translation.
    private let keepsLastGood: Bool
    private var subject: SubjectWriter
    private let log: (_ isError: Bool, _ plugin: String, _ message: String) -> Void
    /// Every unit is to run: its plugins are others.
    private var isStale = false
    /// What plugins cost that were replaced, by name.
    private var earlierCounts: [String: PluginCounts] = [:]
    private var lastGoodUnits = LastGoodUnits()
    private var contributions = Contributions()

    private var index = ReadIndex()
    private var gateways = Memo<ResourceRef, GatewaySelection>()
    private var services = Memo<ResourceRef, ResolvedVirtualHost>()
    private var proxies = Memo<ResourceRef, ProxyUnit>()
    private(set) var clusters = Memo<ResourceRef, ClusterUnit>()
    /// Upstreams that have a cluster.
    private var reachable: Set<ResourceRef> = []
    private var groups = Memo<ResourceRef, Void>()
    /// What each virtual host read; the hosts themselves are in `tables`.
    private var hosts = Memo<VirtualHostKey, HostCell>()
    private var chains = Memo<RouteConfigKey, FilterChainUnit>()
    /// What plugins added to each.
    private var listeners = Memo<RouteConfigKey, [PluginCall.AddedResource]>()

    private(set) var layout = ProxyLayout()
    /// The virtual hosts of each route configuration, in order: put together without looking any of them up.
    private(set) var tables: [RouteConfigKey: [HostCell]] = [:]
    /// Where each virtual host is served.
    private var cellsOfHost: [VirtualHostID: [HostCell]] = [:]
    /// Units that have said something, so that silence need not be reported.
    private var speaking: Set<UnitID> = []
    private var usedOptions: [RouteConfigKey: OptionSet] = [:]
    private var snapshots: [String: EnvoySnapshot] = [:]
    private var clusterResources: EnvoySnapshot.Resources = [:]
    private var listenerOrigins: [RouteConfigKey: [Origin]] = [:]
    private(set) var added = AddedResources()
    /// Options of all upstreams that filters wait for.
    private var clusterUses = OptionSet()

    /// - Parameters:
    ///   - writeNamespace: in which gateways are read and proxies live; Gloo's `discoveryNamespace`.
    ///   - traces: keep for each byte where it comes from, for `translate --explain`.
    package init(
        plugins: PluginSet, writeNamespace: String, traces: Bool = false, keepsLastGood: Bool = true,
        log: @escaping (_ isError: Bool, _ plugin: String, _ message: String) -> Void = { _, _, _ in }
    ) {
        self.plugins = plugins
        self.writeNamespace = writeNamespace
        self.keepsLastGood = keepsLastGood
        self.log = log
        subject = SubjectWriter(plugins, encode: EnvoyJSON.encode, log: log)
        subject.traces = traces
    }

    /// Takes other plugins, or the same with another configuration, from the next run on, in which every unit runs. Units that fail with
    /// them go on as they were.
    ///
    /// - Parameter plugins: made with those before as `previous`, since what units use is kept as numbers of options.
    package func use(_ plugins: PluginSet) {
        earlierCounts = counts
        let traces = subject.traces
        self.plugins = plugins
        subject = SubjectWriter(plugins, encode: EnvoyJSON.encode, log: log)
        subject.traces = traces
        isStale = true
    }

    /// How often each plugin was called, by name.
    package var counts: [String: PluginCounts] {
        var counts = earlierCounts
        for (plugin, count) in zip(plugins.plugins, subject.counts) { counts[plugin.name, default: PluginCounts()].add(count) }
        return counts
    }

    /// - Parameter changes: what differs from the snapshot of the run before; nil for the first run.
    package func translate(_ snapshot: Snapshot, _ changes: SnapshotChanges?) -> Translation {
        var run = Run(snapshot: snapshot, changes: changes ?? SnapshotChanges(), isFull: changes == nil || isStale)
        isStale = false
        run.dirty = index.readers(of: run.changes)
        selectVirtualServices(&run)
        resolveVirtualServices(&run)
        readProxies(&run)
        writeClusters(&run)
        checkUpstreamGroups(&run)
        arrangeProxies(&run)
        writeVirtualHosts(&run)
        assembleRouteConfigurations(&run)
        writeListeners(&run)
        publishAdded(&run)
        emptyAbandonedRoles(&run)
        lastGoodUnits.endFirstRun()
        noteContributions(&run)
        run.translation.snapshots = snapshots
        for role in snapshots.keys where layout.listeners[role] == nil { snapshots[role] = nil }
        return run.translation
    }

    /// A proxy that no gateway names any more gets an empty configuration once, and is then forgotten.
    private func emptyAbandonedRoles(_ run: inout Run) {
        for (role, snapshot) in snapshots where layout.listeners[role] == nil {
            for type in ResourceType.allCases { for name in snapshot[type].keys { put(nil, type, name, role, &run) } }
        }
    }

    /// What plugins added, after what they added it to.
    private func publishAdded(_ run: inout Run) {
        for place in added.takeTouched() {
            for role in place.role.map({ [$0] }) ?? Array(snapshots.keys) {
                put(added.resource(role, place.type, place.name), place.type, place.name, role, &run)
            }
        }
    }

    /// Publishes a resource, or takes it away.
    private func put(_ resource: EnvoyResource?, _ type: ResourceType, _ name: String, _ role: String, _ run: inout Run) {
        guard snapshots[role]?[type][name]?.version != resource?.version else { return }
        snapshots[role]?[type][name] = resource
        run.note(role, type, name)
    }

    /// One virtual host of one route configuration.
    final class HostCell {
        let key: VirtualHostKey
        var place: VirtualHostPlace
        var unit: VirtualHostUnit?
        /// To be written in this run.
        var isStale = true
        /// As it is published, if it is a resource of its own.
        var discovered: EnvoyResource?

        init(_ key: VirtualHostKey, _ place: VirtualHostPlace) {
            self.key = key
            self.place = place
        }
    }

    /// A Proxy that was written down, with its virtual hosts.
    private struct ProxyUnit {
        var listeners: ProxyListeners
        var hosts: [VirtualHostID: ResolvedVirtualHost]
    }

    /// What a unit says replaces what it said before.
    private func note(_ id: @autoclosure () -> UnitID, _ reports: [Report], _ run: inout Run) {
        run.translation.unitCount += 1
        if reports.isEmpty {
            guard !speaking.isEmpty, speaking.remove(id()) != nil else { return }
        } else {
            speaking.insert(id())
        }
        run.translation.reports[id()] = reports
    }

    /// The state of one run.
    private struct Run {
        let snapshot: Snapshot
        var changes: SnapshotChanges
        /// Every unit runs: the first time, and with other plugins.
        let isFull: Bool
        var dirty: Set<UnitID> = []
        var layoutChanged = false
        var clusterUsesChanged = false
        var resolved: Set<VirtualHostID> = []
        var changedTables: Set<RouteConfigKey> = []
        var tablesWithOtherOptions: Set<RouteConfigKey> = []
        var translation = Translation()

        /// Objects of a kind whose unit is to run: those that came, and those whose unit read something that changed.
        func todo(_ kind: Kind, _ unit: (ResourceRef) -> UnitID) -> [ResourceRef] {
            var refs = Set(changes.objects.lazy.filter { $0.kind == kind }.map(\.ref))
            if isFull { refs.formUnion(snapshot[kind].keys) }
            for id in dirty {
                switch (id, kind) {
                case (.gateway(let ref), .gateway), (.virtualService(let ref), .virtualService), (.proxy(let ref), .proxy), (.cluster(let ref), .upstream),
                    (.upstreamGroup(let ref), .upstreamGroup):
                    refs.insert(ref)
                default: break
                }
            }
            return refs.sorted()
        }

        mutating func note(_ role: String, _ type: ResourceType, _ name: String) {
            translation.changed[role, default: [:]][type, default: []].insert(name)
        }
    }

    private func reader(_ run: Run, listener: ListenerIdentity? = nil, listenerOptions: ConfigValue? = nil) -> SnapshotReader {
        let reader = SnapshotReader(run.snapshot)
        subject.beginUnit(listener: listener, listenerOptions: listenerOptions) { kind, namespace, name in
            guard let kind = Kind(rawValue: kind) else { return nil }
            // One Settings counts, and not always that of the option's namespace.
            if kind == .settings, name == Settings.name { return reader.settings().spec }
            return reader.object(kind, ResourceRef(namespace: namespace, name: name))?.spec
        }
        return reader
    }

    private func identity(_ source: StoredObject, _ role: String) -> ListenerIdentity {
        ListenerIdentity(gateway: "\(source.id.ref)", role: role)
    }

    // MARK: Gateways and virtual services

    private func selectVirtualServices(_ run: inout Run) {
        for ref in run.todo(.gateway, UnitID.gateway) {
            let id = UnitID.gateway(ref)
            run.layoutChanged = true
            guard let gateway = run.snapshot[ObjectID(.gateway, ref)] else {
                gateways.remove(ref, in: &index)
                note(id, [], &run)
                continue
            }
            let reader = reader(run)
            _ = reader.object(.gateway, ref)
            let selection = GatewaySelection(gateway, writeNamespace: writeNamespace, reader)
            gateways.set(ref, selection, reader, id, in: &index)
            note(id, selection.reports, &run)
        }
    }

    private func resolveVirtualServices(_ run: inout Run) {
        for ref in run.todo(.virtualService, UnitID.virtualService) {
            let id = UnitID.virtualService(ref)
            run.resolved.insert(.virtualService(ref))
            guard let object = run.snapshot[ObjectID(.virtualService, ref)] else {
                services.remove(ref, in: &index)
                note(id, [], &run)
                continue
            }
            let reader = reader(run)
            _ = reader.object(.virtualService, ref)
            let resolved = Delegation.resolve(virtualService: object, reader)
            services.set(ref, resolved, reader, id, in: &index)
            note(id, resolved.reports, &run)
        }
    }

    private func readProxies(_ run: inout Run) {
        for ref in run.todo(.proxy, UnitID.proxy) {
            let id = UnitID.proxy(ref)
            run.layoutChanged = true
            guard let object = run.snapshot[ObjectID(.proxy, ref)] else {
                proxies.remove(ref, in: &index)
                note(id, [], &run)
                continue
            }
            let reader = reader(run)
            _ = reader.object(.proxy, ref)
            let listeners = ProxyListeners(object, reader)
            let hosts = listeners.virtualHosts.mapValues { Delegation.resolve(proxy: object, host: $0, reader) }
            run.resolved.formUnion(hosts.keys)
            proxies.set(ref, ProxyUnit(listeners: listeners, hosts: hosts), reader, id, in: &index)
            note(id, listeners.reports + hosts.sorted { $0.key < $1.key }.flatMap(\.value.reports), &run)
        }
    }

    func resolved(_ id: VirtualHostID) -> ResolvedVirtualHost? {
        switch id {
        case .virtualService(let ref): services[ref]
        case .proxy(let ref, _): proxies[ref]?.hosts[id]
        }
    }

    // MARK: Clusters

    private func writeClusters(_ run: inout Run) {
        var usesOfSome = false
        for ref in run.todo(.upstream, UnitID.cluster) {
            let id = UnitID.cluster(ref)
            let before = clusters[ref]
            guard let upstream = run.snapshot[ObjectID(.upstream, ref)] else {
                clusters.remove(ref, in: &index)
                lastGoodUnits.note(.cluster(ref), nil)
                added.set([], of: id, role: nil)
                if before.map({ !$0.used.isEmpty }) == true { usesOfSome = true }
                note(id, [], &run)
                publishCluster(ref, before: before, after: nil, &run)
                continue
            }
            let reader = reader(run)
            _ = reader.object(.upstream, ref)
            var unit = ClusterWriter.write(upstream, subject)
            let hasFailed = unit.part == nil
            if keepsLastGood, hasFailed, let before {
                (unit.part, unit.hash, unit.origins, unit.used, unit.resources) = (before.part, before.hash, before.origins, before.used, before.resources)
            } else if hasFailed, let last = lastGoodUnits.restored(.cluster(ref)), let used = plugins.options(named: last.options) {
                (unit.part, unit.hash, unit.used, unit.resources) = (last.bytes, last.hash, used, last.resources)
            }
            lastGoodUnits.note(.cluster(ref), hasFailed ? lastGood(.cluster(ref), unit, upstream.id) : nil)
            added.set(unit.resources, of: id, role: nil, isOld: hasFailed)
            if unit.used != before?.used ?? OptionSet() { usesOfSome = true }
            clusters.set(ref, unit, reader, id, in: &index)
            note(id, unit.reports, &run)
            publishCluster(ref, before: before, after: unit, &run)
        }
        guard usesOfSome else { return }
        var uses = OptionSet()
        for cluster in clusters.all { uses.formUnion(cluster.value.used) }
        run.clusterUsesChanged = uses != clusterUses
        clusterUses = uses
    }

    private func publishCluster(_ ref: ResourceRef, before: ClusterUnit?, after: ClusterUnit?, _ run: inout Run) {
        if (before?.part != nil) != (after?.part != nil) {
            // Routes lead to clusters that can be had, not to objects that exist.
            if after?.part == nil { reachable.remove(ref) } else { reachable.insert(ref) }
            let id = ObjectID(.upstream, ref)
            var appeared = SnapshotChanges()
            appeared.existence.insert(id)
            run.dirty.formUnion(index.readers(of: appeared))
        }
        guard before?.part != after?.part else { return }
        let name = "\(ref.name)_\(ref.namespace)"
        let resource = after.flatMap { unit in
            unit.part.map { EnvoyResource(name: name, version: unit.hash, parts: [$0]) }
        }
        clusterResources[name] = resource
        for role in snapshots.keys { put(resource, .cluster, name, role, &run) }
    }

    /// A group says what is wrong with it also while no route uses it.
    private func checkUpstreamGroups(_ run: inout Run) {
        for ref in run.todo(.upstreamGroup, UnitID.upstreamGroup) {
            let id = UnitID.upstreamGroup(ref)
            guard let group = run.snapshot[ObjectID(.upstreamGroup, ref)] else {
                groups.remove(ref, in: &index)
                note(id, [], &run)
                continue
            }
            let reader = reader(run)
            _ = reader.object(.upstreamGroup, ref)
            var reports: [Report] = []
            for weighted in UpstreamGroup(group.spec).destinations?.elements ?? .none {
                guard let destination = weighted["destination"].flatMap({ Destination($0, namespace: ref.namespace) }) else { continue }
                if let problem = destination.problem(reader, hasCluster: reachable.contains) {
                    reports.append(Report(.warning, group.id, at: destination.place, problem))
                }
            }
            if let destinations = UpstreamGroup(group.spec).destinations, destinations.elements.allSatisfy({ ($0["weight"]?.uint32 ?? 0) == 0 }) {
                reports.append(Report(.error, group.id, at: destinations, "the weights add up to 0; give at least one destination a 'weight'"))
            }
            groups.set(ref, (), reader, id, in: &index)
            note(id, reports, &run)
        }
    }

    // MARK: Proxies

    private func arrangeProxies(_ run: inout Run) {
        guard run.layoutChanged || run.isFull else {
            // Selection does not change without gateways, but whom nobody selects does.
            if run.changes.heads.contains(.kind(.virtualService)) || run.changes.heads.contains(.kind(.settings)) { note(.layout, layout.reports + unused(run.snapshot), &run) }
            return
        }
        let old = layout
        layout = ProxyLayout(gateways.all.compactMap(\.value.plan) + proxies.all.flatMap(\.value.listeners.plans))
        note(.layout, layout.reports + unused(run.snapshot), &run)
        for role in layout.listeners.keys where snapshots[role] == nil {
            snapshots[role] = EnvoySnapshot()
            snapshots[role]?.clusters = clusterResources
            for name in clusterResources.keys { run.note(role, .cluster, name) }
            for place in added.forAll { put(added.resource(role, place.type, place.name), place.type, place.name, role, &run) }
        }
        arrangeTables(&run)
        forget(old, &run)
    }

    /// Lays the virtual hosts out anew, each in its route configuration; those that were there before keep what is written.
    private func arrangeTables(_ run: inout Run) {
        let old = tables
        tables = [:]
        cellsOfHost = [:]
        var kept: Set<ObjectIdentifier> = []
        for (role, plans) in layout.listeners {
            let proxyName = ProxyLayout.proxyName(ofRole: role)
            for plan in plans {
                for config in plan.routeConfigs {
                    let table = RouteConfigKey(role: role, name: config.name)
                    run.changedTables.insert(table)
                    let place = VirtualHostPlace(
                        source: plan.source, proxyName: proxyName, isTLS: config.isTLS,
                        maxDirectResponseBodySizeBytes: plan.maxDirectResponseBodySizeBytes,
                        discoveredIn: plan.discoversVirtualHosts ? config.name : nil,
                        listenerOptions: plan.httpOptions(ofRouteConfig: config.name)
                    )
                    let before = Dictionary((old[table] ?? []).map { ($0.key.host, $0) }, uniquingKeysWith: { $1 })
                    tables[table] = config.virtualHosts.map { host in
                        let cell = before[host] ?? HostCell(VirtualHostKey(table: table, host: host), place)
                        if !cell.place.isLike(place, withListener: cell.unit?.readsListener ?? false) { cell.isStale = true }
                        cell.place = place
                        kept.insert(ObjectIdentifier(cell))
                        cellsOfHost[host, default: []].append(cell)
                        return cell
                    }
                }
            }
        }
        for cell in old.values.joined() where !kept.contains(ObjectIdentifier(cell)) {
            takeBack(cell, &run)
            hosts.remove(cell.key, in: &index)
            lastGoodUnits.note(.virtualHost(cell.key), nil)
            added.set([], of: .virtualHost(cell.key), role: nil)
            note(.virtualHost(cell.key), [], &run)
        }
    }

    /// Takes listeners and route configurations away that no gateway makes any more.
    private func forget(_ old: ProxyLayout, _ run: inout Run) {
        for (role, plans) in old.listeners {
            let now = layout.listeners[role] ?? []
            let chainsNow = Set(now.flatMap { $0.chains.map(\.name) })
            let configsNow = Set(now.flatMap { $0.routeConfigs.map(\.name) })
            for plan in plans {
                if !now.contains(where: { $0.name == plan.name }) {
                    put(nil, .listener, plan.name, role, &run)
                    let key = RouteConfigKey(role: role, name: plan.name)
                    listeners.remove(key, in: &index)
                    lastGoodUnits.note(.listener(key), nil)
                    listenerOrigins[key] = nil
                    added.set([], of: .listener(key), role: nil)
                    note(.listener(key), [], &run)
                }
                for chain in plan.chains where !chainsNow.contains(chain.name) {
                    let key = RouteConfigKey(role: role, name: chain.name)
                    chains.remove(key, in: &index)
                    lastGoodUnits.note(.filterChain(key), nil)
                    added.set([], of: .filterChain(key), role: nil)
                    note(.filterChain(key), [], &run)
                }
                for config in plan.routeConfigs where !configsNow.contains(config.name) {
                    put(nil, .route, config.name, role, &run)
                    usedOptions[RouteConfigKey(role: role, name: config.name)] = nil
                }
            }
        }
    }

    /// Nobody who writes a virtual service wants it to be served nowhere, or Settings that do not count.
    private func unused(_ snapshot: Snapshot) -> [Report] {
        let selected = Set(layout.listeners.values.joined().lazy.flatMap(\.routeConfigs).flatMap(\.virtualHosts))
        let conflicting = Set(gateways.all.flatMap(\.value.reports).filter { $0.severity == .error }.map(\.object))
        // One without 'virtualHost' has its own report.
        let candidates = snapshot[.virtualService].values.filter { VirtualService($0.spec).virtualHost != nil }
        let ignored = snapshot[.settings].values.filter { $0.id.ref.name == Settings.name && $0.id != snapshot.settings?.id }
        let settings = ignored.map { object in
            Report(.warning, object.id, "these Settings do not count: those of namespace '\(snapshot.settings?.id.ref.namespace ?? "")' do")
        }
        return settings + candidates.filter { !selected.contains(.virtualService($0.id.ref)) && !conflicting.contains($0.id) }.map { object in
            let kind = VirtualService(object.spec).sslConfig == nil ? "without 'ssl: true'" : "with 'ssl: true'"
            return Report(.warning, object.id, "no gateway \(kind) selects this virtual service")
        }
    }

    // MARK: Routes

    private func writeVirtualHosts(_ run: inout Run) {
        var cells = run.resolved.flatMap { cellsOfHost[$0] ?? [] }
        for id in run.dirty { if case .virtualHost(let key) = id, let cell = hosts[key] { cells.append(cell) } }
        for cell in run.isFull ? Array(tables.values.joined()) : cells { cell.isStale = true }
        // Only what was touched is looked at, unless the layout is new.
        if run.layoutChanged || run.isFull {
            cells = tables.sorted { ($0.key.role, $0.key.name) < ($1.key.role, $1.key.name) }.flatMap(\.value)
        }
        for cell in cells where cell.isStale { write(cell, &run) }
    }

    private func write(_ cell: HostCell, _ run: inout Run) {
        guard let resolved = resolved(cell.key.host) else { return }
        cell.isStale = false
        let reader = reader(run, listener: identity(cell.place.source, cell.key.table.role), listenerOptions: cell.place.listenerOptions)
        var unit = VirtualHostWriter.write(resolved, at: cell.place, subject, reader, hasCluster: reachable.contains)
        let before = cell.unit
        let hasFailed = unit.part == nil
        if keepsLastGood, hasFailed, let before, before.part != nil {
            (unit.part, unit.hash, unit.origins, unit.used, unit.resources) = (before.part, before.hash, before.origins, before.used, before.resources)
        } else if hasFailed, let last = lastGoodUnits.restored(.virtualHost(cell.key)), let used = plugins.options(named: last.options) {
            (unit.part, unit.hash, unit.used, unit.resources) = (last.bytes, last.hash, used, last.resources)
        }
        lastGoodUnits.note(.virtualHost(cell.key), hasFailed ? lastGood(cell.key, unit, resolved.object.id) : nil)
        added.set(unit.resources, of: .virtualHost(cell.key), role: cell.key.table.role, isOld: hasFailed)
        cell.unit = unit
        hosts.set(cell.key, cell, reader, .virtualHost(cell.key), in: &index)
        note(.virtualHost(cell.key), unit.reports, &run)
        if before?.hash != unit.hash || (before?.part != nil) != (unit.part != nil) { run.changedTables.insert(cell.key.table) }
        if before?.used != unit.used { run.tablesWithOtherOptions.insert(cell.key.table) }
    }

    private func assembleRouteConfigurations(_ run: inout Run) {
        for (role, plans) in layout.listeners {
            for plan in plans {
                for config in plan.routeConfigs {
                    let key = RouteConfigKey(role: role, name: config.name)
                    guard run.changedTables.contains(key) || run.tablesWithOtherOptions.contains(key) else { continue }
                    let resource = assemble(config, plan, key)
                    put(resource, .route, resource.name, role, &run)
                    if plan.discoversVirtualHosts { discover(tables[key] ?? [], key, &run) }
                }
            }
        }
    }

    /// Publishes virtual hosts as resources of their own. Of those that did not change the version is looked at, nothing more.
    private func discover(_ cells: [HostCell], _ table: RouteConfigKey, _ run: inout Run) {
        for cell in cells {
            guard let unit = cell.unit, let part = unit.part, let host = resolved(cell.key.host) else {
                takeBack(cell, &run)
                continue
            }
            guard cell.discovered?.version != unit.hash else { continue }
            let resource = EnvoyResource(
                name: Self.discoveredName(host, table), version: unit.hash, parts: [VirtualHostUnit.message(ofPart: part)],
                aliases: host.domains.map { "\(table.name)/\($0)" }
            )
            cell.discovered = resource
            put(resource, .virtualHost, resource.name, table.role, &run)
        }
    }

    private func takeBack(_ cell: HostCell, _ run: inout Run) {
        guard let resource = cell.discovered else { return }
        cell.discovered = nil
        put(nil, .virtualHost, resource.name, cell.key.table.role, &run)
    }

    private static func discoveredName(_ host: ResolvedVirtualHost, _ table: RouteConfigKey) -> String {
        "\(table.name)/\(String(decoding: VirtualHostWriter.hostName(host), as: UTF8.self))"
    }

    /// The virtual host that is published as a resource of its own under this name.
    private func discoveredCell(_ role: String, _ name: String) -> HostCell? {
        guard let slash = name.lastIndex(of: "/") else { return nil }
        let table = RouteConfigKey(role: role, name: String(name[..<slash]))
        return tables[table]?.first { cell in resolved(cell.key.host).map { Self.discoveredName($0, table) == name } ?? false }
    }

    /// The table's own fields, then one part a virtual host: those that did not change are not touched.
    private func assemble(_ config: RouteConfigPlan, _ plan: ListenerPlan, _ key: RouteConfigKey) -> EnvoyResource {
        let head = wireBytes(Route.RouteConfiguration.self) { table in
            table.name(config.name)
            if let size = plan.maxDirectResponseBodySizeBytes { table.maxDirectResponseBodySizeBytes(size) }
            if plan.discoversVirtualHosts { table.vhds { $0.configSource { $0.ads { _ in }.resourceApiVersion(.v3) } } }
        }
        var parts = [head]
        let cells = tables[key] ?? []
        parts.reserveCapacity(cells.count + 1)
        var version = WireHash()
        version.combine(head)
        var used = OptionSet()
        for cell in cells {
            guard let unit = cell.unit else { continue }
            used.formUnion(unit.used)
            guard !plan.discoversVirtualHosts, let part = unit.part else { continue }
            parts.append(part)
            version.combine(unit.hash)
        }
        usedOptions[key] = used
        return EnvoyResource(name: config.name, version: version.finalize(), parts: parts)
    }

    // MARK: Listeners

    private func writeListeners(_ run: inout Run) {
        for (role, plans) in layout.listeners {
            for plan in plans {
                let key = RouteConfigKey(role: role, name: plan.name)
                let isStale = run.layoutChanged || run.isFull || run.clusterUsesChanged || run.dirty.contains(.listener(key))
                    || plan.chains.contains { run.dirty.contains(.filterChain(RouteConfigKey(role: role, name: $0.name))) }
                    || plan.routeConfigs.contains { run.tablesWithOtherOptions.contains(RouteConfigKey(role: role, name: $0.name)) }
                if isStale { writeListener(plan, key, &run) }
            }
        }
    }

    private func writeListener(_ plan: ListenerPlan, _ key: RouteConfigKey, _ run: inout Run) {
        var bytes: [Scratch] = []
        var used = OptionSet()
        for chain in plan.chains {
            let chainKey = RouteConfigKey(role: key.role, name: chain.name)
            let chainReader = reader(run, listener: identity(plan.source, key.role))
            let chainUses = chain.routeConfigName.flatMap { usedOptions[RouteConfigKey(role: key.role, name: $0)] } ?? OptionSet()
            used.formUnion(chainUses)
            var unit = ListenerWriter.write(chain: chain, of: plan, used: chainUses, usedByClusters: clusterUses, subject, chainReader, hasCluster: reachable.contains)
            let hasFailed = unit.bytes == nil
            if keepsLastGood, hasFailed {
                let last = lastGoodUnits.restored(.filterChain(chainKey))
                unit.bytes = chains[chainKey]?.bytes ?? last.map { Scratch($0.bytes) }
                unit.resources = chains[chainKey]?.resources ?? last?.resources ?? []
            }
            added.set(unit.resources, of: .filterChain(chainKey), role: key.role, isOld: hasFailed)
            lastGoodUnits.note(.filterChain(chainKey), hasFailed ? lastGood(chainKey, unit, chain.tls?.users ?? [plan.source.id]) : nil)
            chains.set(chainKey, unit, chainReader, .filterChain(chainKey), in: &index)
            note(.filterChain(chainKey), unit.reports, &run)
            if let written = unit.bytes { bytes.append(written) }
            // The server name is read by what TLS brings to a listener, also where TLS is passed on.
            if chain.isTLS, let number = plugins.number(of: "sslConfig") { used.insert(number) }
        }
        var reports: [Report] = []
        let listenerReader = reader(run, listener: identity(plan.source, key.role))
        let written = ListenerWriter.write(plan, chains: bytes, used: used, subject, &reports)
        let before = listeners[key]
        let isKept = written == nil && keepsLastGood && !bytes.isEmpty
        let resources = isKept ? before ?? lastGoodUnits.restored(.listener(key))?.resources ?? [] : written == nil ? [] : subject.resources
        listeners.set(key, resources, listenerReader, .listener(key), in: &index)
        added.set(resources, of: .listener(key), role: key.role, isOld: written == nil)
        note(.listener(key), reports, &run)
        guard let written else {
            // Errors keep what is served; a listener without chains has nothing to serve.
            let served = isKept ? snapshots[key.role]?.listeners[plan.name]?.joined() ?? lastGoodUnits.restored(.listener(key))?.bytes : nil
            lastGoodUnits.note(.listener(key), served.map { LastGoodUnit(.listener(key), bytes: $0, resources: resources, objects: [plan.source.id]) })
            let resource = served.map { EnvoyResource(name: plan.name, version: WireHash.hash($0), parts: [$0]) }
            put(resource, .listener, plan.name, key.role, &run)
            return
        }
        lastGoodUnits.note(.listener(key), nil)
        listenerOrigins[key] = written.origins
        let content = written.bytes
        put(EnvoyResource(name: plan.name, version: WireHash.hash(content), parts: [content]), .listener, plan.name, key.role, &run)
    }

    // MARK: Last good units

    /// Units that fail and serve as they were when they last succeeded, and whose status says so.
    package var lastGood: some Collection<LastGoodUnit> { lastGoodUnits.kept.values }

    /// Whether `lastGood` is another than at the last call.
    package func takeLastGoodChange() -> Bool { lastGoodUnits.takeChange() }

    /// What a control plane before this one kept: used by units that fail in the first run. To be called before it.
    package func restoreLastGood(_ units: [LastGoodUnit]) { if keepsLastGood { lastGoodUnits.restore(units) } }

    private func lastGood(_ key: VirtualHostKey, _ unit: VirtualHostUnit, _ object: ObjectID) -> LastGoodUnit? {
        unit.part.map {
            LastGoodUnit(.virtualHost(key), bytes: $0, options: plugins.names(of: unit.used), resources: unit.resources, objects: [object])
        }
    }

    private func lastGood(_ key: LastGoodUnit.Key, _ unit: ClusterUnit, _ object: ObjectID) -> LastGoodUnit? {
        unit.part.map { LastGoodUnit(key, bytes: $0, options: plugins.names(of: unit.used), resources: unit.resources, objects: [object]) }
    }

    private func lastGood(_ key: RouteConfigKey, _ unit: FilterChainUnit, _ objects: [ObjectID]) -> LastGoodUnit? {
        unit.bytes.map { LastGoodUnit(.filterChain(key), bytes: $0.bytes, resources: unit.resources, objects: objects) }
    }

    // MARK: Explaining

    /// Where the bytes of a resource of the last run come from, when the translator traces; innermost origins are the smallest.
    package func origins(role: String, _ type: ResourceType, _ name: String) -> [Origin] {
        switch type {
        case .listener:
            return listenerOrigins[RouteConfigKey(role: role, name: name)] ?? []
        case .cluster:
            return clusters.all.first { "\($0.key.name)_\($0.key.namespace)" == name }?.value.origins ?? []
        case .route:
            guard let resource = snapshots[role]?.routes[name] else { return [] }
            let key = RouteConfigKey(role: role, name: name)
            var found: [Origin] = []
            var offset = resource.parts.first?.count ?? 0
            for cell in tables[key] ?? [] {
                guard let unit = cell.unit, let part = unit.part else { continue }
                for origin in unit.origins {
                    found.append(
                        Origin(range: (origin.range.lowerBound + offset)..<(origin.range.upperBound + offset), plugin: origin.plugin, value: origin.value)
                    )
                }
                offset += part.count
            }
            return found
        case .virtualHost:
            guard let unit = discoveredCell(role, name)?.unit, let part = unit.part else { return [] }
            let head = part.count - VirtualHostUnit.message(ofPart: part).count
            return unit.origins.map { origin in
                Origin(range: max(origin.range.lowerBound - head, 0)..<max(origin.range.upperBound - head, 0), plugin: origin.plugin, value: origin.value)
            }
        default:
            return []
        }
    }

    /// The virtual hosts of the last run, in no order.
    var resolvedHosts: some Sequence<ResolvedVirtualHost> {
        services.all.map(\.value) + proxies.all.flatMap(\.value.hosts.values)
    }

    /// Route tables to which a virtual service delegates, directly or not.
    package func tables(usedBy service: ResourceRef) -> Set<ResourceRef> {
        Set((services[service]?.routes ?? []).lazy.flatMap { $0.inherited?.tables.map(\.id.ref) ?? [] })
    }

    private func noteContributions(_ run: inout Run) {
        if run.layoutChanged || run.isFull {
            var all: [ObjectID: Set<String>] = [:]
            for (host, cells) in cellsOfHost where host.object.kind == .virtualService { all[host.object] = Set(cells.map(\.key.table.role)) }
            for (role, plans) in layout.listeners {
                for plan in plans where plan.source.id.kind == .gateway {
                    all[plan.source.id, default: []].insert(role)
                    contributions.setParts(Set(plan.matchableGateways), of: plan.source.id)
                }
            }
            contributions.setRoles(all)
        }
        for case .virtualService(let ref) in run.resolved {
            contributions.setParts(Set(tables(usedBy: ref).map { ObjectID(.routeTable, $0) }), of: ObjectID(.virtualService, ref))
        }
        run.translation.roles = contributions.takeChanges()
    }

    /// The objects that a resource was made of: whom a proxy's refusal is told.
    package func owners(role: String, _ type: ResourceType, _ name: String) -> [ObjectID] {
        let units = added.units(role, type, name)
        if !units.isEmpty { return Set(units.flatMap { objects(of: $0, role) }).sorted() }
        switch type {
        case .cluster:
            return clusters.all.map(\.key).filter { "\($0.name)_\($0.namespace)" == name }.map { ObjectID(.upstream, $0) }
        case .listener:
            return (layout.listeners[role] ?? []).filter { $0.name == name }.map(\.source.id)
        case .route:
            let configs = (layout.listeners[role] ?? []).flatMap(\.routeConfigs).filter { $0.name == name }
            return Set(configs.flatMap(\.virtualHosts).map(\.object)).sorted()
        case .virtualHost:
            return discoveredCell(role, name).map { [$0.key.host.object] } ?? []
        default:
            return []
        }
    }

    func objects(of unit: UnitID, _ role: String) -> [ObjectID] {
        switch unit {
        case .cluster(let ref): [ObjectID(.upstream, ref)]
        case .virtualHost(let key): [key.host.object]
        case .filterChain(let key): (layout.listeners[role] ?? []).filter { $0.chains.contains { $0.name == key.name } }.map(\.source.id)
        case .listener(let key): owners(role: role, .listener, key.name)
        default: []
        }
    }
}
