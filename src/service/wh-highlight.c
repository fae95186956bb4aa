/* Which part of a name matched: words are compared folded, the marks go around what the name really says. */
#include "wh-search.h"

#include <glib/gi18n.h>
#include <string.h>

#include "base/wh-text.h"

#define MARK_BEGIN "\342\201\250"   /* U+2068 first strong isolate */
#define MARK_END "\342\201\251"     /* U+2069 pop directional isolate */

typedef struct {
  const char *begin, *end;   /* in the original text */
  char       *folded;
} Piece;

static gboolean
is_word_character (const char *place)
{
  gunichar c = g_utf8_get_char (place);

  return g_unichar_isalnum (c) || g_unichar_ismark (c);
}

/* The next run of letters and digits at or after `place`. */
static gboolean
next_piece (const char *place, Piece *out_piece)
{
  while (*place && !is_word_character (place))
    place = g_utf8_next_char (place);
  out_piece->begin = place;
  while (*place && is_word_character (place))
    place = g_utf8_next_char (place);
  out_piece->end = place;
  if (out_piece->begin == place)
    return FALSE;
  g_autofree char *piece = g_strndup (out_piece->begin, place - out_piece->begin);
  out_piece->folded = wh_text_fold (piece);
  return TRUE;
}

/* How many characters at the beginning of a piece some word of the search covers. */
static guint
matching_characters (const WhSearchText *text, const Piece *piece)
{
  guint best = 0;

  for (guint i = 0; i < text->n_words; i++)
    {
      const char *word = text->words[i];
      guint max_edits = wh_search_index_max_edits (word);
      if (g_str_has_prefix (piece->folded, word))
        best = MAX (best, (guint) g_utf8_strlen (word, -1));
      else if (max_edits > 0 && wh_text_edit_distance (word, piece->folded, max_edits) <= max_edits)
        best = MAX (best, (guint) g_utf8_strlen (piece->folded, -1));
    }
  return best;
}

static const char *
skip_characters (const char *place, const char *end, guint n)
{
  while (n-- > 0 && place < end)
    place = g_utf8_next_char (place);
  return place;
}

/* The text with matching beginnings of words between marks; NULL when nothing matches. */
static char *
mark_words (const char *text, const WhSearchText *search)
{
  g_autoptr (GString) marked = g_string_new (NULL);
  gboolean any = FALSE;
  const char *done = text;
  Piece piece;

  while (next_piece (done, &piece))
    {
      g_autofree char *folded = piece.folded;
      guint n = matching_characters (search, &piece);
      const char *end = skip_characters (piece.begin, piece.end, n);
      g_string_append_len (marked, done, piece.begin - done);
      if (n > 0)
        {
          g_string_append (marked, MARK_BEGIN);
          g_string_append_len (marked, piece.begin, end - piece.begin);
          g_string_append (marked, MARK_END);
          any = TRUE;
        }
      g_string_append_len (marked, end, piece.end - end);
      done = piece.end;
    }
  g_string_append (marked, done);
  return any ? g_string_free (g_steal_pointer (&marked), FALSE) : NULL;
}

/* "bluedr" covers "Blue Dr": the beginning of the name when only the spaces differ. */
static char *
mark_beginning (const char *text, const WhSearchText *search)
{
  const char *place = text;
  glong left = g_utf8_strlen (search->squeezed, -1);
  g_autofree char *folded = wh_text_fold (text);
  g_autofree char *squeezed = wh_search_index_squeeze (folded);

  if (!g_str_has_prefix (squeezed, search->squeezed))
    return NULL;
  for (; *place && left > 0; place = g_utf8_next_char (place))
    left -= g_unichar_isalnum (g_utf8_get_char (place));
  return g_strdup_printf (MARK_BEGIN "%.*s" MARK_END "%s", (int) (place - text), text, place);
}

char *
wh_highlight_text (const char *text, const WhSearchText *search)
{
  char *marked = mark_beginning (text, search);

  return marked ? marked : mark_words (text, search);
}

