/* wh-naming-text.h: a product's name taken apart: which of its words can name a strain, and which say something else. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define WH_NAMING_MAX_WORDS 16

typedef enum {
  WH_WORD_NAME,
  WH_WORD_NUMBER,       /* "4" of "Gelato #4" */
  WH_WORD_PACKAGE,      /* form, size, lot number: "pre-roll", "3.5 g" */
  WH_WORD_EXTRACT,      /* the same, of what is flavoured at times: "infused", "cartridge" */
  WH_WORD_AMOUNT,       /* a size, never part of a name */
  WH_WORD_TYPE,         /* "sativa" */
  WH_WORD_MAKER,        /* who grew it */
  WH_WORD_GENERATION,   /* "F2", "S1" */
  WH_WORD_CROSS,        /* the "x" of "A x B" */
  WH_WORD_MIXED,        /* several strains in one package */
  WH_WORD_ADDED,        /* "with", and all that follows */
} WhNamingWordKind;

/* What a name says about itself that forbids to take it for the strain it mentions. */
typedef enum {
  WH_NAMING_CROSS = 1 << 0,
  WH_NAMING_MIXED = 1 << 1,
  WH_NAMING_GENERATION = 1 << 2,
  WH_NAMING_ADDED = 1 << 3,
  WH_NAMING_LINEAGE = 1 << 4,     /* parents in brackets */
  WH_NAMING_LONG = 1 << 5,        /* more words than are read */
} WhNamingMarks;

typedef struct {
  char            *folded;        /* holds the words */
  guint            n;
  const char      *words[WH_NAMING_MAX_WORDS];
  WhNamingWordKind kinds[WH_NAMING_MAX_WORDS];
  guint            phrases[WH_NAMING_MAX_WORDS];   /* where the phrase begins that the word is part of: "kush" of "Kush Valley" */
  guint            after_maker;   /* the word after "Somebody:", else 0 */
  WhNamingMarks    marks;
} WhNamingText;

/* Never fails: a name without letters has no words. */
void     wh_naming_text_init  (WhNamingText *text, const char *typed);
void     wh_naming_text_clear (WhNamingText *text);
/* Whether a word may be left out without changing which strain is meant. */
gboolean wh_naming_is_beside  (WhNamingWordKind kind);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (WhNamingText, wh_naming_text_clear)

G_END_DECLS
