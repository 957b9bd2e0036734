/// What a person reads after a mistake: every case's text and exit code stand in tests/golden/bad_input.txt.
#include "support/session.h"

int main(void)
{
    return session_run_file("tests/golden/bad_input.txt");
}
