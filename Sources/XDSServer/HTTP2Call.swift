import NIOCore

/// One request on a connection of HTTP/2, from its head to its end.
protocol HTTP2Call: AnyObject {
    func received(_ bytes: ByteBuffer)
    /// The client has said all it will say.
    func halfClosed()
    /// The stream is gone, from whichever side.
    func closed()
    /// Ends it from our side, unless it has ended.
    func end(_ status: GRPCStatus)
    /// Of messages that have not come in whole.
    var bufferedBytes: Int { get }
    /// It cannot go on until the client has sent more; a client that keeps it so is given up.
    var isWaitingForPeer: Bool { get }
}

/// A connection, of either HTTP, as its loop sees it.
protocol LoopConnection: AnyObject {
    /// Says goodbye, and closes when that is done.
    func drain()
    func close()
    /// Messages that its client has not taken yet: of all streams, and of the one with the most.
    var queued: (messages: Int, longest: Int) { get }
}
