#include "wh-sentinel-private.h"

#include <glib/gi18n.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/wh-chemistry.h"
#include "core/wh-freshness.h"

#define PERCENT 10.0             /* mg/g */
#define FEWEST_TERPENES 8        /* found, for equal panels to be no chance */
#define HASH_START G_GUINT64_CONSTANT (14695981039346656037)   /* FNV-1a, 64 bits */
#define HASH_PRIME G_GUINT64_CONSTANT (1099511628211)

/* -- reading -- */

static const char *
keep (WhWatch *watch, const char *text)
{
  return text ? g_string_chunk_insert_const (watch->text, text) : NULL;
}

static guint
strain_number (WhWatch *watch, const WhId *id)
{
  guint number = GPOINTER_TO_UINT (g_hash_table_lookup (watch->strains, id));

  if (number || wh_id_is_none (id))
    return number;
  number = g_hash_table_size (watch->strains) + 1;
  g_hash_table_insert (watch->strains, g_memdup2 (id, sizeof *id), GUINT_TO_POINTER (number));
  return number;
}

static gboolean
take_batch_cb (gconstpointer entity, gpointer user_data, GError **error)
{
  WhWatch *watch = user_data;
  const WhBatch *batch = entity;
  WhWatchBatch kept = { batch->strain_id, keep (watch, batch->name), strain_number (watch, &batch->strain_id),
                        g_strcmp0 (batch->product_type, "flower") == 0, batch->product_type == NULL };

  g_hash_table_insert (watch->batch_at, g_memdup2 (&batch->entity.id, sizeof (WhId)), GUINT_TO_POINTER (watch->batches->len + 1));
  g_array_append_val (watch->batches, kept);
  return TRUE;
}

static double
percent_of (WhAmount amount)
{
  return amount.n ? amount.estimate / PERCENT : NAN;
}

static guint64
hash_bytes (guint64 hash, gconstpointer data, gsize length)
{
  const guint8 *bytes = data;

  for (gsize i = 0; i < length; i++)
    hash = (hash ^ bytes[i]) * HASH_PRIME;
  return hash;
}

/* The largest of each side, and the signature of the terpenes. */
static void
look_at_panel (WhSample *sample, const WhPanel *panel)
{
  guint64 hash = hash_bytes (HASH_START, sample->lab, strlen (sample->lab));
  guint found = 0;

  for (guint i = 0; panel && i < wh_panel_length (panel); i++)
    {
      const WhMeasure *measure = wh_panel_at (panel, i);
      guint side = wh_analyte_is_terpene (wh_analyte_get (measure->analyte)) ? WH_SENTINEL_TERPENE : WH_SENTINEL_CANNABINOID;
      double percent = measure->value / PERCENT;
      if (measure->state != WH_STATE_VALUE || measure->unit != WH_UNIT_MG_PER_G)
        continue;
      if (!(sample->most[side] >= percent))
        {
          sample->most[side] = percent;
          sample->most_of[side] = measure->analyte;
        }
      if (side == WH_SENTINEL_CANNABINOID)
        continue;
      hash = hash_bytes (hash_bytes (hash, &measure->analyte, sizeof measure->analyte), &measure->value, sizeof measure->value);
      found++;
    }
  sample->signature = found >= FEWEST_TERPENES ? MAX (hash, 1) : 0;
}

static const struct {
  const char *code, *words;
} import_checks[] = {
  { "over_100_percent", N_("check: a number in this row is more than the whole sample") },
  { "lost_decimal_point", N_("check: a number in this row seems to have lost its decimal point") },
  { "unit_slip", N_("check: the numbers of this row are many times those of its peers: a slip of unit?") },
  { "copied_column", N_("check: a column of the file holds the numbers of another") },
  { "repeated_analyte", N_("check: an analyte was given twice, and differently; the first number was kept") },
  { "truncated_row", N_("check: the source cut this row; its panel is incomplete") },
  { "bad_cell", N_("check: a cell of this row could not be read and was left out") },
  { "no_unit", N_("check: this row has no unit, so its numbers are not used in calculations") },
};

static const char *
import_words (const char *code)
{
  for (guint i = 0; i < G_N_ELEMENTS (import_checks); i++)
    if (strcmp (import_checks[i].code, code) == 0)
      return _(import_checks[i].words);
  return _("check: the import found this suspicious");
}

static void
pass_on_checks (WhWatch *watch, const WhSample *sample, char **checks)
{
  for (char **code = checks; code && *code; code++)
    wh_sentinel_find (watch, sample, *code, NAN, g_strdup (import_words (*code)));
}

