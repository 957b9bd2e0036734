/// The kinds of stores, one file each.
#ifndef PAWL_ONLINE_KEY_VALUE_INTERNAL_H
#define PAWL_ONLINE_KEY_VALUE_INTERNAL_H

#include "online/key_value.h"

extern const KeyValueKind key_value_lmdb;

#endif
