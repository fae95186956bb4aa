#include "wh-cli-outbox.h"

#include <glib/gi18n.h>
#include <string.h>

#include "base/wh-text.h"
#include "client/wh-mirror.h"
#include "core/wh-nouns-shop.h"
#include "wh-cli-command.h"
#include "wh-cli-output.h"
#include "wh-cli-source.h"
#include "wire/wh-wire.h"

#define ROWS_SHOWN 20
#define WORDS_BYTES 60
#define CENTS 100.0

static gboolean
sum_cb (WhOutboxEntry *entry, gpointer user_data, GError **error)
{
  WhCliWaiting *waiting = user_data;

  waiting->n_changes++;
  waiting->n_unknown += entry->change == NULL;
  waiting->bytes += entry->bytes;
  if (waiting->oldest == WH_TIME_UNSET)
    waiting->oldest = entry->created_at;
  return TRUE;
}

gboolean
wh_cli_outbox_sum (WhOutbox *outbox, WhCliWaiting *out_waiting, GError **error)
{
  *out_waiting = (WhCliWaiting){ 0, 0, 0, WH_TIME_UNSET };
  return wh_outbox_each (outbox, NULL, NULL, 0, sum_cb, out_waiting, error);
}

/* -- the list ------------------------------------------------------------------------------------------------------ */

typedef struct {
  const WhCliOptions *options;
  WhPrincipal        *principal;
  GPtrArray          *mirrors;     /* WhMirror*, for the addresses of servers */
  GHashTable         *stores;      /* server id -> WhStore*, for the names of things */
  WhCliTable         *table;
  WhJsonWriter       *writer;
  guint               n, most;     /* shown, and at most; 0: all */
} List;

static const WhMirror *
mirror_of (const List *list, const char *server_id)
{
  for (guint i = 0; i < list->mirrors->len; i++)
    {
      const WhMirror *mirror = list->mirrors->pdata[i];
      if (g_strcmp0 (mirror->server_id, server_id) == 0)
        return mirror;
    }
  return NULL;
}

/* NULL when nothing was pulled from it, or it cannot be read now. */
static WhStore *
store_of (List *list, const char *server_id)
{
  WhStore *store = g_hash_table_lookup (list->stores, server_id);
  const WhMirror *mirror = store ? NULL : mirror_of (list, server_id);

  if (mirror && (store = wh_mirror_open (mirror->path, NULL)))
    g_hash_table_insert (list->stores, g_strdup (server_id), store);
  return store;
}

/* -- one change in words ------------------------------------------------------------------------------------------- */

/* What a row is called: a note by its first words, a price by its amount, others by their names. */
static char *
title_of (const WhEntity *row)
{
  const WhField *field = wh_entity_field (row->kind, row->kind == WH_KIND_NOTE ? "text" : "name");
  const char *text = field && field->type == WH_FIELD_TEXT ? WH_FIELD_AT (row, field, char *) : NULL;

  if (row->kind == WH_KIND_PRICE)
    return g_strdup_printf ("%.2f", (double) ((const WhPrice *) row)->amount_cents / CENTS);
  if (!text)
    return NULL;
  g_autofree char *cut = wh_text_clean (text, WORDS_BYTES);
  return g_strdup_printf (strlen (cut) < strlen (text) ? "“%s …”" : "“%s”", cut);
}

typedef struct {
  WhKind kind;
  WhId   id;
  char  *name;
} Object;

static gboolean
name_cb (WhReader *reader, gpointer user_data, GError **error)
{
  Object *object = user_data;
  const WhField *field = wh_entity_field (object->kind, "name");
  g_autoptr (WhEntity) entity = field ? wh_reader_get (reader, object->kind, &object->id, error) : NULL;

  if (entity)
    object->name = g_strdup (WH_FIELD_AT (entity, field, char *));
  return entity != NULL;
}

/* What it is about: a note's or favourite's object, a price's product. */
static gboolean
object_of (WhEntity *row, Object *object)
{
  const WhField *kind = wh_entity_field (row->kind, "object_kind"), *id = wh_entity_field (row->kind, "object_id");
  const WhField *product = wh_entity_field (row->kind, "product_id");
  const WhEntityClass *class = kind ? wh_entity_class_by_name (WH_FIELD_AT (row, kind, char *)) : NULL;

  if (class && id)
    *object = (Object){ class->kind, WH_FIELD_AT (row, id, WhId), NULL };
  else if (product)
    *object = (Object){ WH_KIND_PRODUCT, WH_FIELD_AT (row, product, WhId), NULL };
  else
    return FALSE;
  return TRUE;
}

static char *
subject_of (List *list, const WhOutboxEntry *entry)
{
  WhStore *mirror = store_of (list, entry->target.server_id);
  Object object;

  if (!mirror || !entry->change->entity || !object_of (entry->change->entity, &object))
    return NULL;
  wh_store_read (mirror, list->principal, name_cb, &object, NULL);
  return object.name;
}

static char *
words_of (List *list, const WhOutboxEntry *entry)
{
  const WhChange *change = entry->change;
  const char *kind = change ? wh_entity_class (change->kind)->name : NULL;
  g_autofree char *title = change && change->entity ? title_of (change->entity) : NULL;
  g_autofree char *subject = change ? subject_of (list, entry) : NULL;

  if (!change)
    return g_strdup (_("of a newer WeedHounds, kept for it"));
  if (change->op == WH_CHANGE_DELETE)
    return g_strdup_printf (_("removes a %s"), kind);
  return g_strdup_printf ("%s%s%s%s%s%s", kind, title ? " " : "", title ? title : "", subject ? ", " : "", subject ? subject : "",
                          change->follows ? _(" (follows from another)") : "");
}

