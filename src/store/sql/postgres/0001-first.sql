-- The first schema of a store in PostgreSQL: the tables of ../sqlite in the types that the driver knows. Columns of a noun carry
-- the names of its field table in core/wh-nouns.c; a test compares them. Ids are 16 bytes, times microseconds since 1970, lists
-- JSON arrays, money cents. Text is compared byte by byte, as in SQLite, so that both give one order. Row numbers are given by
-- the program.

-- Named texts beside the rows: the name of the store, its epoch, what a mirror knows of its server.
CREATE TABLE store_note (
  key TEXT COLLATE "C" PRIMARY KEY,
  value TEXT COLLATE "C" NOT NULL
);

-- Analytes by key; the small number is this store's own. Keys of a newer program are kept.
CREATE TABLE analyte (
  number BIGINT PRIMARY KEY,
  key TEXT COLLATE "C" NOT NULL UNIQUE
);

CREATE TABLE strain (
  row BIGINT PRIMARY KEY, id BYTEA NOT NULL UNIQUE, revision BIGINT NOT NULL, created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL, source TEXT COLLATE "C",
  name TEXT COLLATE "C" NOT NULL, slug TEXT COLLATE "C", aliases TEXT COLLATE "C", type TEXT COLLATE "C",
  genetics TEXT COLLATE "C", breeder TEXT COLLATE "C", description TEXT COLLATE "C", flavors TEXT COLLATE "C",
  popularity_score DOUBLE PRECISION, effects TEXT COLLATE "C", side_effects TEXT COLLATE "C", flowering_time TEXT COLLATE "C",
  yield TEXT COLLATE "C", growing_difficulty TEXT COLLATE "C", indoor_outdoor TEXT COLLATE "C", plant_height TEXT COLLATE "C"
);

CREATE TABLE dispensary (
  row BIGINT PRIMARY KEY, id BYTEA NOT NULL UNIQUE, revision BIGINT NOT NULL, created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL, source TEXT COLLATE "C",
  name TEXT COLLATE "C" NOT NULL, slug TEXT COLLATE "C", legal_name TEXT COLLATE "C", address TEXT COLLATE "C",
  city TEXT COLLATE "C", county TEXT COLLATE "C", state TEXT COLLATE "C", postal_code TEXT COLLATE "C",
  latitude DOUBLE PRECISION, longitude DOUBLE PRECISION, phone TEXT COLLATE "C", website TEXT COLLATE "C",
  license_number TEXT COLLATE "C", license_type TEXT COLLATE "C", license_class TEXT COLLATE "C",
  license_status TEXT COLLATE "C", license_issued BIGINT, license_expiry BIGINT, hours TEXT COLLATE "C",
  delivery_available BIGINT, pickup_available BIGINT, description TEXT COLLATE "C", email TEXT COLLATE "C",
  social_media TEXT COLLATE "C", delivery_radius_miles DOUBLE PRECISION, delivery_fee_cents BIGINT,
  delivery_minimum_cents BIGINT, curbside_available BIGINT, payment_methods TEXT COLLATE "C", features TEXT COLLATE "C",
  rating DOUBLE PRECISION, review_count BIGINT, compliance_status TEXT COLLATE "C", last_inspection BIGINT
);

CREATE TABLE batch (
  row BIGINT PRIMARY KEY, id BYTEA NOT NULL UNIQUE, revision BIGINT NOT NULL, created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL, source TEXT COLLATE "C",
  strain_id BYTEA, name TEXT COLLATE "C" NOT NULL, producer TEXT COLLATE "C", product_type TEXT COLLATE "C",
  batch_number TEXT COLLATE "C", harvest_date BIGINT
);
CREATE INDEX batch_strain ON batch (strain_id);

CREATE TABLE lab_result (
  row BIGINT PRIMARY KEY, id BYTEA NOT NULL UNIQUE, revision BIGINT NOT NULL, created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL, source TEXT COLLATE "C",
  batch_id BYTEA NOT NULL, lab_name TEXT COLLATE "C", sample_id TEXT COLLATE "C", test_date BIGINT, unit TEXT COLLATE "C",
  basis TEXT COLLATE "C", unit_grams DOUBLE PRECISION, status TEXT COLLATE "C", truncated BIGINT,
  moisture_percent DOUBLE PRECISION, checks TEXT COLLATE "C", safety TEXT COLLATE "C", origin TEXT COLLATE "C"
);
CREATE INDEX lab_result_batch ON lab_result (batch_id);

