#include "wh-price-history.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "base/wh-error.h"
#include "base/wh-limits.h"
#include "core/wh-freshness.h"
#include "wh-analyst-private.h"
#include "wh-deviation.h"
#include "wh-price-subject.h"

#define PREFERRED "flower"
#define DAYS_UP_TO 21            /* days a history may span before weeks are told apart instead, */
#define WEEKS_UP_TO 182          /* and before months are */
#define MONDAY 4                 /* the first Monday after 1970-01-01 */
#define HOUR (3600 * WH_TIME_SECOND)

typedef struct {
  const WhPriceHistoryQuestion *question;
  WhPriceHistory *out;
} Reading;

/* -- which products ---------------------------------------------------------------------------------------------- */

static gboolean
is_of_state (const WhDispensary *shop, const char *state)
{
  return !state || (shop && shop->state && g_ascii_strcasecmp (shop->state, state) == 0);
}

static WhDispensary *
read_shop (WhReader *reader, const WhId *id)
{
  return wh_id_is_none (id) ? NULL : wh_reader_get (reader, WH_KIND_DISPENSARY, id, NULL);
}

static void
add_line (WhPriceHistory *out, WhProduct *product, WhDispensary *shop)
{
  WhPriceLine line = { wh_entity_ref (product), shop, 0, 0, WH_TIME_UNSET, NAN };

  out->demonstration |= wh_entity_is_demonstration (product);
  g_array_append_val (out->lines, line);
}

static gboolean
is_meant (const WhPriceHistoryQuestion *question, const WhProduct *product, const char *category)
{
  return (!question->shop_id || wh_id_equal (&product->dispensary_id, question->shop_id))
         && (!category || g_strcmp0 (product->category, category) == 0)
         && (!question->product_name || wh_price_words_match (question->product_name, product->name, product->brand));
}

/* The category asked for, else flower where there is any. */
static const char *
choose_category (const WhPriceHistoryQuestion *question, const GPtrArray *products)
{
  if (question->category)
    return question->category;
  for (guint i = 0; i < products->len; i++)
    if (is_meant (question, products->pdata[i], PREFERRED))
      return PREFERRED;
  return NULL;
}

static gboolean
too_large (GError **error)
{
  g_set_error (error, WH_ERROR, WH_ERROR_TOO_LARGE,
               _("These are more than %d products or %d prices; ask for one shop or one state."),
               WH_PRICE_HISTORY_LINES, WH_PRICE_HISTORY_OBSERVATIONS);
  return FALSE;
}

static gboolean
read_lines_of_strain (WhReader *reader, Reading *reading, GError **error)
{
  const WhPriceHistoryQuestion *question = reading->question;
  g_autoptr (GPtrArray) products = wh_reader_find (reader, WH_KIND_PRODUCT, "strain_id", question->strain_id, 0, error);

  if (!products)
    return FALSE;
  reading->out->category = g_strdup (choose_category (question, products));
  for (guint i = 0; i < products->len; i++)
    {
      WhProduct *product = products->pdata[i];
      g_autoptr (WhDispensary) shop = NULL;
      if (!is_meant (question, product, reading->out->category))
        continue;
      shop = read_shop (reader, &product->dispensary_id);
      if (!is_of_state (shop, question->state))
        continue;
      if (reading->out->lines->len == WH_PRICE_HISTORY_LINES)
        return too_large (error);
      add_line (reading->out, product, g_steal_pointer (&shop));
    }
  return TRUE;
}

static gboolean
read_line_of_product (WhReader *reader, Reading *reading, GError **error)
{
  g_autoptr (WhProduct) product = wh_reader_get (reader, WH_KIND_PRODUCT, reading->question->product_id, error);

  if (!product)
    return FALSE;
  reading->out->title = g_strdup (product->name);
  add_line (reading->out, product, read_shop (reader, &product->dispensary_id));
  return TRUE;
}

/* -- their prices ------------------------------------------------------------------------------------------------ */

/* Of unknown time first; then as observed; of one time as they came. */
static int
compare_prices (gconstpointer a, gconstpointer b)
{
  const WhPrice *x = *(WhPrice *const *) a, *y = *(WhPrice *const *) b;

  if (x->observed_at != y->observed_at)
    return x->observed_at < y->observed_at ? -1 : 1;
  return wh_id_compare (&x->entity.id, &y->entity.id);
}

static WhPriceObservation
observe (const WhPriceLine *line, guint number, WhPrice *price)
{
  WhPriceObservation observation = { .price = wh_entity_ref (price), .line = number, .amount = price->amount_cents / 100.0,
                                     .per_gram = NAN, .value = NAN, .change = NAN, .until = WH_TIME_UNSET };

  if (wh_price_is_of_package (price, line->product) && line->product->weight_grams > 0)
    observation.per_gram = observation.amount / line->product->weight_grams;
  return observation;
}

