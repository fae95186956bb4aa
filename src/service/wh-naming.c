#include "wh-naming.h"

#include <string.h>

#include "base/wh-text.h"
#include "wh-naming-private.h"

/* Shares of right answers among names judged by hand, rounded down. */
#define CONFIDENCE_AS_WRITTEN 0.99
#define CONFIDENCE_BESIDE 0.98
#define CONFIDENCE_ALIAS 0.97

/* A word in this many names is a flavour or a family as often as a strain, once something flavoured is left out beside it. */
#define FAMILY_WORD 8
#define FAMILY_ALIAS 3
#define SHORT_NAME 3            /* letters; fewer are an abbreviation of anything */

const char *
wh_naming_outcome_word (WhNamingOutcome outcome)
{
  static const char *const words[] = { "certain", "review", "unknown" };

  return words[outcome];
}

const char *
wh_naming_ground_word (WhNamingGround ground)
{
  static const char *const words[] = { "as_written", "beside", "alias", "plural", "typo", "words" };

  return words[ground];
}

WhNamer *
wh_namer_new (WhSnapshot *snapshot)
{
  WhNamer *namer = g_new0 (WhNamer, 1);
  gsize n_words = wh_bits_words (wh_snapshot_length (snapshot)) + 1;

  namer->snapshot = wh_snapshot_ref (snapshot);
  namer->text = g_string_chunk_new (64 * 1024);
  namer->numbers = g_hash_table_new (g_str_hash, g_str_equal);
  namer->words = g_ptr_array_new ();
  namer->counts = g_array_new (FALSE, FALSE, sizeof (guint));
  namer->ids = g_array_new (FALSE, FALSE, sizeof (guint32));
  namer->titles = g_array_new (FALSE, FALSE, sizeof (WhNamingTitle));
  namer->near = g_new0 (WhBits, n_words);
  for (guint i = 0; i < WH_N_LEVELS; i++)
    namer->levels[i] = g_new0 (WhBits, n_words);
  wh_namer_build (namer);
  return namer;
}

void
wh_namer_free (WhNamer *namer)
{
  for (guint i = 0; i < WH_N_LEVELS; i++)
    g_free (namer->levels[i]);
  g_free (namer->near);
  g_free (namer->first_title);
  g_array_unref (namer->titles);
  g_array_unref (namer->ids);
  g_array_unref (namer->counts);
  g_ptr_array_unref (namer->words);
  g_hash_table_unref (namer->numbers);
  g_string_chunk_free (namer->text);
  wh_snapshot_unref (namer->snapshot);
  g_free (namer);
}

/* -- the very name ------------------------------------------------------------------------------------------------ */

/* Words `first` to `end` of a name, without their spaces; `all`: also those beside the name. */
char *
wh_naming_squeeze (const WhNamingText *text, guint first, guint end, gboolean all)
{
  GString *squeezed = g_string_sized_new (64);

  for (guint i = first; i < end; i++)
    if (text->kinds[i] != WH_WORD_AMOUNT && (all || !wh_naming_is_beside (text->kinds[i])))
      g_string_append (squeezed, text->words[i]);
  return g_string_free (squeezed, FALSE);
}

/* Whether a strain goes by another's name. */
static gboolean
goes_by (const WhNamer *namer, guint strain, guint other)
{
  const char *name = wh_namer_title (namer, namer->first_title[other])->squeezed;

  for (guint i = namer->first_title[strain]; i < namer->first_title[strain + 1]; i++)
    if (strcmp (wh_namer_title (namer, i)->squeezed, name) == 0)
      return TRUE;
  return FALSE;
}

/* Whether one strain is listed twice. */
gboolean
wh_namer_same (const WhNamer *namer, guint strain, guint other)
{
  return strain == other || goes_by (namer, strain, other) || goes_by (namer, other, strain);
}

/* The one strain that goes by this name. A name comes before all aliases, and two strains may share neither. */
static const WhTitle *
only_title (const WhNamer *namer, const char *squeezed)
{
  guint n;
  const WhTitle *titles = wh_search_index_titles (namer->snapshot->index, squeezed, FALSE, &n);

  for (guint i = 1; i < n; i++)
    if (titles[i].is_alias == titles[0].is_alias && !wh_namer_same (namer, titles[0].strain, titles[i].strain))
      return NULL;
  return n > 0 ? titles : NULL;
}

/* "Cookies", "Strawberry": one word that is part of many names. */
gboolean
wh_namer_is_family (const WhNamer *namer, const char *squeezed, guint names)
{
  return wh_namer_count (namer, wh_namer_word (namer, squeezed)) >= names;
}

/* What was left out beside the name. */
typedef enum {
  LEFT_NOTHING,
  LEFT_PACKAGE,
  LEFT_EXTRACT,
} Left;

/* "The Mac" goes by the name of "Mac", whoever else claims it. */
static gboolean
is_disputed (const WhNamer *namer, const WhTitle *title)
{
  const WhTitle *other = g_str_has_prefix (title->text, "the") ? only_title (namer, title->text + strlen ("the")) : NULL;

  return other && other->strain != title->strain;
}

