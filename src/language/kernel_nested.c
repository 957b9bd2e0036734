#include "language/kernel_nested_internal.h"

/// What a form stands for.
typedef enum NestedRole {
    ROLE_NONE,
    ROLE_COMMON, ///< the type that the row's lists and maps share
    ROLE_ITEM,   ///< its items' type
    ROLE_KEY,    ///< its keys' type
    ROLE_FIXED,  ///< a list of `item`
    ROLE_FREE,   ///< a list of its own type
    ROLE_RESULT, ///< a result that is made of the others
} NestedRole;

typedef struct NestedForm {
    NestedRole role;
    TypeId item; ///< ROLE_FIXED
} NestedForm;

static NestedForm nested_form(KernelType type)
{
    switch (type) {
    case KERNEL_TYPE_NESTED:
    case KERNEL_TYPE_LIST:
    case KERNEL_TYPE_LIST_NUMBER:
    case KERNEL_TYPE_MAP:
        return (NestedForm){.role = ROLE_COMMON};
    case KERNEL_TYPE_ITEM:
        return (NestedForm){.role = ROLE_ITEM};
    case KERNEL_TYPE_KEY:
        return (NestedForm){.role = ROLE_KEY};
    case KERNEL_TYPE_LIST_BOOL:
        return (NestedForm){.role = ROLE_FIXED, .item = TYPE_BOOL};
    case KERNEL_TYPE_LIST_FLOAT64:
        return (NestedForm){.role = ROLE_FIXED, .item = TYPE_FLOAT64};
    case KERNEL_TYPE_LIST_STRING:
        return (NestedForm){.role = ROLE_FIXED, .item = TYPE_STRING};
    case KERNEL_TYPE_LIST_KEY:
    case KERNEL_TYPE_LIST_ANY:
        return (NestedForm){.role = ROLE_FREE};
    case KERNEL_TYPE_LIST_OF_KEYS:
    case KERNEL_TYPE_LIST_OF_ITEMS:
    case KERNEL_TYPE_MAP_OF_LISTS:
    case KERNEL_TYPE_NESTED_ANY:
        return (NestedForm){.role = ROLE_RESULT};
    default:
        return (NestedForm){.role = ROLE_NONE};
    }
}

bool kernel_type_is_nested(KernelType type)
{
    return nested_form(type).role != ROLE_NONE;
}

static bool scalar_widens(Type from, Type to)
{
    if (from.id == TYPE_INT64) return to.id == TYPE_DECIMAL || to.id == TYPE_FLOAT64;
    return from.id == TYPE_DECIMAL && (to.id == TYPE_FLOAT64 || (to.id == TYPE_DECIMAL && to.scale >= from.scale));
}

bool type_widens(Type from, Type to)
{
    if (!type_is_nested(from)) return !type_is_nested(to) && scalar_widens(from, to);
    if (from.id != to.id || (from.id == TYPE_MAP && from.key != to.key)) return false;
    return scalar_widens(type_item(from), type_item(to));
}

bool types_join(Type left, Type right, Type *out)
{
    if (type_equal(left, right) || type_widens(right, left)) {
        *out = left;
    } else if (type_widens(left, right)) {
        *out = right;
    } else {
        return false;
    }
    return true;
}

bool type_can_be_key(Type type)
{
    return type.id == TYPE_BOOL || type.id == TYPE_INT64 || type.id == TYPE_STRING || type.id == TYPE_TIMESTAMP_US;
}

/// Whether the form takes such a list or map at all.
static bool form_takes(KernelType form, Type type)
{
    switch (form) {
    case KERNEL_TYPE_NESTED:
        return type_is_nested(type);
    case KERNEL_TYPE_MAP:
        return type.id == TYPE_MAP;
    case KERNEL_TYPE_LIST_NUMBER:
        return type.id == TYPE_LIST && type_is_number(type_item(type));
    case KERNEL_TYPE_LIST_KEY:
        return type.id == TYPE_LIST && type_can_be_key(type_item(type));
    default:
        return type.id == TYPE_LIST;
    }
}

bool nested_common(const KernelInfo *info, const Type *arguments, Type *out)
{
    Type common = TYPE_OF(TYPE_COUNT);
    bool wanted = false;
    for (uint32_t i = 0; info->arguments[i] != KERNEL_TYPE_NONE; i++) {
        if (nested_form(info->arguments[i]).role != ROLE_COMMON) continue;
        wanted = true;
        if (arguments[i].id == TYPE_COUNT) continue;
        if (!form_takes(info->arguments[i], arguments[i])) return false;
        if (common.id == TYPE_COUNT) common = arguments[i];
        if (!types_join(common, arguments[i], &common)) return false;
    }
    *out = common;
    return !wanted || common.id != TYPE_COUNT;
}

bool nested_parameter(KernelType parameter, Type common, Type argument, Type *out)
{
    NestedForm form = nested_form(parameter);
    switch (form.role) {
    case ROLE_COMMON:
        *out = common;
        return true;
    case ROLE_ITEM:
        *out = type_item(common);
        return true;
    case ROLE_KEY:
        *out = type_key(common);
        return true;
    case ROLE_FIXED:
        *out = type_list(TYPE_OF(form.item));
        return true;
    case ROLE_FREE:
        *out = argument;
        return form_takes(parameter, argument);
    default:
        return false;
    }
}

Type nested_result(KernelType result, Type common, const Type *arguments)
{
    Type type = common;
    switch (result) {
    case KERNEL_TYPE_LIST_OF_KEYS:
        return type_list(type_key(common));
    case KERNEL_TYPE_LIST_OF_ITEMS:
        return type_list(type_item(common));
    case KERNEL_TYPE_MAP_OF_LISTS:
        return type_map(type_item(arguments[0]), type_item(arguments[1]));
    default:
        CHECK(nested_parameter(result, common, common, &type));
        return type;
    }
}

bool nested_cast(Type from, Type to, Kernel *out)
{
    Kernel item = KERNEL_COUNT;
    if (!type_is_nested(from)) {
        *out = KERNEL_CAST_STRING_NESTED;
        return from.id == TYPE_STRING;
    }
    if (!type_is_nested(to)) {
        *out = KERNEL_CAST_NESTED_STRING;
        return to.id == TYPE_STRING;
    }
    if (from.id != to.id || (from.id == TYPE_MAP && from.key != to.key)) return false;
    *out = KERNEL_CAST_NESTED;
    return kernel_cast(type_item(from), type_item(to), &item);
}
