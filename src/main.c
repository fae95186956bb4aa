/* main.c: without a command the window, otherwise the terminal client; as a child of itself, whatever uses OpenCL. */
#include <libintl.h>
#include <locale.h>

#include "cli/wh-cli.h"
#include "wh-config.h"
#include "wh-engine.h"
#if WH_HAVE_OPENCL
#include "wh-opencl-drive.h"
#endif
#if WH_HAVE_GUI
#include "ui/wh-application.h"
#endif

int
main (int argc, char **argv)
{
#if WH_HAVE_OPENCL
  if (wh_opencl_host_wanted (argc, argv))
    return wh_opencl_host_main (argc, argv, &wh_opencl_drive);
  wh_engine_set_host ("/proc/self/exe");
#endif
  setlocale (LC_ALL, "");
  bindtextdomain (WH_GETTEXT_PACKAGE, WH_LOCALEDIR);
  bind_textdomain_codeset (WH_GETTEXT_PACKAGE, "UTF-8");
  textdomain (WH_GETTEXT_PACKAGE);
#if WH_HAVE_GUI
  return wh_cli_main (argc, argv, wh_application_run);
#else
  return wh_cli_main (argc, argv, NULL);
#endif
}
