#include "language/kernel.h"

#include "language/kernel_nested_internal.h"
#include "number/parse.h"

/// No widening leads there.
#define COST_NONE UINT32_MAX

// The words of kernels.def.
#define BOOL KERNEL_TYPE_BOOL
#define INT64 KERNEL_TYPE_INT64
#define DECIMAL KERNEL_TYPE_DECIMAL
#define DECIMAL_ANY KERNEL_TYPE_DECIMAL_ANY
#define DECIMAL_SUM KERNEL_TYPE_DECIMAL_SUM
#define DECIMAL_WHOLE KERNEL_TYPE_DECIMAL_WHOLE
#define FLOAT64 KERNEL_TYPE_FLOAT64
#define STRING KERNEL_TYPE_STRING
#define INSTANT KERNEL_TYPE_INSTANT
#define ZONE KERNEL_TYPE_ZONE
#define TABLE_INTEGERS KERNEL_TYPE_TABLE_INTEGERS
#define TABLE_NUMBERS KERNEL_TYPE_TABLE_NUMBERS
#define TABLE_RANKS KERNEL_TYPE_TABLE_RANKS
#define TABLE_STRINGS KERNEL_TYPE_TABLE_STRINGS
#define NESTED KERNEL_TYPE_NESTED
#define LIST KERNEL_TYPE_LIST
#define LIST_NUMBER KERNEL_TYPE_LIST_NUMBER
#define MAP KERNEL_TYPE_MAP
#define ITEM KERNEL_TYPE_ITEM
#define KEY KERNEL_TYPE_KEY
#define LIST_BOOL KERNEL_TYPE_LIST_BOOL
#define LIST_FLOAT64 KERNEL_TYPE_LIST_FLOAT64
#define LIST_STRING KERNEL_TYPE_LIST_STRING
#define LIST_KEY KERNEL_TYPE_LIST_KEY
#define LIST_ANY KERNEL_TYPE_LIST_ANY
#define LIST_OF_KEYS KERNEL_TYPE_LIST_OF_KEYS
#define LIST_OF_ITEMS KERNEL_TYPE_LIST_OF_ITEMS
#define MAP_OF_LISTS KERNEL_TYPE_MAP_OF_LISTS
#define NESTED_ANY KERNEL_TYPE_NESTED_ANY
#define UNIT KERNEL_TYPE_UNIT
#define EDGES KERNEL_TYPE_EDGES
#define INT_EDGES KERNEL_TYPE_INT_EDGES
#define PATTERN KERNEL_TYPE_PATTERN
#define JSON_PATH KERNEL_TYPE_JSON_PATH

