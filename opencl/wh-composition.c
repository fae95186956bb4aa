#include "wh-composition.h"

#include <math.h>

gboolean
wh_composition_replace (double *row, const double *limits, gsize n)
{
  double sum = 0, replaced = 0;

  for (gsize i = 0; i < n; i++)
    {
      sum += row[i];
      if (row[i] == 0)
        replaced += WH_COMPOSITION_OF_LIMIT * limits[i];
    }
  if (!(sum > 0) || !(replaced < sum))
    return FALSE;
  for (gsize i = 0; i < n; i++)
    row[i] = row[i] == 0 ? WH_COMPOSITION_OF_LIMIT * limits[i] : row[i] * (1 - replaced / sum);
  return TRUE;
}

void
wh_composition_clr (double *row, gsize n)
{
  double mean = 0;

  for (gsize i = 0; i < n; i++)
    {
      row[i] = log (row[i]);
      mean += row[i] / (double) n;
    }
  for (gsize i = 0; i < n; i++)
    row[i] -= mean;
}
