internal import CFFI
internal import CPluginGuard
internal import CSluicePlugin
package import ConfigTree
internal import EnvoyWire

// The line between the program and its plugins: the one file of this room in which foreign pointers are followed.
//
// Who owns what: arguments and output belong to the host and live until the hook returns; what a plugin hands in is read at
// once and copied. `sluice_call` is the address of a `PluginCall`, which the caller keeps alive across the call.

/// A function of a plugin with the call interface that libffi prepared for it. Immutable after `init`, never freed (plugins stay
/// loaded), and libffi only reads it: that is why it may be used from every thread.
struct PreparedCall: @unchecked Sendable {
    private let interface: UnsafeMutablePointer<ffi_cif>
    private let function: @convention(c) () -> Void
    let context: UnsafeMutableRawPointer?

    /// Nil when a letter of the signature is not known.
    init?(signature: String, function: @escaping @convention(c) () -> Void, context: UnsafeMutableRawPointer?) {
        let types = UnsafeMutablePointer<UnsafeMutablePointer<ffi_type>?>.allocate(capacity: signature.utf8.count)
        for (index, letter) in signature.utf8.enumerated() {
            switch letter {
            case UInt8(ascii: "p"): types[index] = sluice_ffi_type_pointer()
            case UInt8(ascii: "u"): types[index] = sluice_ffi_type_uint64()
            default: return nil
            }
        }
        let interface = UnsafeMutablePointer<ffi_cif>.allocate(capacity: 1)
        interface.initialize(to: ffi_cif())
        guard ffi_prep_cif(interface, FFI_DEFAULT_ABI, UInt32(signature.utf8.count), sluice_ffi_type_sint32(), types) == FFI_OK else {
            return nil
        }
        self.interface = interface
        self.function = function
        self.context = context
    }

    fileprivate func run(_ arguments: UnsafeMutablePointer<UnsafeMutableRawPointer?>) -> sluice_status {
        var result: ffi_arg = 0
        ffi_call(interface, function, &result, arguments)
        return sluice_status(truncatingIfNeeded: result)
    }
}

