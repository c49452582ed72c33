internal import SluicePlugin

/// Which responses are compressed: the same for every library.
///
/// - Parameter removesAcceptEncoding: nil where nobody asks for it.
func writeResponses(_ option: Option, removesAcceptEncoding: Bool?, to filter: FiltersHttpCompressor.Compressor) {
    let length = option["contentLength"].uint32
    let types = option["contentType"]
    filter.responseDirectionConfig { responses in
        if length != nil || types.count > 0 {
            responses.commonConfig { common in
                if let length { common.minContentLength(length) }
                for type in types.elements {
                    if let text = type.text { common.contentTypeMatcher { $0.exact(text).ignoreCase(true) } }
                }
            }
        }
        if let isOn = option["disableOnEtagHeader"].bool { responses.disableOnEtagHeader(isOn) }
        if let removesAcceptEncoding { responses.removeAcceptEncodingHeader(removesAcceptEncoding) }
    }
    if let isOn = option["chooseFirst"].bool { filter.chooseFirst(isOn) }
}

/// What the filter of one option does with accept-encoding: each filter reads the header as the ones before it left it, so that the last
/// one takes it off for all.
///
/// - Parameter later: the options whose filters stand behind this one's.
func removesAcceptEncoding(_ filters: HttpFilterSubject, before later: [StaticString]) -> Bool? {
    if later.contains(where: { filters.option($0).isPresent }) { return nil }
    let said = (["brotli", "gzip", "zstd"] as [StaticString]).compactMap { filters.option($0)["removeAcceptEncodingHeader"].bool }
    return said.isEmpty ? nil : said.contains(true)
}
