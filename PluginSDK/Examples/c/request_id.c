/*
 * An example of a Sluice plugin in C: it sends the request's id back to the client, so that a caller can quote it.
 *
 *     options:
 *       requestId:
 *         header: x-request-id      # the name of the response header
 *
 * on a route or a virtual host becomes, in Envoy's configuration,
 *
 *     response_headers_to_add:
 *     - header: {key: x-request-id, value: "%REQ(x-request-id)%"}
 *       append_action: OVERWRITE_IF_EXISTS_OR_ADD
 *
 * What the user writes has been checked against the schema below before a hook runs. A hook reads the option through the host's
 * functions, and appends a part of the protobuf message that is being built: here of Route or of VirtualHost.
 */
#include "sluice_plugin.h"

#include <string.h>

/* ---- Writing protobuf: a tag, a length, and what it is the length of. ------------------------------------------------------- */

/* A piece of a message, put together on the stack. Header names are short; what does not fit is refused, never cut. */
typedef struct piece {
    uint8_t bytes[512];
    size_t length;
    int is_full;
} piece;

static void put(piece *piece, const void *bytes, size_t length)
{
    if (length > sizeof piece->bytes - piece->length) {
        piece->is_full = 1;
        return;
    }
    memcpy(piece->bytes + piece->length, bytes, length);
    piece->length += length;
}

/* Seven bits a byte, the low ones first; all but the last have the high bit. */
static void put_varint(piece *piece, uint64_t value)
{
    while (value > 127) {
        uint8_t byte = (uint8_t)(value | 128);
        put(piece, &byte, 1);
        value >>= 7;
    }
    uint8_t byte = (uint8_t)value;
    put(piece, &byte, 1);
}

/* Wire type 2: strings, bytes and messages. */
static void put_bytes(piece *piece, uint32_t field, const void *bytes, size_t length)
{
    put_varint(piece, (uint64_t)field << 3 | 2);
    put_varint(piece, length);
    put(piece, bytes, length);
}

/* Wire type 0: numbers, booleans and enums. */
static void put_number(piece *piece, uint32_t field, uint64_t value)
{
    put_varint(piece, (uint64_t)field << 3 | 0);
    put_varint(piece, value);
}

/* Appends to the hook's output, which may have to grow first. */
static void append(sluice_buffer *output, const piece *piece)
{
    if (output->capacity - output->length < piece->length) output->grow(output, piece->length);
    memcpy(output->bytes + output->length, piece->bytes, piece->length);
    output->length += piece->length;
}

/* ---- The hook. -------------------------------------------------------------------------------------------------------------- */

/* Field numbers, from Envoy's .proto files. */
enum {
    ROUTE_RESPONSE_HEADERS_TO_ADD = 10,
    VIRTUAL_HOST_RESPONSE_HEADERS_TO_ADD = 10,
    HEADER_VALUE_OPTION_HEADER = 1,
    HEADER_VALUE_OPTION_APPEND_ACTION = 3,
    HEADER_VALUE_KEY = 1,
    HEADER_VALUE_VALUE = 2,
    OVERWRITE_IF_EXISTS_OR_ADD = 2
};

/* A string literal as the two arguments, or the two members, that bytes and length are. */
#define LITERAL(text) (const uint8_t *)(text), sizeof(text) - 1
#define TEXT(text) {LITERAL(text)}

/* Of a header's name, as RFC 9110 has it. */
static int is_name_byte(uint8_t byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9')
        || (byte != 0 && strchr("!#$%&'*+-.^_`|~", byte) != NULL);
}

/*
 * Runs for each route, and each virtual host, that has the option. `context` is the last member of the entry in `hooks`: here the
 * number of the field to write, so that one function serves both.
 */
