#include "wh-taste.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "base/wh-csv.h"
#include "base/wh-error.h"
#include "base/wh-text.h"

#define SHRINK 20.0      /* people added to those of every strain, so that a few say little */
#define LIKED_POWER 0.5  /* how far it is held against a liked strain that everybody took it */
#define STRAIN_POWER 0.2 /* and against the strain that is scored */
#define MOST_STRAINS 500 /* of one person: a list longer than that is no taste */
#define NOWHERE (-1)

struct _WhTaste {
  guint    n_strains;
  GArray  *strains;        /* of guint32: the strains of all people, one person after the other */
  GArray  *first;          /* of guint32, one more than people: where each begins */
  guint32 *people;         /* those of strain 0, then of strain 1 … */
  guint32 *people_first;   /* n_strains + 1 */
  double   mean_together, mean_people;
  GHashTable *reports;     /* person -> GArray of numbers, each once; until the end of reading */
  GPtrArray  *reporters;   /* the same arrays, in the order of their first report */
};

WhTaste *
wh_taste_new (guint n_strains)
{
  WhTaste *taste = g_new0 (WhTaste, 1);
  guint32 begin = 0;

  taste->n_strains = n_strains;
  taste->strains = g_array_new (FALSE, FALSE, sizeof (guint32));
  taste->first = g_array_new (FALSE, FALSE, sizeof (guint32));
  taste->people_first = g_new0 (guint32, n_strains + 1);
  g_array_append_val (taste->first, begin);
  taste->reports = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_array_unref);
  taste->reporters = g_ptr_array_new ();
  return taste;
}

void
wh_taste_free (WhTaste *taste)
{
  g_array_unref (taste->strains);
  g_array_unref (taste->first);
  g_clear_pointer (&taste->reports, g_hash_table_unref);
  g_clear_pointer (&taste->reporters, g_ptr_array_unref);
  g_free (taste->people);
  g_free (taste->people_first);
  g_free (taste);
}

void
wh_taste_add_person (WhTaste *taste, const guint32 *strains, guint n)
{
  guint32 end = taste->strains->len + n;

  g_array_append_vals (taste->strains, strains, n);
  g_array_append_val (taste->first, end);
}

void
wh_taste_add_report (WhTaste *taste, const char *person, guint32 strain)
{
  GArray *strains = g_hash_table_lookup (taste->reports, person);

  if (!strains)
    {
      strains = g_array_new (FALSE, FALSE, sizeof (guint32));
      g_hash_table_insert (taste->reports, g_strdup (person), strains);
      g_ptr_array_add (taste->reporters, strains);
    }
  for (guint i = 0; i < strains->len; i++)
    if (g_array_index (strains, guint32, i) == strain)
      return;
  if (strains->len <= MOST_STRAINS)
    g_array_append_val (strains, strain);
}

static void
gather_reports (WhTaste *taste)
{
  for (guint i = 0; i < taste->reporters->len; i++)
    {
      const GArray *strains = g_ptr_array_index (taste->reporters, i);
      if (strains->len <= MOST_STRAINS)
        wh_taste_add_person (taste, (const guint32 *) strains->data, strains->len);
    }
  g_clear_pointer (&taste->reporters, g_ptr_array_unref);
  g_clear_pointer (&taste->reports, g_hash_table_unref);
}

static guint
n_people (const WhTaste *taste)
{
  return taste->first->len - 1;
}

static const guint32 *
strains_of (const WhTaste *taste, guint person, guint *out_n)
{
  const guint32 *first = (const guint32 *) taste->first->data;

  *out_n = first[person + 1] - first[person];
  return (const guint32 *) taste->strains->data + first[person];
}

guint
wh_taste_length (const WhTaste *taste)
{
  return taste->n_strains;
}

guint
wh_taste_people (const WhTaste *taste, guint strain)
{
  return taste->people_first[strain + 1] - taste->people_first[strain];
}

guint
wh_taste_witnesses (const WhTaste *taste)
{
  guint witnesses = 0, n;

  for (guint person = 0; person < n_people (taste); person++)
    {
      strains_of (taste, person, &n);
      witnesses += n > 1;
    }
  return witnesses;
}

static double
damped (const WhTaste *taste, guint strain, double power)
{
  return pow (wh_taste_people (taste, strain) + SHRINK, -power);
}

static double
weight_of_person (guint n)
{
  return n > 1 ? 1 / sqrt (n - 1) : 0;
}

static void
list_people (WhTaste *taste)
{
  g_autofree guint32 *next = NULL;
  guint n;

  for (guint i = 0; i < taste->strains->len; i++)
    taste->people_first[g_array_index (taste->strains, guint32, i) + 1]++;
  for (guint i = 0; i < taste->n_strains; i++)
    taste->people_first[i + 1] += taste->people_first[i];
  next = g_memdup2 (taste->people_first, (taste->n_strains + 1) * sizeof *next);
  taste->people = g_new (guint32, MAX (taste->strains->len, 1));
  for (guint person = 0; person < n_people (taste); person++)
    {
      const guint32 *strains = strains_of (taste, person, &n);
      for (guint i = 0; i < n; i++)
        taste->people[next[strains[i]]++] = person;
    }
}

