internal import SluicePlugin

/// One filter of the list that checks a request.
struct AuthFilter {
    let write: (Core.TypedExtensionConfig) -> Void

    /// - Parameter name: of the instance; metadata and counters bear it.
    init<Configuration: WireMessage>(_ name: String, _: Configuration.Type, _ write: @escaping (Configuration) -> Void) {
        self.write = { $0.name(name).typedConfig(Configuration.self, write) }
    }
}
