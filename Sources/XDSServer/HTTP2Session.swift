import CNghttp2
import NIOCore

/// What a session tells its connection. Called from inside `receive` and `produce`: answers are queued, never pumped from here.
protocol HTTP2SessionDelegate: AnyObject {
    func opened(_ stream: Int32, _ head: HTTP2RequestHead)
    func received(_ stream: Int32, _ bytes: ByteBuffer)
    /// The client has said all it will say.
    func halfClosed(_ stream: Int32)
    func closed(_ stream: Int32)
    func pingAcknowledged()
}

struct HTTP2RequestHead: Equatable {
    var method = ""
    var path = ""
    var contentType = ""
}

struct HTTP2Limits: Sendable {
    var concurrentStreams: UInt32 = 128
    var headerListBytes = 64 << 10
    /// Windows for what clients send; requests with 10,000 names are about a megabyte.
    var streamWindow: Int32 = 1 << 20
    var connectionWindow: Int32 = 4 << 20
}

/// One server-side HTTP/2 connection without its socket: bytes in, events and bytes out. libnghttp2 does the framing.
///
/// This is the only file of the target with unsafe pointers. For each of them: the nghttp2 session is owned here and lives as
/// long as this object; nghttp2's user data is this object, unretained, and nghttp2 uses it only inside calls made by this
/// object's methods; pointers that callbacks are given are bounded by the length beside them and are read before the callback
/// returns. Not Sendable: it belongs to the event loop of its channel.
final class HTTP2Session {
    /// What is sent on a stream.
    enum Outgoing {
        case response(OutgoingMessage)
        case bytes(ByteBuffer)

        var remaining: Int {
            switch self {
            case .response(let message): message.remaining
            case .bytes(let bytes): bytes.readableBytes
            }
        }

        mutating func take(_ count: Int, into batch: inout OutputBatch) {
            switch self {
            case .response(var message):
                self = .bytes(ByteBuffer())
                message.take(count, into: &batch)
                self = .response(message)
            case .bytes(var bytes):
                if let slice = bytes.readSlice(length: count) { batch.append(slice) }
                self = .bytes(bytes)
            }
        }
    }

    /// A class: it is looked up once and then changed in place.
    private final class Outbox {
        var messages: [Outgoing] = []
        /// Bytes waiting at the last look; -1 for none.
        var lastWaiting = -1
        /// The end of the call, after the messages; without fields the end of the body.
        var trailers: [(String, String)]?
        /// nghttp2 asked for bytes when there were none; it has to be told when there are.
        var isDeferred = false
    }

    private struct Incoming {
        var head = HTTP2RequestHead()
        var bytes = 0
    }

    /// The connection, which owns this session. Not weak: a weak reference makes every retain of its object a slow one.
    private unowned let delegate: any HTTP2SessionDelegate
    private let limits: HTTP2Limits
    private var session: OpaquePointer?
    private var outboxes: [Int32: Outbox] = [:]
    private var incoming: [Int32: Incoming] = [:]
    private var batch = OutputBatch()
    private var batchLimit = 0
    /// After `produce`: there is nothing more to send, until something happens.
    private(set) var isDrained = false
    private var budget = FrameBudget()

    init(limits: HTTP2Limits, delegate: any HTTP2SessionDelegate) {
        self.limits = limits
        self.delegate = delegate
        var callbacks: OpaquePointer?
        var options: OpaquePointer?
        guard nghttp2_session_callbacks_new(&callbacks) == 0, nghttp2_option_new(&options) == 0 else { return }
        defer {
            nghttp2_session_callbacks_del(callbacks)
            nghttp2_option_del(options)
        }
        // Against peers that make a server queue answers (PING, SETTINGS) which they never read.
        nghttp2_option_set_max_outbound_ack(options, 512)
        nghttp2_option_set_max_settings(options, 32)
        nghttp2_option_set_no_closed_streams(options, 1)
        Self.setCallbacks(callbacks)
        let user = Unmanaged.passUnretained(self).toOpaque()
        guard nghttp2_session_server_new2(&session, callbacks, user, options) == 0 else { return }
        let settings = [
            nghttp2_settings_entry(settings_id: Int32(NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS.rawValue), value: limits.concurrentStreams),
            nghttp2_settings_entry(settings_id: Int32(NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE.rawValue), value: UInt32(limits.streamWindow)),
            nghttp2_settings_entry(settings_id: Int32(NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE.rawValue), value: UInt32(limits.headerListBytes)),
        ]
        nghttp2_submit_settings(session, UInt8(NGHTTP2_FLAG_NONE.rawValue), settings, settings.count)
        nghttp2_session_set_local_window_size(session, UInt8(NGHTTP2_FLAG_NONE.rawValue), 0, limits.connectionWindow)
    }

