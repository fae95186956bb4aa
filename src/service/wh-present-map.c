#include <glib/gi18n.h>

#include "wh-map.h"

#define SHARE_DECIMALS 4
#define PLACE_DECIMALS 4

static void
write_axis (WhJsonWriter *writer, const WhMap *map, guint axis)
{
  wh_json_writer_begin_object (writer);
  wh_json_writer_add_number (writer, "share", map->shares[axis], SHARE_DECIMALS);
  wh_json_writer_key (writer, "loadings");
  wh_json_writer_begin_array (writer);
  for (guint i = 0; i < map->terpenes->len; i++)
    {
      const WhMapTerpene *terpene = &g_array_index (map->terpenes, WhMapTerpene, i);
      wh_json_writer_begin_object (writer);
      wh_json_writer_add_string (writer, "analyte", terpene->analyte->key);
      wh_json_writer_add_string (writer, "name", terpene->analyte->name);
      wh_json_writer_add_number (writer, "value", terpene->loadings[axis], PLACE_DECIMALS);
      wh_json_writer_end_object (writer);
    }
  wh_json_writer_end_array (writer);
  wh_json_writer_end_object (writer);
}

char *
wh_present_map_assumption (const WhMap *map)
{
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, _("%.0f %% of the amounts lie below a limit and stand at 0.65 of it."), 100 * map->censored);
  if (map->assumed > 0)
    /* Translators: a share of those amounts in percent, then a limit in mg/g. */
    g_string_append_printf (text, _(" For %.0f %% of these the lab gave no limit: %g mg/g or less is assumed."),
                            100 * map->assumed / map->censored, WH_MAP_UNKNOWN_LIMIT);
  /* Translators: goes on after a sentence; a relative deviation in percent. */
  g_string_append_printf (text, _(" Ellipses assume that a lab's results vary by %.0f %%."), 100 * WH_MAP_RSD);
  return g_string_free (text, FALSE);
}

static void
write_assumption (WhJsonWriter *writer, const WhMap *map)
{
  g_autofree char *words = wh_present_map_assumption (map);

  wh_json_writer_key (writer, "assumption");
  wh_json_writer_begin_object (writer);
  wh_json_writer_add_number (writer, "limit", WH_MAP_UNKNOWN_LIMIT, PLACE_DECIMALS);
  wh_json_writer_add_string (writer, "unit", wh_unit_key (WH_UNIT_MG_PER_G));
  wh_json_writer_add_number (writer, "rsd", WH_MAP_RSD, SHARE_DECIMALS);
  wh_json_writer_add_number (writer, "censored", map->censored, SHARE_DECIMALS);
  wh_json_writer_add_number (writer, "assumed", map->assumed, SHARE_DECIMALS);
  wh_json_writer_add_string (writer, "words", words);
  wh_json_writer_end_object (writer);
}

static void
write_ellipse (WhJsonWriter *writer, const WhMap *map, const WhMapPoint *point)
{
  WhMapEllipse ellipse = wh_map_ellipse (map, point);

  wh_json_writer_key (writer, "ellipse");
  wh_json_writer_begin_object (writer);
  wh_json_writer_add_number (writer, "major", ellipse.major, PLACE_DECIMALS);
  wh_json_writer_add_number (writer, "minor", ellipse.minor, PLACE_DECIMALS);
  wh_json_writer_add_number (writer, "angle", ellipse.angle, PLACE_DECIMALS);
  wh_json_writer_end_object (writer);
}

static void
write_point (WhJsonWriter *writer, const WhMap *map, const WhMapPoint *point)
{
  char id[WH_ID_TEXT_LENGTH + 1];

  wh_id_format (&point->card->id, id);
  wh_json_writer_begin_object (writer);
  wh_json_writer_add_string (writer, "strain_id", id);
  wh_json_writer_add_string (writer, "name", point->card->name);
  wh_json_writer_add_number (writer, "x", point->x, PLACE_DECIMALS);
  wh_json_writer_add_number (writer, "y", point->y, PLACE_DECIMALS);
  write_ellipse (writer, map, point);
  wh_json_writer_add_string (writer, "dominant", point->dominant ? point->dominant->key : NULL);
  wh_json_writer_add_integer (writer, "n", point->n);
  wh_json_writer_end_object (writer);
}

static void
write_points (WhJsonWriter *writer, const WhMap *map, const GPtrArray *cards, guint offset, guint limit)
{
  guint n = cards ? cards->len : map->points->len;

  wh_json_writer_key (writer, "points");
  wh_json_writer_begin_array (writer);
  for (guint i = offset; i < n && (limit == 0 || i - offset < limit); i++)
    {
      const WhMapPoint *point = cards ? wh_map_find (map, cards->pdata[i]) : &g_array_index (map->points, WhMapPoint, i);
      if (point)
        write_point (writer, map, point);
    }
  wh_json_writer_end_array (writer);
}

void
wh_present_map (WhJsonWriter *writer, const WhMap *map, const GPtrArray *cards, guint offset, guint limit)
{
  wh_json_writer_begin_object (writer);
  wh_json_writer_key (writer, "axes");
  wh_json_writer_begin_array (writer);
  for (guint axis = 0; axis < WH_MAP_AXES; axis++)
    write_axis (writer, map, axis);
  wh_json_writer_end_array (writer);
  wh_json_writer_add_string (writer, "method", "clr-pca");
  wh_json_writer_add_string (writer, "engine", map->engine);
  write_assumption (writer, map);
  wh_json_writer_add_integer (writer, "placed", map->points->len);
  write_points (writer, map, cards, offset, limit);
  wh_json_writer_add_integer (writer, "untested", map->n_untested);
  wh_json_writer_add_integer (writer, "too_little", map->n_too_little);
  wh_json_writer_end_object (writer);
}
