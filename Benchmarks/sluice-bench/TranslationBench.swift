import APIResources
import ConfigStores
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
        for hasOptions in [false, true] {
            let workload = Workload(services: 10_000, upstreams: 5_000, hasOptions: hasOptions)
            let options = hasOptions ? "two options a route" : "no options"
            say("translation, \(options)")
            let objects = try workload.objects()
            var best = Double.infinity
            var memory = 0.0
            for _ in 0..<3 {
                var emitter = Emitter(ObjectChecker(deployment.schemas))
                _ = emitter.apply(StoreChange(upserted: objects, isInitial: true))
                let translator = Translator(plugins: deployment.plugins, writeNamespace: "gloo-system")
                let (seconds, translation) = cpuSeconds { translator.translate(emitter.snapshot, nil) }
                precondition(translation.snapshots["gloo-system~gateway-proxy"]?.clusters.count == workload.upstreams)
                best = min(best, seconds)
                memory = residentMiB()
            }
            results.append(
                Result(
                    name: "cold translation, 100,000 routes and 5,000 upstreams, \(options)", value: best / Double(workload.routes) * 1e6,
                    unit: "us a route", target: hasOptions ? 6 : 3, note: "all in, \(Int(best * 1000)) ms CPU"
                )
            )
            results.append(try oneChange(workload, objects, options))
            results.append(Result(name: "resident with that in memory, \(options)", value: memory, unit: "MiB", note: "source trees included"))
        }
        return results
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
