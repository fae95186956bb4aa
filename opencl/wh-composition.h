/* wh-composition.h: compositions, rows of parts >= 0 of which only the ratios say something. Double precision, any one unit.
 *
 * Zeros stand for amounts below a limit. They are replaced multiplicatively (Martín-Fernández, Barceló-Vidal and Pawlowsky-Glahn
 * 2003, Mathematical Geology 35:253), never by one small number for all. Parts that were not tested do not belong into a row. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define WH_COMPOSITION_OF_LIMIT 0.65   /* of its detection limit that stands for a zero */

/* Zeros become 0.65 of their limit (same unit, > 0 where a zero is), the other parts are scaled down so that the sum stays; ratios
 * of the other parts stay. FALSE, and nothing changed, where all is zero, or where the replaced parts would be all of the sum. */
gboolean wh_composition_replace (double *row, const double *limits, gsize n);
/* Centred log-ratio: log (part / geometric mean), sum 0. Takes parts > 0 only. */
void     wh_composition_clr     (double *row, gsize n);

G_END_DECLS
