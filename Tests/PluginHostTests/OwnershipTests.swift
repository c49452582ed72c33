import EnvoyWire
import PluginHost
import Testing

@Suite("Ownership of fields")
struct OwnershipTests {
    private func claim(_ ownership: inout Ownership, _ owner: Int32, replacing: [UInt32] = [], _ bytes: [UInt8]) throws -> Ownership.Conflict? {
        let buffer = WireBuffer()
        buffer.output.append(bytes)
        return try ownership.claim(buffer.output.reader(), for: owner, replacing: replacing)
    }

    private func route(_ body: (Route.Route) -> Void) -> [UInt8] { wireBytes(Route.Route.self, body) }

    @Test("a plugin may write its own field again, and begin() forgets all")
    func again() throws {
        var ownership = Ownership(.route)
        #expect(try claim(&ownership, 2, route { $0.statPrefix("a") }) == nil)
        #expect(try claim(&ownership, 2, route { $0.statPrefix("b") }) == nil)
        #expect(try claim(&ownership, 3, route { $0.statPrefix("c") })?.owner == 2)
        ownership.begin()
        #expect(try claim(&ownership, 3, route { $0.statPrefix("c") }) == nil)
    }

    @Test("hosts of a cluster come from several plugins, the rest of their list from one")
    func sharedHosts() throws {
        var ownership = Ownership(.upstream)
        func hosts(_ body: (Endpoint.ClusterLoadAssignment) -> Void) -> [UInt8] { wireBytes(Cluster.Cluster.self) { $0.loadAssignment(body) } }
        #expect(try claim(&ownership, 2, hosts { $0.clusterName("a").endpoints { $0.priority(0) } }) == nil)
        #expect(try claim(&ownership, 3, hosts { $0.endpoints { $0.priority(1) }.policy { $0.overprovisioningFactor(100) } }) == nil)
        let conflict = try claim(&ownership, 2, hosts { $0.policy { $0.overprovisioningFactor(200) } })
        #expect(conflict?.field == "load_assignment.policy" && conflict?.owner == 3)
    }

    @Test("written is what a plugin has written, in a list as well, and not what the core has")
    func written() throws {
        var ownership = Ownership(.httpConnectionManager)
        #expect(try claim(&ownership, Ownership.core, [0x12, 0x01, 0x61]) == nil)
        #expect(!ownership.isWritten(2))
        #expect(try claim(&ownership, 2, [23 << 3 & 0x7F | 0x82, 0x01, 0x00]) == nil)
        #expect(ownership.isWritten(23))
        #expect(!ownership.isWritten(30) && !ownership.isWritten(9999))
    }

    @Test("a field that the message does not have belongs to nobody")
    func unknownField() throws {
        var ownership = Ownership(.route)
        for owner in [2, 3] as [Int32] { #expect(try claim(&ownership, owner, [0xF8, 0xFF, 0xFF, 0xFF, 0x0F, 0x01]) == nil) }
    }

    @Test("the last key of a map's entry counts, as in protobuf")
    func lastKey() throws {
        var ownership = Ownership(.route)
        #expect(try claim(&ownership, 2, [0x6A, 6, 0x0A, 1, 0x61, 0x0A, 1, 0x62]) == nil)
        #expect(try claim(&ownership, 3, [0x6A, 3, 0x0A, 1, 0x61]) == nil)
        let conflict = try claim(&ownership, 3, [0x6A, 3, 0x0A, 1, 0x62])
        #expect(conflict?.field == "typed_per_filter_config[b]" && conflict?.owner == 2)
    }

    @Test("a hundred thousand keys are no trouble")
    func manyKeys() throws {
        var ownership = Ownership(.route)
        let clock = ContinuousClock()
        let bytes = route { route in
            for index in 0..<100_000 { route.output.message(13) { $0.text(1, "key \(index)") } }
        }
        let start = clock.now
        #expect(try claim(&ownership, 2, bytes) == nil)
        let time = clock.now - start
        #expect(time < .seconds(20), "not quadratic")
        #expect(try claim(&ownership, 3, route { $0.output.message(13) { $0.text(1, "key 77777") } })?.owner == 2)
    }

    @Test("random fragments never trap, and what is refused changes nothing", arguments: Phase.allCases)
    func random(phase: Phase) throws {
        let seed = UInt64(phase.rawValue)
        var generator = RepeatableGenerator(seed: seed)
        var ownership = Ownership(phase)
        let known = phase.fields.fields.map(\.number)
        for round in 0..<3000 {
            if round % 20 == 0 { ownership.begin() }
            var bytes = fragment(&generator, known)
            if generator.next() % 4 == 0, !bytes.isEmpty {
                // Spoiled: cut off, or one byte another.
                let place = Int(generator.next() % UInt64(bytes.count))
                if generator.next() % 2 == 0 { bytes.removeSubrange(place...) } else { bytes[place] = UInt8(truncatingIfNeeded: generator.next()) }
            }
            let replacing = generator.next() % 5 == 0 ? [known[Int(generator.next() % UInt64(known.count))], UInt32(truncatingIfNeeded: generator.next())] : []
            let owner = Int32(1 + generator.next() % 5)
            let before = known.map { ownership.isWritten($0) }
            var isRefused = false
            do { isRefused = try claim(&ownership, owner, replacing: replacing, bytes) != nil } catch { isRefused = true }
            if isRefused { #expect(known.map { ownership.isWritten($0) } == before, "seed \(seed), round \(round)") }
        }
    }

    private func fragment(_ generator: inout RepeatableGenerator, _ known: [UInt32]) -> [UInt8] {
        let buffer = WireBuffer()
        for _ in 0..<(generator.next() % 6) {
            let field = generator.next() % 4 == 0 ? UInt32(1 + generator.next() % 5000) : known[Int(generator.next() % UInt64(known.count))]
            switch generator.next() % 6 {
            case 0: buffer.output.uint64(field, generator.next())
            case 1: buffer.output.fixed32(field, 7)
            case 2: buffer.output.fixed64(field, 7)
            case 3:
                buffer.output.tag(field, .startGroup)
                buffer.output.uint32(1, 1)
                buffer.output.tag(field, .endGroup)
            default:
                let inner = UInt32(1 + generator.next() % 40)
                let key = UInt32(generator.next() % 3)
                buffer.output.message(field) { $0.text(1, "\(key)"); $0.uint32(inner, 1) }
            }
        }
        return buffer.bytes
    }
}