    deinit { nghttp2_session_del(session) }

    // MARK: Bytes

    /// Takes bytes from the socket. False means that the peer broke the protocol beyond repair; a GOAWAY that says so is queued.
    func receive(_ bytes: ByteBuffer) -> Bool {
        guard let session else { return false }
        return bytes.withUnsafeReadableBytes { bytes in
            nghttp2_session_mem_recv(session, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count) == bytes.count
        }
    }

    /// Bytes for the socket, about `limit` of them; none when there is nothing to send.
    func produce(limit: Int) -> [ByteBuffer] {
        guard let session else { return [] }
        batchLimit = limit
        while batch.count < limit {
            var pointer: UnsafePointer<UInt8>?
            let before = batch.count
            let length = nghttp2_session_mem_send(session, &pointer)
            if length > 0, let pointer {
                batch.appendCopies { $0.writeBytes(UnsafeBufferPointer(start: pointer, count: length)) }
            } else if length < 0 || batch.count == before {
                break
            }
        }
        isDrained = batch.count < limit
        return batch.take()
    }

    /// Both sides have said goodbye and nothing is left to send.
    var isFinished: Bool {
        guard let session else { return true }
        return nghttp2_session_want_read(session) == 0 && nghttp2_session_want_write(session) == 0
    }

    // MARK: Streams

    /// Answers with response headers; messages and the end follow.
    func respond(_ stream: Int32, _ fields: [(String, String)]) {
        outboxes[stream] = Outbox()
        var provider = nghttp2_data_provider()
        provider.read_callback = { _, stream, _, length, flags, _, user in
            guard let flags, let session = HTTP2Session.from(user) else { return ssize_t(NGHTTP2_ERR_CALLBACK_FAILURE.rawValue) }
            return session.read(stream, length, &flags.pointee)
        }
        _ = withFields(fields) { nghttp2_submit_response(session, stream, $0, $1, &provider) }
    }

    /// Answers with headers alone.
    func respondAndEnd(_ stream: Int32, _ fields: [(String, String)]) {
        _ = withFields(fields) { nghttp2_submit_response(session, stream, $0, $1, nil) }
    }

    func send(_ message: Outgoing, on stream: Int32) {
        guard let outbox = outboxes[stream] else { return }
        outbox.messages.append(message)
        resume(stream, outbox)
    }

    /// Ends a stream that was responded to, after what is queued.
    func end(_ stream: Int32, trailers: [(String, String)]) {
        guard let outbox = outboxes[stream] else { return }
        outbox.trailers = trailers
        resume(stream, outbox)
    }

    /// Messages not written yet: of all streams, and of the one with the most.
    var queued: (messages: Int, longest: Int) {
        let lengths = outboxes.values.lazy.map(\.messages.count)
        return (lengths.reduce(0, +), lengths.max() ?? 0)
    }

    /// Gives a stream up, with what is queued on it.
    func cancel(_ stream: Int32) {
        nghttp2_submit_rst_stream(session, UInt8(NGHTTP2_FLAG_NONE.rawValue), stream, NGHTTP2_CANCEL.rawValue)
    }

    /// The streams whose client has taken nothing of what waits for it since the last call.
    func takeStalled() -> [Int32] {
        var stalled: [Int32] = []
        for (stream, outbox) in outboxes {
            let waiting = outbox.messages.first.map(\.remaining) ?? -1
            if waiting >= 0 && waiting == outbox.lastWaiting { stalled.append(stream) }
            outbox.lastWaiting = waiting
        }
        return stalled
    }

    /// The headers of a request have begun and not ended.
    var isInsideHeaders: Bool { !incoming.isEmpty }

    // MARK: The connection

    func ping() { nghttp2_submit_ping(session, UInt8(NGHTTP2_FLAG_NONE.rawValue), nil) }

    /// Says that no new streams are wanted, while those under way are still let in.
    func announceShutdown() { nghttp2_submit_shutdown_notice(session) }

