import ArgumentParser
import Foundation
import Logging

@main
struct Sluice: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sluice",
        abstract: "A control plane for Envoy that reads the Gloo Edge API.",
        discussion: """
            Sluice reads gateway configuration (Gateway, VirtualService, RouteTable, Upstream ...) from a folder of YAML files,
            translates it with plugins, and serves it to stock Envoy over xDS.

            To begin:  sluice validate FOLDER    what is wrong, with file and line
                       sluice run FOLDER         control plane and Envoy together
            """,
        subcommands: [
            Serve.self, Run.self, Bootstrap.self, Certs.self, Translate.self, Route.self, Validate.self, Migrate.self, Proxies.self, Plugins.self,
            Version.self,
        ]
    )

    static func main() async {
        // A proxy that goes away while it is written to must not end the program.
        signal(SIGPIPE, SIG_IGN)
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch let code as ExitCode {
            Foundation.exit(code.rawValue)
        } catch let failure as Failure {
            complain(failure.description)
            Foundation.exit(1)
        } catch where exitCode(for: error) == .failure {
            complain("\(error)")
            Foundation.exit(1)
        } catch where exitCode(for: error) == .success {
            // A request for help.
            exit(withError: error)
        } catch {
            complain("\(message(for: error)); `sluice --help` says more")
            Foundation.exit(exitCode(for: error).rawValue)
        }
    }
}

/// What went wrong, in one line that says what to do.
struct Failure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// A line for the person at the terminal. Standard output is for results only.
func complain(_ message: String) {
    FileHandle.standardError.write(Data("sluice: \(message)\n".utf8))
}

struct Version: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Print the versions of Sluice, its plugin ABI and Envoy's API.")
    /// Of the program; the plugin ABI has a version of its own.
    static let number = "0.1.0"

    func run() {
        print("sluice \(Version.number) (plugin ABI 1.0, API of Envoy 1.40)")
    }
}
