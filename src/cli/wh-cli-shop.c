#include "wh-cli-shop.h"

#include <glib/gi18n.h>
#include <string.h>

#include "base/wh-text.h"
#include "wh-cli-command.h"
#include "wh-cli-output.h"

static char *
candidates_json (const GPtrArray *candidates)
{
  GString *text = g_string_new (NULL);
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (text, 0);

  wh_json_writer_begin_object (writer);
  wh_json_writer_key (writer, "candidates");
  wh_json_writer_begin_array (writer);
  for (guint i = 0; i < candidates->len; i++)
    {
      const WhDispensary *shop = candidates->pdata[i];
      g_autofree char *id = wh_id_to_string (&shop->entity.id);
      wh_json_writer_begin_object (writer);
      wh_json_writer_add_string (writer, "dispensary_id", id);
      wh_json_writer_add_string (writer, "name", shop->name);
      wh_json_writer_add_string (writer, "slug", shop->slug);
      wh_json_writer_add_string (writer, "city", shop->city);
      wh_json_writer_add_string (writer, "state", shop->state);
      wh_json_writer_end_object (writer);
    }
  wh_json_writer_end_array (writer);
  wh_json_writer_end_object (writer);
  return g_string_free (text, FALSE);
}

int
wh_cli_shop_resolve (const WhCliOptions *options, WhCatalogue *catalogue, const WhPrincipal *principal, const char *typed,
                     WhDispensary **out_shop, GError **error)
{
  g_autoptr (GPtrArray) candidates = NULL;
  g_autoptr (GError) failure = NULL;

  *out_shop = wh_catalogue_resolve_shop (catalogue, principal, typed, &candidates, &failure);
  if (*out_shop)
    return WH_EXIT_DONE;
  if (candidates)
    {
      g_autofree char *details = candidates_json (candidates);
      wh_cli_output_error (options, wh_error_word (failure->code), failure->message, details);
      return WH_EXIT_AMBIGUOUS;
    }
  g_propagate_error (error, g_steal_pointer (&failure));
  return WH_EXIT_FAILED;
}

gboolean
wh_cli_shop_where (const WhCliOptions *options, WhPlace *near, double *radius, GError **error)
{
  const char *state = options->state;

  if (state && (strlen (state) != 2 || !g_ascii_isalpha (state[0]) || !g_ascii_isalpha (state[1])))
    g_set_error (error, WH_ERROR, WH_ERROR_INVALID, _("--state takes two letters, such as NJ, not “%s”"), state);
  else if (options->near && !wh_geo_parse (options->near, near))
    g_set_error (error, WH_ERROR, WH_ERROR_INVALID,
                 _("--near takes latitude and longitude in degrees, such as 40.71,-74.01, not “%s”"), options->near);
  else if (options->radius && !options->near)
    g_set_error_literal (error, WH_ERROR, WH_ERROR_INVALID, _("--radius needs --near: say from where"));
  else if (options->radius && !wh_text_to_number (options->radius, radius))
    g_set_error (error, WH_ERROR, WH_ERROR_INVALID, _("--radius takes miles, at most 100, not “%s”"), options->radius);
  else
    return TRUE;
  return FALSE;
}
