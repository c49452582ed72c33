internal import ConfigTree
internal import EnvoyDescriptors
internal import PluginHost

/// Messages of Envoy's API that users write as JSON, or YAML, in their configuration.
enum EnvoyJSON {
    /// The bytes of a message. What is not of its type is a problem at the place where it stands.
    static func encode(_ type: String, _ value: ConfigValue) -> Result<[UInt8], PluginCall.EncodeProblem> {
        do throws(DescriptorError) {
            return .success(try DescriptorPool.envoy.encode(type, json(value)))
        } catch {
            return .failure(PluginCall.EncodeProblem("this is not Envoy's \(type): \(error)", at: place(error.steps, in: value)))
        }
    }

    private static func json(_ value: ConfigValue) -> ProtoJSON {
        switch value.kind {
        case .null: .null
        case .list: .array(value.elements.map(json))
        case .map: .object(value.members.map { ProtoJSON.Member($0.key ?? "", json($0)) })
        case .scalar:
            if value.isText {
                .string(value.text ?? "")
            } else if let bool = value.bool {
                .bool(bool)
            } else {
                .number(value.text ?? "")
            }
        }
    }

    /// As far as the steps lead.
    private static func place(_ steps: [String], in value: ConfigValue) -> ConfigValue {
        var place = value
        for step in steps {
            let index = step.hasPrefix("[") && step.hasSuffix("]") ? Int(step.dropFirst().dropLast()) : nil
            guard let next = place.isList ? index.flatMap({ place[at: $0] }) : place[key: step] else { break }
            place = next
        }
        return place
    }
}
