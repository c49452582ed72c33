import APIResources
import ConfigStores
import ConfigTree
import Emitter
import EnvoyTranslation
import Syncer

/// A folder read and translated once, for the commands that look and do not serve.
struct OneTranslation {
    let emitter: Emitter
    let translator: Translator
    let translation: Translation
    let problems: [(ObjectID?, ConfigProblem)]

    init(_ inputs: Inputs, traces: Bool = false) async throws {
        var deployment = try inputs.deployment()
        var emitter = Emitter(ObjectChecker(deployment.schemas), homeNamespace: inputs.namespace)
        for await change in try inputs.store().changes() {
            _ = emitter.apply(change)
            // The first change holds all there is.
            break
        }
        if let asked = try deployment.following(emitter.snapshot.settings) {
            deployment = asked
            _ = emitter.useChecker(ObjectChecker(deployment.schemas))
        }
        for problem in deployment.problems where problem.settings == nil { complain(problem.description) }
        let translator = Translator(plugins: deployment.plugins, writeNamespace: inputs.namespace, traces: traces) { _, plugin, message in
            complain("plugin \(plugin): \(message)")
        }
        let translation = translator.translate(emitter.snapshot, nil)
        var reporter = Reporter()
        for (unit, reports) in translation.reports { reporter.set(.unit(unit), reports) }
        reporter.set(.plugins, deployment.reports)
        self.emitter = emitter
        self.translator = translator
        self.translation = translation
        problems = reporter.allProblems(emitter).sorted { ($0.1.position, $0.1.message) < ($1.1.position, $1.1.message) }
    }
}
