/* wh-weight.h: the weight of a package, from what its label or menu says. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Grams in the whole package: "3.5g", "1/8 oz", "eighth", "½ ounce", "10pk x 0.5g", "0.5g (5 pack)", "100mg", "1 lb", alone or
 * within other words. An ounce is the trade's 28 g, a pound 16 of them. NAN when the text says none, or may be read in two ways:
 * "2pk 1g" is one gram or two; "7g or 14g" is either. Milligrams beside grams are taken for the active substance. */
double wh_weight_parse (const char *text);

G_END_DECLS
