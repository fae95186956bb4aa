#include <glib/gi18n.h>
#include <math.h>

#include "base/wh-error.h"
#include "core/wh-hue.h"
#include "wh-chart-page.h"

#define PAGE_WIDTH 960.0
#define BAR 12.0
#define BAR_LINE 18.0
#define GROUP_GAP 16.0
#define SECTION_HEAD 44.0
#define SECTION_GAP 18.0
#define ANALYTE_WIDTH 150.0
#define NAME_WIDTH 170.0
#define VALUE_WIDTH 150.0      /* right of the longest bar, for its words */
#define GAP 12.0
#define PLAIN 13.0
#define SMALL 11.5
#define TICK 5.0
#define DASH 14.0
#define CLOSENESS_LINE 20.0
#define CLOSENESS_MOST 3
#define NAMES_MOST 3
#define TERPENES_OF_FEW 12     /* for two or three strains */
#define TERPENES_OF_MANY 8
#define CANNABINOIDS_MOST 4
#define CANNABINOID_HUE 0x77767b

/* Analytes on one scale. */
typedef struct {
  const char *title;
  GPtrArray  *contrasts;   /* of const WhContrast* */
  double      most;        /* mg/g at the end of the scale */
} Section;

typedef struct {
  const WhComparison *comparison;
  Section             sections[2];
} Scene;

/* -- what is shown -- */

static void
take_contrasts (Section *section, const WhComparison *comparison, gboolean terpenes, guint most)
{
  section->contrasts = g_ptr_array_new ();
  for (guint i = 0; i < comparison->contrasts->len && section->contrasts->len < most; i++)
    {
      const WhContrast *contrast = &g_array_index (comparison->contrasts, WhContrast, i);
      double highest = 0;
      for (guint j = 0; j < comparison->n; j++)
        if (contrast->amounts[j].n)
          highest = MAX (highest, MAX (contrast->amounts[j].estimate, contrast->amounts[j].high));
      if (wh_analyte_is_terpene (contrast->analyte) != terpenes || highest == 0)
        continue;
      section->most = MAX (section->most, highest);
      g_ptr_array_add (section->contrasts, (gpointer) contrast);
    }
}

static double
section_height (const Section *section, guint n)
{
  return section->contrasts->len ? SECTION_HEAD + section->contrasts->len * (n * BAR_LINE + GROUP_GAP) + SECTION_GAP : 0;
}

static guint
closeness_lines (const WhComparison *comparison)
{
  return comparison->pairs->len <= CLOSENESS_MOST ? comparison->pairs->len : 0;
}

static double
chart_height (const Scene *scene)
{
  double height = closeness_lines (scene->comparison) * 2 * CLOSENESS_LINE;

  for (guint i = 0; i < G_N_ELEMENTS (scene->sections); i++)
    height += section_height (&scene->sections[i], scene->comparison->n);
  return height;
}

/* -- one bar -- */

static char *
number_words (double amount)
{
  return g_strdup_printf ("%.*f", amount >= 10 ? 1 : amount >= 0.1 ? 2 : 3, amount);
}

/* Solid up to the amount, and a whisker over where it may lie. */
static char *
draw_amount (WhChartPen *pen, const WhAmount *amount, double x, double y, double scale, guint32 hue)
{
  double middle = y + BAR / 2;

  wh_chart_pen_box (pen, x, y, MAX (2, amount->estimate * scale), BAR, 2);
  wh_chart_pen_colour (pen, hue, 1);
  cairo_fill (pen->cairo);
  if (amount->high > amount->low)
    {
      wh_chart_pen_colour (pen, WH_CHART_INK, 1);
      wh_chart_pen_line (pen, x + amount->low * scale, middle, x + amount->high * scale, middle, 1.2);
      wh_chart_pen_line (pen, x + amount->low * scale, middle - 3, x + amount->low * scale, middle + 3, 1.2);
      wh_chart_pen_line (pen, x + amount->high * scale, middle - 3, x + amount->high * scale, middle + 3, 1.2);
    }
  return number_words (amount->estimate);
}

static char *
draw_below (WhChartPen *pen, const WhAmount *amount, double x, double y, double scale, guint32 hue)
{
  g_autofree char *limit = number_words (amount->high);

  wh_chart_pen_box (pen, x + 0.7, y + 0.7, MAX (2 * TICK, amount->high * scale) - 1.4, BAR - 1.4, 2);
  wh_chart_pen_colour (pen, hue, 1);
  cairo_set_line_width (pen->cairo, 1.4);
  cairo_stroke (pen->cairo);
  return g_strdup_printf (_("below LOQ (%s)"), limit);
}