/// The host's side of hook calls: what a hook can see and what it said. One thread uses one `PluginCall`, for one subject after
/// another.
package final class PluginCall {
    /// Finds another object for a hook, and remembers that it was read.
    package typealias Find = (_ kind: String, _ namespace: String, _ name: String) -> ConfigValue?

    /// What a hook reported, at a value of the configuration (nil: at the option itself).
    package struct Report {
        package let isError: Bool
        package let message: String
        package let at: ConfigValue?
    }

    /// A filter that a hook of a filter phase added.
    package struct StagedFilter {
        package let stage: Int32
        package let place: Int32
        package let weight: Int32
        package let bytes: [UInt8]
        package let plugin: String

        func moved(to other: PluginPolicy.FilterPlace) -> StagedFilter {
            StagedFilter(stage: other.stage, place: other.place, weight: other.weight, bytes: bytes, plugin: plugin)
        }
    }

    /// What a hook added beside its subject.
    package struct AddedResource: Sendable, Hashable {
        /// `sluice_resource`, from 1.
        package enum Kind: Int32, Sendable {
            case cluster = 1, listener, secret
        }

        package let kind: Kind
        package let name: String
        package let bytes: [UInt8]

        package init(_ kind: Kind, name: String, bytes: [UInt8]) {
            self.kind = kind
            self.name = name
            self.bytes = bytes
        }
    }

    /// The bytes of a message of Envoy's API from its JSON.
    package typealias Encode = (_ type: String, _ value: ConfigValue) -> Result<[UInt8], EncodeProblem>

    package struct EncodeProblem: Error {
        package let message: String
        package let at: ConfigValue

        package init(_ message: String, at: ConfigValue) {
            self.message = message
            self.at = at
        }
    }

    /// How a hook ended.
    enum Outcome {
        case done
        /// It says itself that something is wrong with it.
        case failed
        /// It did what the header does not allow.
        case misused(ABIMisuse)

        var isDone: Bool { if case .done = self { true } else { false } }
    }

    // One thread uses a call, and no access to one of these members spans another: checking that at run time for each of them
    // would cost more than the rest of a call together.

    // What the running hook sees.
    @exclusivity(unchecked) var find: Find = { _, _, _ in nil }
    @exclusivity(unchecked) var log: (_ isError: Bool, _ plugin: String, _ message: String) -> Void = { _, _, _ in }
    @exclusivity(unchecked) var encode: Encode = { type, value in .failure(EncodeProblem("nobody here knows the message '\(type)'", at: value)) }
    private let plugins: PluginSet
    /// Of each plugin, in the order of `plugins`.
    private let settings: [ConfigValue?]
    /// Of each plugin, for the handler of crashes; never freed, since that may come at any time.
    private let records: [UnsafePointer<sluice_guard_plugin>]
    /// Maps of the subject's options, the one that wins first.
    @exclusivity(unchecked) private var options: [ConfigValue] = []
    /// Of the HTTP listener above the subject.
    @exclusivity(unchecked) var listenerOptions: ConfigValue?
    /// Whether a hook has asked for one of them since the unit began.
    @exclusivity(unchecked) var hasReadListener = false
    @exclusivity(unchecked) private var match = PluginSet.Match(hook: 0, map: -1, node: 0)

    // What it said; all but the reports means nothing unless the outcome is `done`.
    @exclusivity(unchecked) private(set) var reports: [Report] = []
    @exclusivity(unchecked) private(set) var filters: [StagedFilter] = []
    @exclusivity(unchecked) private(set) var replacedFields: [UInt32] = []
    @exclusivity(unchecked) private(set) var resources: [AddedResource] = []
    @exclusivity(unchecked) private(set) var overlays = false
    @exclusivity(unchecked) private var misuse: ABIMisuse?
    private let fragment = PluginOutput()

    /// Documents whose values have been handed out since the subject began: a `sluice_value` is a place in this list (upper
    /// half) and a node of that document plus one (lower half). Holding them keeps the texts that were handed out alive. The
    /// first are those of `options`, one for each.
    @exclusivity(unchecked) private var documents: [ConfigDocument] = []
    @exclusivity(unchecked) private var cursors = ElementCursors()

    /// Copied into `factBytes` when a hook asks for the first of them.
    @exclusivity(unchecked) private var facts: SubjectFacts?
    @exclusivity(unchecked) private var factBytes = WireBuffer(capacity: 256)
    @exclusivity(unchecked) private var factEnds: FactEnds?

    // Arguments for libffi: five words, and the addresses of the five.
    private let words: UnsafeMutablePointer<UInt64>
    private let pointers: UnsafeMutablePointer<UnsafeMutableRawPointer?>

    init(_ plugins: PluginSet, settings: [ConfigValue?]) {
        self.plugins = plugins
        self.settings = settings
        records = zip(plugins.plugins, settings).map { CrashRecord.prepared($0, settings: $1) }
        words = .allocate(capacity: 5)
        words.initialize(repeating: 0, count: 5)
        pointers = .allocate(capacity: 5)
        for index in 0..<5 { pointers.advanced(by: index).initialize(to: UnsafeMutableRawPointer(words + index)) }
        words[1] = UInt64(UInt(bitPattern: hostTable))
        words[2] = UInt64(UInt(bitPattern: Unmanaged.passUnretained(self).toOpaque()))
        words[3] = UInt64(UInt(bitPattern: fragment.output))
    }

    deinit {
        words.deallocate()
        pointers.deallocate()
    }

    /// Begins with a new subject.
    func begin(_ subject: SubjectFacts, options: [ConfigValue]) {
        // Routes follow each other in one document: it is let go only when another comes.
        if options.count != 1 || documents.count != 1 || documents[0] !== options[0].document {
            documents.removeAll(keepingCapacity: true)
            for map in options { documents.append(map.document) }
        }
        cursors.clear()
        subject.name.withUnsafeBytes { sluice_guard_subject($0.baseAddress, $0.count) }
        facts = subject
        factEnds = nil
        self.options = options
    }

    /// Runs a hook, which writes into `fragmentOutput`.
    func invoke(_ match: PluginSet.Match) -> Outcome {
        if !reports.isEmpty { reports.removeAll(keepingCapacity: true) }
        if !filters.isEmpty { filters.removeAll(keepingCapacity: true) }
        if !replacedFields.isEmpty { replacedFields.removeAll(keepingCapacity: true) }
        if !resources.isEmpty { resources.removeAll(keepingCapacity: true) }
        overlays = false
        self.match = match
        fragment.clear()
        let call = plugins.calls[Int(match.hook)]
        words[0] = UInt64(UInt(bitPattern: call.context))
        words[4] = match.map < 0 ? 0 : UInt64(match.map) << 32 | UInt64(match.node + 1)
        sluice_guard_enter(records[Int(plugins.pluginOfHook[Int(match.hook)])], plugins.titles[Int(match.hook)].text)
        let status = call.run(pointers)
        sluice_guard_leave()
        if !fragment.isSound {
            fragment.restore()
            misuse = misuse ?? .spoiledOutput
        }
        if let misuse {
            self.misuse = nil
            return .misused(misuse)
        }
        return status == sluice_status(SLUICE_OK) ? .done : .failed
    }

    /// The value of the option that called the last hook.
    var option: ConfigValue? { value(of: match) }

    /// The value of the option that asks for a hook.
    func value(of match: PluginSet.Match) -> ConfigValue? {
        match.map < 0 ? nil : ConfigValue(document: options[Int(match.map)].document, index: Int(match.node))
    }

    /// Of the last hook, in `PluginSet.hooks`.
    var hookIndex: Int32 { match.hook }

    /// The last hook.
    var hook: LoadedHook { plugins.hooks[Int(match.hook)] }

    /// What the last hook wrote.
    var fragmentOutput: WireOutput { fragment.output }

    /// A copy of what the last hook wrote.
    var fragmentBytes: [UInt8] { Array(UnsafeRawBufferPointer(start: fragment.output.pointee.bytes, count: fragment.output.count)) }

    /// Appends what the last hook wrote.
    func appendFragment(to output: WireOutput) {
        output.append(UnsafeRawBufferPointer(start: fragment.output.pointee.bytes, count: fragment.output.count))
    }

    /// The fields of a message.
    static func fields(of message: [UInt8]) throws(WireError) -> Set<UInt32> {
        let found: Result<Set<UInt32>, WireError> = message.withUnsafeBytes { bytes in
            var fields: Set<UInt32> = []
            do throws(WireError) {
                var reader = WireReader(bytes)
                while let tag = try reader.nextTag() {
                    try reader.skip(tag)
                    fields.insert(tag.field)
                }
                return .success(fields)
            } catch {
                return .failure(error)
            }
        }
        return try found.get()
    }

    // MARK: Values

    func handle(_ value: ConfigValue) -> sluice_value {
        var slot = 0
        while slot < documents.count, documents[slot] !== value.document { slot += 1 }
        if slot == documents.count { documents.append(value.document) }
        return UInt64(slot) << 32 | UInt64(value.index + 1)
    }

    /// The node that a handle means, if it means one: ask `document` first.
    static func node(_ value: sluice_value) -> Int { Int(UInt32(truncatingIfNeeded: value)) - 1 }

    func document(_ value: sluice_value) -> ConfigDocument? {
        let slot = Int(value >> 32)
        let node = Self.node(value)
        guard slot < documents.count, node >= 0, node < documents[slot].nodeCount else { return nil }
        return documents[slot]
    }

    func value(_ handle: sluice_value) -> ConfigValue? {
        document(handle).map { ConfigValue(document: $0, index: Self.node(handle)) }
    }

    func sibling(_ value: sluice_value, _ node: Int?) -> sluice_value {
        node.map { value & 0xFFFF_FFFF_0000_0000 | UInt64($0 + 1) } ?? 0
    }

    /// The element at a place; one step on from the one before it.
    func element(_ list: sluice_value, _ index: Int) -> sluice_value {
        guard let document = document(list) else { return 0 }
        let node = Self.node(list)
        guard index >= 0, index < document.count(of: node) else { return 0 }
        return sibling(list, cursors.child(of: node, at: index, of: list, in: document))
    }

    func fact(_ index: Int) -> sluice_text_host {
        let ends = factEnds ?? copyFacts()
        let range: Range<Int>
        switch index {
        case Int(SLUICE_FACT_NAME): range = 0..<ends.name
        case Int(SLUICE_FACT_NAMESPACE): range = ends.name..<ends.namespace
        case Int(SLUICE_FACT_ACTION): range = ends.namespace..<ends.action
        case Int(SLUICE_FACT_CLUSTER): range = ends.action..<ends.cluster
        case Int(SLUICE_FACT_UPSTREAM): range = ends.cluster..<ends.upstream
        case Int(SLUICE_FACT_UPSTREAM_NAMESPACE): range = ends.upstream..<ends.upstreamNamespace
        default: range = 0..<0
        }
        return sluice_text_host(bytes: UnsafePointer(factBytes.output.pointee.bytes + range.lowerBound), length: range.count)
    }

    /// All at once, so that nothing moves while a hook holds one of them.
    private func copyFacts() -> FactEnds {
        factBytes.removeAll()
        var ends = FactEnds()
        guard let facts else { return ends }
        let output = factBytes.output
        output.append(facts.name)
        ends.name = output.count
        output.append(facts.namespace)
        ends.namespace = output.count
        output.append(facts.action)
        ends.action = output.count
        output.append(facts.cluster)
        ends.cluster = output.count
        output.append(facts.upstream.name)
        ends.upstream = output.count
        output.append(facts.upstream.namespace)
        ends.upstreamNamespace = output.count
        factEnds = ends
        return ends
    }

    func otherOption(_ name: UnsafePointer<UInt8>, _ count: Int) -> sluice_value {
        for map in options where count >= 0 && count <= map.document.textByteCount {
            if let node = map.document.member(of: map.index, named: name, count: count) {
                return handle(ConfigValue(document: map.document, index: node))
            }
        }
        return 0
    }

    func listenerOption(_ name: UnsafePointer<UInt8>, _ count: Int) -> sluice_value {
        guard hook.phase.seesListenerOptions else { return 0 }
        hasReadListener = true
        guard let map = listenerOptions, count >= 0, count <= map.document.textByteCount else { return 0 }
        return map.document.member(of: map.index, named: name, count: count).map { handle(ConfigValue(document: map.document, index: $0)) } ?? 0
    }

    func settingsHandle() -> sluice_value { settings[Int(plugins.pluginOfHook[Int(match.hook)])].map(handle) ?? 0 }

    func findHandle(_ kind: String, _ namespace: String, _ name: String) -> sluice_value {
        find(kind, namespace.isEmpty ? facts?.namespace ?? "" : namespace, name).map(handle) ?? 0
    }

    // MARK: What a hook says

    func report(_ severity: sluice_severity, _ at: sluice_value, _ message: String) {
        reports.append(Report(isError: severity != SLUICE_WARNING, message: message, at: value(at) ?? option))
    }

    func addResource(_ type: Int32, _ name: String, _ message: UnsafeBufferPointer<UInt8>) {
        guard let kind = AddedResource.Kind(rawValue: type), name.hasPrefix(hook.plugin + ":") else { return note(.resource(type: type, name: name)) }
        let bytes = Array(message)
        guard Self.name(ofResource: bytes) == name else { return note(.resourceMessage(name: name)) }
        resources.append(AddedResource(kind, name: name, bytes: bytes))
    }

    /// Field 1, in all types of resource; nil when the bytes are not protobuf. A name that was too long to be taken whole is not found.
    private static func name(ofResource bytes: [UInt8]) -> String? {
        bytes.withUnsafeBytes { bytes in
            var name: String?
            do throws(WireError) {
                var reader = WireReader(bytes)
                while let tag = try reader.nextTag() {
                    if tag.field == 1 { name = try reader.string(tag) } else { try reader.skip(tag) }
                }
                return name
            } catch {
                return nil
            }
        }
    }

    /// False after having reported what is wrong.
    func encode(_ type: String, _ value: sluice_value, to output: WireOutput?) -> Bool {
        guard let json = self.value(value) else {
            reports.append(Report(isError: true, message: "Envoy's \(type) is to stand here, and there is nothing", at: option))
            return false
        }
        guard output == fragment.output, fragment.isSound else {
            note(.spoiledOutput)
            return false
        }
        switch encode(type, json) {
        case .success(let bytes):
            fragment.output.append(bytes)
            return true
        case .failure(let problem):
            reports.append(Report(isError: true, message: problem.message, at: problem.at))
            return false
        }
    }

    func overlay() { overlays = true }

    func addFilter(to output: WireOutput?, in phase: Phase, stage: Int32, place: Int32, weight: Int32) {
        let hook = hook
        guard hook.phase == phase else { return note(.filterInPhase(hook.phase)) }
        guard output == fragment.output, fragment.isSound else { return note(.spoiledOutput) }
        guard fragment.output.count > 0 else { return note(.emptyFilter) }
        guard stage >= SLUICE_STAGE_FAULT, stage <= SLUICE_STAGE_ROUTE, place >= SLUICE_BEFORE, place <= SLUICE_AFTER else {
            return note(.filterPlace(stage: stage, place: place))
        }
        let bytes = [UInt8](UnsafeBufferPointer(start: fragment.output.pointee.bytes, count: fragment.output.count))
        fragment.clear()
        filters.append(StagedFilter(stage: stage, place: place, weight: weight, bytes: bytes, plugin: hook.plugin))
    }

    private func note(_ misuse: ABIMisuse) { self.misuse = self.misuse ?? misuse }

    func replace(_ field: UInt32) {
        if !replacedFields.contains(field) { replacedFields.append(field) }
    }

    func writeLog(_ severity: sluice_severity, _ message: String) { log(severity != SLUICE_WARNING, hook.plugin, message) }
}