static gboolean
text_matches (const char *text, const WhSearchText *search)
{
  g_autofree char *marked = wh_highlight_text (text, search);

  return marked != NULL;
}

/* The terpene of the strain that a word of the search means. */
static const WhAnalyte *
matching_terpene (const WhSnapshot *snapshot, const WhCard *card, const WhSearchText *search)
{
  for (guint t = 0; t < card->n_terpenes && wh_snapshot_leads (snapshot, card->index, t); t++)
    for (guint i = 0; i < search->n_words; i++)
      for (guint a = 0; a < search->analytes[i]->len; a++)
        if (g_array_index (search->analytes[i], WhAnalyteIndex, a) == card->terpenes[t].analyte)
          return wh_analyte_get (card->terpenes[t].analyte);
  return NULL;
}

static const char *
matching_alias (const WhCard *card, const WhSearchText *search)
{
  for (guint i = 0; card->aliases && card->aliases[i]; i++)
    if (text_matches (card->aliases[i], search))
      return card->aliases[i];
  return NULL;
}

/* "Lemon" of "Sweet, Lemon, Pine". Caller frees. */
static char *
matching_flavour (const WhCard *card, const WhSearchText *search)
{
  g_auto (GStrv) flavours = card->flavours ? g_strsplit (card->flavours, ", ", -1) : NULL;

  for (guint f = 0; flavours && flavours[f]; f++)
    {
      g_autofree char *folded = wh_text_fold (flavours[f]);
      for (guint i = 0; i < search->n_words; i++)
        if (wh_search_text_fits (search, i, folded))
          return g_strdup (flavours[f]);
    }
  return NULL;
}

static const char *
matching_type (const WhCard *card, const WhSearchText *search)
{
  for (guint i = 0; card->type && i < search->n_words; i++)
    if (g_ascii_strcasecmp (card->type, search->words[i]) == 0)
      return card->type;
  return NULL;
}

/* What is measured says more than what was reported. */
static void
set_other_match (WhHit *hit, const WhSnapshot *snapshot, const WhSearchText *search)
{
  const char *alias = matching_alias (hit->card, search);
  const WhAnalyte *terpene = alias ? NULL : matching_terpene (snapshot, hit->card, search);
  char *flavour = alias || terpene ? NULL : matching_flavour (hit->card, search);

  if (alias || terpene)
    {
      hit->matched = g_strdup (alias ? alias : terpene->name);
      hit->matched_by = alias ? WH_MATCH_ALIAS : WH_MATCH_TERPENE;
    }
  else if (flavour)
    {
      hit->matched = flavour;
      hit->matched_by = WH_MATCH_FLAVOUR;
    }
  else if ((hit->matched = g_strdup (matching_type (hit->card, search))))
    hit->matched_by = WH_MATCH_TYPE;
}

void
wh_highlight_hit (WhHit *hit, const WhSnapshot *snapshot, const WhSearchText *search)
{
  char *marked = wh_highlight_text (hit->card->name, search);

  if (!marked)
    set_other_match (hit, snapshot, search);
  hit->highlight = marked ? marked : g_strdup (hit->card->name);
}

const char *
wh_match_key (WhMatch match)
{
  static const char *const keys[] = { "name", "alias", "flavour", "terpene", "type" };

  g_return_val_if_fail ((guint) match < G_N_ELEMENTS (keys), "name");
  return keys[match];
}

char *
wh_hit_words (const WhHit *hit)
{
  if (!hit->matched)
    return NULL;
  switch (hit->matched_by)
    {
    case WH_MATCH_FLAVOUR:
      return g_strdup_printf (_("people reported %s"), hit->matched);
    case WH_MATCH_TERPENE:
      return g_strdup_printf (_("measured: %s"), hit->matched);
    case WH_MATCH_TYPE:
      return g_strdup_printf (_("label: %s"), hit->matched);
    default:
      return g_strdup (hit->matched);
    }
}
