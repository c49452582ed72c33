#ifndef SLUICE_ENVOY_DESCRIPTORS_H
#define SLUICE_ENVOY_DESCRIPTORS_H

#include <stddef.h>

/* envoy.binpb: a serialized google.protobuf.FileDescriptorSet, each file after those it uses. */
const unsigned char *sluice_envoy_descriptors_start(void);
extern const size_t sluice_envoy_descriptors_length;

#endif
