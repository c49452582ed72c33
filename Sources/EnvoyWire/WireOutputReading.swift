internal import CSluicePlugin

/// Looking again at what was written: for the host, which joins the fragments of several plugins.
extension WireOutput {
    /// A reader of what was written from `start` on; valid until something is appended.
    public func reader(from start: Int = 0) -> WireReader {
        WireReader(UnsafeRawBufferPointer(start: pointee.bytes, count: pointee.length), start..<pointee.length)
    }

    /// Appends what another output holds as a message of this one.
    public func message(_ field: UInt32, copying other: WireOutput) {
        message(field, encoded: UnsafeRawBufferPointer(start: other.pointee.bytes, count: other.pointee.length))
    }

    /// Takes all occurrences of some fields out of `range`, which must begin and end between two fields; what follows moves up.
    ///
    /// - Returns: what was cut out, in the offsets of before.
    @discardableResult
    public func removeFields(_ numbers: [UInt32], in range: Range<Int>) -> [Range<Int>] {
        var cuts: [Range<Int>] = []
        var reader = WireReader(UnsafeRawBufferPointer(start: pointee.bytes, count: pointee.length), range)
        while true {
            let start = reader.offset
            guard let tag = try? reader.nextTag(), (try? reader.skip(tag)) != nil else { break }
            if numbers.contains(tag.field) { cuts.append(start..<reader.offset) }
        }
        guard let first = cuts.first else { return cuts }
        // Each byte that stays moves once, however many fields go.
        var end = first.lowerBound
        for (index, cut) in cuts.enumerated() {
            let next = index + 1 < cuts.count ? cuts[index + 1].lowerBound : pointee.length
            (pointee.bytes + end).update(from: pointee.bytes + cut.upperBound, count: next - cut.upperBound)
            end += next - cut.upperBound
        }
        pointee.length = end
        return cuts
    }
}
