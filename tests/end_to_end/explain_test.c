/// What a person reads who asks why a feature has its value: every case's text stands in tests/golden/explain.txt.
#include "support/session.h"

int main(void)
{
    return session_run_file("tests/golden/explain.txt");
}
