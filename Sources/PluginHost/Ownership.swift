package import EnvoyWire

/// Who wrote which field of the subject that is being put together.
///
/// Fragments are joined by appending, and protobuf then merges them: lists grow and messages unite, but a scalar that two
/// plugins write takes the last value, without a word to the first. So each singular field and each key of a map has one owner;
/// a second writer is a conflict that is reported with both names, and its fragment is not used.
///
/// Every field has its slot, so that a field costs one look, however many were written before. Slots that were written to are
/// kept in a journal: it takes back what a refused fragment claimed, and clears the slots for the next subject.
package struct Ownership {
    /// A number for each who writes: `core`, or that of a plugin.
    package typealias Contributor = Int32

    /// The host's own part of the subject.
    package static let core: Contributor = 1
    private static let nobody: Contributor = 0

    /// Two contributors wrote the same field.
    package struct Conflict: Equatable {
        package let field: String
        package let owner: Contributor
    }

    private struct Entry {
        var slot: Int
        var before: Contributor
    }

    private struct MapKey: Hashable {
        var field: UInt32
        var key: [UInt8]
    }

    private let fields: FieldTable
    /// A singular message into which several contributors write, each its own fields: `Route.route`.
    private let shared: (number: UInt32, fields: FieldTable)?

    // Slots: the fields of the subject by number, those of the shared message, then two for each oneof of the subject and of the
    // shared message: who holds it, and with which field.
    private var slots: [Contributor]
    private let innerStart: Int
    private let oneofStart: Int
    private let innerOneofStart: Int
    private var journal: [Entry] = []
    /// Keys of maps are few; they are looked up by their text.
    private var keys: [MapKey: Contributor] = [:]
    /// Fields that a contributor took for itself alone.
    private var replaced: [(field: UInt32, by: Contributor)] = []

    package init(_ phase: Phase) {
        fields = FieldTable(phase.fields)
        shared = phase == .route ? (2, FieldTable(.routeAction)) : nil
        innerStart = fields.count
        oneofStart = innerStart + (shared?.fields.count ?? 0)
        innerOneofStart = oneofStart + 2 * fields.oneofCount
        slots = [Contributor](repeating: Self.nobody, count: innerOneofStart + 2 * (shared?.fields.oneofCount ?? 0))
    }

    /// Forgets everything, for the next subject.
    package mutating func begin() {
        for entry in journal { slots[entry.slot] = Self.nobody }
        journal.removeAll(keepingCapacity: true)
        if !keys.isEmpty { keys.removeAll(keepingCapacity: true) }
        if !replaced.isEmpty { replaced.removeAll(keepingCapacity: true) }
    }

    /// True when a plugin has written the field.
    package func isWritten(_ field: UInt32) -> Bool {
        field < innerStart && slots[Int(field)] > Self.core
    }

    /// The fields that others than `owner` have taken for themselves: what it writes into them is left out.
    package func fieldsTaken(fromOthersThan owner: Contributor) -> [UInt32] {
        replaced.isEmpty ? [] : replaced.filter { $0.by != owner }.map(\.field)
    }

    /// Records what a fragment writes, or, when it may not, nothing of it.
    ///
    /// - Parameter replacing: fields that the contributor declared to replace: their former owners lose them.
    /// - Throws: when the fragment is not protobuf.
    package mutating func claim(
        _ fragment: WireReader, for owner: Contributor, replacing: [UInt32] = []
    ) throws(WireError) -> Conflict? {
        let mark = journal.count
        var newKeys: [MapKey] = []
        do {
            for field in replacing {
                if let other = replaced.first(where: { $0.field == field && $0.by != owner }) {
                    return Conflict(field: fields.name(field), owner: other.by)
                }
            }
            if let conflict = try scan(fragment, owner, replacing, &newKeys) {
                takeBack(to: mark)
                return conflict
            }
        } catch {
            takeBack(to: mark)
            throw error
        }
        for field in replacing { release(field, to: owner) }
        for key in newKeys { keys[key] = owner }
        return nil
    }

    private mutating func scan(
        _ fragment: WireReader, _ owner: Contributor, _ replacing: [UInt32], _ newKeys: inout [MapKey]
    ) throws(WireError) -> Conflict? {
        var reader = fragment
        while let tag = try reader.nextTag() {
            let rule = fields[tag.field]
            switch rule.kind {
            case .unknown:
                try reader.skip(tag)
            case .repeated:
                try reader.skip(tag)
                if slots[Int(tag.field)] <= Self.core { set(Int(tag.field), owner) }
            case .map:
                let key = MapKey(field: tag.field, key: try Self.mapKey(reader.message(tag)))
                if let other = keys[key], other != owner, !replacing.contains(tag.field) {
                    return Conflict(field: name(key), owner: other)
                }
                if slots[Int(tag.field)] <= Self.core { set(Int(tag.field), owner) }
                newKeys.append(key)
            case .singular:
                if let other = claimOneof(rule.oneof, oneofStart, tag.field, owner, replacing) {
                    return Conflict(field: fields.name(tag.field), owner: other)
                }
                if let shared, tag.field == shared.number {
                    if let conflict = try scanShared(reader.message(tag), shared.fields, owner, replacing) { return conflict }
                    if slots[Int(tag.field)] == Self.nobody || replacing.contains(tag.field) { set(Int(tag.field), owner) }
                    continue
                }
                try reader.skip(tag)
                let other = slots[Int(tag.field)]
                if other != Self.nobody, other != owner, !replacing.contains(tag.field) {
                    return Conflict(field: fields.name(tag.field), owner: other)
                }
                if other != owner { set(Int(tag.field), owner) }
            }
        }
        return nil
    }

    /// One level into the message that several contributors share.
    private mutating func scanShared(
        _ message: WireReader, _ inner: FieldTable, _ owner: Contributor, _ replacing: [UInt32]
    ) throws(WireError) -> Conflict? {
        guard let shared else { return nil }
        let isReplaced = replacing.contains(shared.number)
        var reader = message
        while let tag = try reader.nextTag() {
            try reader.skip(tag)
            let rule = inner[tag.field]
            guard rule.kind == .singular || rule.kind == .map else { continue }
            let slot = innerStart + Int(tag.field)
            var other = slots[slot]
            if other == Self.nobody || other == owner || isReplaced {
                other = claimOneof(rule.oneof, innerOneofStart, tag.field, owner, isReplaced ? [tag.field] : []) ?? Self.nobody
            }
            if other != Self.nobody, other != owner {
                return Conflict(field: "\(fields.name(shared.number)).\(inner.name(tag.field))", owner: other)
            }
            if slots[slot] != owner { set(slot, owner) }
        }
        return nil
    }

    /// Members of one oneof exclude each other: the later one would wipe out the earlier. Returns who is in the way.
    private mutating func claimOneof(
        _ oneof: UInt8, _ start: Int, _ field: UInt32, _ owner: Contributor, _ replacing: [UInt32]
    ) -> Contributor? {
        guard oneof != FieldTable.noOneof else { return nil }
        let slot = start + 2 * Int(oneof)
        let holder = slots[slot]
        let held = slots[slot + 1]
        if holder == Self.nobody || held != Int32(field) {
            if holder != Self.nobody, holder != owner, !replacing.contains(UInt32(held)) { return holder }
            set(slot, owner)
            set(slot + 1, Int32(field))
        }
        return nil
    }

    /// Takes a field away from all who wrote it, but `owner`.
    private mutating func release(_ field: UInt32, to owner: Contributor) {
        if !replaced.contains(where: { $0.field == field }) { replaced.append((field, owner)) }
        guard field < innerStart else { return }
        let holder = slots[Int(field)]
        if holder != Self.nobody, holder != owner { set(Int(field), Self.nobody) }
        if let shared, shared.number == field {
            for slot in innerStart..<oneofStart where slots[slot] != Self.nobody && slots[slot] != owner { set(slot, Self.nobody) }
            for slot in stride(from: innerOneofStart, to: slots.count, by: 2) where slots[slot] != owner { set(slot, Self.nobody) }
        }
        let oneof = fields[field].oneof
        if oneof != FieldTable.noOneof {
            let slot = oneofStart + 2 * Int(oneof)
            if slots[slot + 1] == Int32(field), slots[slot] != owner { set(slot, Self.nobody) }
        }
        if !keys.isEmpty { keys = keys.filter { $0.key.field != field || $0.value == owner } }
    }

    private mutating func set(_ slot: Int, _ value: Int32) {
        journal.append(Entry(slot: slot, before: slots[slot]))
        slots[slot] = value
    }

    private mutating func takeBack(to mark: Int) {
        while journal.count > mark {
            let entry = journal.removeLast()
            slots[entry.slot] = entry.before
        }
    }

    private func name(_ key: MapKey) -> String { "\(fields.name(key.field))[\(String(decoding: key.key, as: UTF8.self))]" }

    private static func mapKey(_ entry: WireReader) throws(WireError) -> [UInt8] {
        var reader = entry
        var key: [UInt8] = []
        while let tag = try reader.nextTag() {
            if tag.field == 1 { key = try reader.copy(tag) } else { try reader.skip(tag) }
        }
        return key
    }
}