static sluice_status add_header(void *context, const sluice_host *host, sluice_call *call, sluice_buffer *output, sluice_value option)
{
    uint32_t field = *(const uint32_t *)context;
    sluice_value member = host->member(call, option, LITERAL("header"));
    sluice_text_host name;
    if (!host->text(call, member, &name)) return SLUICE_OK; /* the schema requires it; without it there is nothing to do */

    /* A user's mistake is reported where it stands, and the hook itself is fine. */
    for (size_t index = 0; index < name.length; index++) {
        if (!is_name_byte(name.bytes[index])) {
            host->report(call, SLUICE_ERROR, member, LITERAL("this is not the name of a header"));
            return SLUICE_OK;
        }
    }

    /* From the inside out, because each message stands behind its length: HeaderValue, HeaderValueOption, the field. */
    piece value = {.length = 0}, header_option = {.length = 0}, fragment = {.length = 0};
    put_bytes(&value, HEADER_VALUE_KEY, name.bytes, name.length);
    put_bytes(&value, HEADER_VALUE_VALUE, LITERAL("%REQ(x-request-id)%"));
    put_bytes(&header_option, HEADER_VALUE_OPTION_HEADER, value.bytes, value.length);
    put_number(&header_option, HEADER_VALUE_OPTION_APPEND_ACTION, OVERWRITE_IF_EXISTS_OR_ADD);
    put_bytes(&fragment, field, header_option.bytes, header_option.length);
    if (value.is_full || header_option.is_full || fragment.is_full) {
        host->report(call, SLUICE_ERROR, member, LITERAL("the name of a header has at most 400 bytes"));
        return SLUICE_OK;
    }
    append(output, &fragment);
    return SLUICE_OK;
}

/* ---- What the host reads when it loads the plugin. All of it stays where it is for as long as the program runs. --------------- */

static const uint32_t route_field = ROUTE_RESPONSE_HEADERS_TO_ADD;
static const uint32_t virtual_host_field = VIRTUAL_HOST_RESPONSE_HEADERS_TO_ADD;

static const sluice_hook hooks[] = {
    {
        .size = sizeof(sluice_hook),
        .phase = SLUICE_PHASE_ROUTE,
        .option = TEXT("requestId"),
        .signature = TEXT(SLUICE_SIGNATURE_1_0),
        .function = (void (*)(void))add_header,
        .context = (void *)&route_field,
    },
    {
        .size = sizeof(sluice_hook),
        .phase = SLUICE_PHASE_VIRTUAL_HOST,
        .option = TEXT("requestId"),
        .signature = TEXT(SLUICE_SIGNATURE_1_0),
        .function = (void (*)(void))add_header,
        .context = (void *)&virtual_host_field,
    },
};

/* What the option looks like, at both places. With it an editor completes the option, and a typing mistake is found. */
static const char schema[] =
    "{\"route\": {\"requestId\": {\"$ref\": \"#/$defs/requestId\"}},"
    " \"virtualHost\": {\"requestId\": {\"$ref\": \"#/$defs/requestId\"}},"
    " \"$defs\": {\"requestId\": {"
    "  \"type\": \"object\","
    "  \"description\": \"Sends the id of the request back to the client.\","
    "  \"additionalProperties\": false,"
    "  \"properties\": {\"header\": {\"type\": \"string\", \"minLength\": 1, \"description\": \"The name of the response header.\"}},"
    "  \"required\": [\"header\"]}}}";

static const sluice_plugin_descriptor descriptor = {
    .size = sizeof(sluice_plugin_descriptor),
    .abi_major = SLUICE_ABI_MAJOR,
    .abi_minor = SLUICE_ABI_MINOR,
    .name = TEXT("requestid"),
    .version = TEXT("1.0.0"),
    .description = TEXT("Sends the id of a request back to the client."),
    .options_schema = {(const uint8_t *)schema, sizeof schema - 1},
    .hooks = hooks,
    .hook_count = sizeof hooks / sizeof *hooks,
};

/* The one symbol that the library exports. */
__attribute__((visibility("default")))
const sluice_plugin_descriptor *sluice_plugin(uint32_t host_abi_major, uint32_t host_abi_minor)
{
    (void)host_abi_minor; /* every 1.x host has all of 1.0, and this plugin uses no more */
    return host_abi_major == SLUICE_ABI_MAJOR ? &descriptor : NULL;
}
