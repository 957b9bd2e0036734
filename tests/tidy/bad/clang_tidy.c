struct lower_case {
    int MixedCase;
};

int CamelFunction(int value);

int CamelFunction(int value)
{
    for (int i = 0; i < value; i++) {
        if (value == 1) {
            if (value == 2) {
                if (value == 3) {
                    if (value == 4) {
                        if (value == 5) {
                            if (value == 6) return value;
                        }
                    }
                }
            }
        }
    }
    return value == 1 || value == 1;
}
