internal import CFFI
internal import CSluicePlugin
package import ConfigTree
package import EnvoyWire

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
    }

    // What the running hook sees.
    package var find: Find = { _, _, _ in nil }
    package var log: (_ isError: Bool, _ plugin: String, _ message: String) -> Void = { _, _, _ in }
    package var settings: ConfigValue?
    /// Maps of the subject's options, the one that wins first.
    package var options: [ConfigValue] = []
    private var option: ConfigValue?
    private var plugin = ""

    // What it said.
    package private(set) var reports: [Report] = []
    package private(set) var filters: [StagedFilter] = []
    package private(set) var replacedFields: [UInt32] = []

    /// Documents whose values have been handed out since the subject began: a `sluice_value` is a place in this list (upper
    /// half) and a node of that document plus one (lower half).
    private var documents: [ConfigDocument] = []
    private var facts = WireBuffer(capacity: 256)
    private var factEnds: [Int] = []

    // Arguments for libffi: five words, and the addresses of the five.
    private let words: UnsafeMutablePointer<UInt64>
    private let pointers: UnsafeMutablePointer<UnsafeMutableRawPointer?>
    private var filterStart = 0

    package init() {
        words = .allocate(capacity: 5)
        words.initialize(repeating: 0, count: 5)
        pointers = .allocate(capacity: 5)
        for index in 0..<5 { pointers.advanced(by: index).initialize(to: UnsafeMutableRawPointer(words + index)) }
        words[1] = UInt64(UInt(bitPattern: hostTable))
        words[2] = UInt64(UInt(bitPattern: Unmanaged.passUnretained(self).toOpaque()))
    }

    deinit {
        words.deallocate()
        pointers.deallocate()
    }

    /// Begins with a new subject.
    package func begin(_ subject: SubjectFacts, options: [ConfigValue]) {
        documents.removeAll(keepingCapacity: true)
        reports.removeAll(keepingCapacity: true)
        filters.removeAll(keepingCapacity: true)
        facts.removeAll()
        factEnds.removeAll(keepingCapacity: true)
        // In the order of `sluice_fact`.
        facts.output.append(subject.name)
        factEnds.append(facts.count)
        facts.output.append(subject.namespace)
        factEnds.append(facts.count)
        facts.output.append(subject.action)
        factEnds.append(facts.count)
        facts.output.append(subject.cluster)
        factEnds.append(facts.count)
        self.options = options
    }

    /// Runs a hook. False: the plugin itself failed, and what it wrote is taken back.
    package func invoke(_ hook: LoadedHook, option: ConfigValue?, output: WireOutput) -> Bool {
        replacedFields.removeAll(keepingCapacity: true)
        plugin = hook.plugin
        self.option = option
        let start = output.count
        filterStart = start
        words[0] = UInt64(UInt(bitPattern: hook.call.context))
        words[3] = UInt64(UInt(bitPattern: output))
        words[4] = option.map(handle) ?? 0
        let status = hook.call.run(pointers)
        if status != sluice_status(SLUICE_OK) {
            output.truncate(to: start)
            return false
        }
        return true
    }

    // MARK: Values

    fileprivate func handle(_ value: ConfigValue) -> sluice_value {
        var slot = 0
        while slot < documents.count, documents[slot] !== value.document { slot += 1 }
        if slot == documents.count { documents.append(value.document) }
        return UInt64(slot) << 32 | UInt64(value.index + 1)
    }

    fileprivate func document(_ value: sluice_value) -> ConfigDocument? {
        let slot = Int(value >> 32)
        guard value != 0, slot < documents.count, Int(UInt32(truncatingIfNeeded: value)) <= documents[slot].nodeCount else { return nil }
        return documents[slot]
    }

    fileprivate func value(_ handle: sluice_value) -> ConfigValue? {
        document(handle).map { ConfigValue(document: $0, index: node(handle)) }
    }

    fileprivate func sibling(_ value: sluice_value, _ node: Int?) -> sluice_value {
        node.map { value & 0xFFFF_FFFF_0000_0000 | UInt64($0 + 1) } ?? 0
    }

    fileprivate func fact(_ index: Int) -> sluice_text_host {
        guard index >= 0, index < factEnds.count else { return sluice_text_host(bytes: nil, length: 0) }
        let start = index == 0 ? 0 : factEnds[index - 1]
        return sluice_text_host(bytes: UnsafePointer(facts.output.pointee.bytes + start), length: factEnds[index] - start)
    }

    fileprivate func otherOption(_ name: UnsafePointer<UInt8>, _ count: Int) -> sluice_value {
        for map in options {
            if let node = map.document.member(of: map.index, named: name, count: count) {
                return handle(ConfigValue(document: map.document, index: node))
            }
        }
        return 0
    }

    fileprivate func settingsHandle() -> sluice_value { settings.map(handle) ?? 0 }

    fileprivate func findHandle(_ kind: String, _ namespace: String, _ name: String) -> sluice_value {
        find(kind, namespace.isEmpty ? namespaceFact : namespace, name).map(handle) ?? 0
    }

    private var namespaceFact: String { string(fact(Int(SLUICE_FACT_NAMESPACE))) }

    // MARK: What a hook says

    fileprivate func report(_ severity: sluice_severity, _ at: sluice_value, _ message: String) {
        reports.append(Report(isError: severity == SLUICE_ERROR, message: message, at: value(at) ?? option))
    }

    fileprivate func addFilter(_ output: WireOutput, stage: Int32, place: Int32, weight: Int32) {
        let bytes = [UInt8](UnsafeBufferPointer(start: output.pointee.bytes + filterStart, count: max(0, output.count - filterStart)))
        output.truncate(to: min(filterStart, output.count))
        filters.append(StagedFilter(stage: stage, place: place, weight: weight, bytes: bytes, plugin: plugin))
    }

    fileprivate func replace(_ field: UInt32) { replacedFields.append(field) }

    fileprivate func writeLog(_ severity: sluice_severity, _ message: String) { log(severity == SLUICE_ERROR, plugin, message) }
}

