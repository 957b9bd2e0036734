/// Fitted transforms as a person writes and reads them; what is printed stands in tests/golden/fitted.txt.
#include "support/session.h"

int main(void)
{
    return session_run_file("tests/golden/fitted.txt");
}