/// What has to be known of a message's fields, by number, in one word each.
private struct FieldTable {
    enum Kind { case unknown, singular, repeated, map }

    struct Rule {
        var kind: Kind
        var oneof: UInt8
    }

    static let noOneof = UInt8.max

    private let rules: [Rule]
    private let source: SubjectFields
    let oneofCount: Int

    init(_ source: SubjectFields) {
        self.source = source
        var rules = [Rule](repeating: Rule(kind: .unknown, oneof: Self.noOneof), count: Int(source.fields.last?.number ?? 0) + 1)
        var oneofCount = 0
        for field in source.fields {
            let kind: Kind =
                switch field.kind {
                case .singular: .singular
                case .repeated: .repeated
                case .map: .map
                }
            rules[Int(field.number)] = Rule(kind: kind, oneof: field.oneof.map { UInt8($0) } ?? Self.noOneof)
            oneofCount = max(oneofCount, (field.oneof ?? -1) + 1)
        }
        self.rules = rules
        self.oneofCount = oneofCount
    }

    /// One more than the highest number.
    var count: Int { rules.count }

    subscript(number: UInt32) -> Rule {
        number < rules.count ? rules[Int(number)] : Rule(kind: .unknown, oneof: Self.noOneof)
    }

    func name(_ number: UInt32) -> String { source.name(of: number) ?? "field \(number)" }
}
