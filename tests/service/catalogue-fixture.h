/* catalogue-fixture.h: a small store by hand and what tests ask of it. */
#pragma once

#include <math.h>

#include "base/wh-error.h"
#include "base/wh-text.h"
#include "service/wh-catalogue.h"
#include "support/wh-test.h"

typedef struct {
  WhStore     *store;
  WhCatalogue *catalogue;
  WhPrincipal *principal;
  GPtrArray   *rows;       /* entities not yet written */
} Fixture;

static inline void
fixture_set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->store = wh_store_open (":memory:", WH_STORE_WRITE, &error);
  g_assert_no_error (error);
  fixture->catalogue = wh_catalogue_new (fixture->store);
  fixture->principal = wh_principal_new_local ();
  fixture->rows = g_ptr_array_new_with_free_func (wh_entity_unref);
}

static inline void
fixture_tear_down (Fixture *fixture, gconstpointer data)
{
  g_clear_pointer (&fixture->rows, g_ptr_array_unref);
  g_clear_pointer (&fixture->catalogue, wh_catalogue_free);
  g_clear_pointer (&fixture->store, wh_store_unref);
  g_clear_pointer (&fixture->principal, wh_principal_unref);
}

static inline gpointer
fixture_add (Fixture *fixture, gpointer entity)
{
  g_ptr_array_add (fixture->rows, entity);
  return entity;
}

static inline WhStrain *
fixture_strain (Fixture *fixture, const char *name, const char *type, double popularity)
{
  WhStrain *strain = wh_strain_new (wh_id_from_key ("strain", "test", name));

  strain->name = g_strdup (name);
  strain->slug = wh_text_slug (name);
  strain->type = g_strdup (type);
  strain->popularity_score = popularity;
  return fixture_add (fixture, strain);
}

static inline WhBatch *
fixture_batch (Fixture *fixture, const WhStrain *strain, const char *number, const char *product_type)
{
  g_autofree char *key = g_strconcat (strain->name, "/", number, NULL);
  WhBatch *batch = wh_batch_new (wh_id_from_key ("batch", "test", key));

  batch->strain_id = strain->entity.id;
  batch->name = g_strdup (strain->name);
  batch->product_type = g_strdup (product_type);
  batch->batch_number = g_strdup (number);
  return fixture_add (fixture, batch);
}

/* A lab result with an empty panel; `key` parts it from others of its batch. */
static inline WhLabResult *
fixture_result (Fixture *fixture, const WhBatch *batch, const char *key, const char *date)
{
  g_autofree char *natural = g_strconcat (batch->name, "/", batch->batch_number, "/", key, NULL);
  WhLabResult *result = wh_lab_result_new (wh_id_from_key ("lab_result", "test", natural));

  result->batch_id = batch->entity.id;
  result->panel = wh_panel_new ();
  g_assert_true (wh_clock_parse (date, &result->test_date));
  return fixture_add (fixture, result);
}

static inline void
fixture_measure (WhLabResult *result, const char *analyte, WhState state, double value, double loq, WhUnit unit, WhBasis basis)
{
  WhMeasure measure = WH_MEASURE_INIT;
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (wh_analyte_by_key (analyte));
  measure.analyte = wh_analyte_by_key (analyte)->index;
  measure.state = state;
  measure.value = value;
  measure.loq = loq;
  measure.unit = unit;
  measure.basis = basis;
  g_assert_true (wh_panel_add (result->panel, &measure, &error));
  g_assert_no_error (error);
}

static inline void
fixture_value (WhLabResult *result, const char *analyte, double mg_per_g)
{
  fixture_measure (result, analyte, WH_STATE_VALUE, mg_per_g, NAN, WH_UNIT_MG_PER_G, WH_BASIS_AS_RECEIVED);
}

/* A strain with one flower batch that has these two terpenes. */
static inline WhStrain *
fixture_smelling (Fixture *fixture, const char *name, double popularity, const char *terpene, double amount, double myrcene)
{
  WhStrain *strain = fixture_strain (fixture, name, "hybrid", popularity);
  WhLabResult *result = fixture_result (fixture, fixture_batch (fixture, strain, "1", "flower"), "a", "2026-01-02");

  fixture_value (result, terpene, amount);
  fixture_value (result, "beta_myrcene", myrcene);
  return strain;
}

static inline gboolean
fixture_write_cb (WhWriter *writer, gpointer user_data, GError **error)
{
  GPtrArray *rows = user_data;

  for (guint i = 0; i < rows->len; i++)
    if (!wh_writer_put (writer, g_ptr_array_index (rows, i), NULL, error))
      return FALSE;
  return TRUE;
}

/* Writes what was added and renews the snapshot. */
static inline void
fixture_commit (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  wh_store_write (fixture->store, fixture->principal, WH_PERMISSION_WRITE_CATALOGUE, "test", fixture_write_cb, fixture->rows, NULL,
                  &error);
  g_assert_no_error (error);
  g_ptr_array_set_size (fixture->rows, 0);
  g_assert_true (wh_catalogue_refresh (fixture->catalogue, fixture->principal, NULL, &error));
  g_assert_no_error (error);
}

static inline WhHits *
fixture_ask (Fixture *fixture, WhQuery *query)
{
  g_autoptr (GError) error = NULL;
  WhHits *hits = wh_catalogue_search (fixture->catalogue, fixture->principal, query, &error);

  g_assert_no_error (error);
  return hits;
}

static inline WhHits *
fixture_search (Fixture *fixture, const char *text)
{
  g_autoptr (WhQuery) query = wh_query_new ();

  query->text = g_strdup (text);
  return fixture_ask (fixture, query);
}

static inline const WhHit *
hit_at (const WhHits *hits, guint position)
{
  g_assert_cmpuint (position, <, hits->hits->len);
  return &g_array_index (hits->hits, WhHit, position);
}

/* The place of a strain among the hits, G_MAXUINT when it is not there. */
static inline guint
place_of (const WhHits *hits, const char *name)
{
  for (guint i = 0; i < hits->hits->len; i++)
    if (g_str_equal (hit_at (hits, i)->card->name, name))
      return i;
  return G_MAXUINT;
}
