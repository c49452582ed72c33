import NIOCore

/// Bytes for the socket, of bounded number: small ones copied together, large ones as slices of what is shared.
struct OutputBatch {
    private enum Segment {
        case copied(Int)
        case shared(ByteBuffer)
    }

    /// Shorter slices are copied: below this an own entry for the system call costs more.
    private static let copyLimit = 4 << 10

    private(set) var count = 0
    private var segments: [Segment] = []
    private var copies = ByteBuffer()

    mutating func append(_ slice: ByteBuffer) {
        guard slice.readableBytes >= Self.copyLimit else {
            var slice = slice
            appendCopies { $0.writeBuffer(&slice) }
            return
        }
        count += slice.readableBytes
        segments.append(.shared(slice))
    }

    mutating func appendCopies(_ write: (inout ByteBuffer) -> Int) {
        let length = write(&copies)
        count += length
        if case .copied(let before) = segments.last {
            segments[segments.count - 1] = .copied(before + length)
        } else {
            segments.append(.copied(length))
        }
    }

    /// Hands out everything, in order.
    mutating func take() -> [ByteBuffer] {
        var buffers: [ByteBuffer] = []
        buffers.reserveCapacity(segments.count)
        for segment in segments {
            switch segment {
            case .shared(let slice): buffers.append(slice)
            case .copied(let length):
                if let slice = copies.readSlice(length: length), length > 0 { buffers.append(slice) }
            }
        }
        segments.removeAll(keepingCapacity: true)
        // What was handed out lives on in the slices.
        copies = ByteBuffer()
        count = 0
        return buffers
    }
}