/* Prices before `since` are not listed; the last of them is what held then. */
static gboolean
read_prices (WhReader *reader, WhPriceHistory *out, guint number, GError **error)
{
  WhPriceLine *line = &g_array_index (out->lines, WhPriceLine, number);
  g_autoptr (GPtrArray) prices = wh_reader_find (reader, WH_KIND_PRICE, "product_id", &line->product->entity.id,
                                                 WH_PRICE_HISTORY_OBSERVATIONS + 1, error);

  if (!prices)
    return FALSE;
  if (prices->len + out->observations->len > WH_PRICE_HISTORY_OBSERVATIONS)
    return too_large (error);
  g_ptr_array_sort (prices, compare_prices);
  line->first = out->observations->len;
  for (guint i = 0; i < prices->len; i++)
    {
      WhPriceObservation observation = observe (line, number, prices->pdata[i]);
      g_array_append_val (out->observations, observation);
      line->n++;
    }
  return TRUE;
}

static gboolean
read_cb (WhReader *reader, gpointer user_data, GError **error)
{
  Reading *reading = user_data;

  if (!(reading->question->product_id ? read_line_of_product : read_lines_of_strain) (reader, reading, error))
    return FALSE;
  for (guint i = 0; i < reading->out->lines->len; i++)
    if (!read_prices (reader, reading->out, i, error))
      return FALSE;
  return TRUE;
}

/* -- what they come to ------------------------------------------------------------------------------------------- */

static WhPriceObservation *
observation_at (const WhPriceHistory *history, guint place)
{
  return &g_array_index (history->observations, WhPriceObservation, place);
}

static gboolean
is_of_package (const WhPriceHistory *history, const WhPriceObservation *observation)
{
  return wh_price_is_of_package (observation->price, g_array_index (history->lines, WhPriceLine, observation->line).product);
}

/* The currency of the newest observation that can be counted. */
static void
choose_currency (WhPriceHistory *out)
{
  gint64 newest = WH_TIME_UNSET;

  for (guint i = 0; i < out->observations->len; i++)
    {
      const WhPriceObservation *observation = observation_at (out, i);
      const char *currency = observation->price->currency ? observation->price->currency : "USD";
      gboolean counts = out->per_gram ? !isnan (observation->per_gram) : is_of_package (out, observation);
      if (!counts || (out->currency && observation->price->observed_at <= newest))
        continue;
      g_free (out->currency);
      out->currency = g_strdup (currency);
      newest = observation->price->observed_at;
    }
}

static void
value (const WhPriceHistory *history, WhPriceObservation *observation)
{
  const char *currency = observation->price->currency ? observation->price->currency : "USD";

  if (is_of_package (history, observation) && g_strcmp0 (currency, history->currency) == 0)
    observation->value = history->per_gram ? observation->per_gram : observation->amount;
}

/* Two tax bases may make two prices of one. */
static gboolean
contradict (const WhPrice *a, const WhPrice *b)
{
  gboolean both_known = a->tax_basis && b->tax_basis && strcmp (a->tax_basis, "unknown") != 0 && strcmp (b->tax_basis, "unknown") != 0;

  return a->observed_at != WH_TIME_UNSET && a->observed_at == b->observed_at && a->amount_cents != b->amount_cents
         && g_strcmp0 (a->unit, b->unit) == 0 && g_strcmp0 (a->currency, b->currency) == 0
         && !(both_known && strcmp (a->tax_basis, b->tax_basis) != 0);
}

static void
mark_contradictions (WhPriceObservation *observations, guint n)
{
  for (guint i = 0; i < n; i++)
    for (guint j = i + 1; j < n && observations[j].price->observed_at == observations[i].price->observed_at; j++)
      if (contradict (observations[i].price, observations[j].price))
        observations[i].check = observations[j].check = TRUE;
}

static void
mark_until (const WhPriceHistory *history, WhPriceObservation *observations, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      WhPriceObservation *observation = &observations[i];
      guint next = i + 1;
      while (next < n && observations[next].price->observed_at == observation->price->observed_at)
        next++;
      if (next < n && observation->price->observed_at != WH_TIME_UNSET)
        observation->until = observations[next].price->observed_at;
      observation->gap = wh_freshness_is_stale (WH_FACT_PRICE, observation->price->observed_at,
                                                observation->until == WH_TIME_UNSET ? history->now : observation->until);
    }
}

/* Drops what was before `since`, having learnt what held then. Returns how many are left. */
static guint
drop_before (WhPriceLine *line, WhPriceObservation *observations, guint n, gint64 since)
{
  guint dropped = 0;

  for (; dropped < n && since != WH_TIME_UNSET && observations[dropped].price->observed_at < since; dropped++)
    {
      if (!isnan (observations[dropped].value) && observations[dropped].price->observed_at != WH_TIME_UNSET)
        {
          line->held_at = observations[dropped].price->observed_at;
          line->held_value = observations[dropped].value;
        }
      wh_entity_unref (observations[dropped].price);
    }
  if (dropped > 0)
    memmove (observations, observations + dropped, (n - dropped) * sizeof *observations);
  return n - dropped;
}