    /// No more streams than those that came so far.
    func goAway() {
        let last = nghttp2_session_get_last_proc_stream_id(session)
        nghttp2_submit_goaway(session, UInt8(NGHTTP2_FLAG_NONE.rawValue), last, NGHTTP2_NO_ERROR.rawValue, nil, 0)
    }

    /// What the peer does that costs more than it may; nil while it behaves.
    var offence: String? {
        if let offence = budget.offence { return offence }
        // Answers to what it should not have sent, which it does not read.
        return nghttp2_session_get_outbound_queue_size(session) > Self.queueLimit ? "the client does not read the answers to its frames" : nil
    }

    /// Frames waiting for the socket, other than DATA. A client with 128 streams is far from it.
    private static let queueLimit = 4096

    /// Tells the peer to go, at once.
    func terminateForFlood() { nghttp2_session_terminate_session(session, NGHTTP2_ENHANCE_YOUR_CALM.rawValue) }

    private func resume(_ stream: Int32, _ outbox: Outbox) {
        guard outbox.isDeferred else { return }
        outbox.isDeferred = false
        nghttp2_session_resume_data(session, stream)
    }

    private func withFields(_ fields: [(String, String)], _ body: (UnsafePointer<nghttp2_nv>, Int) -> Int32) -> Int32 {
        var bytes: [UInt8] = []
        for (name, value) in fields {
            bytes += name.utf8
            bytes += value.utf8
        }
        // nghttp2 copies names and values before it returns.
        return bytes.withUnsafeMutableBufferPointer { bytes in
            guard var next = bytes.baseAddress else { return Int32(NGHTTP2_ERR_INVALID_ARGUMENT.rawValue) }
            let entries = fields.map { name, value in
                let (nameLength, valueLength) = (name.utf8.count, value.utf8.count)
                defer { next += nameLength + valueLength }
                return nghttp2_nv(
                    name: next, value: next + nameLength, namelen: nameLength, valuelen: valueLength,
                    flags: UInt8(NGHTTP2_NV_FLAG_NONE.rawValue)
                )
            }
            return entries.withUnsafeBufferPointer { entries in
                guard let first = entries.baseAddress else { return Int32(NGHTTP2_ERR_INVALID_ARGUMENT.rawValue) }
                return body(first, entries.count)
            }
        }
    }

    // MARK: Callbacks

    private static func from(_ user: UnsafeMutableRawPointer?) -> HTTP2Session? {
        user.map { Unmanaged<HTTP2Session>.fromOpaque($0).takeUnretainedValue() }
    }

    /// How many bytes the next DATA frame of a stream has.
    private func read(_ stream: Int32, _ length: Int, _ flags: inout UInt32) -> ssize_t {
        flags |= NGHTTP2_DATA_FLAG_NO_COPY.rawValue
        let outbox = outboxes[stream]
        if let outbox, !outbox.messages.isEmpty { return min(length, outbox.messages[0].remaining) }
        if let trailers = outbox?.trailers {
            flags |= NGHTTP2_DATA_FLAG_EOF.rawValue
            if trailers.isEmpty { return 0 }
            flags |= NGHTTP2_DATA_FLAG_NO_END_STREAM.rawValue
            _ = withFields(trailers) { nghttp2_submit_trailer(session, stream, $0, $1) }
            return 0
        }
        outbox?.isDeferred = true
        return ssize_t(NGHTTP2_ERR_DEFERRED.rawValue)
    }

    /// Writes a DATA frame of the length that `read` gave.
    private func write(_ stream: Int32, _ length: Int, _ header: UnsafeBufferPointer<UInt8>) -> Int32 {
        // nghttp2 goes on from one frame to the next by itself: only this answer ends a batch.
        guard batch.count < batchLimit else { return Int32(NGHTTP2_ERR_WOULDBLOCK.rawValue) }
        batch.appendCopies { $0.writeBytes(header) }
        guard length > 0, let outbox = outboxes[stream] else { return 0 }
        outbox.messages[0].take(length, into: &batch)
        if outbox.messages[0].remaining == 0 { outbox.messages.removeFirst() }
        return 0
    }

