#include "wh-led.h"

#include <glib/gi18n.h>
#include <math.h>

#include "base/wh-error.h"
#include "wh-analyst-private.h"

#define DECIMALS 4
#define NOWHERE G_MAXUINT

/* Where the terpenes asked for stand among the columns; NOWHERE: nobody was tested for it. */
typedef struct {
  const WhProfiles *profiles;
  guint             n;
  guint             columns[WH_LED_MOST];
} Question;

static guint
column_of (const WhProfiles *profiles, WhAnalyteIndex analyte)
{
  for (guint column = 0; column < profiles->n_columns; column++)
    if (profiles->columns[column] == analyte)
      return column;
  return NOWHERE;
}

static guint
place_of (const Question *question, guint column)
{
  for (guint i = 0; i < question->n; i++)
    if (question->columns[i] == column)
      return i;
  return NOWHERE;
}

/* Whether each terpene asked for was found, and none of the others is as much as the least of them. */
static gboolean
is_led (const Question *question, const float *amounts)
{
  float least = INFINITY;

  for (guint i = 0; i < question->n; i++)
    least = MIN (least, amounts[question->columns[i]]);
  for (guint column = 0; column < question->profiles->n_columns; column++)
    if (amounts[column] >= least && place_of (question, column) == NOWHERE)
      return FALSE;
  return least > 0;
}

/* To a profile with n, n - 1 … 1 parts of the terpenes asked for, as if tested for whatever the strain was. */
static WhLed
measure (const Question *question, guint strain, const float *amounts)
{
  WhLed led = { .card = wh_snapshot_card (question->profiles->snapshot, strain),
                .n_tested = (guint) __builtin_popcountll (question->profiles->masks[strain]) };
  double sum = 0, overlap = 0, parts = question->n * (question->n + 1) / 2.0;

  for (guint column = 0; column < question->profiles->n_columns; column++)
    sum += amounts[column];   /* zero where not tested */
  for (guint i = 0; i < question->n; i++)
    {
      led.shares[i] = amounts[question->columns[i]] / sum;
      overlap += sqrt (led.shares[i] * (question->n - i) / parts);
    }
  led.hellinger_distance = sqrt (MAX (0, 1 - overlap));
  return led;
}

static int
compare_led (gconstpointer a, gconstpointer b)
{
  const WhLed *x = a, *y = b;

  if (x->hellinger_distance != y->hellinger_distance)
    return x->hellinger_distance < y->hellinger_distance ? -1 : 1;
  return wh_id_compare (&x->card->id, &y->card->id);
}

static void
look (WhLedStrains *strains, const Question *question)
{
  const WhProfiles *profiles = question->profiles;

  for (guint i = 0; i < question->n; i++)
    if (question->columns[i] == NOWHERE)
      return;
  for (guint strain = 0; strain < wh_snapshot_length (profiles->snapshot); strain++)
    {
      const float *amounts = profiles->values + (gsize) strain * profiles->n_columns;
      if (__builtin_popcountll (profiles->masks[strain]) >= WH_ENGINE_MIN_SHARED && is_led (question, amounts))
        {
          WhLed led = measure (question, strain, amounts);
          g_array_append_val (strains->strains, led);
        }
    }
  g_array_sort (strains->strains, compare_led);
}

static gboolean
take_terpenes (WhLedStrains *strains, const WhAnalyte *const *terpenes, guint n, GError **error)
{
  for (guint i = 0; i < MIN (n, WH_LED_MOST); i++)
    {
      const WhAnalyte *terpene = terpenes[i]->total == WH_ANALYTE_NONE ? terpenes[i] : wh_analyte_get (terpenes[i]->total);
      for (guint j = 0; j < i; j++)
        n = strains->terpenes[j] == terpene ? 0 : n;
      n = wh_analyte_is_terpene (terpene) ? n : 0;
      strains->terpenes[strains->n_terpenes++] = terpene;
    }
  if (n > 0 && n <= WH_LED_MOST)
    return TRUE;
  g_set_error (error, WH_ERROR, WH_ERROR_INVALID, _("Name one to %d different terpenes."), WH_LED_MOST);
  return FALSE;
}

WhLedStrains *
wh_analyst_led_by (WhAnalyst *analyst, const WhPrincipal *principal, const WhAnalyte *const *terpenes, guint n, GError **error)
{
  g_autoptr (WhProfiles) profiles = NULL;
  g_autoptr (WhLedStrains) strains = NULL;
  Question question;

  if (!wh_principal_require (principal, WH_PERMISSION_READ_CATALOGUE, error) || !(profiles = wh_analyst_profiles (analyst, error)))
    return NULL;
  strains = g_new0 (WhLedStrains, 1);
  strains->snapshot = wh_snapshot_ref (profiles->snapshot);
  strains->strains = g_array_new (FALSE, FALSE, sizeof (WhLed));
  if (!take_terpenes (strains, terpenes, n, error))
    return NULL;
  question = (Question) { profiles, n, { 0 } };
  for (guint i = 0; i < n; i++)
    question.columns[i] = column_of (profiles, strains->terpenes[i]->index);
  look (strains, &question);
  return g_steal_pointer (&strains);
}

void
wh_led_strains_free (WhLedStrains *strains)
{
  g_array_unref (strains->strains);
  wh_snapshot_unref (strains->snapshot);
  g_free (strains);
}

static void
write_leading (WhJsonWriter *writer, const WhLedStrains *strains, const WhLed *led)
{
  wh_json_writer_key (writer, "leading");
  wh_json_writer_begin_array (writer);
  for (guint i = 0; i < strains->n_terpenes; i++)
    {
      wh_json_writer_begin_object (writer);
      wh_json_writer_add_string (writer, "analyte", strains->terpenes[i]->key);
      wh_json_writer_add_string (writer, "name", strains->terpenes[i]->name);
      wh_json_writer_add_number (writer, "share", led->shares[i], DECIMALS);
      wh_json_writer_end_object (writer);
    }
  wh_json_writer_end_array (writer);
}

void
wh_present_led (WhJsonWriter *writer, const WhLedStrains *strains, guint offset, guint limit)
{
  wh_json_writer_begin_array (writer);
  for (guint i = offset; i < strains->strains->len && (limit == 0 || i - offset < limit); i++)
    {
      const WhLed *led = &g_array_index (strains->strains, WhLed, i);
      char id[WH_ID_TEXT_LENGTH + 1];
      wh_id_format (&led->card->id, id);
      wh_json_writer_begin_object (writer);
      wh_json_writer_add_string (writer, "strain_id", id);
      wh_json_writer_add_string (writer, "name", led->card->name);
      wh_json_writer_add_string (writer, "type", led->card->type);
      wh_json_writer_add_number (writer, "hellinger_distance", led->hellinger_distance, DECIMALS);
      wh_json_writer_add_integer (writer, "n_tested", led->n_tested);
      write_leading (writer, strains, led);
      wh_json_writer_add_boolean (writer, "demonstration", led->card->demonstration);
      wh_json_writer_end_object (writer);
    }
  wh_json_writer_end_array (writer);
}
