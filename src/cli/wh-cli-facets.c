#include "wh-cli-facets.h"

#include <glib/gi18n.h>

#include "service/wh-present.h"
#include "wh-cli-bar.h"
#include "wh-cli-command.h"
#include "wh-cli-output.h"
#include "wh-cli-strain.h"

#define BAR_WIDTH 24

static const char *
facet_title (WhFacet facet)
{
  static const char *const titles[] = { N_ ("Type on the label"), N_ ("Leading terpene"),        N_ ("State"),
                                        N_ ("In stock as"),       N_ ("Price per gram"), N_ ("Total THC") };

  return _(titles[facet]);
}

static void
print_facet (const WhCliOptions *options, const WhFacets *facets, WhFacet facet)
{
  const WhCliColumn columns[] = { { facet_title (facet), FALSE, 12, FALSE, NULL },
                                  { _("Strains"), TRUE, 0, FALSE, NULL },
                                  { "", FALSE, 0, TRUE, "2" },
                                  { _("Narrow with"), FALSE, 0, TRUE, NULL } };
  g_autoptr (WhCliTable) table = wh_cli_table_new (columns, G_N_ELEMENTS (columns));
  const GArray *counts = facets->counts[facet];
  guint n = options->limit ? MIN (counts->len, (guint) options->limit) : counts->len;

  for (guint i = 0; i < n; i++)
    {
      const WhFacetCount *count = &g_array_index (counts, WhFacetCount, i);
      g_autofree char *number = g_strdup_printf ("%u", count->count);
      g_autofree char *bar = wh_cli_bar (count->count / (double) facets->total, BAR_WIDTH);
      wh_cli_table_add (table, (const char *const[]) { count->name, number, bar, count->query });
    }
  if (n > 0)
    wh_cli_output_table (options, table);
}

int
wh_cli_facets (const WhCliOptions *options, WhSession *session, const WhQuery *query, GError **error)
{
  g_autoptr (WhFacets) facets = wh_catalogue_facets (wh_session_catalogue (session), wh_session_principal (session), query, error);

  if (!facets)
    return WH_EXIT_FAILED;
  if (options->format == WH_FORMAT_TABLE)
    {
      g_autofree char *heading = g_strdup_printf (ngettext ("%u strain", "%u strains", facets->total), facets->total);
      wh_cli_output_styled (options, WH_STYLE_HEADING, heading);
      for (guint facet = 0; facet < WH_N_FACETS; facet++)
        print_facet (options, facets, facet);
      wh_cli_strain_label (options, wh_snapshot_has_demonstration (facets->snapshot));
      return WH_EXIT_DONE;
    }
  g_autoptr (GString) json = g_string_new (NULL);
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (json, 0);
  wh_present_facets (writer, facets);
  return wh_cli_output_document (options, json, "facets", error) ? WH_EXIT_DONE : WH_EXIT_FAILED;
}