    private func header(_ stream: Int32, _ name: UnsafeBufferPointer<UInt8>, _ value: UnsafeBufferPointer<UInt8>) -> Int32 {
        guard var request = incoming[stream] else { return 0 }
        request.bytes += name.count + value.count + 32
        // Only this stream is refused: a connection carries others.
        guard request.bytes <= limits.headerListBytes else {
            incoming[stream] = nil
            return Int32(NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue)
        }
        switch String(decoding: name, as: UTF8.self) {
        case ":method": request.head.method = String(decoding: value, as: UTF8.self)
        case ":path": request.head.path = String(decoding: value, as: UTF8.self)
        case "content-type": request.head.contentType = String(decoding: value, as: UTF8.self)
        default: break
        }
        incoming[stream] = request
        return 0
    }

    private func frameReceived(_ frame: nghttp2_frame) {
        let stream = frame.hd.stream_id
        let kind = UInt32(frame.hd.type)
        let flags = UInt32(frame.hd.flags)
        // Padding brings nothing either.
        let length = frame.hd.length - (kind == NGHTTP2_DATA.rawValue ? frame.data.padlen : 0)
        budget.spend(kind, flags: flags, length: length, isRequest: kind == NGHTTP2_HEADERS.rawValue && incoming[stream] != nil)
        if kind == NGHTTP2_PING.rawValue && flags & NGHTTP2_FLAG_ACK.rawValue != 0 { delegate.pingAcknowledged() }
        if kind == NGHTTP2_HEADERS.rawValue, let request = incoming.removeValue(forKey: stream) {
            delegate.opened(stream, request.head)
        }
        if kind == NGHTTP2_HEADERS.rawValue || kind == NGHTTP2_DATA.rawValue, flags & NGHTTP2_FLAG_END_STREAM.rawValue != 0 {
            delegate.halfClosed(stream)
        }
    }

    private func frameSent(_ frame: nghttp2_frame) {
        let stream = frame.hd.stream_id
        guard UInt32(frame.hd.type) == NGHTTP2_HEADERS.rawValue, UInt32(frame.hd.flags) & NGHTTP2_FLAG_END_STREAM.rawValue != 0,
            nghttp2_session_get_stream_remote_close(session, stream) == 0
        else { return }
        // The call is over, but the client may go on sending: it is told to stop, which is not an error.
        nghttp2_submit_rst_stream(session, UInt8(NGHTTP2_FLAG_NONE.rawValue), stream, NGHTTP2_NO_ERROR.rawValue)
    }

    private func streamClosed(_ stream: Int32) {
        outboxes[stream] = nil
        incoming[stream] = nil
        delegate.closed(stream)
    }

    private static func setCallbacks(_ callbacks: OpaquePointer?) {
        nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks) { _, frame, user in
            guard let frame, frame.pointee.headers.cat == NGHTTP2_HCAT_REQUEST else { return 0 }
            HTTP2Session.from(user)?.incoming[frame.pointee.hd.stream_id] = Incoming()
            return 0
        }
        nghttp2_session_callbacks_set_on_header_callback(callbacks) { _, frame, name, nameLength, value, valueLength, _, user in
            guard let frame, let session = HTTP2Session.from(user) else { return Int32(NGHTTP2_ERR_CALLBACK_FAILURE.rawValue) }
            return session.header(
                frame.pointee.hd.stream_id,
                UnsafeBufferPointer(start: name, count: nameLength),
                UnsafeBufferPointer(start: value, count: valueLength)
            )
        }
        nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks) { _, frame, user in
            if let frame { HTTP2Session.from(user)?.frameReceived(frame.pointee) }
            return 0
        }
        nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks) { _, _, stream, bytes, length, user in
            let chunk = ByteBuffer(bytes: UnsafeBufferPointer(start: bytes, count: length))
            HTTP2Session.from(user)?.delegate.received(stream, chunk)
            return 0
        }
        nghttp2_session_callbacks_set_on_stream_close_callback(callbacks) { _, stream, _, user in
            HTTP2Session.from(user)?.streamClosed(stream)
            return 0
        }
        nghttp2_session_callbacks_set_on_frame_send_callback(callbacks) { _, frame, user in
            if let frame { HTTP2Session.from(user)?.frameSent(frame.pointee) }
            return 0
        }
        nghttp2_session_callbacks_set_send_data_callback(callbacks) { _, frame, header, length, _, user in
            guard let frame, let session = HTTP2Session.from(user) else { return Int32(NGHTTP2_ERR_CALLBACK_FAILURE.rawValue) }
            return session.write(frame.pointee.hd.stream_id, length, UnsafeBufferPointer(start: header, count: 9))
        }
    }
}
