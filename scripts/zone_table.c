// Writes the zone table that is embedded in the program: reads tzdata.zi for the version and the names, and the
// compiled TZif file (RFC 8536) of each zone. Runs when pawl is built.
//
//     zone_table /usr/share/zoneinfo > zone_table.c
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text/zone_rule.h"

enum { NAMES_MAX = 1024, NAME_BYTES_MAX = 64, PATH_BYTES_MAX = 4096, FILE_BYTES_MAX = 1 << 16, CHANGES_MAX = 4096 };

typedef struct Name {
    char name[NAME_BYTES_MAX];
    char target[NAME_BYTES_MAX]; ///< of a link whose own file is missing
} Name;

typedef struct File {
    uint8_t data[FILE_BYTES_MAX + 1];
    size_t size;
} File;

typedef struct Changes {
    size_t count;
    int64_t times[CHANGES_MAX];
    int32_t offsets[CHANGES_MAX];
    int32_t first_s;
    ZoneRule rule;
} Changes;

static _Noreturn void stop(const char *name, const char *why)
{
    fprintf(stderr, "zone_table: %s: %s\n", name, why);
    exit(1);
}

static uint64_t number_at(const File *file, size_t offset, size_t size)
{
    uint64_t value = 0;
    for (size_t i = 0; i < size; i++) value = value << 8 | file->data[offset + i];
    return value;
}

// The footer: "EST5EDT,M3.2.0,M11.1.0".

static const char *skip_name(const char *text)
{
    if (*text == '<') return strchr(text, '>') + 1;
    while ((*text >= 'A' && *text <= 'Z') || (*text >= 'a' && *text <= 'z')) text++;
    return text;
}

/// [+-]h[h[h]][:mm[:ss]], in seconds.
static const char *read_time(const char *text, int32_t *out_s)
{
    int32_t sign = *text == '-' ? -1 : 1;
    int32_t unit = 3600;
    if (*text == '-' || *text == '+') text++;
    *out_s = 0;
    for (;;) {
        char *end;
        *out_s += (int32_t)strtol(text, &end, 10) * unit;
        text = end;
        unit /= 60;
        if (*text != ':') break;
        text++;
    }
    *out_s *= sign;
    return text;
}

static const char *read_day(const char *name, const char *text, ZoneRuleDay *out)
{
    unsigned month;
    unsigned week;
    unsigned weekday;
    int used = 0;
    if (sscanf(text, ",M%u.%u.%u%n", &month, &week, &weekday, &used) != 3) stop(name, "a rule that is not of months");
    *out = (ZoneRuleDay){(uint8_t)month, (uint8_t)week, (uint8_t)weekday, 7200};
    text += used;
    return *text == '/' ? read_time(text + 1, &out->time_s) : text;
}

static void read_rule(const char *name, const char *footer, Changes *changes)
{
    ZoneRule *rule = &changes->rule;
    *rule = (ZoneRule){0};
    if (*footer == '\0' || *footer == '\n') {
        rule->standard_s = changes->count > 0 ? changes->offsets[changes->count - 1] : changes->first_s;
        rule->summer_s = rule->standard_s;
        return;
    }
    int32_t west_s;
    footer = read_time(skip_name(footer), &west_s);
    rule->standard_s = -west_s;
    rule->summer_s = -west_s;
    if (*footer == '\n') return;
    footer = skip_name(footer);
    rule->summer_s = rule->standard_s + 3600;
    if (*footer != ',') {
        footer = read_time(footer, &west_s);
        rule->summer_s = -west_s;
    }
    footer = read_day(name, footer, &rule->begin);
    footer = read_day(name, footer, &rule->end);
    if (*footer != '\n') stop(name, "a footer that does not end");
}

// The file: a header and data with 32 bits, which are skipped, then both with 64 bits.

typedef struct Header {
    size_t data;      ///< offset behind it
    size_t counts[6]; ///< isutcnt, isstdcnt, leapcnt, timecnt, typecnt, charcnt
} Header;

static Header read_header(const char *name, const File *file, size_t offset)
{
    Header header = {.data = offset + 44};
    if (offset + 44 > file->size || memcmp(file->data + offset, "TZif", 4) != 0 || file->data[offset + 4] < '2') {
        stop(name, "not a TZif file of version 2");
    }
    for (size_t i = 0; i < 6; i++) header.counts[i] = (size_t)number_at(file, offset + 20 + 4 * i, 4);
    return header;
}

static size_t data_size(const Header *header, size_t time_size)
{
    const size_t *counts = header->counts;
    return counts[3] * (time_size + 1) + counts[4] * 6 + counts[5] + counts[2] * (time_size + 4) + counts[1] +
           counts[0];
}

static void change_add(Changes *changes, int64_t time, int32_t offset_s)
{
    int32_t previous_s = changes->count > 0 ? changes->offsets[changes->count - 1] : changes->first_s;
    if (offset_s == previous_s) return;
    changes->times[changes->count] = time;
    changes->offsets[changes->count++] = offset_s;
}

