package import APIResources
package import ConfigTree
package import Emitter
package import EnvoyTranslation
import Syncer

/// What one text of objects makes, with all that is said about it.
package struct OneTranslation {
    package let emitter: Emitter
    package let translation: Translation

    package init(_ text: String, file: String = "input.yaml") throws {
        var store = MemoryStore()
        var emitter = try Stock.emitter()
        _ = emitter.apply(store.write(file, text))
        self.emitter = emitter
        translation = try Stock.translator().translate(emitter.snapshot, nil)
    }

    package var problems: [(ObjectID?, ConfigProblem)] {
        var reporter = Reporter()
        for (unit, reports) in translation.reports { reporter.set(.unit(unit), reports) }
        return reporter.allProblems(emitter)
    }

    /// Errors that a schema found, before any plugin was asked.
    package var schemaErrors: [ConfigProblem] { emitter.problems.values.flatMap { $0 }.filter { $0.severity == .error } }
}