/* All pairs of one person at once: (sum of a)(sum of b) holds every pair of a and b, also each with itself. */
static double
sum_of_pairs (const WhTaste *taste, guint person)
{
  double as_liked = 0, as_strain = 0, itself = 0;
  guint n;
  const guint32 *strains = strains_of (taste, person, &n);

  for (guint i = 0; i < n; i++)
    {
      double liked = damped (taste, strains[i], LIKED_POWER), strain = damped (taste, strains[i], STRAIN_POWER);
      as_liked += liked;
      as_strain += strain;
      itself += liked * strain;
    }
  return weight_of_person (n) * (as_liked * as_strain - itself);
}

void
wh_taste_finish (WhTaste *taste)
{
  double n = MAX (taste->n_strains, 1), sum = 0;

  gather_reports (taste);
  list_people (taste);
  for (guint person = 0; person < n_people (taste); person++)
    sum += sum_of_pairs (taste, person);
  taste->mean_together = sum / (n * n);
  taste->mean_people = taste->strains->len / n;
}

static void
add_together (const WhTaste *taste, guint liked, double *scores)
{
  double damp = damped (taste, liked, LIKED_POWER);
  guint n;

  for (guint i = taste->people_first[liked]; i < taste->people_first[liked + 1]; i++)
    {
      const guint32 *strains = strains_of (taste, taste->people[i], &n);
      double part = damp * weight_of_person (n);
      for (guint s = 0; s < n; s++)
        if (strains[s] != liked)
          scores[strains[s]] += part;
    }
}

void
wh_taste_score (const WhTaste *taste, const guint32 *liked, guint n_liked, double *out_scores)
{
  memset (out_scores, 0, taste->n_strains * sizeof *out_scores);
  for (guint i = 0; i < n_liked; i++)
    add_together (taste, liked[i], out_scores);
  for (guint i = 0; i < taste->n_strains; i++)
    {
      if (out_scores[i] > 0)
        out_scores[i] *= damped (taste, i, STRAIN_POWER) / (taste->mean_together * n_liked);
      if (taste->mean_people > 0)
        out_scores[i] += wh_taste_people (taste, i) / taste->mean_people;
    }
}

WhTogether
wh_taste_together (const WhTaste *taste, guint strain, guint liked)
{
  WhTogether together = { 0, wh_taste_people (taste, liked) };
  guint n;

  for (guint i = taste->people_first[liked]; i < taste->people_first[liked + 1]; i++)
    {
      const guint32 *strains = strains_of (taste, taste->people[i], &n);
      for (guint s = 0; s < n; s++)
        together.both += strains[s] == strain;
    }
  return together;
}

/* -- reading ----------------------------------------------------------------------------------------------------- */

static int
find_column (const WhCsvRow *header, const char *name)
{
  for (guint i = 0; i < header->n_cells; i++)
    if (g_ascii_strcasecmp (header->cells[i], name) == 0)
      return (int) i;
  return NOWHERE;
}

static gboolean
find_columns (const WhCsvRow *header, int *out_user, int *out_strain, GError **error)
{
  *out_user = find_column (header, "user");
  *out_strain = find_column (header, "strain_slug");
  if (*out_strain == NOWHERE)
    *out_strain = find_column (header, "strain");
  if (*out_user != NOWHERE && *out_strain != NOWHERE)
    return TRUE;
  g_set_error_literal (error, WH_ERROR, WH_ERROR_INVALID, _ ("the table needs the columns “user” and “strain_slug”"));
  return FALSE;
}

static void
take_row (WhTaste *taste, GHashTable *numbers, const char *user, const char *strain)
{
  g_autofree char *slug = wh_text_slug (strain);
  guint32 number = GPOINTER_TO_UINT (g_hash_table_lookup (numbers, slug));

  if (*user && number > 0)
    wh_taste_add_report (taste, user, number - 1);
}

WhTaste *
wh_taste_read (const char *path, GHashTable *numbers, guint n_strains, GError **error)
{
  g_autoptr (WhCsv) csv = wh_csv_open (path, error);
  g_autoptr (WhTaste) taste = wh_taste_new (n_strains);
  g_autoptr (GError) failure = NULL;
  WhCsvRow row = { 0 };
  int user, strain;

  if (!csv || (!wh_csv_next (csv, &row, &failure) && failure) || !find_columns (&row, &user, &strain, error))
    {
      if (failure)
        g_propagate_error (error, g_steal_pointer (&failure));
      return NULL;
    }
  while (wh_csv_next (csv, &row, &failure))
    if ((guint) MAX (user, strain) < row.n_cells)
      take_row (taste, numbers, row.cells[user], row.cells[strain]);
  if (failure)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return NULL;
    }
  wh_taste_finish (taste);
  return g_steal_pointer (&taste);
}
