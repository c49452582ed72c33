import APIResources
import ConfigStores
import ConfigTree
import Foundation
import Testing

/// A store on a folder of its own, and the changes it reports one by one. Tests wait for changes, never for time.
final class Room {
    let folder: String
    private var iterator: AsyncStream<StoreChange>.Iterator?
    private(set) var objects: [ObjectID: ConfigObject] = [:]
    private(set) var last = StoreChange(upserted: [])

    init() throws {
        folder = FileManager.default.temporaryDirectory.path + "/sluice-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    func open(_ root: String? = nil, limits: ConfigLimits = ConfigLimits()) async throws {
        iterator = try FileStore(root: root ?? folder, defaultNamespace: "gloo-system", limits: limits).changes().makeAsyncIterator()
        try await next()
    }

    /// The next change; the suite's time limit is the deadline.
    func next() async throws {
        var iterator = try #require(self.iterator)
        let change = await iterator.next(isolation: #isolation)
        self.iterator = iterator
        last = try #require(change)
        for object in last.upserted { objects[object.id] = object }
        for id in last.removed { objects[id] = nil }
    }

    /// Goes on until the configuration is as expected.
    func until(_ condition: (Room) -> Bool) async throws {
        while !condition(self) { try await next() }
    }

    func write(_ name: String, _ text: String) throws {
        try text.write(toFile: "\(folder)/\(name)", atomically: false, encoding: .utf8)
    }

    func make(_ name: String) throws {
        try FileManager.default.createDirectory(atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
    }

    func move(_ from: String, _ to: String) {
        #expect(rename("\(folder)/\(from)", "\(folder)/\(to)") == 0)
    }

    func link(_ name: String, to target: String) {
        #expect(symlink(target, "\(folder)/\(name)") == 0)
    }

    func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: "\(folder)/\(name)") }

    /// The member `v` of an upstream's spec: what the tests write.
    func v(_ name: String, namespace: String = "gloo-system") -> String? {
        objects[ObjectID(.upstream, ResourceRef(namespace: namespace, name: name))]?.spec["v"]?.text
    }

    var problems: [String] { last.problems.map { $0.description.replacing(folder + "/", with: "") } }
}

func upstream(_ name: String, _ v: String) -> String {
    "apiVersion: gloo.solo.io/v1\nkind: Upstream\nmetadata: {name: \(name)}\nspec: {v: \(v)}\n"
}

