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
    public func removeFields(_ numbers: [UInt32], in range: Range<Int>) {
        var cuts: [Range<Int>] = []
        var reader = WireReader(UnsafeRawBufferPointer(start: pointee.bytes, count: pointee.length), range)
        while true {
            let start = reader.offset
            guard let tag = try? reader.nextTag(), (try? reader.skip(tag)) != nil else { break }
            if numbers.contains(tag.field) { cuts.append(start..<reader.offset) }
        }
        for cut in cuts.reversed() {
            (pointee.bytes + cut.lowerBound).update(from: pointee.bytes + cut.upperBound, count: pointee.length - cut.upperBound)
            pointee.length -= cut.count
        }
    }
}
