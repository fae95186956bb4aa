/* wh-geo.h: places on the earth. Degrees WGS 84, north and east positive; distances in miles along great circles of a sphere. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
  double latitude, longitude;   /* NAN: not known */
} WhPlace;

/* What surely holds everything within a distance of a place; cheap to ask before the distance itself. */
typedef struct {
  double south, north;
  double west, east;            /* west > east: the box lies across the date line */
} WhGeoBox;

/* Latitude -90 to 90, longitude -180 to 180. */
gboolean wh_geo_is_place (const WhPlace *place);
/* "40.71,-74.01". FALSE when it is no place. */
gboolean wh_geo_parse    (const char *text, WhPlace *out_place);
/* Haversine; off by up to 0.5 % since the earth is no sphere. NAN when one of them is no place. */
double   wh_geo_miles    (const WhPlace *a, const WhPlace *b);
WhGeoBox wh_geo_box      (const WhPlace *middle, double miles);
gboolean wh_geo_in_box   (const WhGeoBox *box, const WhPlace *place);

G_END_DECLS
