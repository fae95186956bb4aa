#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "base/wh-text.h"
#include "wh-import-private.h"

static gboolean
is_postal_code (const char *text)
{
  return g_regex_match_simple ("^\\d{5}(-?\\d{4})?$", text, 0, 0);
}

/* Registries that lost a column put "Suite B" where the city belongs and the city where the code belongs. */
static void
read_place (WhImport *import, WhDispensary *shop)
{
  const char *code = wh_import_text (import, "postal_code");

  shop->address = wh_import_copy (import, "address");
  shop->city = wh_import_copy (import, "city");
  shop->county = wh_import_copy (import, "county");
  shop->state = wh_import_copy (import, "state");
  if (!*code || is_postal_code (code))
    {
      shop->postal_code = wh_import_copy (import, "postal_code");
      return;
    }
  wh_import_warn (import, import->line, "shifted_address", wh_import_column_name (import, "postal_code"), code, "%s",
                  _("This is no postal code; the address columns of this row seem to be shifted. City and code were left out."));
  g_clear_pointer (&shop->city, g_free);
}

static void
read_coordinates (WhImport *import, WhDispensary *shop)
{
  double latitude = wh_import_number (import, "latitude"), longitude = wh_import_number (import, "longitude");

  if (isnan (latitude) || isnan (longitude))
    return;
  if (fabs (latitude) > 90 || fabs (longitude) > 180 || (latitude == 0 && longitude == 0))
    {
      wh_import_warn (import, import->line, "bad_coordinates", wh_import_column_name (import, "latitude"),
                      wh_import_text (import, "latitude"), "%s", _("These coordinates are not on the map; they were left out."));
      return;
    }
  shop->latitude = latitude;
  shop->longitude = longitude;
}

/* medical, recreational or both, from the authority's words. */
static char *
license_type (WhImport *import)
{
  g_autofree char *words = g_strdup_printf ("%s %s", wh_import_text (import, "license_designation"),
                                            wh_import_text (import, "license_class"));
  g_autofree char *folded = wh_text_fold (words);
  gboolean medical = strstr (folded, "medic") != NULL;
  gboolean adult = strstr (folded, "adult") || strstr (folded, "recreation") || strstr (folded, "retail");

  return medical || adult ? g_strdup (medical && adult ? "both" : medical ? "medical" : "recreational") : NULL;
}

static void
read_license (WhImport *import, WhDispensary *shop)
{
  shop->license_number = wh_import_copy (import, "license_number");
  shop->license_class = wh_import_copy (import, "license_class");
  shop->license_type = license_type (import);
  shop->license_status = wh_import_copy (import, "license_status");
  shop->license_issued = wh_import_date (import, "license_issued");
  shop->license_expiry = wh_import_date (import, "license_expiry");
}

/* "210 W. Washington St., Huntington"; NULL without a street. */
static char *
name_from_address (WhImport *import)
{
  const char *address = wh_import_text (import, "address"), *city = wh_import_text (import, "city");

  if (!*address)
    return NULL;
  return *city ? g_strdup_printf ("%s, %s", address, city) : g_strdup (address);
}

gboolean
wh_import_dispensary_row (WhImport *import, GError **error)
{
  g_autofree char *name = wh_import_copy (import, "name");
  g_autofree char *key = NULL;
  WhDispensary *shop;
  WhImportUnit *unit;

  if (!name)
    name = wh_import_copy (import, "legal_name");
  if (!name)
    name = wh_import_copy (import, "license_number");
  if (!name && (name = name_from_address (import)))
    wh_import_warn (import, import->line, "no_name", wh_import_column_name (import, "name"), name, "%s",
                    _("This shop has no name; its address stands for it."));
  if (!name)
    {
      wh_import_refuse_row (import, "no_name", wh_import_column_name (import, "name"), NULL,
                            _("This row has neither a shop name nor an address."));
      return TRUE;
    }
  key = wh_import_key (import);
  shop = wh_dispensary_new (wh_id_from_key ("dispensary", import->source, key));
  shop->slug = wh_text_slug (name);
  shop->name = g_steal_pointer (&name);
  shop->legal_name = wh_import_copy (import, "legal_name");
  shop->phone = wh_import_copy (import, "phone");
  shop->website = wh_import_copy (import, "website");
  shop->hours = wh_import_copy (import, "hours");
  read_place (import, shop);
  read_coordinates (import, shop);
  read_license (import, shop);
  unit = wh_import_unit_new (1);
  wh_import_unit_add (import, unit, shop, TRUE);
  return wh_import_submit (import, unit, error);
}