static const KernelInfo KERNELS[KERNEL_COUNT] = {
#define KERNEL(id, result, nulls, name, ...)                                                                           \
    [KERNEL_##id] = {#id, (name), KERNEL_NULLS_##nulls, (result), {__VA_ARGS__}},
#include "language/kernels.def"
#undef KERNEL
};

#undef BOOL
#undef INT64
#undef DECIMAL
#undef DECIMAL_ANY
#undef DECIMAL_SUM
#undef DECIMAL_WHOLE
#undef FLOAT64
#undef STRING
#undef INSTANT
#undef ZONE
#undef TABLE_INTEGERS
#undef TABLE_NUMBERS
#undef TABLE_RANKS
#undef TABLE_STRINGS
#undef NESTED
#undef LIST
#undef LIST_NUMBER
#undef MAP
#undef ITEM
#undef KEY
#undef LIST_BOOL
#undef LIST_FLOAT64
#undef LIST_STRING
#undef LIST_KEY
#undef LIST_ANY
#undef LIST_OF_KEYS
#undef LIST_OF_ITEMS
#undef MAP_OF_LISTS
#undef NESTED_ANY
#undef UNIT
#undef EDGES
#undef INT_EDGES
#undef PATTERN
#undef JSON_PATH

const KernelInfo *kernel_info(Kernel kernel)
{
    CHECK(kernel < KERNEL_COUNT);
    return &KERNELS[kernel];
}

const char *kernel_name(Kernel kernel)
{
    return kernel_info(kernel)->id;
}

uint32_t kernel_argument_count(Kernel kernel)
{
    const KernelInfo *info = kernel_info(kernel);
    uint32_t count = 0;
    while (info->arguments[count] != KERNEL_TYPE_NONE) count++;
    return count;
}

bool kernel_find(Str id, Kernel *out)
{
    for (size_t i = 0; i < KERNEL_COUNT; i++) {
        if (!str_equal(id, str_from(KERNELS[i].id))) continue;
        *out = (Kernel)i;
        return true;
    }
    return false;
}

static bool kernel_type_is_decimal(KernelType type)
{
    return type >= KERNEL_TYPE_DECIMAL && type <= KERNEL_TYPE_DECIMAL_WHOLE;
}

/// The computed type that a kernel's type is, but for a decimal's scale.
static TypeId kernel_type_id(KernelType type)
{
    switch (type) {
    case KERNEL_TYPE_BOOL:
        return TYPE_BOOL;
    case KERNEL_TYPE_INT64:
        return TYPE_INT64;
    case KERNEL_TYPE_FLOAT64:
        return TYPE_FLOAT64;
    case KERNEL_TYPE_INSTANT:
        return TYPE_TIMESTAMP_US;
    case KERNEL_TYPE_STRING:
    case KERNEL_TYPE_ZONE:
    case KERNEL_TYPE_TABLE_INTEGERS:
    case KERNEL_TYPE_TABLE_NUMBERS:
    case KERNEL_TYPE_TABLE_RANKS:
    case KERNEL_TYPE_TABLE_STRINGS:
    case KERNEL_TYPE_UNIT:
    case KERNEL_TYPE_EDGES:
    case KERNEL_TYPE_INT_EDGES:
    case KERNEL_TYPE_PATTERN:
    case KERNEL_TYPE_JSON_PATH:
        return TYPE_STRING;
    default:
        return kernel_type_is_nested(type) ? TYPE_COUNT : TYPE_DECIMAL;
    }
}

/// How far an argument is from a parameter.
static uint32_t argument_cost(KernelType parameter, Type argument)
{
    if (argument.id == TYPE_COUNT || argument.id == kernel_type_id(parameter)) return 0;
    if (argument.id == TYPE_INT64 && kernel_type_is_decimal(parameter)) return 1;
    if (argument.id == TYPE_INT64 && parameter == KERNEL_TYPE_FLOAT64) return 2;
    if (argument.id == TYPE_DECIMAL && parameter == KERNEL_TYPE_FLOAT64) return 3;
    return COST_NONE;
}

/// The same where a list or map decides what the parameter is.
static uint32_t nested_cost(KernelType parameter, Type common, Type argument)
{
    Type wanted = {0};
    if (!nested_parameter(parameter, common, argument, &wanted)) return COST_NONE;
    if (argument.id == TYPE_COUNT || type_equal(argument, wanted)) return 0;
    return type_widens(argument, wanted) ? 1 : COST_NONE;
}

static uint32_t kernel_cost(const KernelInfo *info, const Type *arguments, uint32_t count)
{
    uint32_t total = 0;
    Type common = {0};
    for (uint32_t i = 0; i < count; i++) {
        if (info->arguments[i] == KERNEL_TYPE_NONE) return COST_NONE;
    }
    if (info->arguments[count] != KERNEL_TYPE_NONE || !nested_common(info, arguments, &common)) return COST_NONE;
    for (uint32_t i = 0; i < count; i++) {
        KernelType parameter = info->arguments[i];
        uint32_t cost = kernel_type_is_nested(parameter) ? nested_cost(parameter, common, arguments[i])
                                                         : argument_cost(parameter, arguments[i]);
        if (cost == COST_NONE) return COST_NONE;
        total += cost;
    }
    return total;
}

bool kernel_resolve(Str name, const Type *arguments, uint32_t count, Kernel *out)
{
    uint32_t best = COST_NONE;
    if (count > PLAN_ARGUMENTS_MAX) return false;
    for (size_t i = 0; i < KERNEL_COUNT; i++) {
        if (!str_equal(name, str_from(KERNELS[i].name))) continue;
        uint32_t cost = kernel_cost(&KERNELS[i], arguments, count);
        if (cost >= best) continue;
        best = cost;
        *out = (Kernel)i;
    }
    return best != COST_NONE;
}

static Type decimal_of(uint32_t scale)
{
    return (Type){.id = TYPE_DECIMAL, .precision = 38, .scale = (uint8_t)scale};
}

static Type kernel_plain_type(KernelType type)
{
    return type == KERNEL_TYPE_INSTANT ? TYPE_INSTANT : TYPE_OF(kernel_type_id(type));
}

static uint32_t type_scale(Type type)
{
    return type.id == TYPE_DECIMAL ? type.scale : 0;
}

/// The one scale of the arguments that must share theirs: the greatest.
static uint32_t kernel_common_scale(const KernelInfo *info, const Type *arguments)
{
    uint32_t common = 0;
    for (uint32_t i = 0; info->arguments[i] != KERNEL_TYPE_NONE; i++) {
        uint32_t scale = type_scale(arguments[i]);
        if (info->arguments[i] == KERNEL_TYPE_DECIMAL && scale > common) common = scale;
    }
    return common;
}

/// What the result is, where lists, maps and scales of the arguments are known.
static bool kernel_result(const KernelInfo *info, const Type *arguments, Type nested, Type *out)
{
    uint32_t sum = 0;
    for (uint32_t i = 0; info->arguments[i] != KERNEL_TYPE_NONE; i++) sum += type_scale(arguments[i]);
    switch (info->result) {
    case KERNEL_TYPE_DECIMAL_SUM:
        *out = decimal_of(sum);
        return sum <= DECIMAL_SCALE_MAX;
    case KERNEL_TYPE_DECIMAL:
        *out = decimal_of(kernel_common_scale(info, arguments));
        return true;
    case KERNEL_TYPE_NESTED_ANY:
        *out = TYPE_OF(TYPE_COUNT);
        return true;
    default:
        break;
    }
    *out = kernel_type_is_decimal(info->result)  ? decimal_of(0)
           : kernel_type_is_nested(info->result) ? nested_result(info->result, nested, arguments)
                                                 : kernel_plain_type(info->result);
    return true;
}

bool kernel_signature(Kernel kernel, const Type *arguments, Type *out_arguments, Type *out_result)
{
    const KernelInfo *info = kernel_info(kernel);
    uint32_t common = kernel_common_scale(info, arguments);
    Type nested = {0};
    if (!nested_common(info, arguments, &nested)) return false;
    for (uint32_t i = 0; info->arguments[i] != KERNEL_TYPE_NONE; i++) {
        KernelType type = info->arguments[i];
        uint32_t scale = type == KERNEL_TYPE_DECIMAL ? common : type_scale(arguments[i]);
        if (kernel_type_is_nested(type)) {
            if (!nested_parameter(type, nested, arguments[i], &out_arguments[i])) return false;
        } else {
            out_arguments[i] = kernel_type_is_decimal(type) ? decimal_of(scale) : kernel_plain_type(type);
        }
    }
    return kernel_result(info, arguments, nested, out_result);
}

bool kernel_accepts(Kernel kernel, Type result, const Type *arguments, uint32_t count)
{
    Type wanted[PLAN_ARGUMENTS_MAX];
    Type given = result;
    if (count != kernel_argument_count(kernel)) return false;
    if (!kernel_signature(kernel, arguments, wanted, &given)) return false;
    for (uint32_t i = 0; i < count; i++) {
        if (!type_equal(arguments[i], wanted[i])) return false;
    }
    if (kernel_info(kernel)->result == KERNEL_TYPE_NESTED_ANY) {
        Kernel cast = KERNEL_COUNT;
        return type_is_nested(result) && nested_cast(arguments[0], result, &cast) && cast == kernel;
    }
    if (kernel_info(kernel)->result == KERNEL_TYPE_DECIMAL_ANY) return type_equal(result, decimal_of(result.scale));
    return type_equal(result, given);
}

bool kernel_cast(Type from, Type to, Kernel *out)
{
    if (type_is_nested(from) || type_is_nested(to)) return nested_cast(from, to, out);
    if (from.id == to.id && from.id != TYPE_DECIMAL) return false;
    for (size_t i = 0; i < KERNEL_COUNT; i++) {
        const KernelInfo *info = &KERNELS[i];
        if (info->name[0] != '\0' || info->arguments[1] != KERNEL_TYPE_NONE) continue;
        if (kernel_type_id(info->arguments[0]) != from.id || kernel_type_id(info->result) != to.id) continue;
        *out = (Kernel)i;
        return true;
    }
    return false;
}