static gboolean
take_result_cb (gconstpointer entity, gpointer user_data, GError **error)
{
  WhWatch *watch = user_data;
  const WhLabResult *result = entity;
  guint place = GPOINTER_TO_UINT (g_hash_table_lookup (watch->batch_at, &result->batch_id));
  const char *lab = result->lab_name ? result->lab_name : "";
  g_autofree char *report = result->sample_id ? g_strconcat (lab, "\x1f", result->sample_id, NULL) : NULL;
  WhSample sample = {
    .id = result->entity.id,
    .batch = place ? place - 1 : 0,
    .lab = keep (watch, lab),
    .sample_id = keep (watch, result->sample_id),
    .report = keep (watch, report),
    .test_date = result->test_date,
    .demonstration = wh_entity_is_demonstration (&result->entity),
    .thc = percent_of (wh_chemistry_total (result->panel, "delta_9_thc")),
    .cbd = percent_of (wh_chemistry_total (result->panel, "cbd")),
    .cannabinoids = percent_of (wh_chemistry_cannabinoids (result->panel)),
    .terpenes = percent_of (wh_chemistry_terpenes (result->panel)),
    .most = { NAN, NAN },
  };

  look_at_panel (&sample, result->panel);
  g_array_append_val (watch->samples, sample);
  pass_on_checks (watch, &sample, result->checks);
  return TRUE;
}

/* -- findings -- */

static void
finding_free (gpointer data)
{
  WhFinding *finding = data;

  g_free (finding->lab);
  g_free (finding->name);
  g_free (finding->sample_id);
  g_free (finding->message);
  g_free (finding);
}

const WhWatchBatch *
wh_sentinel_batch (const WhWatch *watch, const WhSample *sample)
{
  return &g_array_index (watch->batches, WhWatchBatch, sample->batch);
}

WhFinding *
wh_sentinel_find (WhWatch *watch, const WhSample *sample, const char *code, double value, char *message)
{
  WhFinding *finding = g_new0 (WhFinding, 1);

  *finding = (WhFinding) {
    .code = g_intern_string (code),
    .lab = *sample->lab ? g_strdup (sample->lab) : NULL,
    .name = g_strdup (wh_sentinel_batch (watch, sample)->name),
    .sample_id = g_strdup (sample->sample_id),
    .result_id = sample->id,
    .value = value,
    .message = message,
    .demonstration = sample->demonstration,
  };
  g_ptr_array_add (watch->findings, finding);
  return finding;
}

/* Most serious first. What stands nowhere here, as the importer's small remarks, comes at OTHERS. */
#define OTHERS ""
static const char *const seriousness[] = {
  "impossible_ratio", "over_100_percent", "lost_decimal_point", "unit_slip", "copied_panel", "copied_column", "outlier",
  "label_over_result", "label_under_result", "bunching", "sum_over_50_percent", "cannabinoid_over_40_percent", "terpene_over_5_percent",
  OTHERS, "amended", "expired", "no_unit",
};

static guint
place_of (const char *code)
{
  guint others = 0;

  for (guint i = 0; i < G_N_ELEMENTS (seriousness); i++)
    {
      if (strcmp (seriousness[i], code) == 0)
        return i;
      if (strcmp (seriousness[i], OTHERS) == 0)
        others = i;
    }
  return others;
}

static int
compare_findings (gconstpointer a, gconstpointer b)
{
  const WhFinding *x = *(WhFinding *const *) a, *y = *(WhFinding *const *) b;
  int order = x->code == y->code ? 0 : (int) place_of (x->code) - (int) place_of (y->code);

  if (order == 0)
    order = strcmp (x->code, y->code);
  if (order == 0)
    order = g_strcmp0 (x->lab, y->lab);
  if (order == 0)
    order = g_strcmp0 (x->name, y->name);
  if (order == 0)
    order = g_strcmp0 (x->sample_id, y->sample_id);
  if (order == 0)
    order = wh_id_compare (&x->result_id, &y->result_id);
  if (order == 0)
    order = wh_id_compare (&x->product_id, &y->product_id);
  return order ? order : isnan (x->value) - isnan (y->value);
}

/* What the import found suspicious and a rule found as well is said once, with the rule's evidence. */
static void
drop_repeats (GPtrArray *findings)
{
  for (guint i = findings->len; i-- > 1;)
    {
      const WhFinding *finding = findings->pdata[i], *before = findings->pdata[i - 1];
      if (isnan (finding->value) && finding->code == before->code && !wh_id_is_none (&finding->result_id)
          && wh_id_compare (&finding->result_id, &before->result_id) == 0)
        g_ptr_array_remove_index (findings, i);
    }
}