-- One cell of a panel. state, unit and basis are the numbers of core/wh-measure.h, which never change meaning.
CREATE TABLE measurement (
  result BIGINT NOT NULL,
  analyte BIGINT NOT NULL,
  state BIGINT NOT NULL,
  unit BIGINT NOT NULL,
  basis BIGINT NOT NULL,
  value DOUBLE PRECISION,
  lod DOUBLE PRECISION,
  loq DOUBLE PRECISION,
  text TEXT COLLATE "C",
  PRIMARY KEY (result, analyte)
);

CREATE TABLE product (
  row BIGINT PRIMARY KEY, id BYTEA NOT NULL UNIQUE, revision BIGINT NOT NULL, created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL, source TEXT COLLATE "C",
  dispensary_id BYTEA NOT NULL, strain_id BYTEA, batch_id BYTEA, name TEXT COLLATE "C" NOT NULL, brand TEXT COLLATE "C",
  category TEXT COLLATE "C", subcategory TEXT COLLATE "C", description TEXT COLLATE "C", strain_type TEXT COLLATE "C",
  weight_grams DOUBLE PRECISION, amount TEXT COLLATE "C", thc_percentage DOUBLE PRECISION, cbd_percentage DOUBLE PRECISION,
  thc_mg DOUBLE PRECISION, in_stock BIGINT, stock_quantity BIGINT, price_cents BIGINT, currency TEXT COLLATE "C",
  price_observed_at BIGINT, url TEXT COLLATE "C", total_cannabinoids DOUBLE PRECISION, low_stock_threshold BIGINT,
  lab_tested BIGINT, harvest_date BIGINT, package_date BIGINT, images TEXT COLLATE "C"
);
CREATE INDEX product_strain ON product (strain_id);
CREATE INDEX product_dispensary ON product (dispensary_id);

CREATE TABLE price (
  row BIGINT PRIMARY KEY, id BYTEA NOT NULL UNIQUE, revision BIGINT NOT NULL, created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL, source TEXT COLLATE "C",
  product_id BYTEA NOT NULL, amount_cents BIGINT NOT NULL, list_cents BIGINT, currency TEXT COLLATE "C", unit TEXT COLLATE "C",
  tax_basis TEXT COLLATE "C", observed_at BIGINT, observed_by TEXT COLLATE "C", photo_hash TEXT COLLATE "C"
);
CREATE INDEX price_product ON price (product_id);

-- Every change in commit order. A row's last change has the row's revision; a tombstone is a delete without a later put.
CREATE TABLE change_log (
  seq BIGINT PRIMARY KEY,
  kind BIGINT NOT NULL,
  id BYTEA NOT NULL,
  op BIGINT NOT NULL,
  audit BIGINT NOT NULL
);

-- Where the last change of each deleted row is; empty again when the row comes back.
CREATE TABLE tombstone (
  kind BIGINT NOT NULL,
  id BYTEA NOT NULL,
  seq BIGINT NOT NULL,
  PRIMARY KEY (kind, id)
);

-- One entry per transaction that changed something, chained by hash.
CREATE TABLE audit (
  seq BIGINT PRIMARY KEY,
  time BIGINT NOT NULL,
  principal TEXT COLLATE "C" NOT NULL,
  action TEXT COLLATE "C" NOT NULL,
  object TEXT COLLATE "C" NOT NULL,
  change_hash BYTEA NOT NULL,
  prev_hash BYTEA NOT NULL,
  hash BYTEA NOT NULL
);

CREATE TABLE alias (
  row BIGINT PRIMARY KEY, id BYTEA NOT NULL UNIQUE, revision BIGINT NOT NULL, created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL, source TEXT COLLATE "C",
  strain_id BYTEA NOT NULL, name TEXT COLLATE "C" NOT NULL, status TEXT COLLATE "C", confidence DOUBLE PRECISION,
  decided_by TEXT COLLATE "C", decided_at BIGINT
);
CREATE INDEX alias_strain ON alias (strain_id);

