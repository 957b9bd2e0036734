/// What the files of the disk share: telling about a call of the kernel that failed.
#ifndef PAWL_SYS_DISK_INTERNAL_H
#define PAWL_SYS_DISK_INTERNAL_H

#include "sys/disk.h"

/// True when `number` is 0; else an error as "cannot read 'path': Permission denied", `verb` being "read".
MUST_CHECK bool disk_check(int number, const char *verb, const char *path, Error *err);

#endif
