/* A list of analytes is no catalogue of ours: measurements are kept under the program's own dictionary. What a list names is held
 * against it, so that a lab's spelling that would not be understood is found before its results are. */
#include <glib/gi18n.h>
#include <string.h>

#include "core/wh-analyte.h"
#include "wh-import-private.h"

gboolean
wh_import_analyte_row (WhImport *import, GError **error)
{
  const char *name = wh_import_text (import, "name");
  const char *cas = wh_import_text (import, "cas");
  const WhAnalyte *analyte = *name ? wh_analyte_lookup (name) : NULL;

  if (!analyte)
    {
      wh_import_refuse_row (import, "unknown_analyte", wh_import_column_name (import, "name"), name,
                            _("The dictionary of this program has no such analyte; results under this name would be left out."));
      return TRUE;
    }
  if (*cas && *analyte->cas && strcmp (cas, analyte->cas) != 0)
    wh_import_warn (import, import->line, "other_cas", wh_import_column_name (import, "cas"), cas,
                    _("%s has the CAS number %s in the dictionary of this program: check which compound is meant."), analyte->name,
                    analyte->cas);
  import->report->unchanged++;
  return TRUE;
}
