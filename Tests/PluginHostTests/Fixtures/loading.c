/* A plugin of which each part can be made wrong with a -D switch; as it stands it loads. */
#include "sluice_plugin.h"

#define TEXT(literal) { (const uint8_t *)(literal), sizeof(literal) - 1 }

#ifndef ENTRY
#define ENTRY sluice_plugin
#endif
#ifndef MAJOR
#define MAJOR SLUICE_ABI_MAJOR
#endif
#ifndef MINOR
#define MINOR SLUICE_ABI_MINOR
#endif
#ifndef DESCRIPTOR_SIZE
#define DESCRIPTOR_SIZE sizeof(sluice_plugin_descriptor)
#endif
#ifndef NAME
#define NAME TEXT("loading")
#endif
#ifndef SCHEMA
#define SCHEMA TEXT("{\"route\": {\"probe\": {}}}")
#endif
#ifndef PHASE
#define PHASE SLUICE_PHASE_ROUTE
#endif
#ifndef SIGNATURE
#define SIGNATURE SLUICE_SIGNATURE_1_0
#endif
#ifndef FUNCTION
#define FUNCTION (void (*)(void))hook
#endif
#ifndef HOOK_SIZE
#define HOOK_SIZE sizeof(sluice_hook)
#endif
#ifndef HOOKS
#define HOOKS hooks
#endif
#ifndef HOOK_COUNT
#define HOOK_COUNT 1
#endif

#pragma clang diagnostic ignored "-Wunused"

static sluice_status hook(void *context, const sluice_host *host, sluice_call *call, sluice_buffer *output, sluice_value option)
{
    (void)context, (void)host, (void)call, (void)output, (void)option;
    return SLUICE_OK;
}

static const sluice_hook hooks[] = {
    {HOOK_SIZE, PHASE, 0, TEXT("probe"), TEXT(SIGNATURE), FUNCTION, NULL},
};

static const sluice_plugin_descriptor descriptor = {
    DESCRIPTOR_SIZE, MAJOR, MINOR, NAME, TEXT("1.0.0"), TEXT("For the tests."), SCHEMA, HOOKS, HOOK_COUNT,
};

const sluice_plugin_descriptor *ENTRY(uint32_t major, uint32_t minor)
{
    (void)major, (void)minor;
#ifdef REFUSES
    return NULL;
#else
    return &descriptor;
#endif
}