/* -- the whole ----------------------------------------------------------------------------------------------------- */

static void
add_row (List *list, const WhOutboxEntry *entry, const char *address)
{
  g_autofree char *words = words_of (list, entry);
  g_autofree char *age = wh_cli_source_age (entry->created_at);
  g_autofree char *number = g_strdup_printf ("%" G_GINT64_FORMAT, entry->number);

  wh_cli_table_add (list->table, (const char *const[]) { number, words, age, address ? address : entry->target.server_id, entry->user });
}

static void
write_entry (List *list, const WhOutboxEntry *entry, const char *address)
{
  g_autofree char *key = wh_id_to_string (&entry->key);
  g_autofree char *id = entry->change ? wh_id_to_string (&entry->change->id) : NULL;
  g_autofree char *created = wh_clock_format (entry->created_at);

  wh_json_writer_begin_object (list->writer);
  wh_json_writer_add_integer (list->writer, "mutation_id", entry->number);
  wh_json_writer_add_string (list->writer, "idempotency_key", key);
  wh_json_writer_add_string (list->writer, "state", "waiting");
  wh_json_writer_add_string (list->writer, "server_id", entry->target.server_id);
  wh_json_writer_add_string (list->writer, "server_url", address);
  wh_json_writer_add_string (list->writer, "user", entry->user);
  wh_json_writer_add_string (list->writer, "action", entry->action);
  wh_json_writer_add_string (list->writer, "op", entry->change ? wh_change_op_key (entry->change->op) : NULL);
  wh_json_writer_add_string (list->writer, "kind", entry->change ? wh_entity_class (entry->change->kind)->name : NULL);
  wh_json_writer_add_string (list->writer, "id", id);
  wh_json_writer_add_boolean (list->writer, "follows", entry->change && entry->change->follows);
  wh_json_writer_add_integer (list->writer, "base_revision", entry->change ? entry->change->base_revision : 0);
  wh_json_writer_add_integer (list->writer, "schema_version", entry->format);
  wh_json_writer_add_string (list->writer, "created_at", created);
  wh_json_writer_end_object (list->writer);
}

static gboolean
entry_cb (WhOutboxEntry *entry, gpointer user_data, GError **error)
{
  List *list = user_data;
  const WhMirror *mirror = mirror_of (list, entry->target.server_id);
  const char *address = mirror ? mirror->server_url : NULL;

  if (list->most && list->n >= list->most)
    return TRUE;
  list->n++;
  if (list->options->format == WH_FORMAT_TABLE)
    add_row (list, entry, address);
  else
    write_entry (list, entry, address);
  return TRUE;
}

static void
print_list (const List *list, const WhCliWaiting *waiting)
{
  g_autofree char *age = wh_cli_source_age (waiting->oldest);

  if (waiting->n_changes == 0)
    {
      wh_cli_output_line (_("Nothing waits to be sent"));
      return;
    }
  wh_cli_output_table (list->options, list->table);
  wh_cli_output_line (ngettext ("%u change waits to be sent, for %s", "%u changes wait to be sent, the oldest for %s",
                                waiting->n_changes), waiting->n_changes, age);
  if (list->n < waiting->n_changes)
    wh_cli_output_line (_("%u of %u; --limit shows more"), list->n, waiting->n_changes);
}

static gboolean
show (List *list, WhOutbox *outbox, GError **error)
{
  g_autoptr (GString) json = g_string_new (NULL);
  g_autoptr (WhJsonWriter) writer = wh_json_writer_new (json, 0);
  WhCliWaiting waiting;

  list->writer = writer;
  wh_json_writer_begin_array (writer);
  if (!wh_cli_outbox_sum (outbox, &waiting, error) || !wh_outbox_each (outbox, NULL, NULL, 0, entry_cb, list, error))
    return FALSE;
  wh_json_writer_end_array (writer);
  if (list->options->format != WH_FORMAT_TABLE)
    return wh_cli_output_document (list->options, json, NULL, error);
  print_list (list, &waiting);
  return TRUE;
}

int
wh_cli_outbox (const WhCliOptions *options, GError **error)
{
  const WhCliColumn columns[] = { { _("Number"), TRUE, 0, FALSE, NULL }, { _("What"), FALSE, 20, FALSE, NULL },
                                  { _("Waits"), FALSE, 0, FALSE, NULL }, { _("For"), FALSE, 12, FALSE, NULL },
                                  { _("By"), FALSE, 0, TRUE, "2" } };
  g_autoptr (WhCliTable) table = wh_cli_table_new (columns, G_N_ELEMENTS (columns));
  g_autoptr (WhPrincipal) principal = wh_principal_new_local ();
  g_autoptr (GPtrArray) mirrors = wh_mirror_list (options->data_dir, NULL, principal);
  g_autoptr (WhOutbox) outbox = wh_outbox_new (options->data_dir);
  g_autoptr (GHashTable) stores = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) wh_store_unref);
  g_autofree char *notice = NULL;
  List list = { options, principal, mirrors, stores, table, NULL, 0, (guint) options->limit };
  gboolean done;

  if (!list.most && options->format == WH_FORMAT_TABLE)
    list.most = ROWS_SHOWN;
  done = show (&list, outbox, error);
  notice = done ? wh_outbox_notice (outbox) : NULL;
  if (notice)
    wh_cli_output_note ("%s", notice);
  return done ? WH_EXIT_DONE : WH_EXIT_FAILED;
}
