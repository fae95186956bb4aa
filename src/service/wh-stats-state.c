#include "wh-stats-state.h"

#include <string.h>

#include "base/wh-limits.h"
#include "core/wh-chemistry.h"
#include "core/wh-nouns-shop.h"

#define FAR_BEHIND 50000   /* changes, from which on reading all rows is shorter: one row is then looked up for each */

static void
row_free (gpointer row)
{
  g_free (row);
}

static void
prices_free (gpointer prices)
{
  g_ptr_array_unref (prices);
}

WhStatsState *
wh_stats_state_new (void)
{
  WhStatsState *state = g_new0 (WhStatsState, 1);

  for (WhKind kind = WH_KIND_NONE + 1; kind < WH_N_KINDS; kind++)
    state->rows[kind] = g_hash_table_new_full (wh_id_hash, wh_id_equal, row_free, NULL);
  state->prices = g_hash_table_new_full (wh_id_hash, wh_id_equal, g_free, prices_free);
  state->texts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return state;
}

void
wh_stats_state_free (WhStatsState *state)
{
  g_hash_table_unref (state->prices);
  for (WhKind kind = WH_KIND_NONE + 1; kind < WH_N_KINDS; kind++)
    g_hash_table_unref (state->rows[kind]);
  g_hash_table_unref (state->texts);
  g_free (state);
}

static void
clear (WhStatsState *state)
{
  g_hash_table_remove_all (state->prices);
  for (WhKind kind = WH_KIND_NONE + 1; kind < WH_N_KINDS; kind++)
    g_hash_table_remove_all (state->rows[kind]);
  state->revision = 0;
}

static const char *
keep (WhStatsState *state, const char *text)
{
  const char *kept = text ? g_hash_table_lookup (state->texts, text) : NULL;

  if (!text || kept)
    return kept;
  g_hash_table_add (state->texts, g_strdup (text));
  return g_hash_table_lookup (state->texts, text);
}

/* -- a row of each kind ------------------------------------------------------------------------------------------ */

static void
take_product (WhStatsRow *row, const WhProduct *product)
{
  row->about = product->dispensary_id;
  row->flag = product->price_cents != WH_INTEGER_UNSET;
  row->seen_at = product->price_observed_at;
  row->stocked = product->in_stock != WH_INTEGER_UNSET;
}

/* Only prices of one currency for the same thing are held against each other. */
static void
take_price (WhStatsState *state, WhStatsRow *row, const WhPrice *price)
{
  g_autofree char *likeness = g_strdup_printf ("%s/%s", price->currency ? price->currency : "", price->unit ? price->unit : "");

  row->about = price->product_id;
  row->seen_at = price->observed_at;
  row->amount = price->amount_cents;
  row->text = keep (state, likeness);
}

static gboolean
is_tested_terpene (const WhMeasure *measure)
{
  return measure->state != WH_STATE_NOT_TESTED && measure->state != WH_STATE_NOT_APPLICABLE
         && wh_analyte_is_terpene (wh_analyte_get (measure->analyte));
}

static void
take_result (WhStatsRow *row, const WhLabResult *result)
{
  guint n = result->panel ? wh_panel_length (result->panel) : 0;

  row->seen_at = result->test_date;
  for (guint i = 0; i < n && !row->flag; i++)
    row->flag = is_tested_terpene (wh_panel_at (result->panel, i));
}

static void
take_searches (WhStatsState *state, WhStatsRow *row, const WhSearchDay *day)
{
  row->seen_at = day->day;
  row->text = keep (state, day->term);
  row->amount = day->searches == WH_INTEGER_UNSET ? 0 : day->searches;
  row->empty = day->empty == WH_INTEGER_UNSET ? 0 : day->empty;
}

static void
take_feedback (WhStatsState *state, WhStatsRow *row, const WhFeedback *feedback)
{
  row->seen_at = feedback->decided_at;
  row->text = keep (state, feedback->about);
  row->flag = strcmp (feedback->outcome, "accepted") == 0;
}

