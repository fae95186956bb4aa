#include "wh-clusters.h"

#include <math.h>

static guint
count_labels (const guint *labels, gsize n)
{
  guint most = 0;

  for (gsize i = 0; i < n; i++)
    most = MAX (most, labels[i]);
  return most + 1;
}

static double
pairs_of (double n)
{
  return n * (n - 1) / 2;
}

static double
sum_pairs (const gsize *counts, gsize n)
{
  double sum = 0;

  for (gsize i = 0; i < n; i++)
    sum += pairs_of ((double) counts[i]);
  return sum;
}

double
wh_clusters_agreement (const guint *a, const guint *b, gsize n)
{
  guint n_a = count_labels (a, n), n_b = count_labels (b, n);
  g_autofree gsize *both = g_new0 (gsize, (gsize) n_a * n_b);
  g_autofree gsize *of_a = g_new0 (gsize, n_a);
  g_autofree gsize *of_b = g_new0 (gsize, n_b);
  double expected, most;

  for (gsize i = 0; i < n; i++)
    {
      both[(gsize) a[i] * n_b + b[i]]++;
      of_a[a[i]]++;
      of_b[b[i]]++;
    }
  if (n < 2)
    return NAN;
  expected = sum_pairs (of_a, n_a) * sum_pairs (of_b, n_b) / pairs_of ((double) n);
  most = (sum_pairs (of_a, n_a) + sum_pairs (of_b, n_b)) / 2;
  return most > expected ? (sum_pairs (both, (gsize) n_a * n_b) - expected) / (most - expected) : 1;   /* all in one, or all alone */
}
