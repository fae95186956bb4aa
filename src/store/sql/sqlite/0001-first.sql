-- The first schema. Columns of a noun carry the names of its field table in core/wh-nouns.c; a test compares them.
-- Ids are 16 bytes, times microseconds since 1970, lists JSON arrays, money cents. References between nouns are not
-- enforced here: sync delivers rows in commit order of single rows, and an import may name a strain before it is known.

CREATE TABLE note (
  key   TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Analytes by key; the small number is this file's own. Keys of a newer program are kept.
CREATE TABLE analyte (
  number INTEGER PRIMARY KEY,
  key    TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE strain (
  row INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, revision INTEGER NOT NULL,
  created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, source TEXT,
  name TEXT NOT NULL, slug TEXT, aliases TEXT, type TEXT, genetics TEXT, breeder TEXT, description TEXT, flavors TEXT,
  popularity_score REAL
) STRICT;

CREATE TABLE dispensary (
  row INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, revision INTEGER NOT NULL,
  created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, source TEXT,
  name TEXT NOT NULL, slug TEXT, legal_name TEXT, address TEXT, city TEXT, county TEXT, state TEXT, postal_code TEXT,
  latitude REAL, longitude REAL, phone TEXT, website TEXT, license_number TEXT, license_type TEXT, license_class TEXT,
  license_status TEXT, license_issued INTEGER, license_expiry INTEGER, hours TEXT, delivery_available INTEGER,
  pickup_available INTEGER
) STRICT;

CREATE TABLE batch (
  row INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, revision INTEGER NOT NULL,
  created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, source TEXT,
  strain_id BLOB, name TEXT NOT NULL, producer TEXT, product_type TEXT, batch_number TEXT, harvest_date INTEGER
) STRICT;
CREATE INDEX batch_strain ON batch (strain_id);

CREATE TABLE lab_result (
  row INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, revision INTEGER NOT NULL,
  created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, source TEXT,
  batch_id BLOB NOT NULL, lab_name TEXT, sample_id TEXT, test_date INTEGER, unit TEXT, basis TEXT, unit_grams REAL,
  status TEXT, truncated INTEGER, moisture_percent REAL, checks TEXT, safety TEXT, origin TEXT
) STRICT;
CREATE INDEX lab_result_batch ON lab_result (batch_id);

-- One cell of a panel. state, unit and basis are the numbers of core/wh-measure.h, which never change meaning.
CREATE TABLE measurement (
  result  INTEGER NOT NULL,
  analyte INTEGER NOT NULL,
  state   INTEGER NOT NULL,
  unit    INTEGER NOT NULL,
  basis   INTEGER NOT NULL,
  value REAL, lod REAL, loq REAL, text TEXT,
  PRIMARY KEY (result, analyte)
) STRICT, WITHOUT ROWID;

CREATE TABLE product (
  row INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, revision INTEGER NOT NULL,
  created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, source TEXT,
  dispensary_id BLOB NOT NULL, strain_id BLOB, batch_id BLOB, name TEXT NOT NULL, brand TEXT, category TEXT, subcategory TEXT,
  description TEXT, strain_type TEXT, weight_grams REAL, amount TEXT, thc_percentage REAL, cbd_percentage REAL, thc_mg REAL,
  in_stock INTEGER, stock_quantity INTEGER, price_cents INTEGER, currency TEXT, price_observed_at INTEGER, url TEXT
) STRICT;
CREATE INDEX product_strain ON product (strain_id);
CREATE INDEX product_dispensary ON product (dispensary_id);

CREATE TABLE price (
  row INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, revision INTEGER NOT NULL,
  created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, source TEXT,
  product_id BLOB NOT NULL, amount_cents INTEGER NOT NULL, list_cents INTEGER, currency TEXT, unit TEXT, tax_basis TEXT,
  observed_at INTEGER, observed_by TEXT
) STRICT;
CREATE INDEX price_product ON price (product_id);

-- Every change in commit order. A row's last change has the row's revision; a tombstone is a delete without a later put.
CREATE TABLE change_log (
  seq   INTEGER PRIMARY KEY,
  kind  INTEGER NOT NULL,
  id    BLOB NOT NULL,
  op    INTEGER NOT NULL,
  audit INTEGER NOT NULL
) STRICT;

-- Where the last change of each deleted row is; empty again when the row comes back.
CREATE TABLE tombstone (
  kind INTEGER NOT NULL,
  id   BLOB NOT NULL,
  seq  INTEGER NOT NULL,
  PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;

-- One entry per transaction that changed something, chained by hash.
CREATE TABLE audit (
  seq         INTEGER PRIMARY KEY,
  time        INTEGER NOT NULL,
  principal   TEXT NOT NULL,
  action      TEXT NOT NULL,
  object      TEXT NOT NULL,
  change_hash BLOB NOT NULL,
  prev_hash   BLOB NOT NULL,
  hash        BLOB NOT NULL
) STRICT;