static double
title_confidence (const WhNamer *namer, const WhTitle *title, Left left)
{
  if (title->length < SHORT_NAME)
    return WH_NAMING_DOUBTFUL;
  if (title->is_alias)
    return wh_namer_is_family (namer, title->text, FAMILY_ALIAS) || is_disputed (namer, title)
             ? WH_NAMING_DOUBTFUL
             : CONFIDENCE_ALIAS;
  if (left == LEFT_EXTRACT && wh_namer_is_family (namer, title->text, FAMILY_WORD))
    return WH_NAMING_DOUBTFUL;
  return left ? CONFIDENCE_BESIDE : CONFIDENCE_AS_WRITTEN;
}

static gboolean
take_title (const WhNamer *namer, const char *squeezed, Left left, WhNaming *out_naming)
{
  const WhTitle *title = *squeezed ? only_title (namer, squeezed) : NULL;

  if (!title)
    return FALSE;
  out_naming->candidates[0] = (WhNamingCandidate){
    .card = wh_snapshot_card (namer->snapshot, title->strain),
    .confidence = title_confidence (namer, title, left),
    .ground = title->is_alias ? WH_NAMING_ALIAS : left ? WH_NAMING_BESIDE : WH_NAMING_AS_WRITTEN,
  };
  out_naming->n = 1;
  return TRUE;
}

/* What the words from `end` on, left out, say of what is sold; sizes and types say nothing. */
static Left
left_out (const WhNamingText *text, guint end)
{
  Left left = LEFT_NOTHING;

  for (guint i = end; i < text->n; i++)
    if (text->kinds[i] == WH_WORD_EXTRACT)
      left = LEFT_EXTRACT;
    else if (left == LEFT_NOTHING && (text->kinds[i] == WH_WORD_PACKAGE || text->kinds[i] == WH_WORD_MAKER))
      left = LEFT_PACKAGE;
  return left;
}

/* The whole name from `first` on; then without its last words that are beside the name, one by one, so that "Orange Bud
 * Preroll" is "Orange Bud" before it is "Orange"; then without all of these. */
static gboolean
take_name_from (const WhNamer *namer, const WhNamingText *text, guint first, WhNaming *out_naming)
{
  Left least = first > 0 ? LEFT_PACKAGE : LEFT_NOTHING;

  for (guint end = text->n; end > first; end = MAX (first, text->phrases[end - 1]))
    {
      g_autofree char *squeezed = wh_naming_squeeze (text, first, end, TRUE);
      if (take_title (namer, squeezed, MAX (least, left_out (text, end)), out_naming))
        return TRUE;
      if (!wh_naming_is_beside (text->kinds[end - 1]))
        break;
    }
  g_autofree char *bare = wh_naming_squeeze (text, first, text->n, FALSE);
  guint article = text->n > first + 2 && strcmp (text->words[first], "the") == 0 ? strlen ("the") : 0;
  Left left = MAX (least, left_out (text, first));
  return take_title (namer, bare, left, out_naming) || (article > 0 && take_title (namer, bare + article, left, out_naming));
}

/* "Somebody: Blue Dream". Where the words before are a strain, too, nobody can tell which of the two it is. */
static gboolean
take_name_after_maker (const WhNamer *namer, const WhNamingText *text, WhNaming *out_naming)
{
  g_autofree char *maker = wh_naming_squeeze (text, 0, text->after_maker, FALSE);

  return text->after_maker > 0 && text->after_maker < text->n && !(text->marks & ~WH_NAMING_LINEAGE) && !only_title (namer, maker)
         && take_name_from (namer, text, text->after_maker, out_naming);
}

static gboolean
take_very_name (const WhNamer *namer, const WhNamingText *text, WhNaming *out_naming)
{
  return take_name_from (namer, text, 0, out_naming) || take_name_after_maker (namer, text, out_naming);
}

/* -- the outcome -------------------------------------------------------------------------------------------------- */

/* What the words found adds to a doubtful first candidate, for those who decide. */
static void
add_others (WhNaming *naming, const WhNaming *others)
{
  for (guint i = 0; i < others->n && naming->n < WH_NAMING_CANDIDATES; i++)
    if (others->candidates[i].card != naming->candidates[0].card && others->candidates[i].confidence < naming->candidates[0].confidence)
      naming->candidates[naming->n++] = others->candidates[i];
}

void
wh_namer_resolve (WhNamer *namer, const char *typed, WhNaming *out_naming)
{
  g_auto (WhNamingText) text = { 0 };
  WhNaming others = { .outcome = WH_NAMING_REVIEW };
  gboolean found = FALSE;

  *out_naming = (WhNaming){ .outcome = WH_NAMING_UNKNOWN };
  wh_naming_text_init (&text, typed);
  if (!(text.marks & WH_NAMING_LONG))
    found = take_very_name (namer, &text, out_naming)
            || (!(text.marks & ~WH_NAMING_LINEAGE) && wh_namer_take_near (namer, &text, out_naming));
  if (found && out_naming->candidates[0].confidence >= WH_NAMING_AUTOMATIC)
    {
      out_naming->outcome = WH_NAMING_CERTAIN;
      return;
    }
  if (text.marks & (WH_NAMING_CROSS | WH_NAMING_MIXED))
    {
      out_naming->n = 0;   /* neither of those it names */
      return;
    }
  wh_namer_rank (namer, &text, &others);
  if (found)
    add_others (out_naming, &others);
  else
    *out_naming = others;
  out_naming->outcome = out_naming->n > 0 ? WH_NAMING_REVIEW : WH_NAMING_UNKNOWN;
}
