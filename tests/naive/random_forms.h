/// What random expressions are made of, so far as the language understands it: a form that does not compile, or that the naive
/// interpreter does not know, is left out and counted.
#ifndef PAWL_NAIVE_RANDOM_FORMS_H
#define PAWL_NAIVE_RANDOM_FORMS_H

#include "frame/type.h"

/// A TypeId, or a list or map by what it holds: TYPE_LIST is a list of float64, and:
typedef enum FormNested {
    FORM_STRINGS = TYPE_COUNT + 1, ///< a list of strings
    FORM_COUNTS,                   ///< a map from string to int64
    FORM_OTHER_LIST,
    FORM_OTHER_MAP,
} FormNested;

typedef unsigned FormType;

/// How an expression of a type is made: `%` stands for parts by type, `B I F D S T L Z M` for bool, int64, float64, decimal, string,
/// timestamp, a list of float64, a list of strings and a map from string to int64. `where` says where: 'r' over rows, 'q' over the request, 'a' anywhere; 'i' where inputs are
/// declared.
typedef struct Form {
    FormType type;
    const char *where;
    const char *text;
} Form;

typedef enum FormKind {
    FORM_LEAF,
    FORM_CALL,
    FORM_AGGREGATE,
    FORM_TIME,   ///< windows in time
    FORM_WINDOW, ///< of other kinds
    FORM_CAPPED, ///< with a cap on rows
    FORM_SERIES,
    FORM_AHEAD, ///< windows that look ahead, for what only a label reads
    FORM_CATEGORY,
    FORM_KINDS
} FormKind;

/// The forms that are understood. Found out once.
size_t forms_usable(FormKind kind, const Form **out);

/// Those that are not, for a report.
size_t forms_unusable(FormKind kind, const Form **out);

/// The type that a letter after '%' stands for; TYPE_COUNT: none.
FormType form_letter_type(char letter);

#endif
