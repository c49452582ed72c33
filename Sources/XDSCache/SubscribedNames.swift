extension XDSStream {
    /// How many names the client asks for one by one, of all types together.
    package var subscribedNameCount: Int {
        var count = 0
        // In place: a subscription is large to copy.
        for index in subscriptions.indices { count += subscriptions[index].names.count }
        return count
    }
}
