/// Fitted transforms as users know them: functions that learn something from training rows before they can be computed, such
/// as a mean. They stand under `train: transforms:`; language/fitted.def has a row for each.
#ifndef PAWL_LANGUAGE_FITTED_H
#define PAWL_LANGUAGE_FITTED_H

#include "base/str.h"

enum { FITTED_PARAMETERS_MAX = 3 };

typedef enum Fitted {
#define FITTED(id, ...) FITTED_##id,
#define FITTED_PARAMETER(...)
#include "language/fitted.def"
#undef FITTED
#undef FITTED_PARAMETER
    FITTED_COUNT
} Fitted;

typedef enum FittedTakes {
    FITTED_TAKES_NUMBER,   ///< anything that widens to float64; bool as 0 and 1; NaN as null
    FITTED_TAKES_CATEGORY, ///< bool and timestamp as int64, int64, string
    FITTED_TAKES_EITHER,   ///< a category stays one, other numbers become float64
    FITTED_TAKES_TEXT,     ///< string
} FittedTakes;

typedef enum FittedGives {
    FITTED_GIVES_FLOAT64,
    FITTED_GIVES_INT64,
    FITTED_GIVES_SAME,    ///< the argument's type; float64 where the method needs it
    FITTED_GIVES_COLUMNS, ///< several columns: stands alone
} FittedGives;

/// How many values stand before the parameters.
typedef enum FittedValues { FITTED_VALUES_ONE, FITTED_VALUES_MANY } FittedValues;

typedef enum FittedParameterKind {
    FITTED_PARAMETER_COUNT,  ///< an int64
    FITTED_PARAMETER_NUMBER, ///< int64 or float64
    FITTED_PARAMETER_CHOICE, ///< a text, one of `choices`
    FITTED_PARAMETER_EDGES,  ///< a count, or a list of ascending numbers
    FITTED_PARAMETER_VALUE,  ///< a literal of the argument's type
} FittedParameterKind;

typedef struct FittedParameterInfo {
    const char *name;
    FittedParameterKind kind;
    double least, greatest;
    double otherwise;    ///< when it is not given; a choice: its place
    const char *choices; ///< "a b c"
    bool needed;
} FittedParameterInfo;

typedef struct FittedInfo {
    const char *name;
    FittedTakes takes;
    FittedValues values;
    FittedGives gives;
    const char *form;
    const char *meaning;
} FittedInfo;

const FittedInfo *fitted_info(Fitted fitted);
bool fitted_find(Str name, Fitted *out);

/// NULL past the last.
const FittedParameterInfo *fitted_parameter(Fitted fitted, uint32_t i);

/// The place of `text` among the choices, or SIZE_MAX.
size_t fitted_choice(const FittedParameterInfo *parameter, Str text);

/// The choice of that place.
Str fitted_choice_text(const FittedParameterInfo *parameter, size_t place);

#endif
