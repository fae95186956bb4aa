#include "wh-chart.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/wh-error.h"

gboolean
wh_chart_format_of (const char *path, WhChartFormat *out_format, GError **error)
{
  static const char *const endings[] = { [WH_CHART_PNG] = ".png", [WH_CHART_PDF] = ".pdf", [WH_CHART_SVG] = ".svg" };
  gsize length = strlen (path);

  for (guint i = 0; i < G_N_ELEMENTS (endings); i++)
    if (length > 4 && g_ascii_strcasecmp (path + length - 4, endings[i]) == 0)
      {
        *out_format = (WhChartFormat) i;
        return TRUE;
      }
  g_autofree char *shown = g_filename_display_name (path);
  g_set_error (error, WH_ERROR, WH_ERROR_INVALID, _("A chart is a file that ends in .png, .pdf or .svg, not “%s”."), shown);
  return FALSE;
}

gboolean
wh_chart_save (GBytes *picture, const char *path, GError **error)
{
  g_autofree char *shown = g_filename_display_name (path);
  g_autoptr (GError) failure = NULL;
  GStatBuf status;
  gsize length;
  const char *data = g_bytes_get_data (picture, &length);

  if (g_stat (path, &status) == 0 && !S_ISREG (status.st_mode))
    {
      g_set_error (error, WH_ERROR, WH_ERROR_INVALID, _("“%s” is there already and no file that could be replaced."), shown);
      return FALSE;
    }
  if (g_file_set_contents_full (path, data, (gssize) length, G_FILE_SET_CONTENTS_CONSISTENT, 0666, &failure))
    return TRUE;
  g_set_error (error, WH_ERROR, failure->code == G_FILE_ERROR_NOSPC ? WH_ERROR_NO_SPACE : WH_ERROR_FAILED,
               _("The chart could not be written: %s"), failure->message);
  return FALSE;
}
