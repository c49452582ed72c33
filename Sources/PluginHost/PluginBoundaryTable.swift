internal import CSluicePlugin
internal import ConfigTree
internal import EnvoyWire

// What plugins call. Each function finds its `PluginCall` through the opaque pointer and answers "absent" to anything that is not
// what it should be: a handle of another call, a null pointer, a length that cannot be.

private func node(_ value: sluice_value) -> Int { PluginCall.node(value) }

/// A copy of what a plugin hands in, up to `limit` bytes; empty when the pointer is null or the length below zero.
private func string(_ bytes: UnsafePointer<UInt8>?, _ length: Int, limit: Int = 4096) -> String {
    guard let bytes, length > 0 else { return "" }
    guard length > limit else { return String(decoding: UnsafeBufferPointer(start: bytes, count: length), as: UTF8.self) }
    return String(decoding: UnsafeBufferPointer(start: bytes, count: limit), as: UTF8.self) + "..."
}

/// A name that a document can hold at all: of a length that is not negative, and not longer than all of its text.
private func isName(_ length: Int, in document: ConfigDocument) -> Bool { length >= 0 && length <= document.textByteCount }

private func with<R>(_ call: OpaquePointer?, _ absent: R, _ body: (PluginCall) -> R) -> R {
    guard let call else { return absent }
    return Unmanaged<PluginCall>.fromOpaque(UnsafeRawPointer(call))._withUnsafeGuaranteedRef { body($0) }
}

private var noText: sluice_text_host { sluice_text_host(bytes: nil, length: 0) }

/// The functions that every plugin is handed, made once. A pointer to immutable memory that is never freed.
private struct HostTable: @unchecked Sendable {
    let pointer: UnsafeMutablePointer<sluice_host>
}

/// The table for every call; lives as long as the program.
var hostTable: UnsafeMutablePointer<sluice_host> { sharedHostTable.pointer }

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
                    guard let document = call.document(value), let name, isName(length, in: document) else { return 0 }
                    return call.sibling(value, document.member(of: node(value), named: name, count: length))
                }
            },
            count: { call, value in with(call, 0) { $0.document(value)?.count(of: node(value)) ?? 0 } },
            element: { call, value, index in
                with(call, 0) { $0.element(value, index) }
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
                    call.addFilter(to: output, in: .httpFilter, stage: stage, place: place, weight: weight)
                }
            },
            replace: { call, field in with(call, ()) { $0.replace(field) } },
            report: { call, severity, at, message, length in
                with(call, ()) { $0.report(severity, at, string(message, length)) }
            },
            log: { call, severity, message, length in
                with(call, ()) { $0.writeLog(severity, string(message, length)) }
            },
            is_text: { call, value in
                with(call, 0) { $0.value(value)?.isText == true ? 1 : 0 }
            },
            listener_option: { call, name, length in
                with(call, 0) { call in name.map { call.listenerOption($0, length) } ?? 0 }
            },
            add_network_filter: { call, output, weight in
                with(call, ()) { call in
                    call.addFilter(to: output, in: .networkFilter, stage: sluice_stage(SLUICE_STAGE_FAULT), place: sluice_place(SLUICE_DURING), weight: weight)
                }
            },
            add_resource: { call, type, name, nameLength, message, length in
                with(call, ()) { call in
                    call.addResource(type, string(name, nameLength), UnsafeBufferPointer(start: message, count: message == nil ? 0 : max(length, 0)))
                }
            },
            encode: { call, type, typeLength, value, output in
                with(call, 0) { $0.encode(string(type, typeLength), value, to: output) ? 1 : 0 }
            },
            overlay: { call in with(call, ()) { $0.overlay() } }
        )
    )
    return HostTable(pointer: table)
}()
