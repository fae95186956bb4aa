#include "wh-common-panel.h"

#define MOST_TESTED 0.8   /* a terpene counts where as many of the profiles have it ... */

static gboolean
is_tested (const WhProfiles *profiles, guint strain, guint column)
{
  return profiles->masks[strain] >> column & 1;
}

static guint
count_tested (const WhProfiles *profiles, guint column, guint *out_profiles)
{
  guint tested = 0;

  *out_profiles = 0;
  for (guint strain = 0; strain < wh_snapshot_length (profiles->snapshot); strain++)
    {
      *out_profiles += __builtin_popcountll (profiles->masks[strain]) >= WH_ENGINE_MIN_SHARED;
      tested += is_tested (profiles, strain, column);
    }
  return tested;
}

static void
choose_columns (WhCommonPanel *panel)
{
  for (guint column = 0; column < panel->profiles->n_columns; column++)
    {
      guint n_profiles, tested = count_tested (panel->profiles, column, &n_profiles);
      if (n_profiles > 0 && tested >= MOST_TESTED * n_profiles)
        g_array_append_val (panel->columns, column);
    }
}

const WhAnalyte *
wh_common_panel_analyte (const WhCommonPanel *panel, guint position)
{
  return wh_analyte_get (panel->profiles->columns[g_array_index (panel->columns, guint, position)]);
}

double
wh_common_panel_amount (const WhCommonPanel *panel, guint strain, guint position)
{
  guint column = g_array_index (panel->columns, guint, position);

  return panel->profiles->values[(gsize) strain * panel->profiles->n_columns + column];
}

static gboolean
has_all (const WhCommonPanel *panel, guint strain)
{
  for (guint i = 0; i < panel->columns->len; i++)
    if (!is_tested (panel->profiles, strain, g_array_index (panel->columns, guint, i)))
      return FALSE;
  return TRUE;
}

static gboolean
is_empty (const WhCommonPanel *panel, guint strain)
{
  for (guint i = 0; i < panel->columns->len; i++)
    if (wh_common_panel_amount (panel, strain, i) > 0)
      return FALSE;
  return TRUE;
}

static void
offer_strain (WhCommonPanel *panel, guint strain)
{
  if (!has_all (panel, strain))
    return;
  if (is_empty (panel, strain))
    panel->n_empty++;
  else
    g_array_append_val (panel->strains, strain);
}

void
wh_common_panel_init (WhCommonPanel *panel, const WhProfiles *profiles)
{
  guint n = wh_snapshot_length (profiles->snapshot);

  *panel = (WhCommonPanel) { profiles, g_array_new (FALSE, FALSE, sizeof (guint)), g_array_new (FALSE, FALSE, sizeof (guint)), 0 };
  choose_columns (panel);
  for (guint strain = 0; panel->columns->len >= WH_ENGINE_MIN_SHARED && strain < n; strain++)
    offer_strain (panel, strain);
}

void
wh_common_panel_clear (WhCommonPanel *panel)
{
  g_clear_pointer (&panel->columns, g_array_unref);
  g_clear_pointer (&panel->strains, g_array_unref);
}
