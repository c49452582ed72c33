package import APIResources
internal import ConfigTree
internal import Foundation

/// The file of `--plugins`, read once.
package struct PluginsFile: Sendable {
    package let path: String
    /// Nil when it cannot be read; `reason` says why.
    private let text: String?
    private let reason: String

    package init(path: String) {
        self.path = path
        do {
            text = try String(contentsOf: URL(filePath: path), encoding: .utf8)
            reason = ""
        } catch {
            text = nil
            reason = FileManager.default.fileExists(atPath: path) ? "it cannot be read as text: \(error.localizedDescription)" : "there is no such file"
        }
    }

    /// What it says, or what the form of before said while this one has mistakes.
    func configuration(_ previous: PluginsFile?, _ problems: inout [PluginProblem]) -> PluginsSettings? {
        switch read() {
        case .success(let settings): return settings
        case .failure(let mistakes):
            let meanwhile = previous.flatMap { try? $0.read().get() }
            for mistake in mistakes.problems { problems.append(PluginProblem(.error, mistake)) }
            if meanwhile != nil { problems.append(PluginProblem(.warning, "\(path): the plugins go on as the file said before")) }
            return meanwhile
        }
    }

    private struct Mistakes: Error { let problems: [String] }

    private func read() -> Result<PluginsSettings?, Mistakes> {
        guard let text else { return .failure(Mistakes(problems: ["\(path): \(reason)"])) }
        do {
            let root = try YAML.parseOne(text, file: path).root
            // An empty file says nothing.
            if root.kind == .null { return .success(nil) }
            let found = try APISchemas(options: []).plugins.validate(root)
            let errors = found.filter { $0.severity == .error }
            return errors.isEmpty ? .success(PluginsSettings(root)) : .failure(Mistakes(problems: errors.map(\.description)))
        } catch {
            return .failure(Mistakes(problems: ["\(error)"]))
        }
    }
}
