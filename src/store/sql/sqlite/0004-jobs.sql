-- Work that waits, runs or is over, and when it begins by itself. Plain tables of this store: they are neither logged as changes nor
-- sent to mirrors. state: the numbers of core/wh-job.h. A lease grows each time a server takes the job, so that one which lost it
-- cannot write what came of it.

CREATE TABLE job (
  id BLOB NOT NULL PRIMARY KEY, kind TEXT NOT NULL, arguments TEXT NOT NULL, state INTEGER NOT NULL, priority INTEGER NOT NULL,
  key TEXT, schedule TEXT, created_by TEXT NOT NULL, created_at INTEGER NOT NULL, run_at INTEGER NOT NULL,
  started_at INTEGER, ended_at INTEGER, attempts INTEGER NOT NULL, most_attempts INTEGER NOT NULL,
  lease INTEGER NOT NULL, lease_until INTEGER, holder TEXT, cancel INTEGER NOT NULL,
  progress REAL, note TEXT, outcome TEXT, error_code TEXT, error TEXT
) STRICT, WITHOUT ROWID;
-- One of a key at a time, among those that are not over.
CREATE UNIQUE INDEX job_key ON job (key) WHERE state < 3;
CREATE INDEX job_open ON job (priority, run_at, id) WHERE state < 3;
CREATE INDEX job_kind ON job (kind, id);

CREATE TABLE schedule (
  name TEXT NOT NULL PRIMARY KEY, kind TEXT NOT NULL, arguments TEXT NOT NULL, rule TEXT NOT NULL, priority INTEGER NOT NULL,
  enabled INTEGER NOT NULL, jitter INTEGER NOT NULL, next_run INTEGER NOT NULL, last_run INTEGER, last_job BLOB,
  revision INTEGER NOT NULL, updated_at INTEGER NOT NULL, updated_by TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What was taken in from a folder or an address, so that it is taken once.
CREATE TABLE taken_file (
  source TEXT NOT NULL, name TEXT NOT NULL, size INTEGER NOT NULL, changed_at INTEGER NOT NULL, hash BLOB NOT NULL,
  etag TEXT, last_modified TEXT, taken_at INTEGER NOT NULL,
  PRIMARY KEY (source, name)
) STRICT, WITHOUT ROWID;
