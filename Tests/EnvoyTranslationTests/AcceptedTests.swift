import EnvoyTranslation
import EnvoyValidation
import HashTreeCollections
import Testing
import TranslationHarness

/// What comes of any configuration, however wrong in its parts, is something that Envoy takes: what it refuses as a whole would cost
/// those who did nothing wrong.
@Suite struct AcceptedTests {
    @Test("Envoy accepts what random configurations make", .enabled(if: RealEnvoy.check != nil), arguments: SeededNumbers.seeds(8))
    func accepted(_ seed: UInt64) throws {
        let envoy = try #require(RealEnvoy.check)
        var random = RandomConfiguration(seed: seed)
        var running = try Running()
        let changes = (0..<60).map { _ in random.change() }
        running.apply(changes)
        for (role, snapshot) in running.snapshots.sorted(by: { $0.key < $1.key }) {
            let problems = try envoy.problems(role: role, EnvoyCheck.Resources(snapshot))
            #expect(problems.isEmpty, "SLUICE_SEED=\(seed) \(role): \(problems)")
        }
    }
}
