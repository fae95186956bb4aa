#include "wh-cli-bar.h"

#include <math.h>

#define EIGHTHS 8

char *
wh_cli_bar (double share, guint width)
{
  static const char *const parts[EIGHTHS] = { "", "▏", "▎", "▍", "▌", "▋", "▊", "▉" };
  guint eighths = isnan (share) ? 0 : (guint) lround (CLAMP (share, 0, 1) * width * EIGHTHS);
  GString *bar = g_string_new (NULL);

  if (share > 0 && eighths == 0)
    eighths = 1;   /* little is not nothing */
  for (guint i = 0; i < eighths / EIGHTHS; i++)
    g_string_append (bar, "█");
  g_string_append (bar, parts[eighths % EIGHTHS]);
  return g_string_free (bar, FALSE);
}
