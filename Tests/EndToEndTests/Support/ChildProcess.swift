import Foundation
import Glibc
import Synchronization

/// A process started by a test. Its output goes to two files that stay after the run; it cannot outlive the tests.
final class ChildProcess: Sendable {
    enum Exit: Equatable, Sendable {
        case code(Int32)
        case signal(Int32)
    }

    let name: String
    private let output: URL
    private let errors: URL
    private let life: Life

    /// Kept apart from the process object so that the waiting thread does not keep that object, and so its `deinit`, alive.
    private final class Life: Sendable {
        let spawned = Mutex<Result<pid_t, TestFailure>?>(nil)
        /// Set, and the child reaped, under one lock: whoever sees `nil` under that lock signals the right process.
        let exit = Mutex<Exit?>(nil)
    }

    init(_ name: String, _ executable: String, _ arguments: [String], environment: [String: String] = [:]) throws {
        self.name = name
        let logs = try Place.logs.get()
        output = logs.appending(path: "\(name).out")
        errors = logs.appending(path: "\(name).err")
        life = Life()

        // setpriv ties the child's life to the thread that spawned it. So one thread spawns and then waits: it lives exactly
        // as long as the child, and when this process dies, however it dies, the child is killed with it.
        let command = ["/usr/bin/setpriv", "--pdeathsig", "KILL", "--", executable] + arguments
        let variables = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let started = DispatchSemaphore(value: 0)
        Thread.detachNewThread { [life, output, errors] in
            let result = spawn(command, variables, output: output.path, errors: errors.path)
            life.spawned.withLock { $0 = result }
            started.signal()
            guard case .success(let pid) = result else { return }
            // WNOWAIT leaves the dead child in place: its number cannot be given to another process before its group,
            // which holds what it left behind, is gone.
            var information = siginfo_t()
            while waitid(P_PID, id_t(pid), &information, WEXITED | WNOWAIT) == -1, errno == EINTR {}
            life.exit.withLock { exit in
                kill(-pid, SIGKILL)
                var status: Int32 = 0
                while waitpid(pid, &status, 0) == -1, errno == EINTR {}
                exit = status & 0x7f == 0 ? .code((status >> 8) & 0xff) : .signal(status & 0x7f)
            }
        }
        started.wait()
        _ = try pid
    }

    deinit {
        send(SIGKILL)
    }

    var pid: pid_t {
        get throws {
            guard let spawned = life.spawned.withLock({ $0 }) else { throw TestFailure("\(name) was not started") }
            return try spawned.get()
        }
    }

    var exit: Exit? { life.exit.withLock { $0 } }
    var standardOutput: String { (try? String(contentsOf: output, encoding: .utf8)) ?? "" }
    var log: String { (try? String(contentsOf: errors, encoding: .utf8)) ?? "" }

    /// What to show when something went wrong with it.
    var logTail: String {
        "--- \(name) (\(exit.map { "\($0)" } ?? "running")), last lines:\n" + log.split(separator: "\n").suffix(25).joined(separator: "\n")
    }

    func send(_ signal: Int32) {
        life.exit.withLock { exit in
            if exit == nil, let pid = try? pid { kill(pid, signal) }
        }
    }

    /// Ends it as a user would, by force if it does not listen.
    @discardableResult
    func stop(_ signal: Int32 = SIGTERM, within limit: Duration = .seconds(10)) async -> Exit? {
        send(signal)
        if let exit = try? await waitForExit(within: limit) { return exit }
        send(SIGKILL)
        return try? await waitForExit(within: limit)
    }

    func waitForExit(within limit: Duration = .seconds(20)) async throws -> Exit {
        try await eventually("\(name) ends", within: limit, context: { self.logTail }) { self.exit }
    }

    /// The part of a log line that follows `text`, once there is such a line.
    func waitForLog(_ text: String, within limit: Duration = .seconds(20)) async throws -> Substring {
        try await eventually("\(name) logs \"\(text)\"", within: limit, context: { self.logTail }) {
            for line in self.log.split(separator: "\n") {
                if let range = line.range(of: text) { return line[range.upperBound...] }
            }
            if let exit = self.exit { throw TestFailure("\(self.name) ended (\(exit)) before it logged \"\(text)\"\n\(self.logTail)") }
            return nil
        }
    }

    /// Its direct children whose program is called `program`.
    func children(named program: String) throws -> [pid_t] {
        let parent = try pid
        return try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { pid_t($0) }.filter { candidate in
            // "pid (comm) state ppid ...": the name may hold blanks and brackets, so it is taken off at its last bracket.
            guard let stat = try? String(contentsOfFile: "/proc/\(candidate)/stat", encoding: .utf8), let open = stat.firstIndex(of: "("),
                let close = stat.lastIndex(of: ")")
            else { return false }
            let rest = stat[stat.index(after: close)...].split(separator: " ")
            return stat[stat.index(after: open)..<close] == program && rest.first != "Z" && rest.dropFirst().first.flatMap { pid_t($0) } == parent
        }
    }

    /// Runs a program to its end.
    static func run(
        _ name: String, _ executable: String, _ arguments: [String], environment: [String: String] = [:], within limit: Duration = .seconds(60)
    ) async throws -> (exit: Exit, output: String, errors: String) {
        let child = try ChildProcess(name, executable, arguments, environment: environment)
        let exit = try await child.waitForExit(within: limit)
        return (exit, child.standardOutput, child.log)
    }
}

/// Starts a program in a process group of its own, without standard input.
private func spawn(
    _ command: [String], _ variables: [String: String], output: String, errors: String
) -> Result<pid_t, TestFailure> {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0o644)
    posix_spawn_file_actions_addopen(&actions, 2, errors, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0o644)

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // The test process may block or ignore signals; a child must not inherit that.
    var none = sigset_t()
    sigemptyset(&none)
    var all = sigset_t()
    sigfillset(&all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

    let arguments = command.map { strdup($0) } + [nil]
    let environment = variables.map { strdup("\($0)=\($1)") } + [nil]
    defer { (arguments + environment).forEach { free($0) } }
    var pid: pid_t = 0
    let code = posix_spawn(&pid, command[0], &actions, &attributes, arguments, environment)
    return code == 0 ? .success(pid) : .failure(TestFailure("\(command[0]) cannot be started: \(String(cString: strerror(code)))"))
}
