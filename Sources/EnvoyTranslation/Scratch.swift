package import ConfigTree
internal import EnvoyWire
internal import PluginHost

/// Which bytes of a resource come from where: the plugin, and the value of the configuration that made it write them.
package struct Origin: Sendable {
    package var range: Range<Int>
    package var plugin: String
    package var value: ConfigValue?
}

/// A message that is being written. Messages that contain others are put together from the inside out, so that it is known at
/// which byte each part begins.
final class Scratch {
    private(set) var buffer = WireBuffer(capacity: 512)
    /// Filled only for `translate --explain`.
    private(set) var origins: [Origin] = []

    init() {}

    /// A message that was written before.
    init(_ bytes: [UInt8]) { output.append(bytes) }

    var output: WireOutput { buffer.output }
    var count: Int { buffer.count }
    var bytes: [UInt8] { buffer.bytes }

    func begin() {
        buffer.removeAll()
        origins.removeAll(keepingCapacity: true)
    }

    func truncate(to count: Int) {
        buffer.truncate(to: count)
        origins.removeAll { $0.range.upperBound > count }
    }

    /// Appends a finished message as a field of this one.
    func embed(_ inner: Scratch, field: UInt32) {
        output.message(field, copying: inner.output)
        let offset = count - inner.count
        for origin in inner.origins {
            origins.append(
                Origin(range: (origin.range.lowerBound + offset)..<(origin.range.upperBound + offset), plugin: origin.plugin, value: origin.value)
            )
        }
    }

    /// A `Listener.Filter` around the finished message of its configuration.
    static func networkFilter(_ name: StaticString, _ typeURL: StaticString, _ configuration: Scratch) -> Scratch {
        let packed = Scratch()
        packed.output.text(1, typeURL)
        packed.embed(configuration, field: 2)
        let filter = Scratch()
        Listener.Filter(filter.output).name(name)
        filter.embed(packed, field: 4)
        return filter
    }

    /// What the core, or a plugin, wrote since `start`, because of `value`.
    func note(from start: Int, _ value: ConfigValue?, plugin: String = "sluice") {
        origins.append(Origin(range: start..<count, plugin: plugin, value: value))
    }

    func note(_ contributed: [SubjectWriter.Origin]) {
        for origin in contributed { origins.append(Origin(range: origin.range, plugin: origin.plugin, value: origin.option)) }
    }
}

extension ConfigValue {
    /// The scalar's text where it lies in the document: written without being copied to a String first.
    var wire: some WireText { document.textBytes(of: index) }
}
