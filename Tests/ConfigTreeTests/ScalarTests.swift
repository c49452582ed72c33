import ConfigTree
import Testing

@Suite struct ScalarTests {
    private func plain(_ text: String) throws -> ConfigValue { try #require(try yaml("v: \(text)")[key: "v"]) }

    @Test("bools are Go's words, without quotes", arguments: [("true", true), ("Yes", true), ("on", true), ("no", false), ("OFF", false)])
    func bools(_ text: String, _ value: Bool) throws {
        #expect(try plain(text).bool == value)
        #expect(try plain("'\(text)'").bool == nil)
        #expect(try plain(text).text == text)
    }

    @Test(
        "whole numbers are read as proto JSON and YAML write them",
        arguments: [
            ("0", 0), ("-7", -7), ("+7", 7), ("'42'", 42), ("0x1F", 31), ("1e3", 1000), ("5.0", 5), ("9223372036854775807", .max),
            ("-9223372036854775808", .min), ("9223372036854775808", nil), ("0644", nil), ("1.5", nil), ("three", nil), ("''", nil), ("'-'", nil), ("0x", nil),
            ("1e", nil), ("--1", nil), ("NaN", nil),
        ] as [(String, Int64?)]
    )
    func integers(_ text: String, _ value: Int64?) throws {
        #expect(try plain(text).int64 == value)
    }

    @Test("smaller and unsigned numbers are bounded")
    func bounds() throws {
        #expect(try plain("4294967295").uint32 == .max)
        #expect(try plain("4294967296").uint32 == nil)
        #expect(try plain("-1").uint32 == nil)
        #expect(try plain("18446744073709551615").uint64 == .max)
        #expect(try plain("18446744073709551616").uint64 == nil)
        #expect(try plain("-2.5e-3").double == -0.0025)
        #expect(try plain(".inf").double == .infinity)
        #expect(try plain("1e999").double == nil)
    }

    @Test(
        "durations are read in Go's and in proto JSON's form",
        arguments: [
            ("3.5s", 3, 500_000_000), ("1h2m3.5s", 3723, 500_000_000), ("100ms", 0, 100_000_000), ("-1.5s", -1, -500_000_000), ("0", 0, 0),
            ("0s", 0, 0), ("1.000000001s", 1, 1), ("250us", 0, 250_000), ("250µs", 0, 250_000), ("7ns", 0, 7), ("0.5h", 1800, 0), ("1.5m", 90, 0),
            ("1500ms", 1, 500_000_000), ("9223372035.9s", 9_223_372_035, 900_000_000), (".5s", 0, 500_000_000), ("0.1234567891s", 0, 123_456_789),
        ] as [(String, Int64, Int32)]
    )
    func durations(_ text: String, _ seconds: Int64, _ nanos: Int32) throws {
        #expect(try plain(text).duration == ConfigDuration(seconds: seconds, nanos: nanos))
    }

    @Test(
        "other texts are no durations",
        arguments: ["5", "s", "1x", "''", "'-'", "1.s.", "1s2", "9223372036s", "99999999999999999999h", "1 s", "five", "--1s"]
    )
    func noDurations(_ text: String) throws {
        #expect(try plain(text).duration == nil)
    }

    @Test("base64 is read in both alphabets, padded or not")
    func base64() throws {
        #expect(try plain("aGVsbG8=").bytes == Array("hello".utf8))
        #expect(try plain("aGVsbG8").bytes == Array("hello".utf8))
        #expect(try plain("'-_-_'").bytes == [0xFB, 0xFF, 0xBF])
        #expect(try plain("\"aGVs\\nbG8=\"").bytes == Array("hello".utf8))
        #expect(try plain("''").bytes == [])
        for wrong in ["a", "aGVsbG8==", "aG=sbG8", "a!b=", "aGVsbG9=", "===="] { #expect(try plain("'\(wrong)'").bytes == nil, "\(wrong)") }
    }

    @Test("lists and maps are no scalars")
    func containers() throws {
        let list = try plain("[1]")
        #expect(list.text == nil && list.int64 == nil && list.bool == nil && list.duration == nil && list.bytes == nil)
        #expect(list["x"] == nil && list.members.isEmpty)
        #expect(try plain("{a: 1}").elements.isEmpty)
    }
}

extension ConfigChildren {
    var isEmpty: Bool { !contains { _ in true } }
}
