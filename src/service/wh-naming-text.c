#include "wh-naming-text.h"

#include <string.h>

#include "base/wh-limits.h"
#include "base/wh-text.h"
#include "wh-search-words.h"

#define LONGEST_PHRASE 3
#define LOT_DIGITS 4
/* What an amount becomes: a word that nobody types. */
#define AMOUNT "0amount0"
#define LINEAGE "0lineage0"
#define MAKER "0maker0"

#define UNIT "(?:g|gr|gm|grams?|mg|ml|oz|ounces?|pks?|packs?|ct|count|pcs?|pieces?)"
#define NUMBER "(?:\\d*\\.\\d+|\\d+/\\d+|\\d+\\.?)"

/* Applied in this order to the folded case, before punctuation goes. */
static const struct {
  const char *pattern, *replacement;
} rewrites[] = {
  { "['’‘`\"“”]", "" },
  { "\\b((?:[a-z]\\.){2,})", " \\1 " },                                      /* "G.S.C." */
  { "\\((?=[^)]*\\sx\\s)[^)]*\\)?", " " LINEAGE " " },
  { ":\\s", " " MAKER " " },
  { "[+×]", " x " },
  { "\\bw/", " with " },
  { "(?<=[a-z]{3})\\s*/\\s*(?=[a-z]{2})", " x " },
  { "&", " and " },
  { "\\b(?:no|num|number)\\.?\\s*(?=\\d)", " " },
  { "(?<![\\w.#])\\d{1,2}\\s*x\\s*" NUMBER "\\s*" UNIT "?\\.?(?![\\w])", " " AMOUNT " " },  /* "2x.5g" */
  { "(?<![\\w.#])" NUMBER "[\\s-]*" UNIT "\\.?(?![\\w]|-\\d)", " " AMOUNT " " },         /* "3.5g", "(2-Pack)" */
  { "(?<![\\w.#])(?:1/8|1/4|1/2|0?\\.[3-9]5?|3\\.5|\\d{1,2}x)(?![\\w.])", " " AMOUNT " " },
  { "(?<![\\w.])\\d+(?:\\.\\d+)?\\s*%(?:\\s*thc)?", " " AMOUNT " " },
  { "(?<![\\w])x\\d{1,2}(?![\\w])", " " AMOUNT " " },                         /* "x14" */
  { AMOUNT "\\s*x\\s*(?=" AMOUNT ")", " " },
  { "[(\\[]\\s*[a-z]\\s*[)\\]]", " " },                                        /* "(H)" */
  { "(?<=[\\w)\\s])-\\s*[his]\\s*$", " " },                                  /* "- I" */
};

typedef struct {
  GRegex     *regexes[G_N_ELEMENTS (rewrites)];
  GHashTable *phrases;     /* folded -> WhNamingWordKind + 1 */
} Language;

static const struct {
  const char      *key;
  WhNamingWordKind kind;
} kinds[] = {
  { "package", WH_WORD_PACKAGE }, { "extract", WH_WORD_EXTRACT },       { "type", WH_WORD_TYPE },             { "maker", WH_WORD_MAKER },
  { "mixed", WH_WORD_MIXED },     { "generation", WH_WORD_GENERATION }, { "with", WH_WORD_ADDED },
};

static void
take_phrases_cb (char *key, char **values, gpointer user_data)
{
  Language *language = user_data;

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    for (guint v = 0; strcmp (kinds[i].key, key) == 0 && values[v]; v++)
      g_hash_table_insert (language->phrases, g_strdup (values[v]), GUINT_TO_POINTER (kinds[i].kind + 1));
  g_strfreev (values);
  g_free (key);
}

static const Language *
language_get (void)
{
  static Language language;
  static gsize loaded = 0;

  if (g_once_init_enter (&loaded))
    {
      language.phrases = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
      wh_search_words_read ("/com/weedhounds/service/naming-words.tsv", take_phrases_cb, &language);
      for (guint i = 0; i < G_N_ELEMENTS (rewrites); i++)
        language.regexes[i] = g_regex_new (rewrites[i].pattern, G_REGEX_OPTIMIZE, 0, NULL);
      g_once_init_leave (&loaded, 1);
    }
  return &language;
}

/* "g.s.c." -> "gsc" */
static gboolean
join_initials_cb (const GMatchInfo *match, GString *result, gpointer user_data)
{
  g_autofree char *initials = g_match_info_fetch (match, 0);

  g_string_append_c (result, ' ');
  for (const char *place = initials; *place; place++)
    if (*place != '.')
      g_string_append_c (result, *place);
  g_string_append_c (result, ' ');
  return FALSE;
}

static char *
rewrite (const Language *language, const char *typed)
{
  g_autofree char *clean = wh_text_clean (typed, WH_LIMIT_QUERY);
  char *text = g_utf8_strdown (clean, -1);

  for (guint i = 0; i < G_N_ELEMENTS (rewrites); i++)
    {
      gboolean initials = strchr (rewrites[i].replacement, '\\') != NULL;
      if (!g_regex_match (language->regexes[i], text, 0, NULL))
        continue;
      char *next = initials ? g_regex_replace_eval (language->regexes[i], text, -1, 0, 0, join_initials_cb, NULL, NULL)
                            : g_regex_replace_literal (language->regexes[i], text, -1, 0, rewrites[i].replacement, 0, NULL);
      g_free (text);
      text = next;
    }
  return text;
}

