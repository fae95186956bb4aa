-- The rest of the documented fields, and what people in a shop make. `note` was the name of the store's own key and value
-- table; it gives the name to the notes of the staff.

ALTER TABLE note RENAME TO store_note;

ALTER TABLE strain ADD COLUMN effects TEXT;
ALTER TABLE strain ADD COLUMN side_effects TEXT;
ALTER TABLE strain ADD COLUMN flowering_time TEXT;
ALTER TABLE strain ADD COLUMN yield TEXT;
ALTER TABLE strain ADD COLUMN growing_difficulty TEXT;
ALTER TABLE strain ADD COLUMN indoor_outdoor TEXT;
ALTER TABLE strain ADD COLUMN plant_height TEXT;

ALTER TABLE dispensary ADD COLUMN description TEXT;
ALTER TABLE dispensary ADD COLUMN email TEXT;
ALTER TABLE dispensary ADD COLUMN social_media TEXT;
ALTER TABLE dispensary ADD COLUMN delivery_radius_miles REAL;
ALTER TABLE dispensary ADD COLUMN delivery_fee_cents INTEGER;
ALTER TABLE dispensary ADD COLUMN delivery_minimum_cents INTEGER;
ALTER TABLE dispensary ADD COLUMN curbside_available INTEGER;
ALTER TABLE dispensary ADD COLUMN payment_methods TEXT;
ALTER TABLE dispensary ADD COLUMN features TEXT;
ALTER TABLE dispensary ADD COLUMN rating REAL;
ALTER TABLE dispensary ADD COLUMN review_count INTEGER;
ALTER TABLE dispensary ADD COLUMN compliance_status TEXT;
ALTER TABLE dispensary ADD COLUMN last_inspection INTEGER;

ALTER TABLE product ADD COLUMN total_cannabinoids REAL;
ALTER TABLE product ADD COLUMN low_stock_threshold INTEGER;
ALTER TABLE product ADD COLUMN lab_tested INTEGER;
ALTER TABLE product ADD COLUMN harvest_date INTEGER;
ALTER TABLE product ADD COLUMN package_date INTEGER;
ALTER TABLE product ADD COLUMN images TEXT;

ALTER TABLE price ADD COLUMN photo_hash TEXT;

CREATE TABLE alias (
  row INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, revision INTEGER NOT NULL,
  created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, source TEXT,
  strain_id BLOB NOT NULL, name TEXT NOT NULL, status TEXT, confidence REAL, decided_by TEXT, decided_at INTEGER
) STRICT;
CREATE INDEX alias_strain ON alias (strain_id);

CREATE TABLE stock (
  row INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, revision INTEGER NOT NULL,
  created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, source TEXT,
  product_id BLOB NOT NULL, quantity INTEGER NOT NULL, reason TEXT, moved_at INTEGER, moved_by TEXT
) STRICT;
CREATE INDEX stock_product ON stock (product_id);

CREATE TABLE promotion (
  row INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, revision INTEGER NOT NULL,
  created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, source TEXT,
  dispensary_id BLOB, product_id BLOB, name TEXT NOT NULL, description TEXT, category TEXT, brand TEXT,
  percent_off REAL, cents_off INTEGER, starts_at INTEGER, ends_at INTEGER
) STRICT;
CREATE INDEX promotion_product ON promotion (product_id);

CREATE TABLE review (
  row INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, revision INTEGER NOT NULL,
  created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, source TEXT,
  strain_id BLOB NOT NULL, product_id BLOB, rating REAL, text TEXT, effects TEXT, flavors TEXT, reviewer TEXT,
  reviewed_at INTEGER
) STRICT;
CREATE INDEX review_strain ON review (strain_id);
CREATE INDEX review_product ON review (product_id);

CREATE TABLE note (
  row INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, revision INTEGER NOT NULL,
  created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, source TEXT,
  object_kind TEXT NOT NULL, object_id BLOB NOT NULL, text TEXT NOT NULL, author TEXT
) STRICT;
CREATE INDEX note_object ON note (object_id);

CREATE TABLE favorite (
  row INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, revision INTEGER NOT NULL,
  created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, source TEXT,
  object_kind TEXT NOT NULL, object_id BLOB NOT NULL, owner TEXT
) STRICT;
CREATE INDEX favorite_object ON favorite (object_id);

CREATE TABLE watch (
  row INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, revision INTEGER NOT NULL,
  created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, source TEXT,
  strain_id BLOB, product_id BLOB, dispensary_id BLOB, category TEXT, limit_cents INTEGER NOT NULL, limit_unit TEXT,
  owner TEXT
) STRICT;
CREATE INDEX watch_strain ON watch (strain_id);

CREATE TABLE feedback (
  row INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, revision INTEGER NOT NULL,
  created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, source TEXT,
  about TEXT NOT NULL, offer_id TEXT, subject_kind TEXT, subject_id BLOB, offered_kind TEXT NOT NULL,
  offered_id BLOB NOT NULL, outcome TEXT NOT NULL, reason TEXT, decided_at INTEGER
) STRICT;
CREATE INDEX feedback_subject ON feedback (subject_id);

CREATE TABLE search_day (
  row INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, revision INTEGER NOT NULL,
  created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, source TEXT,
  day INTEGER NOT NULL, term TEXT NOT NULL, searches INTEGER, empty INTEGER
) STRICT;
CREATE INDEX search_day_day ON search_day (day);