static char *
draw_nothing (WhChartPen *pen, const WhAmount *amount, double x, double y)
{
  g_autofree char *limit = amount->high > 0 ? number_words (amount->high) : NULL;

  wh_chart_pen_box (pen, x + 0.6, y + 0.6, TICK, BAR - 1.2, 1);
  wh_chart_pen_colour (pen, WH_CHART_DIM, 1);
  cairo_set_line_width (pen->cairo, 1.2);
  cairo_stroke (pen->cairo);
  return limit ? g_strdup_printf (_("not detected (LOD %s)"), limit) : g_strdup (_("not detected"));
}

static char *
draw_dash (WhChartPen *pen, double x, double y)
{
  wh_chart_pen_colour (pen, WH_CHART_DIM, 1);
  wh_chart_pen_line (pen, x, y + BAR / 2, x + DASH, y + BAR / 2, 1.4);
  return g_strdup (_("not tested"));
}

/* Returns how far the drawing reaches. */
static double
reach_of (const WhAmount *amount, double scale)
{
  if (amount->n == 0)
    return DASH;
  return MAX (2 * TICK, MAX (amount->estimate, amount->high) * scale);
}

static void
draw_bar (WhChartPen *pen, const WhAmount *amount, double x, double y, double scale, guint32 hue)
{
  gboolean measured = amount->n && !wh_chemistry_is_below (amount);
  const WhChartText how = { .size = SMALL, .colour = measured ? WH_CHART_INK : WH_CHART_DIM };
  g_autofree char *words = amount->n == 0          ? draw_dash (pen, x, y)
                           : measured              ? draw_amount (pen, amount, x, y, scale, hue)
                           : amount->estimate > 0  ? draw_below (pen, amount, x, y, scale, hue)
                                                   : draw_nothing (pen, amount, x, y);

  wh_chart_pen_write (pen, &how, x + reach_of (amount, scale) + 7, y + BAR / 2 + SMALL * 0.36, words);
}

/* -- sections -- */

static void
draw_group (WhChartPen *pen, const Scene *scene, const WhContrast *contrast, double x, double y, double bars, double scale)
{
  const WhAnalyte *analyte = contrast->analyte;
  gboolean terpene = wh_analyte_is_terpene (analyte);
  guint32 hue = terpene ? wh_hue_of_analyte (analyte) : CANNABINOID_HUE;
  const WhChartText name = { .size = PLAIN, .colour = terpene ? wh_chart_pen_letters (analyte) : WH_CHART_INK, .bold = TRUE,
                             .width = ANALYTE_WIDTH - GAP };
  g_autofree char *title = *analyte->code ? g_strdup_printf ("%s  %s", analyte->code, analyte->name) : g_strdup (analyte->name);

  wh_chart_pen_write (pen, &name, x, y + BAR / 2 + PLAIN * 0.36, title);
  for (guint i = 0; i < scene->comparison->n; i++, y += BAR_LINE)
    {
      const WhChartText strain = { .size = SMALL, .colour = WH_CHART_INK, .align = 1, .width = NAME_WIDTH - GAP };
      wh_chart_pen_write (pen, &strain, bars - GAP + 4, y + BAR / 2 + SMALL * 0.36, scene->comparison->cards[i]->name);
      draw_bar (pen, &contrast->amounts[i], bars, y, scale, hue);
    }
}

/* 1, 2 or 5 times a power of ten that makes four to nine parts. */
static double
step_of (double most)
{
  double power = pow (10, floor (log10 (most / 4))), wanted = most / 4;

  return wanted / power >= 5 ? 5 * power : wanted / power >= 2 ? 2 * power : power;
}

static void
draw_scale (WhChartPen *pen, const Section *section, double bars, double y, double scale, double height)
{
  const WhChartText how = { .size = SMALL, .colour = WH_CHART_DIM, .align = 0.5 };
  double step = step_of (section->most);

  for (guint i = 0; i * step <= section->most * 1.0001; i++)
    {
      g_autofree char *text = g_strdup_printf ("%g", i * step);
      wh_chart_pen_colour (pen, i ? WH_CHART_FAINT : WH_CHART_DIM, i ? 0.9 : 0.8);
      wh_chart_pen_line (pen, bars + i * step * scale, y, bars + i * step * scale, y + height, i ? 0.7 : 1);
      wh_chart_pen_write (pen, &how, bars + i * step * scale, y - 7, text);
    }
}