/// Where the facts of a subject end in their common memory, one after another.
private struct FactEnds {
    var name = 0
    var namespace = 0
    var action = 0
    var cluster = 0
    var upstream = 0
    var upstreamNamespace = 0
}

/// Where the last elements were found, list by list: makes going through a list one step an element, for the lists of up to
/// eight loops inside each other. The list used last stands first.
private struct ElementCursors {
    private struct Cursor {
        var list: sluice_value = 0
        var index = 0
        var node = 0
    }

    private var cursors = [Cursor](repeating: Cursor(), count: 8)
    private var count = 0

    mutating func clear() { count = 0 }

    /// The node of the child at `index`, which is there.
    mutating func child(of parent: Int, at index: Int, of list: sluice_value, in document: ConfigDocument) -> Int? {
        var cursor = Cursor(list: list, index: 0, node: parent + 1)
        var place = 0
        while place < count, cursors[place].list != list { place += 1 }
        if place < count {
            if cursors[place].index <= index { cursor = cursors[place] }
        } else if count < cursors.count {
            count += 1
        } else {
            place -= 1
        }
        while cursor.index < index {
            guard let next = document.nextSibling(of: cursor.node) else { return nil }
            cursor.node = next
            cursor.index += 1
        }
        while place > 0 {
            cursors[place] = cursors[place - 1]
            place -= 1
        }
        cursors[0] = cursor
        return cursor.node
    }
}
