#include "sluice_plugin.h"

/* The header must stand on its own in C; the layout of what crosses the line is asserted here. */
_Static_assert(offsetof(sluice_host, abi_major) == sizeof(size_t), "the table begins with its size");
_Static_assert(offsetof(sluice_hook, phase) == sizeof(size_t), "a hook begins with its size");
_Static_assert(offsetof(sluice_plugin_descriptor, abi_major) == sizeof(size_t), "a descriptor begins with its size");
