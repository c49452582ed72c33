import Synchronization

/// Names the mailbox of one event loop.
package struct MailboxID: Sendable, Hashable {
    let number: UInt64
}

/// What one event loop has not fetched yet. However many publications come, it is woken once until it fetches.
struct Mailbox {
    var publications: [String: Publication] = [:]
    var assigned: [(StreamID, role: String)] = []
    let wake: @Sendable () -> Void
    private var isWoken = false

    init(wake: @escaping @Sendable () -> Void) { self.wake = wake }

    mutating func add(_ publication: Publication) {
        publications[publication.role] = publications[publication.role]?.merged(with: publication) ?? publication
    }

    mutating func wakeOnce() -> (@Sendable () -> Void)? {
        if isWoken { return nil }
        isWoken = true
        return wake
    }

    mutating func empty() -> Mail {
        isWoken = false
        let mail = Mail(publications: Array(publications.values), assigned: [])
        publications = [:]
        return mail
    }
}

/// What an event loop fetched.
package struct Mail: Sendable {
    /// One a role: the newest, with all that changed since the last fetch.
    package var publications: [Publication]
    /// Streams that waited for a role and now have one.
    package var assigned: [(StreamID, Publication)]
}

extension XDSCache {
    /// Opens the mailbox of an event loop. `wake` is called on any thread, and must lead to a `fetch` on the loop.
    package func openMailbox(wake: @escaping @Sendable () -> Void) -> MailboxID {
        state.withLock { state in
            state.lastID += 1
            let id = MailboxID(number: state.lastID)
            state.mailboxes[id] = Mailbox(wake: wake)
            return id
        }
    }

    package func closeMailbox(_ id: MailboxID) {
        state.withLock { $0.mailboxes[id] = nil }
    }

    package func fetch(_ id: MailboxID) -> Mail {
        state.withLock { state in
            let assigned = state.mailboxes[id]?.assigned ?? []
            state.mailboxes[id]?.assigned = []
            var mail = state.mailboxes[id]?.empty() ?? Mail(publications: [], assigned: [])
            for (stream, role) in assigned {
                if let publication = state.roles[role]?.publication { mail.assigned.append((stream, publication)) }
            }
            return mail
        }
    }
}
