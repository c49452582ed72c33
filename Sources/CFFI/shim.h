#include <ffi.h>

/* The type descriptors of libffi are global variables; through a function Swift need not prove that nobody changes them. */
static inline ffi_type *sluice_ffi_type_pointer(void) { return &ffi_type_pointer; }
static inline ffi_type *sluice_ffi_type_uint64(void) { return &ffi_type_uint64; }
static inline ffi_type *sluice_ffi_type_sint32(void) { return &ffi_type_sint32; }
