import APIResources
import ArgumentParser
import ConfigStores
import ConfigTree
import Emitter
import EnvoyDescriptors
import EnvoyResources
import EnvoyTranslation
import HashTreeCollections

struct Translate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print what Envoy gets for a folder of configuration.",
        discussion: "Each resource is one document. What is wrong with the configuration goes to standard error; see `sluice validate`."
    )

    @OptionGroup var inputs: Inputs

    @Option(help: ArgumentHelp("Only what this object makes: Gateway, VirtualService, RouteTable or Upstream.", valueName: "Kind/namespace/name"))
    var object: String?

    @Flag(help: "Say beside each field which plugin wrote it, and because of which line of the configuration.")
    var explain = false

    @Flag(help: "Print keys, passwords and values of headers too; without it they read [redacted].")
    var showSecrets = false

    @Option(help: "yaml, or json for programs.")
    var output = ResourceFormat.yaml

    func run() async throws {
        let wanted = try object.map(Self.id)
        let result = try await OneTranslation(inputs, traces: explain || wanted?.kind == .routeTable)
        for (_, problem) in result.problems { complain(problem.description) }
        if let wanted, result.emitter.newest[wanted] == nil { throw Failure("there is no \(wanted) in \(inputs.folder)") }
        let resources = try ResourceList(result, of: wanted, showsSecrets: showSecrets).items
        if resources.isEmpty { throw Failure(wanted.map { "\($0) makes nothing in Envoy; its problems are above" } ?? "the configuration makes nothing; a Gateway makes a listener") }
        switch output {
        case .yaml:
            for item in resources { print(item.yaml(explain ? result : nil), terminator: "") }
        case .json:
            print(ProtoJSON.array(resources.map(\.json)).prettyJSON)
        }
    }

    private static func id(_ text: String) throws -> ObjectID {
        let parts = text.split(separator: "/").map(String.init)
        guard parts.count == 3 else { throw ValidationError("--object has the form Kind/namespace/name, such as VirtualService/gloo-system/petstore") }
        guard let kind = Kind.allCases.first(where: { $0.rawValue.lowercased() == parts[0].lowercased() }) else {
            throw ValidationError("'\(parts[0])' is not a kind; kinds are \(Kind.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        guard [.gateway, .virtualService, .routeTable, .upstream].contains(kind) else {
            throw ValidationError("a \(kind.rawValue) makes no resource of its own; ask for the Gateway, VirtualService, RouteTable or Upstream that uses it")
        }
        return ObjectID(kind, ResourceRef(namespace: parts[1], name: parts[2]))
    }
}

/// Resources of a translation, decoded for people.
struct ResourceList {
    struct Item {
        let role: String
        let type: ResourceType
        let name: String
        let message: ProtoJSON

        var json: ProtoJSON {
            .object([.init("role", .string(role)), .init("name", .string(name)), .init("resource", typed)])
        }

        private var typed: ProtoJSON {
            guard case .object(let members) = message else { return message }
            return .object([.init("@type", .string(type.typeURL))] + members)
        }

        func yaml(_ explained: OneTranslation?) -> String {
            let title = "---\n# \(role)  \(type)  \(name)\n"
            guard let explained else { return title + typed.yaml() }
            let origins = explained.translator.origins(role: role, type, name).sorted { $0.range.count < $1.range.count }
            return title + typed.yaml { member in
                guard let offset = member.offset, let origin = origins.first(where: { $0.range.contains(offset) }) else { return nil }
                return "\(origin.plugin)  \(origin.value?.keyPosition.description ?? "")"
            }
        }
    }

    let items: [Item]

    init(_ result: OneTranslation, of wanted: ObjectID?, showsSecrets: Bool = false) throws {
        var items: [Item] = []
        for (role, snapshot) in result.translation.snapshots.sorted(by: { $0.key < $1.key }) {
            for type in [ResourceType.listener, .route, .virtualHost, .cluster, .secret] {
                for resource in snapshot[type].values.sorted(by: { $0.name < $1.name }) {
                    let owners = result.translator.owners(role: role, type, resource.name)
                    if let wanted, wanted.kind != .routeTable, !owners.contains(wanted) { continue }
                    if let wanted, wanted.kind == .routeTable {
                        guard type == .route || type == .virtualHost && owners.contains(where: { Self.uses($0, wanted, result) }) else { continue }
                    }
                    let bytes = resource.joined()
                    var message = showsSecrets
                        ? try DescriptorPool.envoy.decode(type.typeURL, bytes, names: .proto) : try Redaction.decode(type.typeURL, bytes, names: .proto)
                    if let wanted, type == .route {
                        let names = Self.hosts(of: wanted, owners, result)
                        message = Self.keep(hosts: names, in: message)
                        if names.isEmpty { continue }
                    }
                    items.append(Item(role: role, type: type, name: resource.name, message: message))
                }
            }
        }
        self.items = items
    }

    /// Names of the virtual hosts that an object has a part in.
    private static func hosts(of wanted: ObjectID, _ owners: [ObjectID], _ result: OneTranslation) -> Set<String> {
        let services = wanted.kind == .virtualService ? [wanted] : owners.filter { uses($0, wanted, result) }
        return Set(services.map { "\($0.ref.namespace)_\($0.ref.name)".replacing(".", with: "_") })
    }

    private static func uses(_ service: ObjectID, _ table: ObjectID, _ result: OneTranslation) -> Bool {
        result.translator.tables(usedBy: service.ref).contains(table.ref)
    }

    private static func keep(hosts: Set<String>, in message: ProtoJSON) -> ProtoJSON {
        guard case .object(let members) = message else { return message }
        return .object(
            members.map { member in
                guard member.key == "virtual_hosts", case .array(let all) = member.value else { return member }
                let kept = all.filter { host in
                    if case .string(let name) = host["name"] { hosts.contains(name) } else { false }
                }
                return .init(member.key, .array(kept), offset: member.offset)
            }
        )
    }
}
