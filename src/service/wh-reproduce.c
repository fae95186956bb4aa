#include "wh-reproduce-private.h"

#include <glib/gi18n.h>
#include <string.h>

#include "base/wh-error.h"

typedef gboolean (*Run) (WhStudy *study, GError **error);

static const struct {
  const char *name;
  gboolean    needs_unit;
  Run         run;
} studies[] = {
  { "smith2022", TRUE, wh_study_smith },
  { "watts2021", FALSE, wh_study_watts },   /* neither correlations nor standardised components ask for it */
};
#define N_STUDIES G_N_ELEMENTS (studies)

static void
figure_free (gpointer data)
{
  WhFigure *figure = data;

  g_free (figure->key);
  g_free (figure->name);
  g_free (figure);
}

void
wh_study_add (GPtrArray *figures, const char *key, char *name, double published, double computed)
{
  WhFigure *figure = g_new0 (WhFigure, 1);

  *figure = (WhFigure) { g_strdup (key), name, published, computed };
  g_ptr_array_add (figures, figure);
}

void
wh_study_note (WhStudy *study, char *note)
{
  g_ptr_array_add (study->notes, note);
}

static gboolean
run_study (WhStudy *study, const WhReproduceOptions *options, GCancellable *cancellable, GError **error)
{
  guint i = 0;

  while (i < N_STUDIES && strcmp (options->study, studies[i].name) != 0)
    i++;
  if (i < N_STUDIES)
    return wh_study_load (study, options, studies[i].needs_unit, cancellable, error) && studies[i].run (study, error);
  g_set_error (error, WH_ERROR, WH_ERROR_NOT_FOUND, _("There is no study “%s”; choose smith2022 or watts2021."), options->study);
  return FALSE;
}

static void
study_clear (WhStudy *study)
{
  g_clear_pointer (&study->engine, wh_engine_free);
  g_clear_pointer (&study->samples, g_ptr_array_unref);
  g_clear_pointer (&study->slugs, g_hash_table_unref);
  g_clear_pointer (&study->figures, g_ptr_array_unref);
  g_clear_pointer (&study->notes, g_ptr_array_unref);
}

GPtrArray *
wh_reproduce (const WhReproduceOptions *options, GPtrArray **out_notes, GCancellable *cancellable, GError **error)
{
  WhStudy study = { .engine = wh_engine_new_cpu (0),
                    .figures = g_ptr_array_new_with_free_func (figure_free),
                    .notes = g_ptr_array_new_with_free_func (g_free) };
  gboolean done = run_study (&study, options, cancellable, error);
  GPtrArray *figures = done ? g_steal_pointer (&study.figures) : NULL;

  if (out_notes)
    *out_notes = done ? g_steal_pointer (&study.notes) : NULL;
  study_clear (&study);
  return figures;
}
