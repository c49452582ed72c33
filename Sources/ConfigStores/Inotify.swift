#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// What the kernel tells about one watched folder.
struct InotifyEvent: Sendable, Equatable {
    /// The folder's watch; -1 when events were lost.
    var watch: Int32
    var mask: UInt32
    /// The entry of the folder; empty when it is about the folder itself.
    var name: String

    /// The kernel's queue ran over: look at everything again.
    var isOverflow: Bool { mask & UInt32(IN_Q_OVERFLOW) != 0 }
    /// A file was closed after writing, or renamed into the folder: its content is whole.
    var isContent: Bool { mask & UInt32(IN_CLOSE_WRITE | IN_MOVED_TO) != 0 }
    var isCreated: Bool { mask & UInt32(IN_CREATE) != 0 }
    var isGone: Bool { mask & UInt32(IN_DELETE | IN_MOVED_FROM) != 0 }
    var isFolder: Bool { mask & UInt32(IN_ISDIR) != 0 }
    var isAttributes: Bool { mask & UInt32(IN_ATTRIB) != 0 }
    /// The folder itself was deleted or moved away; its watch says nothing more.
    var isFolderGone: Bool { mask & UInt32(IN_DELETE_SELF | IN_MOVE_SELF) != 0 }
    /// The watch is no more; its number may be given out again.
    var isIgnored: Bool { mask & UInt32(IN_IGNORED) != 0 }
}

/// The kernel's file notification. The only file of this module that calls the kernel by pointer, beside `Files`.
///
/// Who owns what: the descriptor belongs to this object and is closed in `deinit`, so nobody can read a number that was given to another file
/// meanwhile. It never blocks: `FileStore` waits for it with a dispatch source, which costs no thread while nothing happens.
final class Inotify: Sendable {
    let descriptor: Int32

    init() throws(StoreError) {
        descriptor = inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC))
        guard descriptor >= 0 else { throw StoreError(.noWatch, StoreText.noWatch(reason: Files.reason(errno))) }
    }

    deinit {
        close(descriptor)
    }

    /// Watches a folder. Not files: an editor replaces a file by another, and the folder sees both.
    func watch(_ folder: String) throws(Files.Failure) -> Int32 {
        let contents = IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE | IN_DELETE
        let mask = contents | IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF
        let watch = inotify_add_watch(descriptor, folder, UInt32(mask) | UInt32(IN_ONLYDIR))
        guard watch >= 0 else { throw Files.Failure(code: errno) }
        return watch
    }

    func unwatch(_ watch: Int32) {
        _ = inotify_rm_watch(descriptor, watch)
    }

    /// What has happened since the last call.
    func events() -> [InotifyEvent] {
        var events: [InotifyEvent] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let length = read(descriptor, &buffer, buffer.count)
            guard length > 0 else { return events }
            Self.append(buffer[..<length], to: &events)
        }
    }

    /// struct inotify_event: wd, mask, cookie, len (four bytes each), then `len` bytes of name padded with zeros.
    private static func append(_ bytes: ArraySlice<UInt8>, to events: inout [InotifyEvent]) {
        func word(_ at: Int) -> UInt32 {
            (0..<4).reduce(0) { $0 | UInt32(bytes[at + $1]) << (8 * UInt32($1)) }
        }
        var index = bytes.startIndex
        while index + 16 <= bytes.endIndex {
            let end = index + 16 + Int(word(index + 12))
            let name = bytes[(index + 16)..<end].prefix { $0 != 0 }
            events.append(
                InotifyEvent(watch: Int32(bitPattern: word(index)), mask: word(index + 4), name: String(decoding: name, as: UTF8.self))
            )
            index = end
        }
    }
}
