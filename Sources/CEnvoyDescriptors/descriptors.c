#include "descriptors.h"

/* #embed is C23, which clang offers in every C; a Swift array literal of this size takes minutes to compile. */
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char descriptors[] = {
#embed "envoy.binpb"
};
const size_t sluice_envoy_descriptors_length = sizeof(descriptors);

const unsigned char *sluice_envoy_descriptors_start(void) { return descriptors; }
