/// A user's own steps in the graph, as a person writes and watches them; what is printed stands in tests/golden/steps.txt.
#include "support/session.h"

int main(void)
{
    return session_run_file("tests/golden/steps.txt");
}
