import Logging
import NIOSSL
import Synchronization

/// The certificate that new connections are served with: the newest that can be used.
final class TLSCredentials: Sendable {
    private struct State {
        var context: NIOSSLContext?
        var material: XDSServer.TLS.Material?
        /// Seconds since 1970.
        var ends = 0
        /// What was said last about a source that cannot be used, so that it is said once.
        var complaint: String?
        var lastExpiryLog = 0
    }

    private static let day = 86_400
    private static let warningDays = 30

    private let source: XDSServer.TLS
    private let logger: Logger
    private let state = Mutex(State())

    /// Throws when there is no usable certificate to begin with.
    init(_ source: XDSServer.TLS, logger: Logger) throws {
        self.source = source
        self.logger = logger
        do {
            guard let material = try source.read() else {
                guard source.mayBeAbsent else { throw UnusableMaterial("there is none") }
                logger.warning("xDS server: no connection is taken until the certificate is there", metadata: ["source": "\(source.source)"])
                return
            }
            try use(material)
        } catch {
            if source.mayBeAbsent {
                complain("\(error)")
                return
            }
            throw XDSServerError(
                code: .tlsFiles,
                message: "xDS server: the TLS \(source.source) cannot be used: \(error); "
                    + "give a PEM certificate chain, its unencrypted key, and PEM certificates of the client authority"
            )
        }
    }

    /// For the next connection; nil while there is no certificate.
    var context: NIOSSLContext? { state.withLock { $0.context } }

    /// Looks at the source again. Reads files, so it belongs on a thread that may wait.
    ///
    /// - Parameter now: seconds since 1970.
    func refresh(now: Int) {
        do {
            if let material = try source.read(), material != state.withLock({ $0.material }) {
                try use(material)
                logger.info("xDS server: new connections get the new certificate", metadata: ["source": "\(source.source)"])
            }
            state.withLock { $0.complaint = nil }
        } catch {
            complain("\(error)")
        }
        tellExpiry(now)
    }

    private func use(_ material: XDSServer.TLS.Material) throws {
        let (context, ends) = try material.context()
        state.withLock { state in
            state.context = context
            state.material = material
            state.ends = ends
            state.lastExpiryLog = 0
        }
    }

    private func complain(_ text: String) {
        let (isNew, hasOld) = state.withLock { state in
            defer { state.complaint = text }
            return (state.complaint != text, state.context != nil)
        }
        guard isNew else { return }
        logger.error(
            "xDS server: the TLS \(source.source) cannot be used: \(text); \(hasOld ? "the certificate before serves" : "no connection is taken")"
        )
    }

    /// Once a day, from a month before the end.
    private func tellExpiry(_ now: Int) {
        let ends = state.withLock { state -> Int? in
            guard state.context != nil, state.ends - now < Self.warningDays * Self.day, now - state.lastExpiryLog >= Self.day else { return nil }
            state.lastExpiryLog = now
            return state.ends
        }
        guard let ends else { return }
        let days = abs(ends - now) / Self.day
        if ends > now {
            logger.warning("xDS server: its certificate ends on \(UTCDate.text(ends)), in \(days) days; replace it", metadata: ["source": "\(source.source)"])
        } else {
            logger.error(
                "xDS server: its certificate ended on \(UTCDate.text(ends)), \(days) days ago, and proxies refuse it; replace it",
                metadata: ["source": "\(source.source)"]
            )
        }
    }
}
