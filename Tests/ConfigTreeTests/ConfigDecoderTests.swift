import ConfigTree
import Testing

@Suite struct ConfigDecoderTests {
    enum Mode: String, Decodable, CaseIterable { case fast, slow }
    struct Listen: Decodable, Equatable {
        var bindPort: UInt16
        var idleTimeout: Duration?
        var mode: Mode?
    }
    struct Settings: Decodable, Equatable {
        var listen: [Listen]
        var labels: [String: String]?
        var isOn: Bool?
        var ratio: Double?
    }

    private func decode(_ text: String) throws -> Settings {
        try ConfigDecoder().decode(Settings.self, from: try yaml(text))
    }

    private func message(_ text: String) -> String {
        do {
            return "\(try decode(text))"
        } catch {
            return "\(error)"
        }
    }

    @Test("structs, lists, dictionaries, enums and durations are decoded, in both spellings")
    func good() throws {
        let settings = try decode("listen: [{bind_port: '80', idleTimeout: 1m30s, mode: slow}]\nlabels: {a: 1}\nis_on: on\nratio: 2\n")
        let listen = Listen(bindPort: 80, idleTimeout: .seconds(90), mode: .slow)
        #expect(settings == Settings(listen: [listen], labels: ["a": "1"], isOn: true, ratio: 2))
    }

    @Test(
        "mistakes are named with their place",
        arguments: [
            ("listen: []\nlabel: {}", "a.yaml:2:1: unknown field 'label'; did you mean 'labels'?"),
            ("listen: [{bindPort: 1, mod: fast}]", "a.yaml:1:24: unknown field 'mod'; did you mean 'mode'? (listen[0])"),
            ("listen: [{bindPort: 70000}]", "a.yaml:1:21: 'bindPort' must be a whole number from 0 to 65535, not '70000' (listen[0].bindPort)"),
            ("listen: [{}]", "a.yaml:1:10: 'bindPort' is missing (listen[0])"),
            ("listen: [{bindPort: 1, mode: fst}]", "a.yaml:1:30: 'mode' must be one of fast, slow, not 'fst'; did you mean 'fast'? (listen[0].mode)"),
            ("listen: [{bindPort: 1, idleTimeout: 5}]", "a.yaml:1:37: 'idleTimeout' must be a duration such as 1.5s or 200ms, not '5' (listen[0].idleTimeout)"),
            ("listen: {}", "a.yaml:1:9: 'listen' must be a list, not a map (listen)"),
        ]
    )
    func mistakes(_ text: String, _ expected: String) {
        #expect(message(text) == expected)
    }
}
