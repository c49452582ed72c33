/* Does what the header forbids; `option` says what. The host must stay up and say so. */
#include "sluice_plugin.h"
#include <stdlib.h>
#include <string.h>

#define TEXT(literal) { (const uint8_t *)(literal), sizeof(literal) - 1 }
#define SIZE_NEGATIVE ((size_t)-1)

static void header(sluice_buffer *output)
{
    if (output->capacity - output->length < 3) output->grow(output, 3);
    memcpy(output->bytes + output->length, "\x62\x01h", 3);
    output->length += 3;
}

/* Every function with values that nobody handed out. */
static void probe(const sluice_host *host, sluice_call *call, sluice_value value)
{
    sluice_text_host text;
    int32_t flag, nanoseconds;
    int64_t whole, seconds;
    double real;
    host->kind(call, value);
    host->member(call, value, (const uint8_t *)"name", 4);
    host->member(call, value, (const uint8_t *)"name", 0);
    host->member(call, value, NULL, 4);
    host->member(call, value, (const uint8_t *)"name", SIZE_NEGATIVE);
    host->count(call, value);
    host->element(call, value, 0);
    host->element(call, value, 1000000);
    host->element(call, value, SIZE_NEGATIVE);
    host->key(call, value);
    host->text(call, value, &text);
    host->text(call, value, NULL);
    host->boolean(call, value, &flag);
    host->boolean(call, value, NULL);
    host->integer(call, value, &whole);
    host->integer(call, value, NULL);
    host->number(call, value, &real);
    host->number(call, value, NULL);
    host->duration(call, value, &seconds, &nanoseconds);
    host->duration(call, value, NULL, NULL);
}

static sluice_status hook(void *context, const sluice_host *host, sluice_call *call, sluice_buffer *output, sluice_value option)
{
    (void)context;
    sluice_text_host text = {0};
    char what[32] = {0};
    host->text(call, option, &text);
    if (text.length < sizeof what) memcpy(what, text.bytes, text.length);
    if (!strcmp(what, "handles")) {
        uint64_t random = 88172645463325252u;
        for (uint64_t upper = 0; upper < 4; upper++) {
            for (uint64_t lower = 0; lower < 40; lower++) probe(host, call, upper << 32 | lower);
            probe(host, call, upper << 32 | 0xffffffffu);
        }
        probe(host, call, UINT64_MAX);
        for (int round = 0; round < 2000; round++) {
            random ^= random << 13, random ^= random >> 7, random ^= random << 17;
            probe(host, call, random);
            probe(host, call, random & 0xffffffffu);
        }
        header(output);
    } else if (!strcmp(what, "lengths")) {
        for (size_t round = 0; round < 3; round++) {
            size_t length = round == 0 ? 0 : round == 1 ? 7 : SIZE_NEGATIVE;
            const uint8_t *bytes = round == 1 ? NULL : (const uint8_t *)"x";
            host->option(call, bytes, length);
            host->find(call, bytes, length, bytes, length, bytes, length);
            host->log(call, 99, bytes, length);
            host->fact(call, (sluice_fact)(round * 1000) - 1);
        }
        host->report(call, SLUICE_WARNING, UINT64_MAX, NULL, 5);
        host->replace(call, 0);
        host->replace(call, UINT32_MAX);
        header(output);
    } else if (!strcmp(what, "nullCall")) {
        probe(host, NULL, option);
        host->report(NULL, SLUICE_ERROR, 0, (const uint8_t *)"x", 1);
        host->fact(NULL, 0);
        host->replace(NULL, 1);
        host->add_http_filter(NULL, output, 0, 0, 0);
        header(output);
    } else if (!strcmp(what, "longReport")) {
        char *message = malloc(1 << 20);
        memset(message, 'm', 1 << 20);
        host->report(call, SLUICE_WARNING, 0, (const uint8_t *)message, 1 << 20);
        free(message);
    } else if (!strcmp(what, "fail")) {
        header(output);
        return SLUICE_FAILED;
    } else if (!strcmp(what, "oddStatus")) {
        header(output);
        return 77;
    } else if (!strcmp(what, "shrink")) {
        header(output);
        output->length -= 5;
    } else if (!strcmp(what, "overrun")) {
        output->length = output->capacity + 1;
    } else if (!strcmp(what, "ownMemory")) {
        static uint8_t own[64];
        output->bytes = own;
        output->capacity = sizeof own;
        header(output);
    } else if (!strcmp(what, "ownMemoryThenGrow")) {
        static uint8_t own[4];
        output->bytes = own;
        output->capacity = sizeof own;
        output->grow(output, 100000);
        header(output);
    } else if (!strcmp(what, "noGrow")) {
        output->grow = NULL;
        header(output);
    } else if (!strcmp(what, "filterInRoute")) {
        header(output);
        host->add_http_filter(call, output, SLUICE_STAGE_CORS, SLUICE_DURING, 0);
        header(output);
    } else if (!strcmp(what, "foreignBuffer")) {
        static uint8_t own[64] = "\x62\x01h";
        sluice_buffer mine = {own, 3, sizeof own, NULL};
        host->add_http_filter(call, &mine, SLUICE_STAGE_CORS, SLUICE_DURING, 0);
        host->add_http_filter(call, NULL, SLUICE_STAGE_CORS, SLUICE_DURING, 0);
    } else {
        header(output);
    }
    return SLUICE_OK;
}

#define HOOK(phase) {sizeof(sluice_hook), phase, 0, TEXT("hostile"), TEXT(SLUICE_SIGNATURE_1_0), (void (*)(void))hook, 0}
static const sluice_hook hooks[] = {HOOK(SLUICE_PHASE_ROUTE), HOOK(SLUICE_PHASE_HTTP_FILTER)};

static const sluice_plugin_descriptor descriptor = {
    sizeof(sluice_plugin_descriptor), SLUICE_ABI_MAJOR, SLUICE_ABI_MINOR, TEXT("hostile"), TEXT("1.0.0"), TEXT("Breaks rules."),
    TEXT("{}"), hooks, sizeof hooks / sizeof *hooks,
};

const sluice_plugin_descriptor *sluice_plugin(uint32_t major, uint32_t minor) { (void)minor; return major == 1 ? &descriptor : NULL; }
