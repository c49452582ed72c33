import APIResources
import ConfigStores
import ConfigTree
import Emitter
import EnvoyResources
import EnvoyTranslation
import PluginHost
import Foundation
import Syncer

/// What translation costs: everything for the first time, and one change in it.
struct TranslationBench {
    let deployment: Deployment

    func run() throws -> [Result] {
        var results: [Result] = []
        for (options, words, target) in [(Workload.Options.none, "no options", 3.0), (.two, "two options a route", 6), (.threeOnThirty, "three options on 30 % of routes", 8)] {
            let workload = Workload(services: 10_000, upstreams: 5_000, options: options)
            say("translation, \(words)")
            let objects = try workload.objects()
            let (best, memory) = try coldSeconds(workload, objects)
            results.append(
                Result(
                    name: "cold translation, 100,000 routes and 5,000 upstreams, \(words)", value: best / Double(workload.routes) * 1e6,
                    unit: "us a route", target: target, note: "all in, \(Int(best * 1000)) ms CPU"
                )
            )
            if case .threeOnThirty = options { continue }
            results.append(try oneChange(workload, objects, words))
            results.append(Result(name: "resident with that in memory, \(words)", value: memory, unit: "MiB", note: "source trees included"))
        }
        return try results + pluginCosts()
    }

    /// What one use of each plugin adds to a cold translation.
    private func pluginCosts() throws -> [Result] {
        let routes = Workload(services: 2_000, upstreams: 500)
        let upstreams = Workload(services: 1, upstreams: 20_000)
        say("what each plugin costs")
        let (plainRoutes, plainUpstreams) = try (coldSeconds(routes, routes.objects()).best, coldSeconds(upstreams, upstreams.objects()).best)
        return try PluginSample.all.map { sample in
            var workload = sample.place == .route ? routes : upstreams
            workload.options = .sample(sample)
            let seconds = try coldSeconds(workload, workload.objects()).best - (sample.place == .route ? plainRoutes : plainUpstreams)
            let uses = sample.place == .route ? workload.routes : workload.upstreams
            return Result(name: "plugin \(sample.plugin)", value: seconds / Double(uses) * 1e6, unit: "us a \(sample.place)", note: sample.yaml)
        }
    }

    /// CPU time of the fastest of three translations from nothing, and the memory after it in MiB.
    private func coldSeconds(_ workload: Workload, _ objects: [ConfigObject]) throws -> (best: Double, memory: Double) {
        var best = Double.infinity
        var memory = 0.0
        for _ in 0..<3 {
            var emitter = Emitter(ObjectChecker(deployment.schemas))
            _ = emitter.apply(StoreChange(upserted: objects, isInitial: true))
            let translator = Translator(plugins: deployment.plugins, writeNamespace: "gloo-system")
            let (seconds, translation) = cpuSeconds { translator.translate(emitter.snapshot, nil) }
            // What is refused costs nothing.
            let refused = translation.reports.values.joined().first { $0.severity == .error && $0.object.kind != .gateway }
            if let problem = emitter.problems.first?.value.first { throw BenchError("\(problem)") }
            if let refused { throw BenchError("\(refused.object): \(refused.message)") }
            guard translation.snapshots["gloo-system~gateway-proxy"]?.clusters.count == workload.upstreams else { throw BenchError("clusters are missing") }
            best = min(best, seconds)
            memory = residentMiB()
        }
        return (best, memory)
    }

    private func oneChange(_ workload: Workload, _ objects: [ConfigObject], _ options: String) throws -> Result {
        var emitter = Emitter(ObjectChecker(deployment.schemas))
        _ = emitter.apply(StoreChange(upserted: objects, isInitial: true))
        let translator = Translator(plugins: deployment.plugins, writeNamespace: "gloo-system")
        _ = translator.translate(emitter.snapshot, nil)
        var times: [Double] = []
        for revision in 1...200 {
            let number = revision * 37 % workload.services
            let object = try Workload.object(workload.service(number, revision: revision), file: "changed.yaml")
            let (seconds, translation) = cpuSeconds {
                let changes = emitter.apply(StoreChange(upserted: [object]))
                return translator.translate(emitter.snapshot, changes)
            }
            precondition(translation.changed["gloo-system~gateway-proxy"]?[.route]?.count == 1)
            times.append(seconds * 1000)
        }
        return Result(
            name: "one route changed among 100,000, \(options)", value: times.quantile(0.5), unit: "ms CPU", target: 2,
            note: "p99 \(String(format: "%.2f", times.quantile(0.99))) ms; check and translation, without joining the bytes"
        )
    }
}
