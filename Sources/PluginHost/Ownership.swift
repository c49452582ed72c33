package import EnvoyWire

/// Who wrote which field of the subject that is being put together.
///
/// Fragments are joined by appending, and protobuf then merges them: lists grow and messages unite, but a scalar that two
/// plugins write takes the last value, without a word to the first. So each singular field and each key of a map has one owner;
/// a second writer is a conflict that is reported with both names, and its fragment is not used.
package struct Ownership {
    /// Two contributors wrote the same field.
    package struct Conflict {
        package let field: String
        package let owner: String
    }

    /// A tag seen in a fragment: the field, the field inside of it for messages that many may write into, and a map's key.
    private struct Claim: Equatable {
        var field: UInt32
        var inner: UInt32 = 0
        var key: [UInt8] = []
    }

    private let fields: SubjectFields
    /// A singular message into which several contributors write, each its own fields: `Route.route`.
    private let shared: (number: UInt32, fields: SubjectFields)?
    private var claims: [(claim: Claim, owner: String)] = []

    package init(_ phase: Phase) {
        fields = phase.fields
        shared = phase == .route ? (2, .routeAction) : nil
    }

    package mutating func begin() { claims.removeAll(keepingCapacity: true) }

    /// True when somebody has written the field.
    package func isWritten(_ field: UInt32) -> Bool { claims.contains { $0.claim.field == field } }

    /// Records what a fragment writes.
    ///
    /// - Parameter replacing: fields that the contributor declared to replace: their former owners lose them.
    /// - Throws: when the fragment is not protobuf.
    package mutating func claim(
        _ fragment: WireReader, for owner: String, replacing: [UInt32] = []
    ) throws(WireError) -> Conflict? {
        if !replacing.isEmpty { claims.removeAll { replacing.contains($0.claim.field) && $0.owner != owner } }
        let before = claims.count
        var reader = fragment
        while let tag = try reader.nextTag() {
            let claim: Claim
            switch fields.kind(of: tag.field) {
            case .repeated, nil:
                try reader.skip(tag)
                continue
            case .map:
                claim = Claim(field: tag.field, key: try Self.mapKey(reader.message(tag)))
            case .singular:
                if let shared, tag.field == shared.number {
                    var inner = try reader.message(tag)
                    while let part = try inner.nextTag() {
                        try inner.skip(part)
                        guard shared.fields.kind(of: part.field) != .repeated else { continue }
                        if let conflict = add(Claim(field: tag.field, inner: part.field), owner) {
                            claims.removeSubrange(before...)
                            return conflict
                        }
                    }
                    continue
                }
                try reader.skip(tag)
                claim = Claim(field: tag.field)
            }
            if let conflict = add(claim, owner) {
                claims.removeSubrange(before...)
                return conflict
            }
        }
        return nil
    }

    private mutating func add(_ claim: Claim, _ owner: String) -> Conflict? {
        for other in claims where other.owner != owner && excludes(other.claim, claim) {
            return Conflict(field: name(claim), owner: other.owner)
        }
        claims.append((claim, owner))
        return nil
    }

    private func excludes(_ a: Claim, _ b: Claim) -> Bool {
        if a == b { return true }
        // Members of one oneof exclude each other: the later one would wipe out the earlier.
        if a.inner != 0, b.inner != 0, a.field == b.field, let shared, let oneof = shared.fields.oneof(of: a.inner) {
            return oneof == shared.fields.oneof(of: b.inner)
        }
        if a.field != b.field, let oneof = fields.oneof(of: a.field) { return oneof == fields.oneof(of: b.field) }
        return false
    }

    private func name(_ claim: Claim) -> String {
        let name = fields.name(of: claim.field) ?? "field \(claim.field)"
        if claim.inner != 0 { return "\(name).\(shared?.fields.name(of: claim.inner) ?? "field \(claim.inner)")" }
        return claim.key.isEmpty ? name : "\(name)[\(String(decoding: claim.key, as: UTF8.self))]"
    }

    private static func mapKey(_ entry: WireReader) throws(WireError) -> [UInt8] {
        var reader = entry
        while let tag = try reader.nextTag() {
            if tag.field == 1 { return try reader.copy(tag) }
            try reader.skip(tag)
        }
        return []
    }
}