static WhStatsRow *
row_of (WhStatsState *state, const WhEntity *entity)
{
  WhStatsRow *row = g_new0 (WhStatsRow, 1);

  row->id = entity->id;
  row->seen_at = row->changed_at = entity->updated_at;
  switch (entity->kind)
    {
    case WH_KIND_PRODUCT:
      take_product (row, (const WhProduct *) entity);
      break;
    case WH_KIND_PRICE:
      take_price (state, row, (const WhPrice *) entity);
      break;
    case WH_KIND_LAB_RESULT:
      take_result (row, (const WhLabResult *) entity);
      break;
    case WH_KIND_REVIEW:
      row->seen_at = ((const WhReview *) entity)->reviewed_at;
      break;
    case WH_KIND_SEARCH_DAY:
      take_searches (state, row, (const WhSearchDay *) entity);
      break;
    case WH_KIND_FEEDBACK:
      take_feedback (state, row, (const WhFeedback *) entity);
      break;
    default:
      break;
    }
  return row;
}

/* -- in and out -------------------------------------------------------------------------------------------------- */

static void
add_price (WhStatsState *state, WhStatsRow *row)
{
  GPtrArray *prices = g_hash_table_lookup (state->prices, &row->about);

  if (!prices)
    {
      prices = g_ptr_array_sized_new (1);
      g_hash_table_insert (state->prices, g_memdup2 (&row->about, sizeof row->about), prices);
    }
  g_ptr_array_add (prices, row);
}

static void
drop_price (WhStatsState *state, WhStatsRow *row)
{
  GPtrArray *prices = g_hash_table_lookup (state->prices, &row->about);

  g_ptr_array_remove_fast (prices, row);
  if (prices->len == 0)
    g_hash_table_remove (state->prices, &row->about);
}

static void
drop (WhStatsState *state, WhKind kind, const WhId *id)
{
  WhStatsRow *row = g_hash_table_lookup (state->rows[kind], id);

  if (!row)
    return;
  if (kind == WH_KIND_PRICE)
    drop_price (state, row);
  g_hash_table_remove (state->rows[kind], id);
}

static void
put (WhStatsState *state, const WhEntity *entity)
{
  WhStatsRow *row = row_of (state, entity);

  drop (state, entity->kind, &entity->id);
  g_hash_table_add (state->rows[entity->kind], row);
  if (entity->kind == WH_KIND_PRICE)
    add_price (state, row);
  state->n_read++;
}

static gboolean
put_cb (gconstpointer entity, gpointer user_data, GError **error)
{
  put (user_data, entity);
  return TRUE;
}

/* -- moving on --------------------------------------------------------------------------------------------------- */

static gboolean
read_all (WhStatsState *state, WhReader *reader, GError **error)
{
  clear (state);
  for (WhKind kind = WH_KIND_NONE + 1; kind < WH_N_KINDS; kind++)
    if (!wh_reader_each (reader, kind, put_cb, state, error))
      return FALSE;
  return TRUE;
}

static gboolean
read_changes (WhStatsState *state, WhReader *reader, GError **error)
{
  gint64 since = state->revision;
  gboolean more = TRUE;

  while (more)
    {
      g_autoptr (GPtrArray) changes = wh_reader_changes (reader, since, WH_LIMIT_SYNC_PAGE, &more, error);
      if (!changes)
        return FALSE;
      for (guint i = 0; i < changes->len; i++)
        {
          const WhChange *change = changes->pdata[i];
          since = change->seq;
          if (change->op == WH_CHANGE_DELETE)
            drop (state, change->kind, &change->id);
          else
            put (state, change->entity);
        }
    }
  return TRUE;
}

gboolean
wh_stats_state_move (WhStatsState *state, WhReader *reader, GError **error)
{
  gint64 revision = wh_reader_revision (reader);
  gboolean anew = state->revision == 0 || revision < state->revision || revision - state->revision > FAR_BEHIND;

  if (revision == state->revision)
    return TRUE;
  if (!(anew ? read_all (state, reader, error) : read_changes (state, reader, error)))
    {
      clear (state);
      return FALSE;
    }
  state->revision = revision;
  return TRUE;
}
