internal import Synchronization

/// The deployment that the Syncer works with, for whoever watches its files.
final class NewestDeployment: Sendable {
    private let deployment: Mutex<Deployment>

    init(_ deployment: Deployment) { self.deployment = Mutex(deployment) }

    func get() -> Deployment { deployment.withLock { $0 } }
    func set(_ newest: Deployment) { deployment.withLock { $0 = newest } }
}