@Suite(.timeLimit(.minutes(1))) struct FileStoreTests {
    @Test("all files are read at first: several documents, lists, JSON, Gloo's layout; other files are passed over")
    func initial() async throws {
        let room = try Room()
        try room.make("sub/deep")
        try room.make("upstreams/ns")
        try room.write("a.yaml", upstream("a", "1") + "---\n" + upstream("b", "2"))
        try room.write("sub/deep/c.yml", "apiVersion: v1\nkind: List\nitems:\n- apiVersion: gloo.solo.io/v1\n  kind: Upstream\n  metadata: {name: c}\n  spec: {v: 3}\n")
        try room.write("d.json", #"{"apiVersion": "gloo.solo.io/v1", "kind": "Upstream", "metadata": {"name": "d"}, "spec": {"v": 4}}"#)
        try room.write("upstreams/ns/e.yaml", "v: 5\n")
        for name in [".a.yaml.swp", ".hidden.yaml", "a.yaml~", "#a.yaml#", "4913", "notes.txt"] { try room.write(name, "{") }
        try await room.open()
        #expect(room.last.isInitial)
        #expect(room.problems == [])
        #expect(["a", "b", "c", "d"].map { room.v($0) } == ["1", "2", "3", "4"])
        #expect(room.v("e", namespace: "ns") == "5")
        #expect(room.objects.count == 5)
    }

    @Test("lists as kubectl and the Kubernetes API write them are read, without what a cluster keeps for itself")
    func lists() async throws {
        let room = try Room()
        try room.write(
            "kubectl.yaml",
            """
            apiVersion: v1
            items:
            - apiVersion: gateway.solo.io/v1
              kind: RouteTable
              metadata:
                creationTimestamp: "2024-01-01T00:00:00Z"
                generation: 2
                managedFields: [{apiVersion: gateway.solo.io/v1, fieldsType: FieldsV1, fieldsV1: {f:spec: {}}, manager: kubectl}]
                name: a
                namespace: default
                resourceVersion: "12"
                uid: 1-2
              spec: {routes: []}
              status: {statuses: {gloo-system: {reportedBy: gateway, state: Accepted}}}
            - apiVersion: ratelimit.solo.io/v1alpha1
              kind: RateLimitConfig
              metadata: {name: a, namespace: default}
              spec: {raw: {}}
              status: {state: ACCEPTED, observedGeneration: "1"}
            - apiVersion: v1
              kind: ConfigMap
              metadata: {name: leader, annotations: {control-plane.alpha.kubernetes.io/leader: '{}'}}
            - {apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: default}, data: {a: b}}
            kind: List
            metadata: {resourceVersion: ""}
            """
        )
        try room.write("api.yaml", "apiVersion: gloo.solo.io/v1\nkind: UpstreamList\nitems: [{metadata: {name: u, namespace: default}, spec: {v: 1}}]\n")
        try room.write("other.yaml", "apiVersion: apps/v1\nkind: UpstreamList\nitems: [{metadata: {name: other}}]\n")
        try await room.open()
        let ref = ResourceRef(namespace: "default", name: "a")
        let upstream = ObjectID(.upstream, ResourceRef(namespace: "default", name: "u"))
        #expect(room.objects.keys.sorted() == [ObjectID(.artifact, ref), ObjectID(.rateLimitConfig, ref), ObjectID(.routeTable, ref), upstream])
        #expect(room.objects[ObjectID(.routeTable, ref)]?.generation == 2)
        #expect(room.problems == ["other.yaml:3:9: 'kind' is missing; write apiVersion and kind, such as 'gateway.solo.io/v1' and 'VirtualService' (items[0])"])
    }

    @Test("Gloo's folders are known below others, with the settings beside them", arguments: Kind.allCases)
    func layout(_ kind: Kind) async throws {
        let room = try Room()
        try room.make("config/\(kind.plural)/ns")
        try room.make("gloo-system")
        try room.write("config/\(kind.plural)/ns/a.b.yaml", "metadata: {resourceVersion: '2'}\nx: 1\n")
        try room.write("gloo-system/default.yaml", "metadata: {name: default, namespace: gloo-system}\nrefreshRate: 5s\n")
        try await room.open()
        let settings = ObjectID(.settings, ResourceRef(namespace: "gloo-system", name: "default"))
        #expect(Set(room.objects.keys) == [ObjectID(kind, ResourceRef(namespace: "ns", name: "a.b")), settings])
        #expect(room.problems == [])
    }

    @Test("an empty folder is a first change too; a missing one is an error that says what to do")
    func missing() async throws {
        let room = try Room()
        try await room.open()
        #expect(room.last.isInitial && room.objects.isEmpty)
        let store = FileStore(root: "/nowhere/at/all", defaultNamespace: "x")
        #expect(throws: StoreError(.missing, "folder /nowhere/at/all does not exist; create it, or name another one")) { try store.changes() }
        #expect(throws: StoreError(.notAFolder, "/dev/null is not a folder")) { try FileStore(root: "/dev/null", defaultNamespace: "x").changes() }
    }

    @Test("writing, adding and removing files are one change each")
    func changes() async throws {
        let room = try Room()
        try room.write("a.yaml", upstream("a", "1"))
        try await room.open()
        try room.write("a.yaml", upstream("a", "2"))
        try await room.until { $0.v("a") == "2" }
        #expect(room.last.upserted.count == 1 && !room.last.isInitial)
        try room.write("b.yaml", upstream("b", "1"))
        try await room.until { $0.v("b") == "1" }
        #expect(room.last.upserted.map(\.id.ref.name) == ["b"])
        try room.remove("a.yaml")
        try await room.until { $0.v("a") == nil }
        #expect(room.last.removed.count == 1 && room.objects.count == 1)
    }

    @Test("an editor that writes beside and renames is one change, and nothing is removed meanwhile")
    func editors() async throws {
        let room = try Room()
        try room.write("a.yaml", upstream("a", "1"))
        try await room.open()
        try room.write(".a.yaml.tmp", upstream("a", "2"))
        room.move(".a.yaml.tmp", "a.yaml")
        try await room.next()
        #expect(room.v("a") == "2" && room.last.removed.isEmpty)
        // As vim does: move away, write anew, remove the backup.
        room.move("a.yaml", "a.yaml~")
        try room.write("a.yaml", upstream("a", "3"))
        try room.remove("a.yaml~")
        try await room.next()
        #expect(room.v("a") == "3" && room.last.removed.isEmpty)
        // Empty, then written.
        try room.write("a.yaml", "")
        try room.write("a.yaml", upstream("a", "4"))
        try await room.next()
        #expect(room.v("a") == "4" && room.last.removed.isEmpty)
    }

    @Test("a file that was only moved takes its objects along")
    func moved() async throws {
        let room = try Room()
        try room.write("a.yaml", upstream("a", "1"))
        try await room.open()
        room.move("a.yaml", "b.yaml")
        try await room.next()
        #expect(room.last.removed.isEmpty && room.problems == [])
        #expect(room.objects.values.first?.position.file.hasSuffix("b.yaml") == true)
        try room.write("c.yaml", upstream("c", "1"))
        try await room.until { $0.v("c") == "1" }
        #expect(room.v("a") == "1" && room.problems == [])
    }

    @Test("a broken file keeps what it held, says where it is broken, and is mended")
    func broken() async throws {
        let room = try Room()
        try room.write("a.yaml", upstream("a", "1"))
        try await room.open()
        try room.write("a.yaml", "apiVersion: [\n")
        try await room.until { !$0.problems.isEmpty }
        #expect(room.v("a") == "1" && room.last.removed.isEmpty)
        #expect(room.problems.first?.hasPrefix("a.yaml:2:1: ") == true)
        try room.write("a.yaml", upstream("a", "2"))
        try await room.until { $0.problems.isEmpty }
        #expect(room.v("a") == "2")
    }

    @Test("one broken document of several keeps its object; its siblings are taken")
    func brokenDocument() async throws {
        let room = try Room()
        try room.write("a.yaml", upstream("a", "1") + "---\n" + upstream("b", "1") + "---\n" + upstream("c", "1"))
        try await room.open()
        try room.write("a.yaml", upstream("a", "2") + "---\n" + upstream("b", "]") + "---\n" + upstream("c", "2"))
        try await room.until { !$0.problems.isEmpty }
        #expect([room.v("a"), room.v("b"), room.v("c")] == ["2", "1", "2"])
        try room.write("a.yaml", upstream("a", "2") + "---\n" + upstream("c", "2"))
        try await room.until { $0.problems.isEmpty }
        #expect(room.v("b") == nil && room.objects.count == 2)
    }

    @Test("of two definitions the first serves; both places are named; when the first goes, the second serves")
    func duplicates() async throws {
        let room = try Room()
        try room.write("b.yaml", upstream("x", "1"))
        try room.write("c.yaml", upstream("x", "2"))
        try await room.open()
        #expect(room.v("x") == "1")
        let id = "Upstream gloo-system/x"
        #expect(
            room.problems == [
                "b.yaml:1:1: \(id) is defined a second time at c.yaml:1:1; this one serves",
                "c.yaml:1:1: \(id) is defined already at b.yaml:1:1, which serves; rename or remove one of them",
            ]
        )
        // Lexically before both, but later.
        try room.write("a.yaml", upstream("x", "0"))
        try await room.until { $0.problems.count == 4 }
        #expect(room.v("x") == "1")
        try room.remove("b.yaml")
        try await room.until { $0.problems.count == 2 }
        #expect(room.v("x") == "2")
        try room.remove("a.yaml")
        try await room.until { $0.problems.isEmpty }
        #expect(room.v("x") == "2")
    }

    @Test("twice in one file: the one that serves goes on")
    func duplicatesInOneFile() async throws {
        let room = try Room()
        try room.write("a.yaml", upstream("x", "1"))
        try await room.open()
        try room.write("a.yaml", upstream("x", "2") + "---\n" + upstream("x", "1"))
        try await room.until { !$0.problems.isEmpty }
        #expect(room.v("x") == "1")
        #expect(room.problems.count == 2)
    }

    @Test("new folders, folders moved in and folders removed are seen")
    func folders() async throws {
        let room = try Room()
        let outside = try Room()
        try await room.open()
        try room.make("one/two")
        try room.write("one/two/a.yaml", upstream("a", "1"))
        try await room.until { $0.v("a") == "1" }
        try room.write("one/two/a.yaml", upstream("a", "2"))
        try await room.until { $0.v("a") == "2" }
        try outside.make("in/side")
        try outside.write("in/side/b.yaml", upstream("b", "1"))
        #expect(rename("\(outside.folder)/in", "\(room.folder)/in") == 0)
        try await room.until { $0.v("b") == "1" }
        room.move("in", "out")
        try await room.until { $0.objects.values.contains { $0.position.file.contains("/out/") } }
        try room.write("out/side/b.yaml", upstream("b", "2"))
        try await room.until { $0.v("b") == "2" }
        try room.remove("out")
        try await room.until { $0.v("b") == nil }
        #expect(room.v("a") == "2")
    }

    @Test("a ConfigMap mount that swaps its ..data link changes all files at once")
    func swap() async throws {
        let room = try Room()
        try room.make("..v1")
        try room.write("..v1/a.yaml", upstream("a", "1"))
        room.link("..data", to: "..v1")
        room.link("a.yaml", to: "..data/a.yaml")
        try await room.open()
        #expect(room.v("a") == "1")
        try room.make("..v2")
        try room.write("..v2/a.yaml", upstream("a", "2"))
        room.link("..data_tmp", to: "..v2")
        room.move("..data_tmp", "..data")
        try room.remove("..v1")
        try await room.next()
        #expect(room.v("a") == "2" && room.last.removed.isEmpty)
    }

    @Test("a root that is a link is followed when it is swapped; a root that is gone keeps what it held")
    func rootSwap() async throws {
        let room = try Room()
        for n in 1...2 {
            try room.make("v\(n)")
            try room.write("v\(n)/a.yaml", upstream("a", "\(n)"))
        }
        try room.write("v1/b.yaml", upstream("b", "1"))
        room.link("current", to: "v1")
        try await room.open(room.folder + "/current")
        room.link("tmp", to: "v2")
        room.move("tmp", "current")
        try await room.until { $0.v("a") == "2" && $0.v("b") == nil }
        try room.remove("current")
        try await room.until { !$0.problems.isEmpty }
        #expect(room.v("a") == "2")
        room.link("current", to: "v1")
        try await room.until { $0.problems.isEmpty && $0.v("b") == "1" }
        #expect(room.v("a") == "1")
    }

    @Test("links in a circle and links that lead nowhere do no harm")
    func circles() async throws {
        let room = try Room()
        try room.write("a.yaml", upstream("a", "1"))
        try room.make("sub")
        room.link("sub/up", to: "..")
        room.link("dead.yaml", to: "nowhere.yaml")
        try await room.open()
        #expect(room.v("a") == "1" && room.problems == [])
    }

    @Test("two thousand files are read at once, and one change of them is one object")
    func many() async throws {
        let room = try Room()
        for n in 0..<2000 { try room.write("f\(n).yaml", upstream("n\(n)", "1")) }
        try await room.open()
        #expect(room.objects.count == 2000)
        try room.write("f7.yaml", upstream("n7", "2"))
        try await room.until { $0.v("n7") == "2" }
        #expect(room.last.upserted.count == 1)
    }

    @Test("a file that cannot be read keeps what it held, and the reason is told")
    func unreadable() async throws {
        let room = try Room()
        try room.write("a.yaml", upstream("a", "1"))
        var limits = ConfigLimits()
        limits.bytes = 200
        try await room.open(limits: limits)
        try room.write("a.yaml", upstream("a", "2") + "#" + String(repeating: "-", count: 200))
        try await room.next()
        #expect(room.problems == ["a.yaml: the file cannot be read: File too large; what it held before stays"])
        #expect(room.v("a") == "1")
        try room.write("a.yaml", upstream("a", "3"))
        try await room.next()
        #expect(room.v("a") == "3" && room.problems == [])
    }

    @Test("the stream ends when its consumer stops, and its watch is let go")
    func stop() async throws {
        let room = try Room()
        try room.write("a.yaml", upstream("a", "1"))
        // Other tests of this process watch too, a handful at a time; of what stops here hardly anything may be left.
        let before = Self.watchCount
        for _ in 0..<60 {
            let stream = try FileStore(root: room.folder, defaultNamespace: "x").changes()
            let (seen, announce) = AsyncStream.makeStream(of: Void.self)
            let task = Task { for await _ in stream { announce.yield() } }
            for await _ in seen { break }
            task.cancel()
            await task.value
        }
        let end = ContinuousClock.now + .seconds(60)
        while Self.watchCount >= before + 30, .now < end { try await Task.sleep(for: .milliseconds(5)) }
        #expect(Self.watchCount < before + 30)
    }

    /// How many folders this process has asked the system to watch.
    private static var watchCount: Int {
        let files = FileManager.default
        return ((try? files.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []).count { name in
            (try? files.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(name)")) == "anon_inode:inotify"
        }
    }
}
