/* Distances that are known, and the places where the arithmetic of the sphere has its corners. */
#include <math.h>

#include "core/wh-geo.h"
#include "support/wh-test.h"

#define HALF_ROUND 12436.8   /* miles from a place to its antipode */

static void
test_cities (void)
{
  static const struct {
    WhPlace a, b;
    double  miles, tolerance;
  } pairs[] = {
    { { 40.7128, -74.0060 }, { 34.0522, -118.2437 }, 2445.6, 1 },    /* New York, Los Angeles */
    { { 51.5074, -0.1278 }, { 48.8566, 2.3522 }, 213.5, 0.5 },       /* London, Paris */
    { { -33.8688, 151.2093 }, { -36.8485, 174.7633 }, 1339.5, 2 },   /* Sydney, Auckland */
    { { 40.2206, -74.7597 }, { 40.7357, -74.1724 }, 47.1, 0.5 },     /* Trenton, Newark */
    { { 39.7392, -104.9903 }, { 40.0150, -105.2705 }, 24.2, 0.3 },   /* Denver, Boulder */
  };

  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    {
      g_test_message ("pair %u: %g", i, wh_geo_miles (&pairs[i].a, &pairs[i].b));
      g_assert_cmpfloat_with_epsilon (wh_geo_miles (&pairs[i].a, &pairs[i].b), pairs[i].miles, pairs[i].tolerance);
      g_assert_cmpfloat (wh_geo_miles (&pairs[i].a, &pairs[i].b), ==, wh_geo_miles (&pairs[i].b, &pairs[i].a));
    }
}

static void
test_corners (void)
{
  static const struct {
    WhPlace a, b;
    double  miles;
  } pairs[] = {
    { { 10, 20 }, { 10, 20 }, 0 },                      /* itself */
    { { 40, -75 }, { -40, 105 }, HALF_ROUND },          /* antipodes */
    { { 90, 0 }, { -90, 77 }, HALF_ROUND },             /* pole to pole */
    { { 90, 12 }, { 90, -120 }, 0 },                    /* a pole has every longitude */
    { { 0, 180 }, { 0, -180 }, 0 },                     /* the date line from both sides */
    { { 0, 179.5 }, { 0, -179.5 }, HALF_ROUND / 180 },  /* one degree across it */
    { { 0, 0 }, { 90, 0 }, HALF_ROUND / 2 },
  };
  const WhPlace nowhere = { NAN, 0 }, beyond = { 91, 0 }, origin = { 0, 0 };

  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    {
      g_test_message ("pair %u: %g", i, wh_geo_miles (&pairs[i].a, &pairs[i].b));
      g_assert_cmpfloat_with_epsilon (wh_geo_miles (&pairs[i].a, &pairs[i].b), pairs[i].miles, 0.1);
    }
  g_assert_true (isnan (wh_geo_miles (&nowhere, &origin)));
  g_assert_true (isnan (wh_geo_miles (&origin, &beyond)));
}

/* Whatever is within the distance is within the box, everywhere on the earth; and the box is not the whole earth. */
static void
test_boxes (void)
{
  static const WhPlace middles[] = { { 40, -75 }, { 0, 0 }, { 0, 179.9 }, { -20, -179.9 }, { 89.9, 10 }, { -90, 0 }, { 65, 180 } };
  const double radius = 100;
  guint n_within = 0, n_in_box = 0, n_asked = 0;

  for (guint m = 0; m < G_N_ELEMENTS (middles); m++)
    {
      WhGeoBox box = wh_geo_box (&middles[m], radius);
      for (double north = -2; north <= 2; north += 0.05)
        for (double east = -180; east <= 180; east += 0.45)
          {
            WhPlace place = { middles[m].latitude + north, east };
            gboolean within = wh_geo_is_place (&place) && wh_geo_miles (&middles[m], &place) <= radius;
            n_asked++;
            n_within += within;
            n_in_box += wh_geo_in_box (&box, &place);
            g_assert_true (!within || wh_geo_in_box (&box, &place));
          }
    }
  g_assert_cmpuint (n_within, >, 1000);
  g_assert_cmpuint (n_in_box, <, n_asked / 2);
}

/* The widest part of a circle lies poleward of its middle: a box by cos (latitude) alone would cut it off. */
static void
test_widest_part (void)
{
  const WhPlace middle = { 80, 0 };
  WhGeoBox box = wh_geo_box (&middle, 400);

  for (double east = 0; east < 90; east += 0.01)
    for (double north = 79; north < 86; north += 0.25)
      {
        WhPlace place = { north, east };
        g_assert_true (wh_geo_miles (&middle, &place) > 400 || wh_geo_in_box (&box, &place));
      }
}

static void
test_parse (void)
{
  static const char *const bad[] = { "", "40", "40,", ",", "40,-75,1", "91,0", "0,181", "nan,0", "40;-75", "a,b", "40,-75x" };
  WhPlace place;

  g_assert_true (wh_geo_parse ("40.71,-74.01", &place));
  g_assert_cmpfloat (place.latitude, ==, 40.71);
  g_assert_cmpfloat (place.longitude, ==, -74.01);
  g_assert_true (wh_geo_parse ("-90, 180", &place));
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_test_message ("“%s”", bad[i]);
      g_assert_false (wh_geo_parse (bad[i], &place));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/geo/cities", test_cities);
  g_test_add_func ("/geo/corners", test_corners);
  g_test_add_func ("/geo/boxes", test_boxes);
  g_test_add_func ("/geo/widest-part", test_widest_part);
  g_test_add_func ("/geo/parse", test_parse);
  return g_test_run ();
}
