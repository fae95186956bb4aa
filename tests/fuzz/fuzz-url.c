/* Any bytes as the target of a request: the path finds a route or none, parameters are text or refused, and lists, queries and cursors are
 * made of what is good. */
#include <string.h>

#include "core/wh-listing.h"
#include "server/wh-gate.h"
#include "server/wh-parameters.h"
#include "server/wh-request.h"
#include "wh-fuzz.h"
#include "wire/wh-wire.h"

static void
assert_text (const WhRequest *request)
{
  for (guint i = 0; i < request->parameters->len; i++)
    {
      const WhParameter *parameter = &g_array_index (request->parameters, WhParameter, i);
      g_assert_true (g_utf8_validate (parameter->name, -1, NULL));
      g_assert_true (g_utf8_validate (parameter->value, -1, NULL));
    }
}

static void
make_listing (const WhRequest *request)
{
  g_autoptr (WhListing) listing = wh_listing_new (request->route->kind);
  g_auto (WhListingPlace) place = { 0 };

  listing->cursor = g_strdup (wh_request_parameter (request, "cursor"));
  for (guint i = 0; i < request->parameters->len; i++)
    {
      const WhParameter *parameter = &g_array_index (request->parameters, WhParameter, i);
      wh_listing_add_filter (listing, parameter->name, parameter->value, NULL);
    }
  if (wh_request_parameter (request, "sort"))
    wh_listing_set_sort (listing, wh_request_parameter (request, "sort"), NULL);
  if (listing->cursor)
    wh_listing_place (listing, &place, NULL);
}

static void
use_parameters (WhRequest *request)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WhQuery) query = NULL;

  if (!wh_parameters_check (request, &error))
    {
      g_assert_nonnull (error);
      return;
    }
  g_assert_no_error (error);
  if (request->route->id == WH_ROUTE_STRAINS || request->route->id == WH_ROUTE_STRAIN_SEARCH)
    query = wh_parameters_query (request);
  if (request->route->kind != WH_KIND_NONE)
    make_listing (request);
}

static void
use_tokens (const WhRequest *request)
{
  const char *token = wh_request_parameter (request, "token");
  g_autofree char *epoch = NULL;
  gint64 seq;

  if (token)
    wh_wire_token_parse (token, &epoch, &seq, NULL);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *target = g_strndup ((const char *) data, size), *allowed = NULL;
  const char *origin = wh_gate_origin_form (target), *query = strchr (origin, '?');
  g_autofree char *path = query ? g_strndup (origin, (gsize) (query - origin)) : g_strdup (origin);
  g_autoptr (WhRequest) request = wh_request_new ("GET", path);

  if (query)
    wh_request_take_query (request, query + 1);
  assert_text (request);
  use_tokens (request);
  request->route = wh_route_match ("GET", path, &request->value, &allowed);
  g_assert_true (!request->value || g_utf8_validate (request->value, -1, NULL));
  if (request->route)
    use_parameters (request);
  return 0;
}
