extension XDSStream {
    /// How many names the client asks for one by one, of all types together.
    package var subscribedNameCount: Int { subscriptions.reduce(0) { $0 + $1.names.count } }
}
