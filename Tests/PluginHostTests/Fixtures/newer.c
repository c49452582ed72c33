/* A plugin as one of ABI 1.7 might be: longer structs, a place and host functions that the host does not have yet. */
#include "sluice_plugin.h"
#include <string.h>

#define TEXT(literal) { (const uint8_t *)(literal), sizeof(literal) - 1 }

typedef struct host_1_7 {
    sluice_host base;
    void (*later)(sluice_call *call);
} host_1_7;

typedef struct hook_1_7 {
    sluice_hook base;
    uint64_t later[3];
} hook_1_7;

typedef struct descriptor_1_7 {
    sluice_plugin_descriptor base;
    sluice_text_plugin later;
} descriptor_1_7;

static void remove_header(sluice_buffer *output, const char *name)
{
    size_t length = strlen(name);
    if (output->capacity - output->length < length + 2) output->grow(output, length + 2);
    output->bytes[output->length++] = 12 << 3 | 2;
    output->bytes[output->length++] = (uint8_t)length;
    memcpy(output->bytes + output->length, name, length);
    output->length += length;
}

static sluice_status hook(void *context, const sluice_host *host, sluice_call *call, sluice_buffer *output, sluice_value option)
{
    (void)option;
    const host_1_7 *newer = (const host_1_7 *)host;
    if (host->size >= sizeof(host_1_7)) newer->later(call);
    else remove_header(output, context);
    return SLUICE_OK;
}

static const hook_1_7 hooks[] = {
    {{sizeof(hook_1_7), SLUICE_PHASE_ROUTE, 0, TEXT("first"), TEXT(SLUICE_SIGNATURE_1_0), (void (*)(void))hook, "first"}, {1, 2, 3}},
    {{sizeof(hook_1_7), SLUICE_PHASE_ROUTE, 0, TEXT("second"), TEXT(SLUICE_SIGNATURE_1_0), (void (*)(void))hook, "second"}, {1, 2, 3}},
};

static const descriptor_1_7 descriptor = {
    {sizeof(descriptor_1_7), 1, 7, TEXT("newer"), TEXT("7.0.0"), TEXT("From the future."),
     TEXT("{\"route\": {\"first\": {}, \"second\": {}}, \"tcpListener\": {\"later\": {}}}"), &hooks[0].base, 2},
    TEXT("later"),
};

const sluice_plugin_descriptor *sluice_plugin(uint32_t major, uint32_t minor)
{
    (void)minor;
    return major == 1 ? &descriptor.base : NULL;
}
