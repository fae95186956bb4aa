#include "wh-cli-shop.h"

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
