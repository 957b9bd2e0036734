#include "number/float_order.h"

int float_compare_items(const void *left, const void *right)
{
    return float_compare(*(const double *)left, *(const double *)right);
}
