/* A library that is no driver. */
int wh_test_no_driver;