static void read_changes(const char *name, const File *file, Changes *changes)
{
    Header old = read_header(name, file, 0);
    Header header = read_header(name, file, old.data + data_size(&old, 4));
    size_t count = header.counts[3];
    size_t types = header.data + count * 9;
    size_t footer = header.data + data_size(&header, 8);
    if (footer >= file->size || file->data[footer] != '\n' || count > CHANGES_MAX) stop(name, "a broken TZif file");

    changes->count = 0;
    changes->first_s = (int32_t)number_at(file, types, 4);
    for (size_t i = 0; i < count; i++) {
        size_t type = file->data[header.data + count * 8 + i];
        int64_t time = (int64_t)number_at(file, header.data + i * 8, 8);
        change_add(changes, time, (int32_t)number_at(file, types + type * 6, 4));
    }
    read_rule(name, (const char *)file->data + footer + 1, changes);
}

// Output.

static bool changes_equal(const Changes *left, const Changes *right)
{
    return left->count == right->count && left->first_s == right->first_s &&
           memcmp(&left->rule, &right->rule, sizeof(ZoneRule)) == 0 &&
           memcmp(left->times, right->times, left->count * sizeof(int64_t)) == 0 &&
           memcmp(left->offsets, right->offsets, left->count * sizeof(int32_t)) == 0;
}

static void write_changes(size_t id, const Changes *changes)
{
    if (changes->count == 0) return;
    printf("static const int64_t TIMES_%zu[] = {", id);
    for (size_t i = 0; i < changes->count; i++) printf("%lld,", (long long)changes->times[i]);
    printf("};\nstatic const int32_t OFFSETS_%zu[] = {", id);
    for (size_t i = 0; i < changes->count; i++) printf("%d,", changes->offsets[i]);
    printf("};\n");
}

static void write_day(const ZoneRuleDay *day)
{
    printf(", {%d, %d, %d, %d}", day->month, day->week, day->weekday, day->time_s);
}

static void write_zone(const char *name, size_t id, const Changes *changes)
{
    printf("    {STR_INIT(\"%s\"), ", name);
    if (changes->count > 0)
        printf("TIMES_%zu, OFFSETS_%zu, ", id, id);
    else
        printf("NULL, NULL, ");
    printf("%zu, %d, {%d, %d", changes->count, changes->first_s, changes->rule.standard_s, changes->rule.summer_s);
    write_day(&changes->rule.begin);
    write_day(&changes->rule.end);
    printf("}},\n");
}

// Input.

static bool file_read(const char *folder, const char *name, File *out)
{
    char path[PATH_BYTES_MAX];
    snprintf(path, sizeof(path), "%s/%s", folder, name);
    FILE *stream = fopen(path, "rb");
    if (!stream) return false;
    out->size = fread(out->data, 1, FILE_BYTES_MAX, stream);
    out->data[out->size] = 0;
    fclose(stream);
    return true;
}

static int name_compare(const void *left, const void *right)
{
    return strcmp(((const Name *)left)->name, ((const Name *)right)->name);
}

/// Zones stand as "Z name ..." and links as "L target name".
static size_t read_names(const char *folder, Name *names, char version[NAME_BYTES_MAX])
{
    char line[PATH_BYTES_MAX];
    size_t count = 0;
    snprintf(line, sizeof(line), "%s/tzdata.zi", folder);
    FILE *stream = fopen(line, "r");
    if (!stream) stop(line, "missing; Debian's package tzdata has it");
    while (fgets(line, sizeof(line), stream)) {
        Name *name = &names[count];
        if (sscanf(line, "# version %63s", version) == 1) continue;
        bool zone = sscanf(line, "Z %63s", name->name) == 1;
        bool link = sscanf(line, "L %63s %63s", name->target, name->name) == 2;
        count += zone || link;
        if (count == NAMES_MAX) stop(folder, "too many names (NAMES_MAX)");
    }
    fclose(stream);
    qsort(names, count, sizeof(Name), name_compare);
    return count;
}

static void zone_read(const char *folder, const Name *name, Changes *out)
{
    static File file;
    bool found = file_read(folder, name->name, &file) || (name->target[0] && file_read(folder, name->target, &file));
    if (!found) stop(name->name, "missing");
    memset(out, 0, sizeof(*out));
    read_changes(name->name, &file, out);
}

/// The first zone with the same changes: itself when there is none before.
static size_t twin_find(Changes *const *all, size_t i)
{
    size_t twin = 0;
    while (!changes_equal(all[twin], all[i])) twin++;
    return twin;
}

int main(int count, char **arguments)
{
    static Name names[NAMES_MAX];
    static Changes *all[NAMES_MAX];
    char version[NAME_BYTES_MAX] = "";
    if (count != 2) stop("usage", "zone_table FOLDER");
    size_t name_count = read_names(arguments[1], names, version);
    if (version[0] == '\0' || name_count == 0) stop(arguments[1], "tzdata.zi holds no version or no zones");

    printf("// Generated by scripts/zone_table.c.\n#include \"text/zone_table.h\"\n\n");
    printf("const char ZONE_DATA_VERSION[] = \"%s\";\n", version);
    for (size_t i = 0; i < name_count; i++) {
        all[i] = malloc(sizeof(Changes));
        if (!all[i]) stop("memory", "out of memory");
        zone_read(arguments[1], &names[i], all[i]);
        if (twin_find(all, i) == i) write_changes(i, all[i]);
    }
    printf("const Zone ZONE_TABLE[] = {\n");
    for (size_t i = 0; i < name_count; i++) write_zone(names[i].name, twin_find(all, i), all[i]);
    printf("};\nconst size_t ZONE_TABLE_COUNT = sizeof(ZONE_TABLE) / sizeof(ZONE_TABLE[0]);\n");
    for (size_t i = 0; i < name_count; i++) free(all[i]);
    return 0;
}
