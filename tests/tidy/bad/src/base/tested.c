int tested_value(void)
{
    return 1;
}
