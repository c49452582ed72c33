internal import EnvoyWire

/// What a hook did that sluice_plugin.h does not allow. Its contribution is then not used.
enum ABIMisuse: Error {
    /// `bytes`, `capacity` or `length` of the output are not what the host and `grow` made of them.
    case spoiledOutput
    case filterInPhase(Phase)
    case emptyFilter
    case filterPlace(stage: Int32, place: Int32)
    /// A resource of no known type, or with a name that is not the plugin's.
    case resource(type: Int32, name: String)
    /// A resource that is not protobuf, or whose own name is another.
    case resourceMessage(name: String)
    /// Bytes were left after the last filter that was added.
    case filterNotAdded
}

/// The words in which the host speaks about plugins to the user whose option called them.
enum PluginText {
    static func failed(_ plugin: String, option: String?) -> String {
        "plugin '\(plugin)' failed\(option.map { " for option '\($0)'" } ?? ""); its log says more"
    }

    static func barred(_ option: String, plugin: String, _ why: String) -> String {
        "'\(option)' is an option of the plugin '\(plugin)', which \(why)"
    }

    static func conflict(_ plugin: String, field: String, owner: String) -> String {
        "plugin '\(plugin)' writes '\(field)', which '\(owner)' has written; one of them has to go"
    }

    static func notProtobuf(_ plugin: String, _ error: WireError) -> String {
        let what =
            switch error {
            case .truncated(let offset): "a field that begins before byte \(offset) does not end"
            case .overlongVarint(let offset): "the number at byte \(offset) is too long"
            case .invalidTag(let offset): "at byte \(offset) no field begins"
            case .wrongWireType(let offset): "the field before byte \(offset) has the wrong wire type"
            case .unexpectedEndGroup(let offset): "at byte \(offset) a group ends that did not begin"
            case .tooDeep(let offset): "at byte \(offset) groups are nested too deeply"
            }
        return "plugin '\(plugin)' wrote something that is not protobuf: \(what)"
    }

    static func misuse(_ plugin: String, _ misuse: ABIMisuse) -> String {
        let what =
            switch misuse {
            case .spoiledOutput: "it changed its output in another way than by appending"
            case .filterInPhase(let phase): "it added a filter in phase '\(phase)'"
            case .emptyFilter: "it added a filter without having written one"
            case .filterPlace(let stage, let place): "it added a filter at stage \(stage), place \(place), which does not exist"
            case .resource(let type, let name):
                "it added a resource of type \(type) named '\(name)'; the types are 1 to 3, and the name begins with '\(plugin):'"
            case .resourceMessage(let name): "the message of the resource '\(name)' is not protobuf with that name in field 1"
            case .filterNotAdded: "it wrote a filter and did not add it"
            }
        return "plugin '\(plugin)' breaks the rules of sluice_plugin.h: \(what)"
    }
}