/* -- what rules have in common -- */

gboolean
wh_sentinel_is_flower (const WhWatch *watch, const WhSample *sample)
{
  const WhWatchBatch *batch = wh_sentinel_batch (watch, sample);

  return batch->is_flower || (batch->is_unknown && sample->cannabinoids <= WH_SENTINEL_MOST_CANNABINOIDS);
}

gboolean
wh_sentinel_is_expired (const WhWatch *watch, gint64 test_date)
{
  return test_date != WH_TIME_UNSET && wh_freshness_is_stale (WH_FACT_LAB_RESULT, test_date, watch->now);
}

guint64
wh_sentinel_flower_key (const WhWatch *watch, const WhSample *sample, guint64 number)
{
  const WhWatchBatch *batch = wh_sentinel_batch (watch, sample);

  return number && (batch->is_flower || batch->is_unknown) ? number << 1 | batch->is_unknown : 0;
}

typedef struct {
  guint64         key;
  const WhSample *sample;
} Member;

static int
compare_members (gconstpointer a, gconstpointer b)
{
  const Member *x = a, *y = b;

  if (x->key != y->key)
    return x->key < y->key ? -1 : 1;
  if (x->sample->test_date != y->sample->test_date)
    return x->sample->test_date < y->sample->test_date ? -1 : 1;
  return wh_id_compare (&x->sample->id, &y->sample->id);
}

void
wh_sentinel_each_group (WhWatch *watch, WhSampleKey key, WhSampleGroup check)
{
  g_autofree Member *members = g_new (Member, watch->samples->len + 1);
  g_autofree const WhSample **samples = g_new (const WhSample *, watch->samples->len + 1);
  guint n = 0;

  for (guint i = 0; i < watch->samples->len; i++)
    {
      const WhSample *sample = &g_array_index (watch->samples, WhSample, i);
      members[n] = (Member) { key (watch, sample), sample };
      n += members[n].key != 0;
    }
  qsort (members, n, sizeof *members, compare_members);
  for (guint i = 0; i < n; i++)
    samples[i] = members[i].sample;
  for (guint i = 0, end; i < n; i = end)
    {
      for (end = i + 1; end < n && members[end].key == members[i].key;)
        end++;
      check (watch, samples + i, end - i);
    }
}

/* -- all together -- */

static gboolean
watch_cb (WhReader *reader, gpointer user_data, GError **error)
{
  WhWatch *watch = user_data;

  if (!wh_reader_each (reader, WH_KIND_BATCH, take_batch_cb, watch, error)
      || !wh_reader_each (reader, WH_KIND_LAB_RESULT, take_result_cb, watch, error))
    return FALSE;
  wh_sentinel_amounts (watch);
  wh_sentinel_units (watch);
  wh_sentinel_labs (watch);
  wh_sentinel_repeats (watch);
  return wh_sentinel_shelf (watch, reader, error);
}

GPtrArray *
wh_sentinel_run (WhStore *store, const WhPrincipal *principal, GError **error)
{
  g_autoptr (GHashTable) strains = g_hash_table_new_full (wh_id_hash, wh_id_equal, g_free, NULL);
  g_autoptr (GHashTable) batch_at = g_hash_table_new_full (wh_id_hash, wh_id_equal, g_free, NULL);
  g_autoptr (GArray) batches = g_array_new (FALSE, TRUE, sizeof (WhWatchBatch));
  g_autoptr (GArray) samples = g_array_new (FALSE, FALSE, sizeof (WhSample));
  g_autoptr (GPtrArray) findings = g_ptr_array_new_with_free_func (finding_free);
  WhWatch watch = { g_string_chunk_new (64 * 1024), strains, batch_at, batches, samples, findings, wh_clock_now () };
  gboolean watched;

  g_array_set_size (batches, 1);
  watched = wh_store_read (store, principal, watch_cb, &watch, error);
  g_string_chunk_free (watch.text);
  if (!watched)
    return NULL;
  g_ptr_array_sort (findings, compare_findings);
  drop_repeats (findings);
  return g_steal_pointer (&findings);
}

GPtrArray *
wh_sentinel_select (const GPtrArray *findings, const char *code, const char *lab)
{
  GPtrArray *selected = g_ptr_array_new ();

  for (guint i = 0; i < findings->len; i++)
    {
      const WhFinding *finding = findings->pdata[i];
      if ((!code || strcmp (finding->code, code) == 0) && (!lab || g_strcmp0 (finding->lab, lab) == 0))
        g_ptr_array_add (selected, findings->pdata[i]);
    }
  return selected;
}
