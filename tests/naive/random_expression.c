#include <string.h>

#include "naive/random_forms.h"
#include "naive/random_world.h"

static bool form_fits(const Form *form, ExpressionPlace place, FormType type)
{
    if (form->type != type) return false;
    switch (form->where[0]) {
    case 'r':
        return place.over_rows;
    case 'q':
        return !place.over_rows;
    case 'i':
        return !place.over_rows && place.inputs;
    default:
        return true;
    }
}

static const Form *choose_form(World *world, FormKind kind, ExpressionPlace place, FormType type)
{
    const Form *forms = NULL;
    size_t count = forms_usable(kind, &forms);
    size_t fitting = 0;
    for (size_t i = 0; i < count; i++) fitting += form_fits(&forms[i], place, type);
    if (fitting == 0) return NULL;
    size_t chosen = (size_t)draw(&world->draws, fitting);
    for (size_t i = 0;; i++) {
        if (form_fits(&forms[i], place, type) && chosen-- == 0) return &forms[i];
    }
}

/// A text of a kind whose forms have no type; of `otherwise` when none is understood.
static const char *choose_text(World *world, FormKind kind, FormKind otherwise)
{
    const Form *forms = NULL;
    size_t count = forms_usable(kind, &forms);
    if (count == 0) return choose_text(world, otherwise, otherwise);
    return forms[draw(&world->draws, count)].text;
}

/// What stands after `over`.
static const char *choose_window(World *world)
{
    if (world->series != NULL) return world->series;
    uint64_t kind = draw(&world->draws, 100);
    return choose_text(world, kind < 50 ? FORM_TIME : kind < 75 ? FORM_WINDOW : FORM_CAPPED, FORM_TIME);
}

// NOLINTNEXTLINE(misc-no-recursion): depth is bounded by the place's
static bool write_form(World *world, const Form *form, ExpressionPlace place, Bytes *out, Error *err)
{
    for (const char *at = form->text; *at != 0; at++) {
        FormType type = *at == '%' ? form_letter_type(at[1]) : TYPE_COUNT;
        if (*at == '%' && (at[1] == 'W' || at[1] == 'C')) {
            const char *window = choose_text(world, at[1] == 'W' ? FORM_TIME : FORM_CAPPED, FORM_TIME);
            TRY(bytes_append_str(out, str_from(window), err));
            at++;
            continue;
        }
        if (type == TYPE_COUNT) {
            TRY(bytes_append_byte(out, (uint8_t)*at, err));
            continue;
        }
        TRY(world_expression(world, place, type, out, err));
        at++;
    }
    return true;
}

/// " by s over 5us where b"
static bool write_rest(World *world, ExpressionPlace place, bool by, bool windowed, Bytes *out, Error *err)
{
    if (by) TRY(bytes_append_format(out, err, " by %s", choose_text(world, FORM_CATEGORY, FORM_CATEGORY)));
    if (windowed) return true;
    if (draw_chance(&world->draws, 60)) TRY(bytes_append_format(out, err, " over %s", choose_window(world)));
    if (!draw_chance(&world->draws, 30)) return true;
    TRY(bytes_append_str(out, STR(" where "), err));
    return world_expression(world, place, TYPE_BOOL, out, err);
}

/// An aggregate by a category gives a map, whatever it gives without.
static bool by_category(World *world, FormType *type)
{
    static const TypeId TYPES[] = {TYPE_BOOL, TYPE_INT64, TYPE_FLOAT64, TYPE_DECIMAL, TYPE_STRING, TYPE_TIMESTAMP_US};
    const Form *forms = NULL;
    if (*type != FORM_OTHER_MAP || forms_usable(FORM_CATEGORY, &forms) == 0 || !draw_chance(&world->draws, 80))
        return false;
    *type = TYPES[draw(&world->draws, COUNT_OF(TYPES))];
    return true;
}

static bool write_aggregate(World *world, ExpressionPlace place, FormType type, Bytes *out, Error *err)
{
    bool by = by_category(world, &type);
    const Form *form = choose_form(world, FORM_AGGREGATE, place, type);
    if (form == NULL) {
        form = choose_form(world, FORM_LEAF, place, type);
        CHECK(form != NULL);
        return bytes_append_str(out, str_from(form->text), err);
    }
    bool windowed = strstr(form->text, " over ") != NULL;
    by = by && !windowed;
    place.over_rows = true;
    place.depth = place.depth > 1 ? 1 : place.depth;
    TRY(bytes_append_byte(out, '(', err));
    TRY(write_form(world, form, place, out, err));
    TRY(write_rest(world, place, by, windowed, out, err));
    return bytes_append_byte(out, ')', err);
}

/// A feature of the type that is there already; false in `*out_found` when there is none. What reads one that looks ahead looks
/// ahead too.
static bool write_feature(World *world, ExpressionPlace place, FormType type, Bytes *out, bool *out_found, Error *err)
{
    *out_found = false;
    if (world->feature_count == 0) return true;
    const WorldFeature *feature = &world->features[draw(&world->draws, world->feature_count)];
    bool of_series = world->series != NULL && !world->ahead; // names of its columns are not the column's
    if (feature->type != type || (feature->ahead && (place.over_rows || of_series))) return true;
    *out_found = true;
    world->ahead = world->ahead || feature->ahead;
    return bytes_append_str(out, feature->name, err);
}

// NOLINTNEXTLINE(misc-no-recursion): depth is bounded
bool world_expression(World *world, ExpressionPlace place, FormType type, Bytes *out, Error *err)
{
    bool found = false;
    bool has_rows = place.source != SIZE_MAX;
    if (draw_chance(&world->draws, place.over_rows ? 8 : 25)) TRY(write_feature(world, place, type, out, &found, err));
    if (found) return true;
    bool folded = type > TYPE_COUNT && draw_chance(&world->draws, 50);
    if (!place.over_rows && has_rows && (folded || draw_chance(&world->draws, place.depth == 0 ? 80 : 50)))
        return write_aggregate(world, place, type, out, err);
    bool leaf = place.depth == 0 || draw_chance(&world->draws, 30);
    const Form *form = leaf ? NULL : choose_form(world, FORM_CALL, place, type);
    if (form == NULL) form = choose_form(world, FORM_LEAF, place, type);
    CHECK(form != NULL);
    leaf = strchr(form->text, '%') == NULL;
    if (leaf) return bytes_append_str(out, str_from(form->text), err);
    place.depth--;
    TRY(bytes_append_byte(out, '(', err));
    TRY(write_form(world, form, place, out, err));
    return bytes_append_byte(out, ')', err);
}
