internal import SluicePlugin

func write(_ gzip: Option, to library: CompressionGzipCompressor.Gzip) {
    if let level = gzip["memoryLevel"].uint32 { library.memoryLevel(level) }
    switch gzip["compressionLevel"].string {
    case "BEST": library.compressionLevel(.bestCompression)
    case "SPEED": library.compressionLevel(.bestSpeed)
    default: break
    }
    if let strategy = choice(gzip["compressionStrategy"], ["DEFAULT", "FILTERED", "HUFFMAN", "RLE"]) {
        library.compressionStrategy(.init(rawValue: strategy))
    }
    if let bits = gzip["windowBits"].uint32 { library.windowBits(bits) }
    if let size = gzip["chunkSize"].uint32 { library.chunkSize(size) }
}

func write(_ brotli: Option, to library: CompressionBrotliCompressor.Brotli) {
    if let quality = brotli["quality"].uint32 { library.quality(quality) }
    if let mode = choice(brotli["encoderMode"], ["DEFAULT", "GENERIC", "TEXT", "FONT"]) { library.encoderMode(.init(rawValue: mode)) }
    if let bits = brotli["windowBits"].uint32 { library.windowBits(bits) }
    if let bits = brotli["inputBlockBits"].uint32 { library.inputBlockBits(bits) }
    if let size = brotli["chunkSize"].uint32 { library.chunkSize(size) }
    if let isOff = brotli["disableLiteralContextModeling"].bool { library.disableLiteralContextModeling(isOff) }
}

func write(_ zstd: Option, to library: CompressionZstdCompressor.Zstd) {
    if let level = zstd["compressionLevel"].uint32 { library.compressionLevel(level) }
    if let isOn = zstd["enableChecksum"].bool { library.enableChecksum(isOn) }
    if let strategy = choice(
        zstd["strategy"], ["DEFAULT", "FAST", "DFAST", "GREEDY", "LAZY", "LAZY2", "BTLAZY2", "BTOPT", "BTULTRA", "BTULTRA2"]
    ) {
        library.strategy(.init(rawValue: strategy))
    }
    if let size = zstd["chunkSize"].uint32 { library.chunkSize(size) }
}

/// The place of a text among the choices, which is its number in Envoy's enum; nil when it is absent.
private func choice(_ option: Option, _ choices: [StaticString]) -> Int32? {
    guard let text = option.text else { return nil }
    return choices.firstIndex { text == $0 }.map(Int32.init)
}