private func node(_ value: sluice_value) -> Int { Int(UInt32(truncatingIfNeeded: value)) - 1 }

private func string(_ text: sluice_text_host) -> String {
    String(decoding: UnsafeBufferPointer(start: text.bytes, count: text.bytes == nil ? 0 : text.length), as: UTF8.self)
}

private func string(_ bytes: UnsafePointer<UInt8>?, _ length: Int) -> String {
    string(sluice_text_host(bytes: bytes, length: length))
}

private func with<R>(_ call: OpaquePointer?, _ absent: R, _ body: (PluginCall) -> R) -> R {
    guard let call else { return absent }
    return Unmanaged<PluginCall>.fromOpaque(UnsafeRawPointer(call))._withUnsafeGuaranteedRef { body($0) }
}

private var noText: sluice_text_host { sluice_text_host(bytes: nil, length: 0) }

/// The functions that every plugin is handed, made once. A pointer to immutable memory that is never freed.
private struct HostTable: @unchecked Sendable {
    let pointer: UnsafeMutablePointer<sluice_host>
}

private var hostTable: UnsafeMutablePointer<sluice_host> { sharedHostTable.pointer }

private let sharedHostTable: HostTable = {
    let table = UnsafeMutablePointer<sluice_host>.allocate(capacity: 1)
    table.initialize(
        to: sluice_host(
            size: MemoryLayout<sluice_host>.size,
            abi_major: UInt32(SLUICE_ABI_MAJOR),
            abi_minor: UInt32(SLUICE_ABI_MINOR),
            kind: { call, value in
                with(call, sluice_kind(SLUICE_ABSENT)) { call in
                    switch call.document(value)?.kind(of: node(value)) {
                    case .scalar: sluice_kind(SLUICE_SCALAR)
                    case .list: sluice_kind(SLUICE_LIST)
                    case .map: sluice_kind(SLUICE_MAP)
                    case .null, nil: sluice_kind(SLUICE_ABSENT)
                    }
                }
            },
            member: { call, value, name, length in
                with(call, 0) { call in
                    guard let document = call.document(value), let name else { return 0 }
                    return call.sibling(value, document.member(of: node(value), named: name, count: length))
                }
            },
            count: { call, value in with(call, 0) { $0.document(value)?.count(of: node(value)) ?? 0 } },
            element: { call, value, index in
                with(call, 0) { call in call.sibling(value, call.document(value)?.child(of: node(value), at: index)) }
            },
            key: { call, value in
                with(call, noText) { call in
                    guard let bytes = call.document(value)?.keyBytes(of: node(value)) else { return noText }
                    return sluice_text_host(bytes: bytes.baseAddress, length: bytes.count)
                }
            },
            text: { call, value, out in
                with(call, 0) { call in
                    guard let document = call.document(value), document.kind(of: node(value)) == .scalar else { return 0 }
                    let bytes = document.textBytes(of: node(value))
                    out?.pointee = sluice_text_host(bytes: bytes.baseAddress, length: bytes.count)
                    return 1
                }
            },
            boolean: { call, value, out in
                with(call, 0) { call in
                    guard let bool = call.value(value)?.bool else { return 0 }
                    out?.pointee = bool ? 1 : 0
                    return 1
                }
            },
            integer: { call, value, out in
                with(call, 0) { call in
                    guard let number = call.value(value)?.int64 else { return 0 }
                    out?.pointee = number
                    return 1
                }
            },
            number: { call, value, out in
                with(call, 0) { call in
                    guard let number = call.value(value)?.double else { return 0 }
                    out?.pointee = number
                    return 1
                }
            },
            duration: { call, value, seconds, nanoseconds in
                with(call, 0) { call in
                    guard let duration = call.value(value)?.duration else { return 0 }
                    seconds?.pointee = duration.seconds
                    nanoseconds?.pointee = duration.nanos
                    return 1
                }
            },
            fact: { call, fact in with(call, noText) { $0.fact(Int(fact)) } },
            option: { call, name, length in
                with(call, 0) { call in name.map { call.otherOption($0, length) } ?? 0 }
            },
            settings: { call in with(call, 0) { $0.settingsHandle() } },
            find: { call, kind, kindLength, namespace, namespaceLength, name, nameLength in
                with(call, 0) { call in
                    call.findHandle(string(kind, kindLength), string(namespace, namespaceLength), string(name, nameLength))
                }
            },
            add_http_filter: { call, output, stage, place, weight in
                with(call, ()) { call in
                    if let output { call.addFilter(output, stage: stage, place: place, weight: weight) }
                }
            },
            add_network_filter: { call, output, stage, place, weight in
                with(call, ()) { call in
                    if let output { call.addFilter(output, stage: stage, place: place, weight: weight) }
                }
            },
            replace: { call, field in with(call, ()) { $0.replace(field) } },
            report: { call, severity, at, message, length in
                with(call, ()) { $0.report(severity, at, string(message, length)) }
            },
            log: { call, severity, message, length in
                with(call, ()) { $0.writeLog(severity, string(message, length)) }
            }
        )
    )
    return HostTable(pointer: table)
}()
