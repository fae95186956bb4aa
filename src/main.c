/* main.c: without arguments the window, otherwise the terminal client. */
#include "cli/wh-cli.h"

int
main (int argc, char **argv)
{
  return wh_cli_main (argc, argv);
}
