/* Reads everything that can be read, and says what it found as names of headers to remove (Route field 12). */
#include "sluice_plugin.h"
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define TEXT(literal) { (const uint8_t *)(literal), sizeof(literal) - 1 }
#define NAME(literal) (const uint8_t *)(literal), sizeof(literal) - 1

static void say(sluice_buffer *output, const char *format, ...)
{
    char line[256];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(line, 127, format, arguments);
    va_end(arguments);
    if (length > 126) length = 126;
    if (output->capacity - output->length < (size_t)length + 2) output->grow(output, (size_t)length + 2);
    output->bytes[output->length++] = 12 << 3 | 2;
    output->bytes[output->length++] = (uint8_t)length;
    memcpy(output->bytes + output->length, line, (size_t)length);
    output->length += (size_t)length;
}

/* kind, then whatever the value can be read as. */
static void describe(const sluice_host *host, sluice_call *call, sluice_buffer *output, const char *name, sluice_value value)
{
    char text[64] = "-", boolean[8] = "-", integer[32] = "-", number[32] = "-", duration[48] = "-";
    sluice_text_host found;
    int32_t truth, nanoseconds;
    int64_t whole, seconds;
    double real;
    if (host->text(call, value, &found)) snprintf(text, sizeof text, "'%.*s'", (int)found.length, (const char *)found.bytes);
    if (host->boolean(call, value, &truth)) snprintf(boolean, sizeof boolean, "%d", truth);
    if (host->integer(call, value, &whole)) snprintf(integer, sizeof integer, "%" PRId64, whole);
    if (host->number(call, value, &real)) snprintf(number, sizeof number, "%g", real);
    if (host->duration(call, value, &seconds, &nanoseconds)) snprintf(duration, sizeof duration, "%" PRId64 "s%dns", seconds, nanoseconds);
    say(output, "%s: kind %d text %s bool %s int %s number %s duration %s", name, host->kind(call, value), text, boolean, integer, number, duration);
}

static sluice_status values(void *context, const sluice_host *host, sluice_call *call, sluice_buffer *output, sluice_value option)
{
    static const char *names[] = {"text", "flag", "quoted", "whole", "real", "span", "nothing", "missing", "twoWords", "list", "map"};
    say(output, "context %s", (const char *)context);
    for (size_t index = 0; index < sizeof names / sizeof *names; index++) {
        sluice_value value = host->member(call, option, (const uint8_t *)names[index], strlen(names[index]));
        describe(host, call, output, names[index], value);
    }
    sluice_value list = host->member(call, option, NAME("list"));
    say(output, "list of %zu", host->count(call, list));
    for (size_t index = 0; index <= host->count(call, list); index++) describe(host, call, output, "element", host->element(call, list, index));
    /* Backwards, too. */
    for (size_t index = host->count(call, list); index-- > 0;) describe(host, call, output, "back", host->element(call, list, index));
    sluice_value map = host->member(call, option, NAME("map"));
    say(output, "map of %zu", host->count(call, map));
    for (size_t index = 0; index < host->count(call, map); index++) {
        sluice_value entry = host->element(call, map, index);
        sluice_text_host key = host->key(call, entry);
        say(output, "key %.*s", (int)key.length, (const char *)key.bytes);
        describe(host, call, output, "entry", entry);
    }
    return SLUICE_OK;
}

static sluice_status nested(void *context, const sluice_host *host, sluice_call *call, sluice_buffer *output, sluice_value option)
{
    (void)context;
    int64_t sum = 0, number;
    for (size_t row = 0; row < host->count(call, option); row++) {
        sluice_value list = host->element(call, option, row);
        for (size_t column = 0; column < host->count(call, list); column++) {
            if (host->integer(call, host->element(call, list, column), &number)) sum = sum * 7 + number;
        }
    }
    say(output, "%" PRId64, sum);
    return SLUICE_OK;
}

static sluice_status surroundings(void *context, const sluice_host *host, sluice_call *call, sluice_buffer *output, sluice_value option)
{
    (void)context;
    for (sluice_fact fact = -1; fact <= 4; fact++) {
        sluice_text_host text = host->fact(call, fact);
        say(output, "fact %d: %.*s", fact, (int)text.length, (const char *)text.bytes);
    }
    describe(host, call, output, "other", host->option(call, NAME("other")));
    describe(host, call, output, "no other", host->option(call, NAME("noSuchOption")));
    describe(host, call, output, "setting", host->member(call, host->settings(call), NAME("color")));
    sluice_value name = host->member(call, option, NAME("name")), namespace_ = host->member(call, option, NAME("namespace"));
    sluice_text_host a = {0}, b = {0};
    host->text(call, name, &a);
    host->text(call, namespace_, &b);
    sluice_value found = host->find(call, NAME("Secret"), b.bytes, b.length, a.bytes, a.length);
    describe(host, call, output, "found", host->member(call, found, NAME("text")));
    return SLUICE_OK;
}

static sluice_status complain(void *context, const sluice_host *host, sluice_call *call, sluice_buffer *output, sluice_value option)
{
    (void)context, (void)output;
    host->report(call, SLUICE_ERROR, host->element(call, host->member(call, option, NAME("list")), 1), NAME("this element is wrong"));
    host->report(call, SLUICE_WARNING, 0, NAME("this option is odd"));
    host->log(call, SLUICE_WARNING, NAME("a line for the operator"));
    return SLUICE_OK;
}

/* As many bytes of text as the option says, in one field, asking for room ten bytes at a time. */
static sluice_status large(void *context, const sluice_host *host, sluice_call *call, sluice_buffer *output, sluice_value option)
{
    (void)context;
    int64_t size = 0;
    host->integer(call, option, &size);
    if (output->capacity - output->length < 6) output->grow(output, 6);
    output->bytes[output->length++] = 12 << 3 | 2;
    for (uint64_t rest = (uint64_t)size; ; rest >>= 7) {
        output->bytes[output->length++] = (uint8_t)(rest > 127 ? rest | 128 : rest);
        if (rest <= 127) break;
    }
    for (int64_t index = 0; index < size; index++) {
        if (output->capacity == output->length) output->grow(output, 10);
        output->bytes[output->length++] = (uint8_t)('a' + index % 26);
    }
    return SLUICE_OK;
}

#define HOOK(phase, option, function, context) \
    {sizeof(sluice_hook), phase, 0, TEXT(option), TEXT(SLUICE_SIGNATURE_1_0), (void (*)(void))function, (void *)context}

static const sluice_hook hooks[] = {
    HOOK(SLUICE_PHASE_ROUTE, "values", values, "of the hook"),
    HOOK(SLUICE_PHASE_ROUTE, "nested", nested, 0),
    HOOK(SLUICE_PHASE_ROUTE, "surroundings", surroundings, 0),
    HOOK(SLUICE_PHASE_ROUTE, "complain", complain, 0),
    HOOK(SLUICE_PHASE_ROUTE, "large", large, 0),
};

static const sluice_plugin_descriptor descriptor = {
    sizeof(sluice_plugin_descriptor), SLUICE_ABI_MAJOR, SLUICE_ABI_MINOR, TEXT("values"), TEXT("1.0.0"), TEXT("Reads everything."),
    TEXT("{\"route\": {}}"), hooks, sizeof hooks / sizeof *hooks,
};

const sluice_plugin_descriptor *sluice_plugin(uint32_t major, uint32_t minor)
{
    (void)minor;
    return major == SLUICE_ABI_MAJOR ? &descriptor : NULL;
}
