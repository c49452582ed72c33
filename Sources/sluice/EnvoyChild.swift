import Foundation
import Logging
import Synchronization

/// An Envoy that is started again when it ends by itself.
///
/// One thread starts the process and waits for it. It lives as long as the child, which matters: the child asks the kernel for SIGTERM
/// when its parent is gone, and the kernel means the thread.
final class EnvoyChild: Sendable {
    private struct State {
        var pid: pid_t = 0
        var isStopping = false
    }

    private let path: String
    private let logger: Logger
    private let state = Mutex(State())
    private let ended = DispatchSemaphore(value: 0)
    private let started = Mutex(false)

    init(path: String, logger: Logger) {
        self.path = path
        self.logger = logger
    }

    func start(_ bootstrap: String) {
        started.withLock { $0 = true }
        let thread = Thread { [self] in
            keepRunning(bootstrap)
            ended.signal()
        }
        thread.start()
    }

    /// Tells the child to end; does not wait.
    func terminate() {
        let pid = state.withLock { state in
            state.isStopping = true
            return state.pid
        }
        if pid > 0 { kill(pid, SIGTERM) }
    }

    /// Ends the child, by force if it takes more than five seconds.
    func stop() {
        guard started.withLock({ $0 }) else { return }
        terminate()
        if ended.wait(timeout: .now() + 5) == .timedOut {
            let pid = state.withLock(\.pid)
            if pid > 0 { kill(pid, SIGKILL) }
            _ = ended.wait(timeout: .now() + 2)
        }
    }

    private func keepRunning(_ bootstrap: String) {
        // The child inherits which signals this thread blocks; Envoy ends by SIGTERM.
        var none = sigset_t()
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, nil)
        var pause = 0.1
        while !state.withLock(\.isStopping) {
            let process = Process()
            let arguments = ["--config-yaml", bootstrap, "--disable-hot-restart", "--log-level", "warning"]
            // setpriv becomes Envoy; without it a killed control plane would leave its Envoy behind.
            if FileManager.default.isExecutableFile(atPath: "/usr/bin/setpriv") {
                process.executableURL = URL(filePath: "/usr/bin/setpriv")
                process.arguments = ["--pdeathsig", "TERM", path] + arguments
            } else {
                process.executableURL = URL(filePath: path)
                process.arguments = arguments
            }
            let begin = ContinuousClock.now
            // A handler in place of waitUntilExit, which looks at a run loop only now and then.
            let exited = DispatchSemaphore(value: 0)
            process.terminationHandler = { _ in exited.signal() }
            do {
                try process.run()
            } catch {
                logger.error("Envoy cannot be started", metadata: ["path": "\(path)", "error": "\(error)"])
                return
            }
            let pid = process.processIdentifier
            let isStopping = state.withLock { state in
                state.pid = pid
                return state.isStopping
            }
            if isStopping { kill(pid, SIGTERM) }
            logger.info("Envoy started", metadata: ["pid": "\(pid)"])
            exited.wait()
            state.withLock { $0.pid = 0 }
            if state.withLock(\.isStopping) { return }
            let how = process.terminationReason == .uncaughtSignal ? "signal \(process.terminationStatus)" : "exit code \(process.terminationStatus)"
            pause = ContinuousClock.now - begin > .seconds(10) ? 0.1 : min(pause * 2, 5)
            logger.error("Envoy ended; it is started again", metadata: ["how": "\(how)", "in": "\(pause) s"])
            Thread.sleep(forTimeInterval: pause)
        }
    }
}
