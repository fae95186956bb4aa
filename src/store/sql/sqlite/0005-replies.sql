-- What was answered to a write that came with an idempotency key, kept in the transaction of the write: whoever got no reply asks again
-- and gets this one. A plain table of this store: neither logged as a change nor sent to mirrors.

CREATE TABLE reply (
  who TEXT NOT NULL, key TEXT NOT NULL, request BLOB NOT NULL, kept_at INTEGER NOT NULL, status INTEGER NOT NULL,
  location TEXT, tag TEXT, data TEXT NOT NULL,
  PRIMARY KEY (who, key)
) STRICT;
CREATE INDEX reply_kept ON reply (kept_at);
