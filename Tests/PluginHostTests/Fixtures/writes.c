/* Writes the bytes that its option says in hexadecimal, and declares what the option says: {bytes, replace, add, fail}. The plugin's
   name is given with -DNAME, and its options are named after it, so that two of it can be loaded. */
#include "sluice_plugin.h"

#define TEXT(literal) { (const uint8_t *)(literal), sizeof(literal) - 1 }
#define MEMBER(literal) host->member(call, option, (const uint8_t *)(literal), sizeof(literal) - 1)

static uint8_t digit(uint8_t letter) { return (uint8_t)(letter <= '9' ? letter - '0' : letter - 'a' + 10); }

static void append(const sluice_host *host, sluice_call *call, sluice_buffer *output, sluice_value value)
{
    sluice_text_host text;
    if (!host->text(call, value, &text)) return;
    if (output->capacity - output->length < text.length) output->grow(output, text.length);
    for (size_t index = 0; index + 1 < text.length; index += 2) {
        output->bytes[output->length++] = (uint8_t)(digit(text.bytes[index]) << 4 | digit(text.bytes[index + 1]));
    }
}

static sluice_status hook(void *context, const sluice_host *host, sluice_call *call, sluice_buffer *output, sluice_value option)
{
    (void)context;
    int64_t number;
    int32_t flag = 0;
    if (host->integer(call, MEMBER("replace"), &number)) host->replace(call, (uint32_t)number);
    append(host, call, output, MEMBER("bytes"));
    sluice_value filters = MEMBER("add");
    for (size_t index = 0; index < host->count(call, filters); index++) {
        sluice_value filter = host->element(call, filters, index);
        int64_t place[3] = {0};
        append(host, call, output, host->element(call, filter, 0));
        for (size_t part = 0; part < 3; part++) host->integer(call, host->element(call, filter, part + 1), &place[part]);
        host->add_http_filter(call, output, (sluice_stage)place[0], (sluice_place)place[1], (int32_t)place[2]);
    }
    host->boolean(call, MEMBER("fail"), &flag);
    return flag ? SLUICE_FAILED : SLUICE_OK;
}

#define HOOK(phase) {sizeof(sluice_hook), phase, 0, TEXT(NAME), TEXT(SLUICE_SIGNATURE_1_0), (void (*)(void))hook, 0}
static const sluice_hook hooks[] = {HOOK(SLUICE_PHASE_ROUTE), HOOK(SLUICE_PHASE_VIRTUAL_HOST), HOOK(SLUICE_PHASE_HTTP_FILTER)};

static const sluice_plugin_descriptor descriptor = {
    sizeof(sluice_plugin_descriptor), SLUICE_ABI_MAJOR, SLUICE_ABI_MINOR, TEXT(NAME), TEXT("1.0.0"), TEXT("Writes what it is told."),
    TEXT("{}"), hooks, sizeof hooks / sizeof *hooks,
};

const sluice_plugin_descriptor *sluice_plugin(uint32_t major, uint32_t minor) { (void)minor; return major == 1 ? &descriptor : NULL; }
