/* wh-figures.h: figures of the moment, written as Prometheus text or as JSON from one list. */
#pragma once

#include "base/wh-json-writer.h"

G_BEGIN_DECLS

typedef struct _WhFigures WhFigures;

WhFigures *wh_figures_new     (void);
void       wh_figures_free    (WhFigures *figures);
/* Names end in _total where they only grow; `help` is a sentence; both static. Those of one name stand together. NAN: not known,
 * and left out. */
void       wh_figures_add     (WhFigures *figures, const char *name, const char *help, double value);
/* The same, told from others of its name by a label; `label` static. */
void       wh_figures_add_for (WhFigures *figures, const char *name, const char *help, const char *label, const char *of, double value);
void       wh_figures_text    (const WhFigures *figures, GString *out);
/* [{name, type, label, of, value}] */
void       wh_figures_present (const WhFigures *figures, WhJsonWriter *writer);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhFigures, wh_figures_free)

G_END_DECLS
