#include "wh-test-random.h"

#include "base/wh-clock.h"

static const char *const words[] = { "lemon", "“Zkittlez”", "\\\"<b>'", "Ω≈ç√ 💚", "a,b;c\td", "null", "0.0", "{}", " " };

WhId
wh_test_random_id (WhKind kind)
{
  g_autofree char *key = g_strdup_printf ("%d", g_test_rand_int_range (0, WH_TEST_RANDOM_IDS));

  return wh_id_from_key (wh_entity_class (kind)->name, "test", key);
}

static char *
random_text (void)
{
  return g_strdup_printf ("%s %d", words[g_test_rand_int_range (0, G_N_ELEMENTS (words))], g_test_rand_int_range (0, 1000));
}

static char **
random_list (void)
{
  guint length = (guint) g_test_rand_int_range (1, 4);
  char **list = g_new0 (char *, length + 1);

  for (guint i = 0; i < length; i++)
    list[i] = random_text ();
  return list;
}

static WhPanel *
random_panel (void)
{
  WhPanel *panel = wh_panel_new ();

  for (WhAnalyteIndex i = 0; i < 6; i++)
    {
      WhMeasure measure = WH_MEASURE_INIT;
      measure.analyte = i;
      measure.state = g_test_rand_bit () ? WH_STATE_VALUE : WH_STATE_NOT_DETECTED;
      measure.unit = WH_UNIT_MG_PER_G;
      if (measure.state == WH_STATE_VALUE)
        measure.value = g_test_rand_double () * 100;
      if (g_test_rand_bit ())
        measure.loq = g_test_rand_double ();
      g_assert_true (wh_panel_add (panel, &measure, NULL));
    }
  return panel;
}

/* A lab result's batch is a batch, whatever the name of the field; other kinds do for the rest. */
static WhId
random_reference (const WhField *field)
{
  g_autofree char *name = g_strndup (field->name, strlen (field->name) - strlen ("_id"));
  const WhEntityClass *class = wh_entity_class_by_name (name);

  return wh_test_random_id (class ? class->kind : WH_KIND_STRAIN);
}

static void
fill (WhEntity *entity, const WhField *field)
{
  switch (field->type)
    {
    case WH_FIELD_TEXT:
      WH_FIELD_AT (entity, field, char *) = random_text ();
      break;
    case WH_FIELD_LIST:
      WH_FIELD_AT (entity, field, char **) = random_list ();
      break;
    case WH_FIELD_REAL:
      WH_FIELD_AT (entity, field, double) = g_test_rand_double_range (-200, 200);
      break;
    case WH_FIELD_FLAG:
      WH_FIELD_AT (entity, field, gint64) = g_test_rand_bit ();
      break;
    case WH_FIELD_DATE:
      WH_FIELD_AT (entity, field, gint64) = g_test_rand_int_range (10000, 20000) * WH_TIME_DAY;
      break;
    case WH_FIELD_TIME:
      WH_FIELD_AT (entity, field, gint64) = g_test_rand_int_range (0, G_MAXINT32) * WH_TIME_SECOND + g_test_rand_int_range (0, 999999);
      break;
    case WH_FIELD_ID:
      WH_FIELD_AT (entity, field, WhId) = random_reference (field);
      break;
    case WH_FIELD_PANEL:
      WH_FIELD_AT (entity, field, WhPanel *) = random_panel ();
      break;
    default:
      WH_FIELD_AT (entity, field, gint64) = g_test_rand_int_range (-100, 100000);
    }
}

WhEntity *
wh_test_random_entity (WhKind kind, const WhId *id)
{
  const WhEntityClass *class = wh_entity_class (kind);
  WhEntity *entity = wh_entity_new (kind, *id);

  for (guint i = 0; i < class->n_fields; i++)
    if (class->fields[i].required || g_test_rand_bit ())
      fill (entity, &class->fields[i]);
  entity->source = g_test_rand_int_range (0, 4) == 0 ? random_text () : NULL;
  return entity;
}