static void
mark_changes (const WhPriceLine *line, WhPriceObservation *observations, guint n)
{
  double before = line->held_value;

  for (guint i = 0; i < n; i++)
    if (!isnan (observations[i].value))
      {
        observations[i].change = observations[i].value - before;
        before = observations[i].value;
      }
}

static void
work_out_lines (WhPriceHistory *out)
{
  guint kept = 0;

  for (guint i = 0; i < out->lines->len; i++)
    {
      WhPriceLine *line = &g_array_index (out->lines, WhPriceLine, i);
      WhPriceObservation *observations = out->observations->len ? observation_at (out, line->first) : NULL;
      for (guint j = 0; j < line->n; j++)
        value (out, &observations[j]);
      mark_contradictions (observations, line->n);
      mark_until (out, observations, line->n);
      line->n = drop_before (line, observations, line->n, out->since);
      mark_changes (line, observations, line->n);
      if (line->n > 0)
        memmove (observation_at (out, kept), observations, line->n * sizeof *observations);
      line->first = kept;
      kept += line->n;
    }
  g_array_set_size (out->observations, kept);
}

/* -- periods ----------------------------------------------------------------------------------------------------- */

static gint64
month_after (gint64 moment, int months)
{
  g_autoptr (GDateTime) at = g_date_time_new_from_unix_utc (moment / WH_TIME_SECOND);
  g_autoptr (GDateTime) first = g_date_time_new_utc (g_date_time_get_year (at), g_date_time_get_month (at), 1, 0, 0, 0);
  g_autoptr (GDateTime) other = g_date_time_add_months (first, months);

  return g_date_time_to_unix (other) * WH_TIME_SECOND;
}

static gint64
floor_to (gint64 moment, gint64 unit, gint64 origin)
{
  gint64 rest = (moment - origin) % unit;

  return moment - (rest < 0 ? rest + unit : rest);
}

static gint64
period_from (WhPriceStep step, gint64 moment)
{
  if (step == WH_PRICE_MONTHS)
    return month_after (moment, 0);
  return step == WH_PRICE_WEEKS ? floor_to (moment, 7 * WH_TIME_DAY, MONDAY * WH_TIME_DAY) : floor_to (moment, WH_TIME_DAY, 0);
}

static gint64
period_to (WhPriceStep step, gint64 from)
{
  return step == WH_PRICE_MONTHS ? month_after (from, 1) : from + (step == WH_PRICE_WEEKS ? 7 : 1) * WH_TIME_DAY;
}

static int
compare_newest (gconstpointer a, gconstpointer b)
{
  const WhPriceObservation *x = *(WhPriceObservation *const *) a, *y = *(WhPriceObservation *const *) b;

  if (x->price->observed_at != y->price->observed_at)
    return x->price->observed_at > y->price->observed_at ? -1 : 1;
  return wh_id_compare (&y->price->entity.id, &x->price->entity.id);
}

/* Those that count and whose time is known, oldest first. */
static GPtrArray *
dated_ones (const WhPriceHistory *history)
{
  GPtrArray *dated = g_ptr_array_new ();

  for (guint i = history->newest->len; i-- > 0;)
    {
      WhPriceObservation *observation = history->newest->pdata[i];
      if (!isnan (observation->value) && observation->price->observed_at != WH_TIME_UNSET)
        g_ptr_array_add (dated, observation);
    }
  return dated;
}

static void
end_period (WhPriceHistory *out, gint64 from, double *values, guint n)
{
  WhPricePeriod period = { from, period_to (out->step, from), n, NAN, NAN, NAN };

  period.median = wh_deviation_median (values, n);   /* sorts */
  period.lowest = values[0];
  period.highest = values[n - 1];
  g_array_append_val (out->periods, period);
}

static void
work_out_periods (WhPriceHistory *out)
{
  g_autoptr (GPtrArray) dated = dated_ones (out);
  g_autofree double *values = g_new (double, dated->len + 1);
  gint64 first, span, from = WH_TIME_UNSET;
  guint n = 0;

  if (dated->len == 0)
    return;
  first = ((WhPriceObservation *) dated->pdata[0])->price->observed_at;
  span = (((WhPriceObservation *) dated->pdata[dated->len - 1])->price->observed_at - first) / WH_TIME_DAY;
  out->step = span <= DAYS_UP_TO ? WH_PRICE_DAYS : span <= WEEKS_UP_TO ? WH_PRICE_WEEKS : WH_PRICE_MONTHS;
  for (guint i = 0; i < dated->len; i++)
    {
      const WhPriceObservation *observation = dated->pdata[i];
      gint64 own = period_from (out->step, observation->price->observed_at);
      if (n > 0 && own != from)
        {
          end_period (out, from, values, n);
          n = 0;
        }
      from = own;
      values[n++] = observation->value;
    }
  end_period (out, from, values, n);
}

