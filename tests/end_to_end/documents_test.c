/// What documents say of the binary is what it says: tests/golden/documents.txt.
#include "support/session.h"

int main(void)
{
    return session_run_file("tests/golden/documents.txt");
}
