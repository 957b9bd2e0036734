/// What the lists and maps of kernels.def stand for: a row speaks of any list, and of that list's items and keys.
#ifndef PAWL_LANGUAGE_KERNEL_NESTED_INTERNAL_H
#define PAWL_LANGUAGE_KERNEL_NESTED_INTERNAL_H

#include "language/kernel.h"

/// Whether a list or map decides what it is.
bool kernel_type_is_nested(KernelType type);

/// The one type that the row's lists and maps have or widen to; a type of TYPE_COUNT when the row has none. False when they
/// have none in common, or when a kernel that needs one is given none. A null without type gives way.
bool nested_common(const KernelInfo *info, const Type *arguments, Type *out);

/// The type that an argument must be converted to; false when it has no such type.
bool nested_parameter(KernelType parameter, Type common, Type argument, Type *out);

/// Of a result, but for KERNEL_TYPE_NESTED_ANY.
Type nested_result(KernelType result, Type common, const Type *arguments);

/// As kernel_cast, where one of the types is a list or map.
bool nested_cast(Type from, Type to, Kernel *out);

#endif
