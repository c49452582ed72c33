import ConfigTree
import EnvoyDescriptors
import EnvoyWire
import PluginHost

/// What came out of one subject.
struct Result: Equatable {
    var bytes: [UInt8] = []
    /// "plugin error file:line:column message".
    var reports: [String] = []
    var filters: [Filter] = []

    struct Filter: Equatable {
        var stage: Int32
        var place: Int32
        var weight: Int32
        var bytes: [UInt8]
        var plugin: String
    }

    /// The names of response headers to remove (Route field 12 of the fixtures): what the fixtures have to say.
    var said: [String] {
        var lines: [String] = []
        bytes.withUnsafeBytes { bytes in
            var reader = WireReader(bytes)
            while let tag = try? reader.nextTag() {
                if tag.field == 12, let line = try? reader.string(tag) { lines.append(line) } else if tag.field != 12 { try? reader.skip(tag) }
            }
        }
        return lines
    }

    func json(_ type: String = "envoy.config.route.v3.Route") throws -> String {
        try DescriptorPool.envoy.decode(type, bytes).sorted.compactJSON
    }
}

func yaml(_ text: String, file: String = "test.yaml") throws -> ConfigValue { try YAML.parseOne(text, file: file).root }

func loaded(_ paths: String...) throws -> PluginSet { PluginSet(plugins: try paths.map { try LoadedPlugin.load($0) }) }

let routeFacts = SubjectFacts(name: Array("shop-route-0".utf8), namespace: "team", action: "route", cluster: Array("pets".utf8))

/// The core's part of a route.
func coreRoute(_ output: WireOutput) {
    Route.Route(output).match { $0.prefix("/") }.name("shop-route-0").route { $0.cluster("pets") }
}

extension SubjectWriter {
    /// One subject, from its options to its bytes.
    func subject(
        _ phase: Phase = .route, _ options: ConfigValue..., facts: SubjectFacts = routeFacts, core: (WireOutput) -> Void = { _ in },
        listenerUses: OptionSet? = nil
    ) -> Result {
        let buffer = WireBuffer()
        core(buffer.output)
        contribute(phase, to: buffer.output, from: 0, facts: facts, options: options, listenerUses: listenerUses)
        return Result(
            bytes: buffer.bytes,
            reports: reports.map { report in
                "\(report.plugin) \(report.isError ? "error" : "warning") \(report.at.map { "\($0.position)" } ?? "nowhere") \(report.message)"
            },
            filters: filters.map { Result.Filter(stage: $0.stage, place: $0.place, weight: $0.weight, bytes: $0.bytes, plugin: $0.plugin) }
        )
    }
}

/// Numbers that look random and are the same each time for a seed.
struct RepeatableGenerator: RandomNumberGenerator {
    var state: UInt64
    init(seed: UInt64) { state = seed &+ 0x9E37_79B9_7F4A_7C15 }
    mutating func next() -> UInt64 {
        state = state &+ 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}

extension PluginSet {
    /// Every plugin in some folders.
    static func load(folders: [String]) -> PluginSet {
        var plugins: [LoadedPlugin] = []
        var failures: [LoadFailure] = []
        for folder in folders {
            do throws(LoadFailure) {
                for path in try LoadedPlugin.libraries(in: folder) {
                    do throws(LoadFailure) { plugins.append(try LoadedPlugin.load(path)) } catch { failures.append(error) }
                }
            } catch {
                failures.append(error)
            }
        }
        return PluginSet(plugins: plugins, failures: failures)
    }
}