static void
work_out_all (WhPriceHistory *out)
{
  g_autofree double *values = g_new (double, out->observations->len + 1);

  for (guint i = 0; i < out->observations->len; i++)
    {
      WhPriceObservation *observation = observation_at (out, i);
      g_ptr_array_add (out->newest, observation);
      out->n_checks += observation->check;
      if (!isnan (observation->value))
        values[out->n_counted++] = observation->value;
    }
  g_ptr_array_sort (out->newest, compare_newest);
  out->lowest = out->highest = out->median = NAN;
  if (out->n_counted > 0)
    {
      out->median = wh_deviation_median (values, out->n_counted);   /* sorts */
      out->lowest = values[0];
      out->highest = values[out->n_counted - 1];
    }
  work_out_periods (out);
}

const WhPriceObservation *
wh_price_history_last (const WhPriceHistory *history)
{
  if (history->lines->len != 1)
    return NULL;
  for (guint i = 0; i < history->newest->len; i++)
    if (!isnan (((WhPriceObservation *) history->newest->pdata[i])->value))
      return history->newest->pdata[i];
  return NULL;
}

/* -- all together ------------------------------------------------------------------------------------------------ */

gboolean
wh_price_history_since (const char *text, gint64 *out_since)
{
  gint64 count, unit;
  char *end = NULL;

  if (wh_clock_parse (text, out_since))
    return TRUE;
  count = g_ascii_strtoll (text, &end, 10);
  unit = strcmp (end, "d") == 0 ? WH_TIME_DAY : strcmp (end, "h") == 0 ? HOUR : 0;
  if (!g_ascii_isdigit (*text) || count <= 0 || count > 36500 || unit == 0)
    return FALSE;
  *out_since = wh_clock_now () - count * unit;
  return TRUE;
}

static void
line_clear (gpointer data)
{
  WhPriceLine *line = data;

  wh_entity_unref (line->product);
  if (line->shop)
    wh_entity_unref (line->shop);
}

static WhPriceHistory *
history_new (const WhPriceHistoryQuestion *question)
{
  WhPriceHistory *history = g_new0 (WhPriceHistory, 1);

  history->lines = g_array_new (FALSE, FALSE, sizeof (WhPriceLine));
  g_array_set_clear_func (history->lines, line_clear);
  history->observations = g_array_new (FALSE, FALSE, sizeof (WhPriceObservation));
  history->newest = g_ptr_array_new ();
  history->periods = g_array_new (FALSE, FALSE, sizeof (WhPricePeriod));
  history->since = question->since;
  history->now = wh_clock_now ();
  history->per_gram = question->strain_id != NULL;
  return history;
}

void
wh_price_history_free (WhPriceHistory *history)
{
  for (guint i = 0; i < history->observations->len; i++)
    wh_entity_unref (observation_at (history, i)->price);
  g_array_unref (history->observations);
  g_array_unref (history->lines);
  g_ptr_array_unref (history->newest);
  g_array_unref (history->periods);
  g_clear_pointer (&history->snapshot, wh_snapshot_unref);
  g_free (history->title);
  g_free (history->category);
  g_free (history->currency);
  g_free (history);
}

static gboolean
take_strain (WhPriceHistory *out, WhCatalogue *catalogue, const WhId *strain_id, GError **error)
{
  out->snapshot = wh_catalogue_snapshot (catalogue);
  out->card = wh_snapshot_find (out->snapshot, strain_id);
  if (out->card)
    out->title = g_strdup (out->card->name);
  else
    g_set_error_literal (error, WH_ERROR, WH_ERROR_NOT_FOUND, _("There is no such strain."));
  return out->card != NULL;
}

WhPriceHistory *
wh_analyst_price_history (WhAnalyst *analyst, const WhPrincipal *principal, const WhPriceHistoryQuestion *question, GError **error)
{
  g_autoptr (WhPriceHistory) history = history_new (question);
  Reading reading = { question, history };

  g_return_val_if_fail (!question->product_id != !question->strain_id, NULL);
  if (!wh_principal_require (principal, WH_PERMISSION_READ_CATALOGUE, error)
      || (question->strain_id && !take_strain (history, wh_analyst_catalogue (analyst), question->strain_id, error))
      || !wh_store_read (wh_analyst_store (analyst), principal, read_cb, &reading, error))
    return NULL;
  choose_currency (history);
  work_out_lines (history);
  work_out_all (history);
  return g_steal_pointer (&history);
}
