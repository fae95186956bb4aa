/* wh-words.h: facts as short, lawful words for the screen. All returned text is translated and owned by the caller. */
#pragma once

#include "service/wh-analyst.h"

G_BEGIN_DECLS

/* "21.4 %" from mg/g; "–" for NAN. */
char *wh_words_percent         (double mg_per_g);
/* The same of a total: "–" untested, "ND" where every test found nothing. */
char       *wh_words_total          (const WhAmount *total);
/* "3.21 mg/g" with two significant decimals; "–" for NAN. */
char *wh_words_amount          (double mg_per_g);
/* "$9.80/g"; NULL for NAN. */
char *wh_words_price_per_gram  (double price);
/* "$45.00"; NULL when unset. */
char *wh_words_price           (gint64 cents);
/* "today", "12 d", "3 y": how long ago; NULL for WH_TIME_UNSET. */
char *wh_words_age             (gint64 moment);
/* "214 days ago"; NULL for WH_TIME_UNSET. */
char *wh_words_ago             (gint64 moment);
/* "Hybrid": the label on the package; NULL when unknown. */
char *wh_words_type            (const char *type);
/* "smells of lemon and pepper (Limonene, Caryophyllene)"; NULL without terpenes. */
char *wh_words_aroma           (const WhCard *card);
/* "Limonene · Caryophyllene · Humulene"; NULL without terpenes. */
char *wh_words_terpenes        (const WhCard *card);
/* One cell in words: "3.2 mg/g", "below LOQ (0.1 mg/g)", "not detected", "not tested", "not applicable". */
char *wh_words_measure         (const WhMeasure *measure);
/* THC:CBD type in words: "THC-dominant" …; NULL when unknown. */
const char *wh_words_chemotype (WhChemotype type);

G_END_DECLS
