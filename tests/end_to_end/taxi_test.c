/// The main job on real trips, as a person runs it; what is printed stands in tests/golden/taxi.txt.
#include "support/session.h"

int main(void)
{
    return session_run_file("tests/golden/taxi.txt");
}
