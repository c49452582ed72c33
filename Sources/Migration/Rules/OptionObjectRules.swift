internal import APIResources
internal import ConfigStores
internal import ConfigTree

/// VirtualHostOption and RouteOption.
extension MigrationRule {
    static let optionObjectRules = [
        MigrationRule("option-objects-are-never-changed") { installation in
            users(in: installation).compactMap { owner, user, references, _ in
                guard user["options"] == nil, references.count > 1 else { return nil }
                return Finding(
                    .different, owner, at: references,
                    "options of several objects are merged here, and no object is changed by it; Gloo writes the merged options into the first one in its memory, and others that refer to it get them too",
                    advice: "see that no other object relies on the options it got that way"
                )
            }
        },
        MigrationRule("refused-option-objects") { installation in
            users(in: installation).flatMap { owner, _, references, kind in
                references.elements.compactMap { reference -> Finding? in
                    guard let ref = ResourceRef(reference, namespace: owner.id.ref.namespace) else { return nil }
                    let id = ObjectID(kind, ref)
                    guard installation[id] != nil, installation.hasErrors(id) else { return nil }
                    return Finding(
                        .different, owner, at: reference,
                        "\(id) is refused: \(kind == .routeOption ? "the route answers" : "all routes of the virtual host answer") by 'invalidConfigPolicy' rather than serve without the options, unless an earlier version of it was good",
                        advice: "mend the object"
                    )
                }
            }
        },
    ]

    /// Virtual hosts and routes that refer to option objects, with the list of references and their kind.
    private static func users(
        in installation: Installation
    ) -> [(owner: ConfigObject, user: ConfigValue, references: ConfigValue, kind: Kind)] {
        let hosts = installation[.virtualService].compactMap { object in
            VirtualService(object.spec).virtualHost.map { (object, $0, Kind.virtualHostOption) }
        }
        return (hosts + installation.routes.map { ($0.owner, $0.route, Kind.routeOption) }).compactMap { owner, user, kind in
            user["optionsConfigRefs"]?["delegateOptions"].map { (owner, user, $0, kind) }
        }
    }
}
