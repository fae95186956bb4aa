#include "wh-cli-chart.h"

#include <glib/gi18n.h>

#include "wh-cli-output.h"

gboolean
wh_cli_chart_take (const WhCliOptions *options, GBytes *picture, GError **error)
{
  g_autoptr (GBytes) taken = picture;
  g_autofree char *shown = g_filename_display_name (options->chart);

  if (!taken || !wh_chart_save (taken, options->chart, error))
    return FALSE;
  wh_cli_output_note (_("drawn into %s"), shown);
  return TRUE;
}
