#include "wh-operation.h"

const char *
wh_operation_key (WhOperation operation)
{
  static const char *const keys[WH_N_OPERATIONS]
      = { "nearest", "pairs", "distances", "bootstrap", "clusters", "silhouette", "correlations" };

  g_return_val_if_fail (operation < WH_N_OPERATIONS, NULL);
  return keys[operation];
}
