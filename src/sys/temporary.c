#include "sys/temporary.h"

#include <string.h>

#include "sys/disk_internal.h"
#include "sys/disk_tree.h"
#include "sys/environment.h"
#include "sys/unique_name.h"

static Str temporary_parent(Str parent)
{
    if (parent.size > 0) return parent;
    Str chosen = environment_get("TMPDIR");
    return chosen.size > 0 ? chosen : STR("/tmp");
}

bool temporary_directory_init(TemporaryDirectory *directory, const Disk *disk, Str parent, Error *err)
{
    UniqueName name;
    char full_name[sizeof(name.text) + 5] = "pawl-";
    PathText path;
    TRY(unique_name_draw(&name, err));
    memcpy(full_name + 5, name.text, sizeof(name.text));
    TRY(path_join_text(temporary_parent(parent), str_from(full_name), &path, err));
    TRY(disk_check(disk->table->make_directory(disk->context, path.text, true), "make directory", path.text, err));

    directory->disk = disk;
    memcpy(directory->path, path.text, sizeof(path.text));
    return true;
}

void temporary_directory_deinit(TemporaryDirectory *directory)
{
    if (directory->disk == NULL) return;
    bool removed = disk_remove_tree(directory->disk, str_from(directory->path), NULL);
    UNUSED(removed);
    directory->disk = NULL;
}

Str temporary_directory_path(const TemporaryDirectory *directory)
{
    return str_from(directory->path);
}
