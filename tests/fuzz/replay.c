/// Runs a fuzz target over every file of the folders and files named on the command line, so that what the
/// fuzzer once found stays found. A crash is the failure.
#include <dirent.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t size_max);

/// libFuzzer's, for targets with a mutator of their own; nothing changes here.
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t size_max)
{
    (void)data;
    return size < size_max ? size : size_max;
}

enum { REPLAY_BYTES_MAX = 1 << 24 };

static int replay_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    uint8_t *data = malloc(REPLAY_BYTES_MAX);
    if (file == NULL || data == NULL) {
        fprintf(stderr, "replay: cannot read %s\n", path);
        exit(1);
    }
    size_t size = fread(data, 1, REPLAY_BYTES_MAX, file);
    fclose(file);

    // An exact copy, so that a sanitizer sees a read past the end.
    uint8_t *exact = malloc(size > 0 ? size : 1);
    if (exact == NULL) exit(1);
    memcpy(exact, data, size);
    free(data);
    fprintf(stderr, "replay: %s (%zu bytes)\n", path, size);
    LLVMFuzzerTestOneInput(exact, size);
    free(exact);
    return 1;
}

static int replay_folder(const char *path)
{
    struct dirent **entries = NULL;
    int count = scandir(path, &entries, NULL, alphasort);
    int replayed = 0;
    for (int i = 0; i < count; i++) {
        char name[PATH_MAX];
        snprintf(name, sizeof(name), "%s/%s", path, entries[i]->d_name);
        if (entries[i]->d_name[0] != '.') replayed += replay_file(name);
        free(entries[i]);
    }
    free(entries);
    return count < 0 ? replay_file(path) : replayed;
}

int main(int argument_count, char **arguments)
{
    int replayed = 0;
    for (int i = 1; i < argument_count; i++) {
        replayed += replay_folder(arguments[i]);
    }
    printf("replayed %d inputs\n", replayed);
    return replayed > 0 ? 0 : 1;
}
