import ConfigTree
import EnvoyWire
import PluginHost
import Synchronization
import Testing

@Suite("Calling a hook")
struct CallTests {
    private func writer(settings: ConfigValue? = nil) throws -> SubjectWriter {
        SubjectWriter(try loaded(try Fixture.library("values")), settings: { $0 == "values" ? settings : nil })
    }

    @Test("every kind of value is read as what it is")
    func values() throws {
        let options = try yaml(
            """
            values:
              text: plain
              flag: yes
              quoted: "7"
              whole: -42
              real: 2.5
              span: 1m1.5s
              nothing: null
              two_words: snake
              list: [a, 2, [3]]
              map: {Key-1: one, key_2: {deep: true}}
            """
        )
        #expect(
            try writer().subject(.route, options).said == [
                "context of the hook",
                "text: kind 1 text 'plain' bool - int - number - duration -",
                "flag: kind 1 text 'yes' bool 1 int - number - duration -",
                "quoted: kind 1 text '7' bool - int 7 number 7 duration -",
                "whole: kind 1 text '-42' bool - int -42 number -42 duration -",
                "real: kind 1 text '2.5' bool - int - number 2.5 duration -",
                "span: kind 1 text '1m1.5s' bool - int - number - duration 61s500000000ns",
                "nothing: kind 0 text - bool - int - number - duration -",
                "missing: kind 0 text - bool - int - number - duration -",
                "twoWords: kind 1 text 'snake' bool - int - number - duration -",
                "list: kind 2 text - bool - int - number - duration -",
                "map: kind 3 text - bool - int - number - duration -",
                "list of 3",
                "element: kind 1 text 'a' bool - int - number - duration -",
                "element: kind 1 text '2' bool - int 2 number 2 duration -",
                "element: kind 2 text - bool - int - number - duration -",
                "element: kind 0 text - bool - int - number - duration -",
                "back: kind 2 text - bool - int - number - duration -",
                "back: kind 1 text '2' bool - int 2 number 2 duration -",
                "back: kind 1 text 'a' bool - int - number - duration -",
                "map of 2",
                "key Key-1",
                "entry: kind 1 text 'one' bool - int - number - duration -",
                "key key_2",
                "entry: kind 3 text - bool - int - number - duration -",
            ]
        )
    }

    @Test("lists in lists are gone through in order, however many loops there are")
    func nestedLists() throws {
        let rows = (0..<40).map { row in (0..<(row % 9)).map { row * $0 } }
        var sum: Int64 = 0
        for number in rows.joined() { sum = sum &* 7 &+ Int64(number) }
        #expect(try writer().subject(.route, try yaml("nested: \(rows)")).said == ["\(sum)"])
    }

    @Test("facts, other options, settings and other objects are what they are for this subject")
    func surroundings() throws {
        let secret = try yaml("text: hidden", file: "secret.yaml")
        let writer = try writer(settings: try yaml("color: red"))
        let asked = Mutex<[String]>([])
        writer.beginUnit { kind, namespace, name in
            asked.withLock { $0.append("\(kind) \(namespace)/\(name)") }
            return name == "there" ? secret : nil
        }
        let found = writer.subject(.route, try yaml("{surroundings: {name: there}, other: 5}"))
        #expect(
            found.said == [
                "fact -1: ", "fact 0: shop-route-0", "fact 1: team", "fact 2: route", "fact 3: pets", "fact 4: ",
                "other: kind 1 text '5' bool - int 5 number 5 duration -",
                "no other: kind 0 text - bool - int - number - duration -",
                "setting: kind 1 text 'red' bool - int - number - duration -",
                "found: kind 1 text 'hidden' bool - int - number - duration -",
            ]
        )
        let missing = writer.subject(.route, try yaml("surroundings: {name: gone, namespace: elsewhere}"))
        #expect(missing.said.last == "found: kind 0 text - bool - int - number - duration -")
        // Whoever looks up records the read, found or not; without a namespace it is that of the options.
        #expect(asked.withLock { $0 } == ["Secret team/there", "Secret elsewhere/gone"])
    }

    @Test("an option of an earlier map hides that of a later one, for the hook and for its questions")
    func inheritedOptions() throws {
        let own = try yaml("{surroundings: {name: x}, other: own}", file: "own.yaml")
        let inherited = try yaml("{other: inherited, nested: [[1]], surroundings: {name: y}}", file: "inherited.yaml")
        let writer = try writer()
        let asked = Mutex<[String]>([])
        writer.beginUnit { _, _, name in
            asked.withLock { $0.append(name) }
            return nil
        }
        let result = writer.subject(.route, own, inherited)
        #expect(asked.withLock { $0 } == ["x"])
        #expect(result.said.contains("other: kind 1 text 'own' bool - int - number - duration -"))
        #expect(result.said.first == "1", "hooks run in the order of the plugin, not of the options")
    }

    @Test("a report stands at the value it is about, or at the option; a log line goes to the log")
    func reports() throws {
        let lines = Mutex<[String]>([])
        let writer = SubjectWriter(try loaded(try Fixture.library("values")), log: { isError, plugin, message in
            lines.withLock { $0.append("\(plugin) \(isError) \(message)") }
        })
        let result = writer.subject(.route, try yaml("complain:\n  list:\n    - right\n    - wrong\n", file: "shop.yaml"))
        #expect(result.reports == ["values error shop.yaml:4:7 this element is wrong", "values warning shop.yaml:2:3 this option is odd"])
        #expect(result.bytes.isEmpty)
        #expect(lines.withLock { $0 } == ["values false a line for the operator"])
    }

    @Test("an output grows to a megabyte, ten bytes at a time, and what the core wrote stays before it")
    func largeOutput() throws {
        let size = 1 << 20
        let result = try writer().subject(.route, try yaml("large: \(size)"), core: coreRoute)
        #expect(result.reports == [])
        #expect(result.said.first?.utf8.count == size)
        #expect(result.said.first?.hasPrefix("abcdefghijklmnopqrstuvwxyzabc") == true)
        let core = WireBuffer()
        coreRoute(core.output)
        #expect(Array(result.bytes.prefix(core.count)) == core.bytes)
    }

    @Test("no option, no call; an option that is null is none")
    func noOption() throws {
        let writer = try writer()
        #expect(writer.subject(.route, try yaml("{large: null, unheard: 1}"), core: coreRoute).said == [])
        #expect(writer.subject(.route, core: coreRoute).reports == [])
        #expect(writer.subject(.virtualHost, try yaml("large: 1")).bytes == [])
    }
}

