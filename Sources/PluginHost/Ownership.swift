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

    // Slots: the fields of the subject by number, those of the message that several contributors share (`Route.route` and
    // `Cluster.load_assignment`, into which each writes its own fields), then two for each oneof of the subject and of the shared message: who holds it, and with which
    // field. A field's slot and its rule stand at the same place.
    private let rules: [Rule]
    private var slots: [Contributor]
    private let innerStart: Int
    private let oneofStart: Int
    /// Zero when there is no shared message.
    private let sharedField: UInt32
    private let names: SubjectFields
    private let innerNames: SubjectFields?
    private var journal: [Entry] = []
    /// Keys of maps are few; they are looked up by their text.
    private var keys: [MapKey: Contributor] = [:]
    /// Fields that a contributor took for itself alone.
    private var replaced: [(field: UInt32, by: Contributor)] = []

    package init(_ phase: Phase) {
        names = phase.fields
        switch phase {
        case .route: (innerNames, sharedField) = (.routeAction, 2)
        // Hosts of several origins: those of the upstream's type, and those that take over from them.
        case .upstream: (innerNames, sharedField) = (.clusterLoadAssignment, 33)
        default: (innerNames, sharedField) = (nil, 0)
        }
        var oneofs = 0
        var rules = Rule.table(names, &oneofs)
        innerStart = rules.count
        if let innerNames { rules += Rule.table(innerNames, &oneofs) }
        oneofStart = rules.count
        self.rules = rules
        slots = [Contributor](repeating: Self.nobody, count: oneofStart + 2 * oneofs)
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
        replaced.filter { $0.by != owner }.map(\.field)
    }

    /// True when a contributor has taken a field for itself.
    package var hasReplacements: Bool { !replaced.isEmpty }

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
                    return Conflict(field: name(field), owner: other.by)
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

    /// Marks fields that are laid over all others, whoever wrote them before.
    package mutating func note(_ fields: Set<UInt32>, for owner: Contributor) {
        for field in fields where field < innerStart && slots[Int(field)] <= Self.core { set(Int(field), owner) }
    }

    private mutating func scan(
        _ fragment: WireReader, _ owner: Contributor, _ replacing: [UInt32], _ newKeys: inout [MapKey]
    ) throws(WireError) -> Conflict? {
        var reader = fragment
        while let tag = try reader.nextTag() {
            guard tag.field < innerStart else {
                try reader.skip(tag)
                continue
            }
            let slot = Int(tag.field)
            let rule = rules[slot]
            let isReplaced = !replacing.isEmpty && replacing.contains(tag.field)
            switch rule.kind {
            case .unknown:
                try reader.skip(tag)
            case .repeated:
                try reader.skip(tag)
                if slots[slot] <= Self.core { set(slot, owner) }
            case .map:
                let key = MapKey(field: tag.field, key: try Self.mapKey(reader.message(tag)))
                if let other = keys[key], other != owner, !isReplaced { return Conflict(field: name(key), owner: other) }
                if slots[slot] <= Self.core { set(slot, owner) }
                newKeys.append(key)
            case .singular:
                if rule.oneof >= 0, let other = claimOneof(rule, tag.field, owner, replacing) {
                    return Conflict(field: name(tag.field), owner: other)
                }
                let other = slots[slot]
                if tag.field == sharedField {
                    if let conflict = try scanShared(reader.message(tag), owner, isReplaced) { return conflict }
                    if other == Self.nobody || isReplaced { set(slot, owner) }
                } else {
                    try reader.skip(tag)
                    if other == owner { continue }
                    if other != Self.nobody, !isReplaced { return Conflict(field: name(tag.field), owner: other) }
                    set(slot, owner)
                }
            }
        }
        return nil
    }

    /// One level into the message that several contributors share.
    private mutating func scanShared(_ message: WireReader, _ owner: Contributor, _ isReplaced: Bool) throws(WireError) -> Conflict? {
        var reader = message
        while let tag = try reader.nextTag() {
            try reader.skip(tag)
            guard tag.field < oneofStart - innerStart else { continue }
            let slot = innerStart + Int(tag.field)
            let rule = rules[slot]
            guard rule.kind == .singular || rule.kind == .map else { continue }
            let other = slots[slot]
            if other == owner { continue }
            if other != Self.nobody, !isReplaced { return Conflict(field: innerName(tag.field), owner: other) }
            if rule.oneof >= 0, let other = claimOneof(rule, tag.field, owner, [], isReplaced) {
                return Conflict(field: innerName(tag.field), owner: other)
            }
            set(slot, owner)
        }
        return nil
    }

    /// Members of one oneof exclude each other: the later one would wipe out the earlier. Returns who is in the way.
    private mutating func claimOneof(
        _ rule: Rule, _ field: UInt32, _ owner: Contributor, _ replacing: [UInt32], _ isReplaced: Bool = false
    ) -> Contributor? {
        let slot = oneofStart + 2 * Int(rule.oneof)
        let holder = slots[slot]
        let held = slots[slot + 1]
        if holder != Self.nobody {
            if held == Int32(field) { return nil }
            if holder != owner, !isReplaced, !replacing.contains(UInt32(held)) { return holder }
        }
        set(slot, owner)
        set(slot + 1, Int32(field))
        return nil
    }

    /// Takes a field away from all who wrote it, but `owner`.
    private mutating func release(_ field: UInt32, to owner: Contributor) {
        if !replaced.contains(where: { $0.field == field }) { replaced.append((field, owner)) }
        guard field < innerStart else { return }
        let slot = Int(field)
        if slots[slot] != owner { set(slot, Self.nobody) }
        releaseOneof(of: slot, field, to: owner)
        if field == sharedField {
            for inner in innerStart..<oneofStart where slots[inner] != Self.nobody && slots[inner] != owner {
                set(inner, Self.nobody)
                releaseOneof(of: inner, UInt32(inner - innerStart), to: owner)
            }
        }
        if !keys.isEmpty { keys = keys.filter { $0.key.field != field || $0.value == owner } }
    }

    private mutating func releaseOneof(of slot: Int, _ field: UInt32, to owner: Contributor) {
        guard rules[slot].oneof >= 0 else { return }
        let oneof = oneofStart + 2 * Int(rules[slot].oneof)
        if slots[oneof] != owner, slots[oneof + 1] == Int32(field) { set(oneof, Self.nobody) }
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

    private func name(_ field: UInt32) -> String { names.name(of: field) ?? "field \(field)" }
    private func innerName(_ field: UInt32) -> String { "\(name(sharedField)).\(innerNames?.name(of: field) ?? "field \(field)")" }
    private func name(_ key: MapKey) -> String { "\(name(key.field))[\(String(decoding: key.key, as: UTF8.self))]" }

    private static func mapKey(_ entry: WireReader) throws(WireError) -> [UInt8] {
        var reader = entry
        var key: [UInt8] = []
        while let tag = try reader.nextTag() {
            if tag.field == 1 { key = try reader.copy(tag) } else { try reader.skip(tag) }
        }
        return key
    }
}

/// What has to be known of a field, in one word.
private struct Rule {
    enum Kind { case unknown, singular, repeated, map }

    var kind = Kind.unknown
    /// Of all oneofs of the subject and its shared message; -1 for none.
    var oneof: Int16 = -1

    /// By field number.
    ///
    /// - Parameter oneofs: how many oneofs there are so far.
    static func table(_ fields: SubjectFields, _ oneofs: inout Int) -> [Rule] {
        var rules = [Rule](repeating: Rule(), count: Int(fields.fields.last?.number ?? 0) + 1)
        let first = oneofs
        for field in fields.fields {
            let kind: Kind =
                switch field.kind {
                case .singular: .singular
                case .repeated: .repeated
                case .map: .map
                }
            rules[Int(field.number)] = Rule(kind: kind, oneof: field.oneof.map { Int16(first + $0) } ?? -1)
            oneofs = max(oneofs, first + (field.oneof ?? -1) + 1)
        }
        return rules
    }
}
