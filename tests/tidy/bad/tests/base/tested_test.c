#include "base/tested.h"