CREATE TABLE stock (
  row BIGINT PRIMARY KEY, id BYTEA NOT NULL UNIQUE, revision BIGINT NOT NULL, created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL, source TEXT COLLATE "C",
  product_id BYTEA NOT NULL, quantity BIGINT NOT NULL, reason TEXT COLLATE "C", moved_at BIGINT, moved_by TEXT COLLATE "C"
);
CREATE INDEX stock_product ON stock (product_id);

CREATE TABLE promotion (
  row BIGINT PRIMARY KEY, id BYTEA NOT NULL UNIQUE, revision BIGINT NOT NULL, created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL, source TEXT COLLATE "C",
  dispensary_id BYTEA, product_id BYTEA, name TEXT COLLATE "C" NOT NULL, description TEXT COLLATE "C",
  category TEXT COLLATE "C", brand TEXT COLLATE "C", percent_off DOUBLE PRECISION, cents_off BIGINT, starts_at BIGINT,
  ends_at BIGINT
);
CREATE INDEX promotion_product ON promotion (product_id);

CREATE TABLE review (
  row BIGINT PRIMARY KEY, id BYTEA NOT NULL UNIQUE, revision BIGINT NOT NULL, created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL, source TEXT COLLATE "C",
  strain_id BYTEA NOT NULL, product_id BYTEA, rating DOUBLE PRECISION, text TEXT COLLATE "C", effects TEXT COLLATE "C",
  flavors TEXT COLLATE "C", reviewer TEXT COLLATE "C", reviewed_at BIGINT
);
CREATE INDEX review_strain ON review (strain_id);
CREATE INDEX review_product ON review (product_id);

CREATE TABLE note (
  row BIGINT PRIMARY KEY, id BYTEA NOT NULL UNIQUE, revision BIGINT NOT NULL, created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL, source TEXT COLLATE "C",
  object_kind TEXT COLLATE "C" NOT NULL, object_id BYTEA NOT NULL, text TEXT COLLATE "C" NOT NULL, author TEXT COLLATE "C"
);
CREATE INDEX note_object ON note (object_id);

CREATE TABLE favorite (
  row BIGINT PRIMARY KEY, id BYTEA NOT NULL UNIQUE, revision BIGINT NOT NULL, created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL, source TEXT COLLATE "C",
  object_kind TEXT COLLATE "C" NOT NULL, object_id BYTEA NOT NULL, owner TEXT COLLATE "C"
);
CREATE INDEX favorite_object ON favorite (object_id);

CREATE TABLE watch (
  row BIGINT PRIMARY KEY, id BYTEA NOT NULL UNIQUE, revision BIGINT NOT NULL, created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL, source TEXT COLLATE "C",
  strain_id BYTEA, product_id BYTEA, dispensary_id BYTEA, category TEXT COLLATE "C", limit_cents BIGINT NOT NULL,
  limit_unit TEXT COLLATE "C", owner TEXT COLLATE "C"
);
CREATE INDEX watch_strain ON watch (strain_id);

CREATE TABLE feedback (
  row BIGINT PRIMARY KEY, id BYTEA NOT NULL UNIQUE, revision BIGINT NOT NULL, created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL, source TEXT COLLATE "C",
  about TEXT COLLATE "C" NOT NULL, offer_id TEXT COLLATE "C", subject_kind TEXT COLLATE "C", subject_id BYTEA,
  offered_kind TEXT COLLATE "C" NOT NULL, offered_id BYTEA NOT NULL, outcome TEXT COLLATE "C" NOT NULL, reason TEXT COLLATE "C",
  decided_at BIGINT
);
CREATE INDEX feedback_subject ON feedback (subject_id);

CREATE TABLE search_day (
  row BIGINT PRIMARY KEY, id BYTEA NOT NULL UNIQUE, revision BIGINT NOT NULL, created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL, source TEXT COLLATE "C",
  day BIGINT NOT NULL, term TEXT COLLATE "C" NOT NULL, searches BIGINT, empty BIGINT
);
CREATE INDEX search_day_day ON search_day (day);
