/// The bytes of all keys and scalars of one document: the only file of this module that owns memory by pointer.
///
/// Who owns it: `ArenaText`, which allocates once in `init` and frees in `deinit`. How long it lives: as long as the
/// `ConfigDocument` that holds it, so the plugin host may hand addresses to C code for the length of a call while it keeps the
/// document alive. What bounds it: `count`; each access is checked against it. Nothing is written after `init`, which is why
/// it may be shared between threads without a lock (`@unchecked Sendable`).
final class ArenaText: @unchecked Sendable {
    private let base: UnsafeMutablePointer<UInt8>
    let count: Int

    init(_ bytes: [UInt8]) {
        count = bytes.count
        base = .allocate(capacity: max(bytes.count, 1))
        bytes.withUnsafeBufferPointer { source in
            if let start = source.baseAddress { base.initialize(from: start, count: source.count) }
        }
    }

    deinit {
        base.deallocate()
    }

    func buffer(_ range: TextRange) -> UnsafeBufferPointer<UInt8> {
        precondition(Int(range.start) + Int(range.count) <= count, "text range outside of its document")
        return UnsafeBufferPointer(start: base + Int(range.start), count: Int(range.count))
    }

    func withBytes<R>(_ range: TextRange, _ body: (Span<UInt8>) -> R) -> R {
        body(Span(_unsafeElements: buffer(range)))
    }

    func string(_ range: TextRange) -> String {
        String(decoding: buffer(range), as: UTF8.self)
    }
}

/// Where a key or a scalar lies in the text of its document.
struct TextRange: Sendable {
    var start: UInt32
    var count: UInt32

    static let empty = TextRange(start: 0, count: 0)
}

// MARK: For the plugin host

/// Reading by node index, without a `ConfigValue`: the plugin host answers C function pointers with these.
///
/// The addresses that `textBytes` and `keyBytes` give are those of the document's own text: stable, not copied, and valid as long
/// as somebody holds the document.
extension ConfigDocument {
    /// The member that is called `name`, lowerCamel, in the map at `index`; nil when absent or null.
    package func member(of index: Int, named name: UnsafePointer<UInt8>, count: Int) -> Int? {
        member(of: index, field: Span(_unsafeStart: name, count: count))
    }

    /// The entry with exactly this key, for maps whose keys are the user's own (labels, headers).
    package func entry(of index: Int, key: UnsafePointer<UInt8>, count: Int) -> Int? {
        entry(of: index, key: Span(_unsafeStart: key, count: count))
    }

    /// The bytes of a scalar as written (unescaped); empty for lists and maps.
    package func textBytes(of index: Int) -> UnsafeBufferPointer<UInt8> {
        text.buffer(nodes[index].scalarText)
    }

    /// The key under which the node stands in its map, as the user wrote it; empty in lists.
    package func keyBytes(of index: Int) -> UnsafeBufferPointer<UInt8> {
        text.buffer(nodes[index].key)
    }
}
