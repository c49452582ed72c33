#include "load.h"

// Discovery requests, as far as a control plane needs them. All lengths here are below 128.

static uint8_t *field(uint8_t *end, int number, const void *bytes, size_t length) {
    *end++ = (uint8_t)(number << 3 | 2);
    *end++ = (uint8_t)length;
    memcpy(end, bytes, length);
    return end + length;
}

static uint8_t *text(uint8_t *end, int number, const char *value) { return field(end, number, value, strlen(value)); }

static const char *type(const struct options *options) {
    return options->is_clusters ? "type.googleapis.com/envoy.config.cluster.v3.Cluster"
                                : "type.googleapis.com/envoy.config.route.v3.RouteConfiguration";
}

// Node: id = 1, cluster = 2, metadata = 3 (Struct: fields = 1; its entry: key = 1, value = 2; Value: string_value = 3).
static uint8_t *node(uint8_t *end, int number) {
    uint8_t value[32], entry[64], metadata[72], node[128];
    size_t length = text(value, 3, "bench~proxy") - value;
    length = field(text(entry, 1, "role"), 2, value, length) - entry;
    length = field(metadata, 1, entry, length) - metadata;
    length = field(text(text(node, 1, "proxy-0"), 2, "bench"), 3, metadata, length) - node;
    return field(end, number, node, length);
}

size_t request_first(uint8_t *bytes, const struct options *options) {
    uint8_t *end = node(bytes, options->is_delta ? 1 : 2);
    if (!options->is_clusters) end = text(end, 3, "routes");
    return text(end, options->is_delta ? 2 : 4, type(options)) - bytes;
}

size_t request_acknowledge(uint8_t *bytes, const struct options *options, const struct proxy *proxy) {
    uint8_t *end = bytes;
    if (options->is_delta) return field(text(end, 2, type(options)), 6, proxy->tail + 2, 16) - bytes;
    end = field(end, 1, proxy->head + 2, 16);
    if (!options->is_clusters) end = text(end, 3, "routes");
    return field(text(end, 4, type(options)), 5, proxy->tail + 2, 16) - bytes;
}
