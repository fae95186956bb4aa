#include "wh-cli.h"

#include "wh-config.h"

int
wh_cli_main (int argc, char **argv)
{
  g_print ("weedhounds " WH_VERSION "\n");
  return WH_EXIT_DONE;
}
