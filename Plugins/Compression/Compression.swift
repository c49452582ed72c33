internal import SluicePlugin

/// Responses compressed for clients that accept it. Gzip is Gloo's option; Brotli and Zstandard are additions of the same form.
///
/// The filters stand in the order of their names: brotli, gzip, zstd.
let plugin = Plugin(
    name: "compression",
    version: "1.0.0",
    description: "Compresses responses by gzip, Brotli or Zstandard for clients that accept it.",
    schema: schema,
    hooks: [
        .httpFilter("gzip") { filters, gzip in
            filters.add("envoy.filters.http.compressor.gzip", stage: .fault, FiltersHttpCompressor.Compressor.self) { filter in
                filter.compressorLibrary {
                    $0.name("envoy.compression.gzip.compressor").typedConfig(CompressionGzipCompressor.Gzip.self) { write(gzip, to: $0) }
                }
                writeResponses(gzip, removesAcceptEncoding: removesAcceptEncoding(filters, before: ["zstd"]), to: filter)
            }
        },
        .httpFilter("brotli") { filters, brotli in
            filters.add("envoy.filters.http.compressor.brotli", stage: .fault, FiltersHttpCompressor.Compressor.self) { filter in
                filter.compressorLibrary {
                    $0.name("envoy.compression.brotli.compressor").typedConfig(CompressionBrotliCompressor.Brotli.self) { write(brotli, to: $0) }
                }
                writeResponses(brotli, removesAcceptEncoding: removesAcceptEncoding(filters, before: ["gzip", "zstd"]), to: filter)
            }
        },
        .httpFilter("zstd") { filters, zstd in
            filters.add("envoy.filters.http.compressor.zstd", stage: .fault, FiltersHttpCompressor.Compressor.self) { filter in
                filter.compressorLibrary {
                    $0.name("envoy.compression.zstd.compressor").typedConfig(CompressionZstdCompressor.Zstd.self) { write(zstd, to: $0) }
                }
                writeResponses(zstd, removesAcceptEncoding: removesAcceptEncoding(filters, before: []), to: filter)
            }
        },
    ]
)

@_cdecl("sluice_plugin")
public func sluicePlugin(_ major: UInt32, _ minor: UInt32) -> UnsafeRawPointer? { plugin.descriptor(major, minor) }
