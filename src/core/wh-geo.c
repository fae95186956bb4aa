#include "wh-geo.h"

#include <math.h>

#include "base/wh-text.h"

#define EARTH_MILES 3958.7613   /* mean radius, IUGG: 6371.0088 km */
#define RADIAN (G_PI / 180)
#define SLACK 1e-9              /* degrees: what rounding may cost at the edge of a box */

gboolean
wh_geo_is_place (const WhPlace *place)
{
  return fabs (place->latitude) <= 90 && fabs (place->longitude) <= 180;
}

gboolean
wh_geo_parse (const char *text, WhPlace *out_place)
{
  g_auto (GStrv) parts = g_strsplit (text, ",", 3);

  return g_strv_length (parts) == 2 && wh_text_to_number (parts[0], &out_place->latitude)
         && wh_text_to_number (parts[1], &out_place->longitude) && wh_geo_is_place (out_place);
}

static double
haversine (double angle)
{
  double half = sin (angle / 2);

  return half * half;
}

double
wh_geo_miles (const WhPlace *a, const WhPlace *b)
{
  double part;

  if (!wh_geo_is_place (a) || !wh_geo_is_place (b))
    return NAN;
  part = haversine ((b->latitude - a->latitude) * RADIAN)
         + cos (a->latitude * RADIAN) * cos (b->latitude * RADIAN) * haversine ((b->longitude - a->longitude) * RADIAN);
  return 2 * EARTH_MILES * asin (sqrt (CLAMP (part, 0, 1)));   /* rounding may carry antipodes over one */
}

/* A longitude within -180 to 180. */
static double
wrapped (double longitude)
{
  return longitude > 180 ? longitude - 360 : longitude < -180 ? longitude + 360 : longitude;
}

WhGeoBox
wh_geo_box (const WhPlace *middle, double miles)
{
  double angle = miles / EARTH_MILES, height = angle / RADIAN + SLACK, width;
  WhGeoBox box = { middle->latitude - height, middle->latitude + height, -180, 180 };

  /* A circle around a pole, or beyond it, has every longitude. */
  if (angle >= G_PI / 2 || box.north >= 90 || box.south <= -90)
    return box;
  width = asin (MIN (1, sin (angle) / cos (middle->latitude * RADIAN))) / RADIAN + SLACK;
  box.west = wrapped (middle->longitude - width);
  box.east = wrapped (middle->longitude + width);
  return box;
}

gboolean
wh_geo_in_box (const WhGeoBox *box, const WhPlace *place)
{
  if (!(place->latitude >= box->south && place->latitude <= box->north))
    return FALSE;
  if (box->west <= box->east)
    return place->longitude >= box->west && place->longitude <= box->east;
  return place->longitude >= box->west || place->longitude <= box->east;
}
