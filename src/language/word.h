/// The words of a text, as tf_idf counts them: runs of ASCII letters (read as lower case), digits, '_' and bytes beyond ASCII.
#ifndef PAWL_LANGUAGE_WORD_H
#define PAWL_LANGUAGE_WORD_H

#include "base/str.h"

/// Takes the next word off the front of `*rest`; false when there is none. The word is as written.
bool word_next(Str *rest, Str *out);

/// An ASCII letter as lower case, every other byte as it is.
char word_lower(char byte);

/// How many words of the text are `word`, which is written in lower case.
uint64_t word_count(Str text, Str word);

#endif
