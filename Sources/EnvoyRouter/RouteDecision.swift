/// Which way a request takes through one listener, and why no other.
package struct RouteDecision: Sendable {
    package var listener: String
    package var filterChain: String?
    /// Filter chains that are not taken.
    package var otherChains: [(chain: String, reason: String)] = []
    package var routeTable: String?
    package var virtualHost: String?
    /// The virtual host's domain that took the request.
    package var domain: String?
    /// Host and path as the routes see them.
    package var authority = ""
    package var path = ""
    /// The routes that were looked at, in order; the last is the one that was taken, if there is one.
    package var candidates: [Candidate] = []
    /// How many routes the virtual host has.
    package var routeCount = 0
    package var outcome: Outcome
    /// What the answer depends on beside the request.
    package var caveats: [String] = []
    /// HTTP filters that see the request before the router.
    package var filters: [String] = []

    package init(listener: String, outcome: Outcome) {
        self.listener = listener
        self.outcome = outcome
    }

    package struct Candidate: Sendable {
        /// Its place in the virtual host.
        package let number: Int
        package let name: String
        package let state: State
        /// Whether the path is one that it takes: then it is near to matching.
        package let takesPath: Bool

        package enum State: Sendable {
            case passed(reason: String)
            /// It depends on what is not known here; if it is taken, this follows.
            case possible(reason: String, Outcome)
            case taken
        }
    }

    package enum Outcome: Sendable {
        case upstream([Destination], path: String?, host: String)
        case tcp([Destination])
        /// Without a target where that cannot be told.
        case redirect(status: Int, location: String?, reason: String?)
        case respond(status: Int, body: String, reason: String?)
        case notFound(String)
        /// The connection ends before there is a request.
        case closed(String)
        case unknown(String)
    }

    package struct Destination: Sendable {
        package let cluster: String
        /// Of several: how many of the requests it gets.
        package let share: String?
        /// Nil when no such cluster is served.
        package let endpoints: [String]?
        package let note: String?
    }

    /// Whether the request is answered otherwise than by Envoy's own 404, or by the end of the connection.
    package var isAnswered: Bool {
        switch outcome {
        case .notFound, .closed: false
        default: true
        }
    }
}
