/* wh-preset.h: column mappings as data (data/presets/): one per known layout, and one generic of each kind. */
#pragma once

#include "wh-importer.h"

G_BEGIN_DECLS

typedef struct _WhPreset WhPreset;

/* The preset of a kind whose header fits, or the generic one; `format` forces one by name. WH_ERROR_INVALID for an unknown name. */
WhPreset   *wh_preset_choose   (WhImportKind kind, const char *format, const char *const *header, GError **error);
void        wh_preset_free     (WhPreset *preset);
const char *wh_preset_name     (const WhPreset *preset);
/* Position of the column that means `field`, or -1. Compared without case and punctuation. */
int         wh_preset_column   (const WhPreset *preset, const char *const *header, const char *field);
/* Whether a column is to be left out. */
gboolean    wh_preset_ignores  (const WhPreset *preset, const char *column);
/* A constant of the layout ("lab", "unit", …) or an option of [preset] ("layout"); NULL when not given. Borrowed. */
const char *wh_preset_constant (const WhPreset *preset, const char *key);
/* Columns whose values together name a row; NULL when the layout has none. Caller frees with g_strfreev. */
char      **wh_preset_key      (const WhPreset *preset);
/* Rows of an embedded tab-separated table ("categories.tsv"), as char**. */
GPtrArray  *wh_preset_table    (const char *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WhPreset, wh_preset_free)

G_END_DECLS
