/* wh-test-store.h: a fresh store in each of the databases, and what a stranger may do to it from outside. */
#pragma once

#include "store/wh-store.h"
#include "support/wh-test.h"

G_BEGIN_DECLS

typedef enum {
  WH_TEST_FILE,
  WH_TEST_MEMORY,
  WH_TEST_POSTGRES,
  WH_TEST_N_DATABASES
} WhTestDatabase;

typedef struct {
  WhTestDatabase database;
  char        *dir, *location;
  WhStore     *store;
  WhPrincipal *principal;
} WhTestStore;

/* A second, empty place in the same database. Caller frees. */
char     *wh_test_store_place     (WhTestStore *fixture);
void      wh_test_store_reopen    (WhTestStore *fixture, WhStoreMode mode);

/* Runs statements behind the store's back; not for a store in memory. */
void      wh_test_store_meddle    (WhTestStore *fixture, const char *sql);
/* One number as a stranger sees it. */
gint64    wh_test_store_look      (WhTestStore *fixture, const char *sql);
/* What makes a stranger's database believe that a newer program was here. */
void      wh_test_store_to_future (WhTestStore *fixture);

/* Writes one entity; what the put did. */
WhPutOutcome wh_test_store_put    (WhTestStore *fixture, gpointer entity);
/* A strain of this name, always with the same id. */
WhStrain *wh_test_store_strain    (const char *name);

typedef void (*WhTestStoreFunc) (WhTestStore *fixture);
#define WH_TEST_EVERYWHERE (1u << WH_TEST_FILE | 1u << WH_TEST_MEMORY | 1u << WH_TEST_POSTGRES)
#define WH_TEST_NOT_IN_MEMORY (1u << WH_TEST_FILE | 1u << WH_TEST_POSTGRES)

/* Adds "/store/<database>/<name>" for each of these databases; skipped where the database is not on this machine. */
void      wh_test_store_add       (const char *name, guint databases, WhTestStoreFunc function);

G_END_DECLS
