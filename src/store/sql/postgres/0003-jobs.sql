-- Work that waits, runs or is over, and when it begins by itself; see ../sqlite/0004-jobs.sql.

CREATE TABLE job (
  id BYTEA NOT NULL PRIMARY KEY, kind TEXT COLLATE "C" NOT NULL, arguments TEXT COLLATE "C" NOT NULL, state BIGINT NOT NULL,
  priority BIGINT NOT NULL, key TEXT COLLATE "C", schedule TEXT COLLATE "C", created_by TEXT COLLATE "C" NOT NULL,
  created_at BIGINT NOT NULL, run_at BIGINT NOT NULL, started_at BIGINT, ended_at BIGINT, attempts BIGINT NOT NULL,
  most_attempts BIGINT NOT NULL, lease BIGINT NOT NULL, lease_until BIGINT, holder TEXT COLLATE "C", cancel BIGINT NOT NULL,
  progress DOUBLE PRECISION, note TEXT COLLATE "C", outcome TEXT COLLATE "C", error_code TEXT COLLATE "C", error TEXT COLLATE "C"
);
CREATE UNIQUE INDEX job_key ON job (key) WHERE state < 3;
CREATE INDEX job_open ON job (priority, run_at, id) WHERE state < 3;
CREATE INDEX job_kind ON job (kind, id);

CREATE TABLE schedule (
  name TEXT COLLATE "C" NOT NULL PRIMARY KEY, kind TEXT COLLATE "C" NOT NULL, arguments TEXT COLLATE "C" NOT NULL,
  rule TEXT COLLATE "C" NOT NULL, priority BIGINT NOT NULL, enabled BIGINT NOT NULL, jitter BIGINT NOT NULL,
  next_run BIGINT NOT NULL, last_run BIGINT, last_job BYTEA, revision BIGINT NOT NULL, updated_at BIGINT NOT NULL,
  updated_by TEXT COLLATE "C" NOT NULL
);

CREATE TABLE taken_file (
  source TEXT COLLATE "C" NOT NULL, name TEXT COLLATE "C" NOT NULL, size BIGINT NOT NULL, changed_at BIGINT NOT NULL,
  hash BYTEA NOT NULL, etag TEXT COLLATE "C", last_modified TEXT COLLATE "C", taken_at BIGINT NOT NULL,
  PRIMARY KEY (source, name)
);