static gboolean
is_number (const char *word)
{
  return word[strspn (word, "0123456789")] == '\0';
}

static WhNamingWordKind
kind_of_word (const char *word)
{
  if (strcmp (word, AMOUNT) == 0)
    return WH_WORD_AMOUNT;
  if (strcmp (word, "x") == 0)
    return WH_WORD_CROSS;
  if (is_number (word))
    return strlen (word) >= LOT_DIGITS ? WH_WORD_PACKAGE : WH_WORD_NUMBER;
  return WH_WORD_NAME;
}

/* The kind of the longest phrase that begins at `first`; `out_n` words of it. */
static WhNamingWordKind
kind_of_phrase (const Language *language, const WhNamingText *text, guint first, guint *out_n)
{
  g_autoptr (GString) phrase = g_string_sized_new (48);
  WhNamingWordKind kind = kind_of_word (text->words[first]);

  *out_n = 1;
  for (guint n = 1; n <= LONGEST_PHRASE && first + n <= text->n; n++)
    {
      g_string_append_printf (phrase, "%s%s", n > 1 ? " " : "", text->words[first + n - 1]);
      gpointer found = g_hash_table_lookup (language->phrases, phrase->str);
      if (!found)
        continue;
      kind = GPOINTER_TO_UINT (found) - 1;
      *out_n = n;
    }
  return kind;
}

static gboolean
names (WhNamingWordKind kind)
{
  return kind == WH_WORD_NAME || kind == WH_WORD_NUMBER;
}

gboolean
wh_naming_is_beside (WhNamingWordKind kind)
{
  return kind == WH_WORD_PACKAGE || kind == WH_WORD_EXTRACT || kind == WH_WORD_AMOUNT || kind == WH_WORD_TYPE || kind == WH_WORD_MAKER;
}

/* "Indica Princess": a type before the name may be part of it. */
static void
find_types (WhNamingText *text)
{
  for (guint i = text->n; i > 1; i--)
    if (text->kinds[i - 2] == WH_WORD_TYPE && text->kinds[i - 1] == WH_WORD_NAME)
      text->kinds[i - 2] = WH_WORD_NAME;
}

/* "Pre-roll 5": a number after the package counts packages. */
static void
count_packages (WhNamingText *text)
{
  for (guint i = 1; i < text->n; i++)
    if (text->kinds[i] == WH_WORD_NUMBER && wh_naming_is_beside (text->kinds[i - 1])
        && (i + 1 == text->n || !names (text->kinds[i + 1])))
      text->kinds[i] = WH_WORD_PACKAGE;
}

/* "… by Somebody": the rest is who made it. */
static void
find_maker (WhNamingText *text)
{
  gboolean maker = FALSE;

  for (guint i = 1; i < text->n; i++)
    {
      maker = maker || (strcmp (text->words[i], "by") == 0 && i + 1 < text->n);
      if (maker)
        text->kinds[i] = WH_WORD_MAKER;
    }
}

static gboolean
names_between (const WhNamingText *text, guint first, guint end)
{
  for (guint i = first; i < end; i++)
    if (text->kinds[i] == WH_WORD_NAME)
      return TRUE;
  return FALSE;
}

static void
find_marks (WhNamingText *text)
{
  for (guint i = 0; i < text->n; i++)
    {
      if (text->kinds[i] == WH_WORD_CROSS && names_between (text, 0, i) && names_between (text, i + 1, text->n))
        text->marks |= WH_NAMING_CROSS;
      else if (text->kinds[i] == WH_WORD_CROSS)
        text->kinds[i] = WH_WORD_NAME;   /* "Mac X" */
      if (text->kinds[i] == WH_WORD_MIXED)
        text->marks |= WH_NAMING_MIXED;
      if (text->kinds[i] == WH_WORD_GENERATION)
        text->marks |= WH_NAMING_GENERATION;
      if (text->kinds[i] == WH_WORD_ADDED)
        text->marks |= WH_NAMING_ADDED;
    }
}

static void
split (WhNamingText *text)
{
  char *place = text->folded;

  while (place && *place && text->n < WH_NAMING_MAX_WORDS)
    {
      char *end = strchr (place, ' ');
      if (end)
        *end++ = '\0';
      if (strcmp (place, LINEAGE) == 0)
        text->marks |= WH_NAMING_LINEAGE;
      else if (strcmp (place, MAKER) == 0)
        text->after_maker = text->after_maker ? text->after_maker : text->n;
      else
        text->words[text->n++] = place;
      place = end;
    }
  if (place && *place)
    text->marks |= WH_NAMING_LONG;
}

void
wh_naming_text_init (WhNamingText *text, const char *typed)
{
  const Language *language = language_get ();
  g_autofree char *rewritten = rewrite (language, typed);
  guint n;

  *text = (WhNamingText){ .folded = wh_text_fold (rewritten) };
  split (text);
  for (guint i = 0; i < text->n; i += n)
    {
      WhNamingWordKind kind = kind_of_phrase (language, text, i, &n);
      for (guint j = i; j < i + n; j++)
        {
          text->kinds[j] = kind;
          text->phrases[j] = i;
        }
    }
  find_types (text);
  count_packages (text);
  find_maker (text);
  find_marks (text);
}

void
wh_naming_text_clear (WhNamingText *text)
{
  g_clear_pointer (&text->folded, g_free);
  text->n = 0;
}
