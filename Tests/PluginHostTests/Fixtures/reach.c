/* What came with ABI 1.2; says what it finds as names of headers to remove (Route field 12). */
#include "sluice_plugin.h"
#include <stdio.h>
#include <string.h>

#define TEXT(literal) { (const uint8_t *)(literal), sizeof(literal) - 1 }
#define NAME(literal) (const uint8_t *)(literal), sizeof(literal) - 1

static void say(sluice_buffer *output, const char *line)
{
    size_t length = strlen(line);
    if (output->capacity - output->length < length + 2) output->grow(output, length + 2);
    output->bytes[output->length++] = 12 << 3 | 2;
    output->bytes[output->length++] = (uint8_t)length;
    memcpy(output->bytes + output->length, line, length);
    output->length += length;
}

/* Which elements of the list are text. */
static sluice_status texts(void *context, const sluice_host *host, sluice_call *call, sluice_buffer *output, sluice_value option)
{
    (void)context;
    char line[64] = {0};
    for (size_t index = 0; index < host->count(call, option) && index < 60; index++) {
        line[index] = host->is_text(call, host->element(call, option, index)) ? 't' : '-';
    }
    say(output, line);
    return SLUICE_OK;
}

static sluice_status surroundings(void *context, const sluice_host *host, sluice_call *call, sluice_buffer *output, sluice_value option)
{
    (void)context, (void)option;
    sluice_text_host above = {0}, name = host->fact(call, SLUICE_FACT_UPSTREAM), namespace_ = host->fact(call, SLUICE_FACT_UPSTREAM_NAMESPACE);
    host->text(call, host->listener_option(call, NAME("above")), &above);
    char line[120];
    snprintf(line, sizeof line, "above '%.*s' upstream '%.*s' in '%.*s'", (int)above.length, (const char *)above.bytes, (int)name.length,
             (const char *)name.bytes, (int)namespace_.length, (const char *)namespace_.bytes);
    say(output, line);
    return SLUICE_OK;
}

/* {type, name, message}: as they stand there. */
static sluice_status add(void *context, const sluice_host *host, sluice_call *call, sluice_buffer *output, sluice_value option)
{
    (void)context;
    int64_t type = 0;
    sluice_text_host name = {0}, message = {0};
    host->integer(call, host->member(call, option, NAME("type")), &type);
    host->text(call, host->member(call, option, NAME("name")), &name);
    host->text(call, host->member(call, option, NAME("message")), &message);
    host->add_resource(call, (sluice_resource)type, name.bytes, name.length, message.bytes, message.length);
    say(output, "added");
    return SLUICE_OK;
}

/* A route from its JSON; what cannot be read is said, too. */
static sluice_status encode(void *context, const sluice_host *host, sluice_call *call, sluice_buffer *output, sluice_value option)
{
    (void)context;
    if (!host->encode(call, NAME("envoy.config.route.v3.Route"), option, output)) say(output, "no route");
    return SLUICE_OK;
}

static sluice_status overlay(void *context, const sluice_host *host, sluice_call *call, sluice_buffer *output, sluice_value option)
{
    host->overlay(call);
    return encode(context, host, call, output, option);
}

static sluice_status elsewhere(void *context, const sluice_host *host, sluice_call *call, sluice_buffer *output, sluice_value option)
{
    (void)context;
    sluice_buffer copy = *output;
    host->encode(call, NAME("envoy.config.route.v3.Route"), option, &copy);
    return SLUICE_OK;
}

/* As many network filters as the option says, the last one first. */
static sluice_status network(void *context, const sluice_host *host, sluice_call *call, sluice_buffer *output, sluice_value option)
{
    (void)context;
    int64_t count = 0;
    host->integer(call, option, &count);
    for (int32_t number = (int32_t)count; number > 0; number--) {
        if (output->capacity - output->length < 3) output->grow(output, 3);
        uint8_t filter[3] = {1 << 3 | 2, 1, (uint8_t)('a' + number)};
        memcpy(output->bytes + output->length, filter, 3);
        output->length += 3;
        host->add_network_filter(call, output, number);
    }
    return SLUICE_OK;
}

#define HOOK(phase, option, function) {sizeof(sluice_hook), phase, 0, TEXT(option), TEXT(SLUICE_SIGNATURE_1_0), (void (*)(void))function, 0}

static const sluice_hook hooks[] = {
    HOOK(SLUICE_PHASE_ROUTE, "overlay", overlay),       HOOK(SLUICE_PHASE_ROUTE, "texts", texts),
    HOOK(SLUICE_PHASE_ROUTE, "surroundings", surroundings), HOOK(SLUICE_PHASE_LISTENER, "surroundings", surroundings),
    HOOK(SLUICE_PHASE_ROUTE, "add", add),               HOOK(SLUICE_PHASE_ROUTE, "encode", encode),
    HOOK(SLUICE_PHASE_ROUTE, "elsewhere", elsewhere),   HOOK(SLUICE_PHASE_NETWORK_FILTER, "network", network),
};

static const sluice_plugin_descriptor descriptor = {
    sizeof(sluice_plugin_descriptor), SLUICE_ABI_MAJOR, SLUICE_ABI_MINOR, TEXT("reach"), TEXT("1.0.0"), TEXT("Reaches beyond its subject."),
    TEXT("{\"route\": {}}"), hooks, sizeof hooks / sizeof *hooks,
};

const sluice_plugin_descriptor *sluice_plugin(uint32_t major, uint32_t minor)
{
    return major == SLUICE_ABI_MAJOR && minor >= 2 ? &descriptor : NULL;
}