static double
draw_section (WhChartPen *pen, const Scene *scene, const Section *section, const WhChartArea *area, double y)
{
  double bars = area->x + ANALYTE_WIDTH + NAME_WIDTH, scale = (area->width - ANALYTE_WIDTH - NAME_WIDTH - VALUE_WIDTH) / section->most;
  double height = section_height (section, scene->comparison->n);

  if (section->contrasts->len == 0)
    return 0;
  wh_chart_pen_write (pen, &(WhChartText) { .size = PLAIN + 1, .colour = WH_CHART_INK, .bold = TRUE }, area->x, y + PLAIN, section->title);
  wh_chart_pen_write (pen, &(WhChartText) { .size = SMALL, .colour = WH_CHART_DIM, .align = 1 }, area->x + area->width, y + PLAIN + 12,
                      _("mg/g"));
  draw_scale (pen, section, bars, y + SECTION_HEAD - 12, scale, height - SECTION_HEAD - SECTION_GAP + 4);
  for (guint i = 0; i < section->contrasts->len; i++)
    draw_group (pen, scene, section->contrasts->pdata[i], area->x, y + SECTION_HEAD + i * (scene->comparison->n * BAR_LINE + GROUP_GAP),
                bars, scale);
  return height;
}

static void
draw_scene (WhChartPen *pen, const WhChartArea *area, gconstpointer data)
{
  const Scene *scene = data;
  double y = area->y;

  for (guint i = 0; i < G_N_ELEMENTS (scene->sections); i++)
    y += draw_section (pen, scene, &scene->sections[i], area, y);
  for (guint i = 0; i < closeness_lines (scene->comparison); i++, y += 2 * CLOSENESS_LINE)
    {
      g_autofree char *words = wh_present_pair_words (scene->comparison, &g_array_index (scene->comparison->pairs, WhPair, i));
      wh_chart_pen_write (pen, &(WhChartText) { .size = PLAIN, .colour = WH_CHART_INK, .width = area->width, .lines = 2 }, area->x,
                          y + PLAIN, words);
    }
}

/* -- the chart -- */

/* The names, as long as they are few enough to fit. */
static char *
title_of (const WhComparison *comparison)
{
  GString *text;

  if (comparison->n > NAMES_MOST)
    return g_strdup_printf (_("%u strains compared"), comparison->n);
  text = g_string_new (NULL);
  for (guint i = 0; i < comparison->n; i++)
    g_string_append_printf (text, "%s%s", i ? " · " : "", comparison->cards[i]->name);
  return g_string_free (text, FALSE);
}

static char *
source_of (const WhComparison *comparison)
{
  gint64 newest = WH_TIME_UNSET;
  guint batches = 0;

  for (guint i = 0; i < comparison->n; i++)
    {
      newest = MAX (newest, comparison->cards[i]->tested_at);
      batches += comparison->cards[i]->n_batches;
    }
  g_autofree char *date = wh_chart_page_newest (newest);
  g_autofree char *count = wh_chart_page_count (batches);
  /* Translators: a number of batches, then maybe ", newest test" and a date. */
  return g_strdup_printf (g_dngettext (NULL, "Median over %s batch%s", "Medians over %s batches%s", batches), count, date);
}

GBytes *
wh_chart_comparison (const WhComparison *comparison, WhChartFormat format, GError **error)
{
  Scene scene = { comparison, { { .title = _("Terpenes, greatest difference first") }, { .title = _("Cannabinoids") } } };
  g_autofree char *title = title_of (comparison);
  g_autofree char *source = source_of (comparison);
  GBytes *picture = NULL;

  take_contrasts (&scene.sections[0], comparison, TRUE, comparison->n <= 3 ? TERPENES_OF_FEW : TERPENES_OF_MANY);
  take_contrasts (&scene.sections[1], comparison, FALSE, CANNABINOIDS_MOST);
  if (scene.sections[0].contrasts->len + scene.sections[1].contrasts->len == 0)
    g_set_error_literal (error, WH_ERROR, WH_ERROR_INVALID,
                         _("There is nothing to draw: no lab result of these strains has an amount. Import lab results first."));
  else
    {
      const WhChartPage page = { PAGE_WIDTH, ceil (wh_chart_page_beside () + chart_height (&scene)), title, source,
                                 _("Outlined: below the limit of quantification, drawn up to it. Hollow tick: not detected. Dash: not "
                                   "tested, which says nothing about the amount. Whisker: where the median may lie."),
                                 wh_snapshot_has_demonstration (comparison->snapshot), draw_scene, &scene };
      picture = wh_chart_page_draw (&page, format, error);
    }
  g_ptr_array_unref (scene.sections[0].contrasts);
  g_ptr_array_unref (scene.sections[1].contrasts);
  return picture;
}
