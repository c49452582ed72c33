import Foundation
import Synchronization

/// C plugins in Fixtures, compiled when a test asks for them: once for each set of switches.
enum Fixture {
    /// Where this test target's sources lie.
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    static let repository = folder.deletingLastPathComponent().deletingLastPathComponent()
    static let header = repository.appending(path: "PluginSDK/C/include")
    static let oldestHeader = folder.appending(path: "ABI/1.0")

    /// Where the test runner stands, and with it the stock plugins.
    static let products: String = {
        let program = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        let bundle = Bundle.allBundles.map(\.bundlePath).first { $0.contains(".build") || $0.contains("debug") } ?? program
        for start in [program, bundle, CommandLine.arguments[0]] {
            var folder = URL(filePath: start).deletingLastPathComponent()
            for _ in 0..<4 {
                if FileManager.default.fileExists(atPath: folder.appending(path: "libsluice_cors.so").path()) { return folder.path() }
                folder = folder.deletingLastPathComponent()
            }
        }
        return URL(filePath: program).deletingLastPathComponent().path()
    }()

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    private static let built = Mutex<[String: String]>([:])

    private static let temporary = NSTemporaryDirectory().hasSuffix("/") ? String(NSTemporaryDirectory().dropLast()) : NSTemporaryDirectory()

    /// A folder of this process alone, which is removed when it ends.
    static let scratch: String = {
        let folder = temporary + "/sluice-host-tests-\(getpid())"
        try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        atexit { try? FileManager.default.removeItem(atPath: temporary + "/sluice-host-tests-\(getpid())") }
        return folder
    }()

    /// A new folder inside of `scratch`.
    static func folder(_ name: String) throws -> String {
        let path = "\(scratch)/\(name)"
        try? FileManager.default.removeItem(atPath: path)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }

    /// The path of the shared library made from `Fixtures/<name>.c`, or from the file given.
    static func library(_ name: String, source: URL? = nil, defines: [String] = [], header: URL = header) throws -> String {
        let key = ([name, header.path()] + defines).joined(separator: " ")
        return try built.withLock { built in
            if let path = built[key] { return path }
            let path = "\(scratch)/libsluice_\(name)_\(built.count).so"
            let source = source ?? folder.appending(path: "Fixtures/\(name).c")
            let arguments = ["-shared", "-fPIC", "-std=c11", "-Wall", "-Wextra", "-Wno-unknown-pragmas", "-Werror", "-I\(header.path())"]
            let output = try run(compiler, arguments + defines.map { "-D\($0)" } + [source.path(), "-o", path])
            guard output.status == 0 else { throw Failure(description: "\(source.lastPathComponent) does not compile:\n\(output.text)") }
            built[key] = path
            return path
        }
    }

    private static let compiler: String = {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init)
        for name in ["clang", "cc"] {
            for folder in folders + ["/opt/swift/usr/bin", "/usr/bin"] where FileManager.default.isExecutableFile(atPath: "\(folder)/\(name)") {
                return "\(folder)/\(name)"
            }
        }
        return "/usr/bin/cc"
    }()

    static func run(_ program: String, _ arguments: [String]) throws -> (status: Int32, text: String) {
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: data, as: UTF8.self))
    }
}
