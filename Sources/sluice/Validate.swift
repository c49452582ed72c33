import APIResources
import ArgumentParser
import ConfigTree
import Emitter
import EnvoyTranslation
import EnvoyValidation
import Foundation

struct Validate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Say everything that is wrong with a folder of configuration, with file, line and column.",
        discussion: "Ends with exit code 1 when there are errors; warnings alone are no failure."
    )

    @OptionGroup var inputs: Inputs

    @Flag(help: "Let an Envoy check the result too; it is found by $SLUICE_ENVOY, the PATH, or where `make setup` put it.")
    var envoy = false

    @Option(help: "text, or json for programs.")
    var output = TextFormat.text

    func run() async throws {
        let binary = envoy ? try EnvoyBinary.find(nil) : nil
        let result = try await OneTranslation(inputs)
        var refusals: [String] = []
        if let binary {
            for (role, snapshot) in result.translation.snapshots.sorted(by: { $0.key < $1.key }) {
                refusals += try EnvoyCheck(binary: binary).problems(role: role, EnvoyCheck.Resources(snapshot))
            }
        }
        let errors = result.problems.count { $0.1.severity == .error } + refusals.count
        switch output {
        case .text:
            for (_, problem) in result.problems { print(problem.severity == .error ? "error: \(problem)" : problem.description) }
            for refusal in refusals { print("error: Envoy: \(refusal)") }
            let warnings = result.problems.count { $0.1.severity == .warning }
            print("\(result.emitter.newest.count) objects, \(errors) errors, \(warnings) warnings\(binary == nil ? "" : "; checked by Envoy")")
        case .json:
            let problems: [[String: Any]] = result.problems.map { id, problem in
                [
                    "severity": problem.severity.rawValue, "file": problem.position.file, "line": problem.position.line,
                    "column": problem.position.column, "path": problem.path, "message": problem.message, "object": id?.description ?? "",
                ]
            } + refusals.map { ["severity": "error", "message": "Envoy: \($0)"] }
            print(try JSONText.of(["objects": result.emitter.newest.count, "problems": problems]))
        }
        if errors > 0 { throw ExitCode(1) }
    }
}
