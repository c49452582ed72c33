import EnvoyResources
import Foundation
import Testing

@testable import XDSCache

/// Random clients against random publications: the same hundred in every run, and with `SLUICE_SEED` the one that it names.
@Suite struct ConvergenceTests {
    @Test("whatever a client does, it comes to have exactly what is published of what it asks for, in an order that breaks nothing",
        arguments: [XDSDialect.delta, .stateOfTheWorld])
    func randomClients(dialect: XDSDialect) {
        let given = ProcessInfo.processInfo.environment["SLUICE_SEED"].flatMap { UInt64($0) }
        let first = given ?? 1
        for seed in first..<(first + (given == nil ? 100 : 1)) {
            var play = RandomPlay(dialect, seed: seed)
            play.run(steps: 250)
            #expect(play.faults.isEmpty, "SLUICE_SEED=\(seed) \(dialect): \(play.faults.prefix(3)); \(play.trace.suffix(40).joined(separator: "\n"))")
            if !play.faults.isEmpty { return }
        }
    }
}