@Suite("A hook that breaks the rules")
struct HostileTests {
    private func result(_ what: String, phase: Phase = .route) throws -> Result {
        SubjectWriter(try loaded(try Fixture.library("hostile"))).subject(phase, try yaml("hostile: \(what)"), core: phase == .route ? coreRoute : { _ in })
    }

    private func core() -> [UInt8] {
        let buffer = WireBuffer()
        coreRoute(buffer.output)
        return buffer.bytes
    }

    @Test("gets 'absent' for what nobody handed out", arguments: ["handles", "lengths", "nullCall", "noGrow", "ownMemoryThenGrow", "well behaved"])
    func absent(what: String) throws {
        let result = try result(what)
        #expect(result.reports.filter { $0.contains(" error ") } == [])
        #expect(result.said == ["h"])
    }

    @Test(
        "is named, and nothing of what it wrote is used",
        arguments: [
            ("fail", "plugin 'hostile' failed for option 'hostile'; its log says more"),
            ("oddStatus", "plugin 'hostile' failed for option 'hostile'; its log says more"),
            ("shrink", "plugin 'hostile' breaks the rules of sluice_plugin.h: it changed its output in another way than by appending"),
            ("overrun", "plugin 'hostile' breaks the rules of sluice_plugin.h: it changed its output in another way than by appending"),
            ("ownMemory", "plugin 'hostile' breaks the rules of sluice_plugin.h: it changed its output in another way than by appending"),
            ("filterInRoute", "plugin 'hostile' breaks the rules of sluice_plugin.h: it added a filter in phase 'route'"),
        ]
    )
    func named(what: String, message: String) throws {
        let writer = SubjectWriter(try loaded(try Fixture.library("hostile")))
        let bad = writer.subject(.route, try yaml("hostile: \(what)"), core: coreRoute)
        #expect(bad.reports == ["hostile error test.yaml:1:10 \(message)"])
        #expect(bad.bytes == core())
        #expect(bad.filters == [])
        // And the next call is as good as any.
        let good = writer.subject(.route, try yaml("hostile: nothing"), core: coreRoute)
        #expect(good.reports == [])
        #expect(good.said == ["h"])
    }

    @Test("cannot make a report of a megabyte")
    func longReport() throws {
        let result = try result("longReport")
        #expect(result.reports == ["hostile warning test.yaml:1:10 \(String(repeating: "m", count: 4096))..."])
    }

    @Test(
        "in a filter phase is named as well",
        arguments: [
            ("nothing", "it wrote a filter and did not add it"),
            ("foreignBuffer", "it changed its output in another way than by appending"),
        ]
    )
    func filters(what: String, message: String) throws {
        let result = try result(what, phase: .httpFilter)
        #expect(result.reports == ["hostile error test.yaml:1:10 plugin 'hostile' breaks the rules of sluice_plugin.h: \(message)"])
        #expect(result.filters == [])
    }
}
